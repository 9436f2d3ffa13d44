package vctx

import "strconv"

// State is where the SMTP receiver stands, msys.core.MC_STATE_*. Rejections
// are logged with the state in which they happened.
type State int

// The numbers are those of Momentum's enum.
const (
	StateStart                 State = iota
	StateStartResponse               // the banner
	StateEhlo                        //
	StateEhloResponse                // the reply to EHLO or HELO
	StateMailFrom                    //
	StateMailFromResponse            // the reply to MAIL FROM
	StateRcptTo                      //
	StateRcptToResponse              // the reply to RCPT TO
	StateData                        //
	StateBody                        // the content is read
	StateBodyResponse                // the reply to the final dot
	StateAsyncBodyResponse           // the same, from data_spool on
	StateOK                          //
	StateRelayingDenied              //
	StateExtension1                  //
	StateExtension2                  //
	StateExtension3                  //
	StateExtension4                  //
	StateConcurrencyLimit            //
	StateRcptListResponse            // validate_rcptto_list
	StateRcptListFinalResponse       // validate_rcptto_list_final
	StateSetup                       //
	StateMCMTFixup                   //
	StateCount                       // the number of states
)

var stateNames = [...]string{
	"START", "START_RESPONSE", "EHLO", "EHLO_RESPONSE", "MAILFROM", "MAILFROM_RESPONSE",
	"RCPTTO", "RCPTTO_RESPONSE", "DATA", "BODY", "BODY_RESPONSE", "ASYNC_BODY_RESPONSE", "OK",
	"RELAYING_DENIED", "EXTENSION_1", "EXTENSION_2", "EXTENSION_3", "EXTENSION_4",
	"CONCURRENCY_LIMIT", "RCPTTO_LIST_RESPONSE", "RCPTTO_LIST_FINAL_RESPONSE", "SETUP",
	"MCMT_FIXUP", "COUNT",
}

// String gives the name without MC_STATE_, such as "MAILFROM_RESPONSE"; the
// number if there is none.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return strconv.Itoa(int(s))
	}
	return stateNames[s]
}
