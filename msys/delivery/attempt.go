package delivery

import (
	"net/netip"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx/macro"
)

// Attempt is one attempt to deliver a message to its recipient.
type Attempt struct {
	// Message is what is delivered; its envelope has one recipient.
	Message *message.Message
	// Binding is what the mail leaves from. If empty, the message's binding.
	Binding string
	// Domain is the routing domain. If empty, the message's.
	Domain string
	// Method is the way of delivery in lower case, such as "esmtp" or
	// "http". If empty, the message's.
	Method string
	// Remote is the other end; invalid if there was no connection.
	Remote netip.AddrPort
	// Phase is where the attempt stood when it ended, for rules and logs.
	Phase macro.Stage
	// Counters are those of the domain, which logging scripts see.
	Counters Counters
}

// Counters tell how deliveries to a domain went so far.
type Counters struct {
	Deliveries, Attempts, Transients, Failures int64
	// LastDelivery is the time of the last delivery; zero if there was none.
	LastDelivery time.Time
}

// Disposition is what becomes of a message after an attempt.
type Disposition int

const (
	// Delivered messages are done.
	Delivered Disposition = iota + 1
	// Deferred messages are tried again.
	Deferred
	// Failed messages make a bounce.
	Failed
	// Dropped messages are done without delivery and without a bounce.
	Dropped
)

// String gives the name in lower case.
func (d Disposition) String() string {
	switch d {
	case Delivered:
		return "delivered"
	case Deferred:
		return "deferred"
	case Failed:
		return "failed"
	case Dropped:
		return "dropped"
	}
	return "unknown"
}

// Outcome is what an attempt came to.
type Outcome struct {
	// Final is what becomes of the message.
	Final Disposition
	// Reply is the reply as rules and scripts left it.
	Reply Reply
	// RetryAfter is how long a deferred message waits at least; zero leaves
	// it to the host.
	RetryAfter time.Duration
	// Rule names the adaptive rule that fired, "" for none, and Actions are
	// those of its actions that took effect.
	Rule    string
	Actions []Applied
	// BounceCode is the bounce class of a failure for good, 0 if unknown.
	BounceCode int
}

// PlanAction is what to do with a message now.
type PlanAction int

const (
	// Send says to make the attempt.
	Send PlanAction = iota
	// Wait says to try again at Plan.Until.
	Wait
	// Blackhole says not to try: call Result with Plan.Reply, which drops the
	// message.
	Blackhole
)

// Plan is what policy says before an attempt.
type Plan struct {
	Action PlanAction
	// Key is the binding and domain that the plan is for.
	Key Key
	// Until is when the message may be tried again.
	Until time.Time
	// Reply is why it is not tried now.
	Reply Reply
	// Options are the effective values of those options that have one.
	Options map[string]int64
}
