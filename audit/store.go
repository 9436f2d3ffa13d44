package audit

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Shape identifies counts that hosts share: hosts with the same Shape count
// together.
type Shape struct {
	// Name is "as:" and the name of a series, or "ia:" and a metric.
	Name string
	// Interval is the length of a window in seconds.
	Interval int64
	// Windows is the number of windows.
	Windows int
}

// Life is how long a store has to keep a count after its last change.
func (s Shape) Life() time.Duration { return time.Duration(int64(s.Windows)+1) * s.seconds() }

func (s Shape) seconds() time.Duration { return time.Duration(s.Interval) * time.Second }

// Delta is a change of one item in one window.
type Delta struct {
	Shape Shape
	// Item is "4:24:192.0.2.0" or "6:64:2001:db8::" for a block of addresses,
	// or "s:" and the text.
	Item string
	// Window is the number of the window, N what to add.
	Window, N int64
}

// Sum asks for the total of items over a range of windows, both inclusive.
type Sum struct {
	Shape    Shape
	Items    []string
	From, To int64
}

// Store keeps windows that several hosts share. Implementations may be called
// concurrently, honour the context and need one round trip per call.
// [MemoryStore] is one for tests and for several engines in a process.
type Store interface {
	// AddWindows adds all deltas. If some certainly were not added, the error
	// is an [UnappliedError]; deltas of any other failed call are not sent
	// again, because they may have been added.
	AddWindows(ctx context.Context, d []Delta) error
	// SumWindows gives the totals for all questions, in their order.
	SumWindows(ctx context.Context, q []Sum) ([]int64, error)
	// TakeWindows removes an item and gives its counts by window.
	TakeWindows(ctx context.Context, s Shape, item string) (map[int64]int64, error)
}

// SessionStore keeps the numbers of open sessions of several hosts.
// Implementations may be called concurrently and honour the context.
type SessionStore interface {
	// PutSessions sets the node's numbers for some items, 0 to remove them,
	// and says that the node is alive for the time of lease; a lease of 0
	// removes the node.
	PutSessions(ctx context.Context, node string, lease time.Duration, counts map[string]int64) error
	// SumSessions adds up the numbers of the items over all nodes that are
	// alive.
	SumSessions(ctx context.Context, items []string) (int64, error)
}

// UnappliedError is the error of [Store.AddWindows] when some deltas certainly
// were not added.
type UnappliedError struct {
	// Deltas are those that may be sent again.
	Deltas []Delta
	// Err is the cause.
	Err error
}

// Error implements error.
func (e *UnappliedError) Error() string {
	return fmt.Sprintf("%d deltas not added: %v", len(e.Deltas), e.Err)
}

// Unwrap gives the cause.
func (e *UnappliedError) Unwrap() error { return e.Err }

// unapplied gives the deltas that may be sent again.
func unapplied(err error) []Delta {
	var u *UnappliedError
	if errors.As(err, &u) {
		return u.Deltas
	}
	return nil
}
