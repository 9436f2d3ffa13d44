package delivery

import (
	"context"
	"time"

	"github.com/gomsys/gomsys/message"
)

// Hooks reach the policy scripts. Package modules/outbound makes one of an
// *msys.Runtime; [NopHooks] has no scripts. It is safe for concurrent use.
//
// A script that fails is logged by whoever runs it and has no opinion; errors
// are the host's own, such as a context that ended or a closed runtime.
type Hooks interface {
	// Has reports whether any script defines the callout.
	Has(callout string) bool
	// Log tells the logging callouts of an attempt.
	Log(ctx context.Context, ev LogEvent) error
	// Dispose runs generic_delivery_msg_dispose with status as the message's
	// DLV_Response_Status, and tells whether that is empty or gone
	// afterwards.
	Dispose(ctx context.Context, m *message.Message, status string) (delivered bool, err error)
	// CallHook runs any other callout. args are plain values and objects of
	// the library; the results are those of the function that decided, nil if
	// none did.
	CallHook(ctx context.Context, callout string, args ...any) ([]any, error)
}

// EventKind says what a [LogEvent] tells, and so which callout is told.
type EventKind int

// Kinds of events.
const (
	EventAttempt   EventKind = iota // core_log_attempt_v1
	EventDelivery                   // core_log_delivery_v1
	EventTransient                  // core_log_transient_failure_v1
	EventPermanent                  // core_log_permanent_failure_v1
)

// LogEvent is what logging callouts are told of an attempt.
type LogEvent struct {
	Kind EventKind
	// Time is when the attempt ended.
	Time time.Time
	// Attempt is complete: its Binding, Domain and Method are set.
	Attempt *Attempt
	// Note is the reply as text.
	Note string
}

// NopHooks are the hooks of a server without scripts. A host that wants some
// of them embeds it.
type NopHooks struct{}

// Has implements [Hooks]; there are none.
func (NopHooks) Has(string) bool { return false }

// Log implements [Hooks] and does nothing.
func (NopHooks) Log(context.Context, LogEvent) error { return nil }

// Dispose implements [Hooks]: only an empty status is a delivery.
func (NopHooks) Dispose(_ context.Context, _ *message.Message, status string) (bool, error) {
	return status == "", nil
}

// CallHook implements [Hooks] and gives nothing.
func (NopHooks) CallHook(context.Context, string, ...any) ([]any, error) { return nil, nil }

// HookNumber gives the number that decided a callout, 0 if none did; results
// are those of [Hooks.CallHook]. true is 1.
func HookNumber(results []any) int {
	if len(results) == 0 {
		return 0
	}
	switch v := results[0].(type) {
	case float64:
		if v > -1<<31 && v < 1<<31 {
			return int(v)
		}
	case bool:
		if v {
			return 1
		}
	case int:
		return v
	}
	return 0
}
