package macro

// Stage is where a delivery stood when it ended. The zero value is that it is
// not known.
type Stage uint8

// The stages of an SMTP delivery.
const (
	StageUnknown Stage = iota
	StageNotConnected
	StageIdle
	StageMailFrom
	StageAfterMailFrom
	StageRcptTo
	StageAfterRcptTo
	StageData
	StageAfterData
	StageBody
	StageConfirmation
	StageEhlo
	StageAfterEhlo
	StageBanner
	StageRset
	StageAfterRset
	StageStartTLS
	StageAfterStartTLS
	StageTLSHandshake
	StageTLSRenegotiation
	StageXClient
	StageAfterXClient
	StageOutOfBandBounce
)

// numberUnknown is the number by which logs know StageUnknown; the others have
// those from 0 on.
const numberUnknown = 22

var stageNames = [...]string{
	"", "while not connected", "while idle", "during MAIL FROM", "after MAIL FROM", "during RCPT TO", "after RCPT TO",
	"during DATA", "after DATA", "while sending BODY", "reading confirmation", "during EHLO", "after EHLO",
	"reading BANNER", "during RSET", "after RSET", "during STARTTLS", "after STARTTLS", "handshaking TLS",
	"renegotiating TLS", "during XCLIENT", "after XCLIENT", "out of band bounce",
}

// StageNumbered gives the stage with a number as logs have it; StageUnknown
// for a number that is none.
func StageNumbered(n int) Stage {
	if n < 0 || n >= len(stageNames)-1 {
		return StageUnknown
	}
	return Stage(n + 1)
}

// Number gives the number that logs have, 22 for StageUnknown.
func (s Stage) Number() int {
	if s == StageUnknown || int(s) >= len(stageNames) {
		return numberUnknown
	}
	return int(s) - 1
}

// String gives a description, "" for StageUnknown.
func (s Stage) String() string {
	if int(s) >= len(stageNames) {
		return ""
	}
	return stageNames[s]
}
