package macro

import (
	"io"

	"github.com/gomsys/gomsys/vctx"
)

// Subject is what an expansion is about. All fields may be empty; the zero
// Subject is work outside of sessions.
type Subject struct {
	// Context is the session's.
	Context *vctx.Context
	// Vars are the variables, of the message that the expansion is about for
	// example. If nil, those of Context.
	Vars Variables
	// Message is the message.
	Message MessageText
	// TLS is how the message was delivered. If nil, it is not yet.
	TLS *OutboundTLS
	// Event gives what log specifiers show; it is called only for them. If
	// nil, they show what Context knows.
	Event func() *LogEvent
	// Site is where the text stands, as "policy.lua:12", for reports of
	// unknown macros.
	Site string
	// SiteOf tells the site when it is needed. If nil, it is Site.
	SiteOf func() string
}

// Variables are context variables; a *vctx.Context is one.
type Variables interface {
	Lookup(scope vctx.Scope, key string) (value string, ok bool)
}

var _ Variables = (*vctx.Context)(nil)

// MessageText is the content of a message. Lines end in CRLF. Parts are those
// without parts of their own, counted from 1 in the order in which they stand
// in the message; a message that is not MIME is one part. For a part that does
// not exist the methods give "".
type MessageText interface {
	// Headers gives the header section, without the empty line after it.
	Headers() (string, error)
	// Body gives what follows the empty line.
	Body() (io.ReadCloser, error)
	// Part gives a part as it is, with its header section.
	Part(n int) (string, error)
	// TextPart gives the n-th of the text parts, as it is, with its header
	// section.
	TextPart(n int) (string, error)
	// Text gives the content of the n-th text part, decoded, in UTF-8.
	Text(n int) (string, error)
}

// vars gives the variables, never nil.
func (s *Subject) vars() Variables {
	switch {
	case s.Vars != nil:
		return s.Vars
	case s.Context != nil:
		return s.Context
	}
	return noVars{}
}

func (s *Subject) get(scope vctx.Scope, key string) string {
	value, _ := s.vars().Lookup(scope, key)
	return value
}

type noVars struct{}

func (noVars) Lookup(vctx.Scope, string) (string, bool) { return "", false }
