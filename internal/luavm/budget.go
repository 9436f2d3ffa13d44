package luavm

import (
	"context"
	"errors"
	"fmt"
	"runtime/metrics"
	"time"
)

// The causes of the fatal errors that a Budget raises.
var (
	ErrInstructions = errors.New("instruction limit reached")
	ErrDeadline     = errors.New("time limit reached")
	ErrDepth        = errors.New("stack overflow: call depth limit reached")
	ErrMemory       = errors.New("memory limit reached")
)

// Budget limits what one call of the host may use. What exceeds it raises a
// fatal error, and again at every later look, so that no script goes on. The
// looks are at most 1,000 instructions apart.
//
// A Budget serves one call; it is used by the goroutine that runs it.
type Budget struct {
	// Ctx ends the call when it is done. If nil, nothing does.
	Ctx context.Context
	// Timeout is the wall time, without what lies between Pause and Resume.
	// If zero, no limit.
	Timeout time.Duration
	// MaxInstructions is the number of instructions of the virtual machine;
	// library functions that work long count more than one. If zero, no limit.
	MaxInstructions int64
	// MaxDepth is the number of nested calls. If zero, only the virtual
	// machine's own limits apply (a stack of 1,000,000 slots).
	MaxDepth int
	// MaxMemory is how many bytes the live heap of the process may grow
	// during the call. As other work counts too, it is looked at only when
	// the call has run for a million instructions. If zero, no limit.
	MaxMemory int64

	began      time.Time
	deadline   time.Time
	pausedAt   time.Time
	used       int64
	memoryLook int64 // the number of instructions at which to look next
	memoryBase int64
	heap       []metrics.Sample
	err        error
}

// memoryInterval is how many instructions run between two looks at the heap.
const memoryInterval = 250_000

// SetBudget makes b the budget of what runs on t from now on, nil for none.
// Coroutines work on the budget of who resumes them.
func (t *Thread) SetBudget(b *Budget) {
	if b != nil && b.began.IsZero() {
		b.begin()
	}
	t.budget = b
	t.installHook()
}

// Budget gives the running call's budget, nil if there is none.
func (t *Thread) Budget() *Budget { return t.budget }

func (b *Budget) begin() {
	b.began = time.Now()
	if b.Timeout > 0 {
		b.deadline = b.began.Add(b.Timeout)
	}
}

// Pause stops the clock while the call waits.
func (b *Budget) Pause() { b.pausedAt = time.Now() }

// Resume lets the clock go on.
func (b *Budget) Resume() {
	if !b.pausedAt.IsZero() && !b.deadline.IsZero() {
		b.deadline = b.deadline.Add(time.Since(b.pausedAt))
	}
	b.pausedAt = time.Time{}
}

// Used gives the number of instructions so far, give or take a thousand.
func (b *Budget) Used() int64 { return b.used }

// Charge counts n instructions for a library function's work, and raises a
// fatal error if that exceeds the budget. Calls with a small n are cheap.
func (t *Thread) Charge(n int) {
	b := t.budget
	if b == nil {
		return
	}
	before := b.used
	if b.used += int64(n); before/hookInterval != b.used/hookInterval {
		b.spend(t, 0)
	}
}

// spend counts instructions and raises what the budget does not allow.
func (b *Budget) spend(t *Thread, n int64) {
	b.used += n
	if b.err == nil {
		b.err = b.look(t)
	}
	if b.err != nil {
		t.raiseFatal(b.err)
	}
}

func (b *Budget) look(t *Thread) error {
	if b.MaxInstructions > 0 && b.used > b.MaxInstructions {
		return fmt.Errorf("%w (%d)", ErrInstructions, b.MaxInstructions)
	}
	if b.Ctx != nil && b.Ctx.Err() != nil {
		return fmt.Errorf("call ended: %w", context.Cause(b.Ctx))
	}
	if !b.deadline.IsZero() && time.Now().After(b.deadline) {
		return fmt.Errorf("%w (%v)", ErrDeadline, b.Timeout)
	}
	if b.MaxDepth > 0 && t.view.top > b.MaxDepth && t.Depth(b.MaxDepth+1) > b.MaxDepth {
		return fmt.Errorf("%w (%d)", ErrDepth, b.MaxDepth)
	}
	if b.MaxMemory > 0 && b.used >= b.memoryLook {
		return b.lookAtMemory()
	}
	return nil
}

func (b *Budget) lookAtMemory() error {
	first := b.memoryLook == 0
	b.memoryLook = b.used + memoryInterval
	if first {
		b.heap = []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	}
	metrics.Read(b.heap)
	if b.heap[0].Value.Kind() != metrics.KindUint64 {
		return nil
	}
	live := int64(b.heap[0].Value.Uint64())
	if first {
		b.memoryBase = live
		return nil
	}
	if b.used >= 4*memoryInterval && live-b.memoryBase > b.MaxMemory {
		return fmt.Errorf("%w (%d bytes)", ErrMemory, b.MaxMemory)
	}
	return nil
}
