package macro

import (
	"net/netip"
	"strings"
	"time"

	"github.com/gomsys/gomsys/vctx"
)

// LogEvent is what happened, for a log line. Fields that are empty show as
// nothing unless they say otherwise. Texts may hold any bytes: what a client
// sent is made harmless when it is written.
type LogEvent struct {
	Time time.Time // %t, %us; if zero, now

	AuthMethod string // %A
	AuthUser   string // %U

	Binding, BindingGroup string // %b, %g
	Pathway, PathwayGroup string // %P, %PG

	// MessageID tells that there is a message, as there is from MAIL FROM on:
	// without it, Size, Attempts and Queued show nothing.
	MessageID      string // %i; if empty, the id of zeros
	BatchID        string // %BI; if empty, the id of zeros
	InboundConnID  string // %CI, the connection over which the message came
	OutboundConnID string // %OC, the connection of the delivery attempt

	Size     int64         // %B, in bytes
	Attempts int           // %N
	Queued   time.Duration // %T

	MailFrom string // %m and %M, without brackets
	RcptTo   string // %r and %R

	RoutingDomain string     // %d
	RemoteIP      netip.Addr // %H; not valid for a UNIX socket
	MXHost        string     // %mx

	Text            string // %n, the response
	BounceClassName string // %c
	BounceClass     int    // %C; zero shows nothing

	Stage    Stage  // %s and %S
	Protocol string // %p, in lower case; if empty, "unknown"

	// Header gives the first header field of a name, unfolded, for %h. If
	// nil, there are none.
	Header func(name string) string
	// Vars are the variables for %vctx_conn and %vctx_mess. If nil, there are
	// none.
	Vars Variables
	// TLS is for specifiers of the namespace outbound_tls. If nil, the
	// message is not delivered yet.
	TLS *OutboundTLS
	// Context is the session's, which macros of the host get. It may be nil.
	Context *vctx.Context
	// Message is for specifiers of the namespace rfc2822. It may be nil.
	Message MessageText
}

// subject makes the subject by which macros see the event.
func (ev *LogEvent) subject() *Subject {
	return &Subject{Context: ev.Context, Vars: ev.Vars, Message: ev.Message, TLS: ev.TLS, Event: func() *LogEvent { return ev }}
}

// noID is how an id shows that there is not.
const noID = "00/00-00000-00000000"

// logEvent gives the event of a subject.
func (s *Subject) logEvent() *LogEvent {
	if s.Event != nil {
		if ev := s.Event(); ev != nil {
			return ev
		}
	}
	return sessionEvent(s)
}

// sessionEvent makes an event of what a session knows.
func sessionEvent(s *Subject) *LogEvent {
	ev := &LogEvent{Vars: s.vars(), TLS: s.TLS, Context: s.Context, Message: s.Message}
	ev.AuthMethod = s.get(vctx.ConnScope, vctx.KeyAuthName)
	ev.AuthUser = s.get(vctx.ConnScope, vctx.KeyAuthUser)
	ev.Pathway = s.get(vctx.ConnScope, vctx.KeyPathway)
	ev.MailFrom = address(s, vctx.KeyMailfromLocalpart, vctx.KeyMailfromDomain)
	ev.RcptTo = address(s, vctx.KeyRcpttoLocalpart, vctx.KeyRcpttoDomain)
	if s.Context != nil {
		conn := s.Context.Conn()
		ev.InboundConnID = conn.ID()
		ev.RemoteIP = conn.RemoteAddr().IP()
		ev.Text = s.Context.Note()
		if conn.Protocol == vctx.ProtocolESMTP {
			ev.Protocol = "esmtp"
		}
	}
	return ev
}

func address(s *Subject, localKey, domainKey string) string {
	local, domain := s.get(vctx.MessScope, localKey), s.get(vctx.MessScope, domainKey)
	if domain == "" {
		return local
	}
	return strings.Join([]string{local, domain}, "@")
}
