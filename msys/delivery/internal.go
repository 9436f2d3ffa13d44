package delivery

// internalMark is in the text of replies that no remote host gave.
const internalMark = "[internal]"

// InternalKind says why an attempt ended without the remote's word.
type InternalKind int

// Reasons for internal replies.
const (
	// Trouble is any other failure, for now.
	Trouble InternalKind = iota
	ConnectTimeout
	NoValidHosts
	ConnectionClosed
	NoBanner
	NoEHLOResponse
	NoMailFromResponse
	NoRcptToResponse
	NoDataResponse
	NoBodyResponse
	NoRSETResponse
	SendEHLOFailed
	SendMailFromFailed
	SendRcptToFailed
	SendDataFailed
	SendBodyFailed
	TLSFailed
	TLSRequired
	NoMX
	NullMX
	LookupFailed
	NoReachableMX
	MaxTime
	MaxRetries
	Expired
	PrivateAddress
	BodyMissing
	PolicyBlackhole
	PolicyDiscard
	PolicyRefusal
	BadResponse
)

// internalReplies has Momentum's words, which scripts and rules match.
var internalReplies = [...]Reply{
	Trouble:            internal(451, "4.3.0 [internal] transaction failed"),
	ConnectTimeout:     internal(450, "4.4.1 [internal] Connection Timed Out"),
	NoValidHosts:       internal(451, "4.4.1 [internal] No valid hosts"),
	ConnectionClosed:   internal(451, "4.4.2 [internal] connection closed by remote host"),
	NoBanner:           internal(451, "4.4.2 [internal] no banner"),
	NoEHLOResponse:     internal(451, "4.4.2 [internal] no HELO/EHLO response"),
	NoMailFromResponse: internal(451, "4.4.2 [internal] no MAIL FROM response"),
	NoRcptToResponse:   internal(451, "4.4.2 [internal] no RCPT TO response"),
	NoDataResponse:     internal(451, "4.4.2 [internal] no DATA response"),
	NoBodyResponse:     internal(451, "4.4.2 [internal] no BODY response"),
	NoRSETResponse:     internal(451, "4.4.2 [internal] no RSET response"),
	SendEHLOFailed:     internal(451, "4.4.2 [internal] send HELO/EHLO failed"),
	SendMailFromFailed: internal(451, "4.4.2 [internal] send MAIL FROM failed"),
	SendRcptToFailed:   internal(451, "4.4.2 [internal] send RCPT TO failed"),
	SendDataFailed:     internal(451, "4.4.2 [internal] send DATA failed"),
	SendBodyFailed:     internal(451, "4.4.2 [internal] send BODY failed"),
	TLSFailed:          internal(451, "4.7.5 [internal] TLS negotiation failed"),
	TLSRequired:        internal(451, "4.7.6 [internal] STARTTLS required but not advertised"),
	NoMX:               internal(454, "4.4.4 [internal] no MX or A for domain"),
	NullMX:             internal(550, "5.4.4 [internal] NULL MX domain does not accept mail"),
	LookupFailed:       internal(554, "5.4.4 [internal] Domain Lookup Failed"),
	NoReachableMX:      internal(421, "4.4.0 [internal] no MXs for this domain could be reached at this time"),
	MaxTime:            internal(554, "5.4.7 [internal] exceeded max time without delivery"),
	MaxRetries:         internal(554, "5.4.7 [internal] exceeded max retries without delivery"),
	Expired:            internal(554, "5.4.5 [internal] Delivery not attempted (message expired)"),
	PrivateAddress:     internal(551, "5.4.6 [internal] Private/Loopback Address"),
	BodyMissing:        internal(550, "5.3.0 [internal] message body missing"),
	PolicyBlackhole:    internal(554, "5.7.0 [internal] Blackholed"),
	PolicyDiscard:      internal(550, "5.7.1 [internal] discarded by policy"),
	PolicyRefusal:      internal(554, "5.7.0 [internal] rejected by policy"),
	BadResponse:        internal(451, "4.4.2 [internal] no valid response"),
}

func internal(code int, text string) Reply { return Reply{Code: code, Text: text, Internal: true} }

// Internal gives the reply for an attempt that ended without the remote's
// word, such as 450 "4.4.1 [internal] Connection Timed Out". An unknown kind
// gives that of [Trouble].
func Internal(kind InternalKind) Reply {
	if kind < 0 || int(kind) >= len(internalReplies) {
		kind = Trouble
	}
	return internalReplies[kind]
}
