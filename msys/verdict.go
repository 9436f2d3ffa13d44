package msys

import (
	"time"

	"github.com/gomsys/gomsys/message"
)

// Action is what a verdict comes to.
type Action string

const (
	// Accept: the command or message is accepted; the code is below 400.
	Accept Action = "accept"
	// Reject refuses for good: a 5xx code.
	Reject Action = "reject"
	// Defer refuses for now: a 4xx code.
	Defer Action = "defer"
	// Discard accepts towards the sender and delivers nothing.
	Discard Action = "discard"
	// Disconnect answers with the code and closes the connection.
	Disconnect Action = "disconnect"
)

// Verdict is what policy decided about one step of a session.
type Verdict struct {
	// Action is the decision.
	Action Action
	// Code is the SMTP reply code.
	Code int
	// Text is the reply's text without the code; lines are separated by
	// "\n". It has no other control bytes. Empty means the server's own text
	// for an accepted step.
	Text string
	// Tarpit is how long the host delays the reply.
	Tarpit time.Duration
}

// OK reports whether the step is accepted: also for Discard, and for
// Disconnect with a code below 400.
func (v Verdict) OK() bool { return v.Code < 400 }

// Result is what came of a message's data.
type Result struct {
	Verdict
	// Messages are the copies to queue, one per recipient. It is empty unless
	// the verdict accepts. With PerRecipient and NotifyRejected it also has
	// copies whose own Verdict refuses them.
	Messages []*Message
	// Recipients is the recipient list as policy left it.
	Recipients []string
	// Discarded are copies that policy dropped while it accepted the rest, or
	// all of them; they are for the record.
	Discarded []*Message
}

// Message is one recipient's copy of a received message, with its envelope,
// binding and context.
type Message struct {
	*message.Message
	// Verdict is this copy's own in EachRcptMode PerRecipient and
	// NotifyRejected; it accepts otherwise.
	Verdict Verdict
}

// actionFor tells the action of a code.
func actionFor(code int, disconnect bool) Action {
	switch {
	case disconnect:
		return Disconnect
	case code >= 500:
		return Reject
	case code >= 400:
		return Defer
	}
	return Accept
}
