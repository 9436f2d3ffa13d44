package delivery

import (
	"context"
	"time"
)

// Advisor adapts delivery to what remote hosts answer. *adaptive.Engine is
// one. It is safe for concurrent use.
type Advisor interface {
	// Respond judges a reply of 400 or above: which rule it fires, what that
	// did, and the reply that counts, which a rule may have changed. After an
	// error the reply stays as it was.
	Respond(ctx context.Context, k Key, r Reply) (Decision, error)
	// State tells whether mail for k may be sent now.
	State(k Key) State
	// Value gives the effective value of an option for k, such as
	// "retry_interval"; ok is false if neither host nor rules set it.
	Value(ctx context.Context, k Key, option string) (v int64, ok bool)
	// Delivered counts n deliveries.
	Delivered(k Key, n int)
	// Bounced counts a failure for good, with its bounce class.
	Bounced(k Key, class int)
}

// Decision is what an [Advisor] made of a reply.
type Decision struct {
	// Rule names the rule that fired, "" for none.
	Rule string
	// Reply is the one that counts now.
	Reply Reply
	// Applied are the actions that took effect, Skipped those of the rule
	// that did not.
	Applied, Skipped []Applied
}

// Applied is one action of a rule.
type Applied struct {
	// Action is its name: "suspend", "throttle", "transcode" and so on.
	Action string
	// Params are its parameters as the rule has them.
	Params []string
	// Option is the option that it changed, from Old to New; "" for none.
	Option   string
	Old, New int64
	// Until is when it ends; the zero time if it has no end of its own.
	Until time.Time
	// Message is the rule's text for logs and notices.
	Message string
	// Reason says why the action was skipped, "" if it was not.
	Reason string
}

// Standing says whether mail may be sent.
type Standing int

const (
	Active     Standing = iota // mail is sent
	Suspended                  // mail waits
	Blackholed                 // mail is dropped
)

// State is how the mail of a [Key] stands.
type State struct {
	Standing Standing
	// Until is when a suspension or blackhole ends.
	Until time.Time
	// Rule names the rule that made it, "" if none did.
	Rule string
}
