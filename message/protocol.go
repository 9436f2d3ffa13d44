package message

import "strings"

// Protocol is the way by which a message came in.
type Protocol int

// The numbers are those that scripts know as msys.core.P_ESMTP and so on;
// they do not change.
const (
	ProtocolInternal Protocol = 1
	ProtocolESMTP    Protocol = 2
	ProtocolSMTP     Protocol = 3
	ProtocolLMTP     Protocol = 4
	ProtocolECStream Protocol = 5
	ProtocolREST     Protocol = 6
	ProtocolHTTP     Protocol = 7
	ProtocolSMPP     Protocol = 8
	ProtocolMM7      Protocol = 9
	ProtocolPOP3     Protocol = 10
	ProtocolIMAP     Protocol = 11
	ProtocolCluster  Protocol = 12
)

// String gives the name in lower case, "unknown" for a number without one.
func (p Protocol) String() string {
	switch p {
	case ProtocolInternal:
		return "internal"
	case ProtocolESMTP:
		return "esmtp"
	case ProtocolSMTP:
		return "smtp"
	case ProtocolLMTP:
		return "lmtp"
	case ProtocolECStream:
		return "ecstream"
	case ProtocolREST:
		return "rest"
	case ProtocolHTTP:
		return "http"
	case ProtocolSMPP:
		return "smpp"
	case ProtocolMM7:
		return "mm7"
	case ProtocolPOP3:
		return "pop3"
	case ProtocolIMAP:
		return "imap"
	case ProtocolCluster:
		return "cluster"
	}
	return "unknown"
}

// Upper gives the name in upper case, "unknown" for a number without one.
func (p Protocol) Upper() string {
	if s := p.String(); s != "unknown" {
		return strings.ToUpper(s)
	}
	return "unknown"
}
