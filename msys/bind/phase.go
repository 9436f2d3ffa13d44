package bind

import (
	"sort"
	"strings"
)

// Phases is a set of processing phases in which a function may be called.
// The zero value means [Any].
type Phases uint32

// The phases of a message's way through the server, as the reference names
// them, and the ones around it (delivery, log, control).
const (
	Init Phases = 1 << iota
	Connect
	Ehlo
	Mailfrom
	Rcptto
	Data
	DataSpool
	EachRcpt
	SetBinding
	FinalValidation
	Adaptive
	HTTPRequestEval
	HTTPResponseEval
	GCMResponseEval
	APNResponseEval
	MsgDispose
	SMPP
	Delivery
	Log
	Control

	// Any allows a call everywhere.
	Any Phases = 1<<31 - 1

	// InMessage are the phases in which a message has been received and may
	// still be changed.
	InMessage = Data | DataSpool | EachRcpt
)

// phaseNames are the reference's names in the order of the constants.
var phaseNames = [...]string{
	"init", "connect", "ehlo", "mailfrom", "rcptto", "data", "data_spool",
	"data_spool_each_rcpt", "set_binding", "core_final_validation", "adaptive",
	"http_request_eval", "http_response_eval", "gcm_response_eval",
	"apn_response_eval", "msg_dispose", "SMPP", "delivery", "log", "control",
}

// String lists the names of the set, separated by ", ", or gives "any".
func (p Phases) String() string {
	if p == 0 || p == Any {
		return "any"
	}
	var names []string
	for i, name := range phaseNames {
		if p&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	sort.Strings(names) // the reference lists them alphabetically
	return strings.Join(names, ", ")
}

// Allows reports whether a call in phase at is within p. Outside any phase
// (at is 0: a bare state, a timer, a console command) every call is allowed.
func (p Phases) Allows(at Phases) bool {
	return p == 0 || at == 0 || at == Any || p&at != 0
}
