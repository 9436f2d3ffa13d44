package timer

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"sync"
	"time"
)

// ErrTooMany is given to OnError when a timer is not scheduled because there
// are Options.MaxTimers already.
var ErrTooMany = errors.New("too many timers")

// Func is what a timer runs. The context ends when the engine is closed. An
// error, or a panic, goes to Options.OnError and changes nothing else.
type Func func(ctx context.Context) error

// Options are the settings of an engine; nil works.
type Options struct {
	// Clock tells the time. If nil, the system's.
	Clock Clock
	// Run runs f for the timer of that name, now or soon, on any goroutine.
	// It may drop f when the host ends. If nil, f gets a goroutine.
	Run func(name string, f func())
	// OnError is told of functions that failed. If nil, they are logged.
	OnError func(name string, err error)
	// Logger takes records. If nil, slog.Default.
	Logger *slog.Logger
	// MaxTimers bounds the number of timers that wait. If zero, 1,000,000;
	// -1 means no bound.
	MaxTimers int
}

// Engine schedules timers. Make one with [New].
type Engine struct {
	clock   Clock
	run     func(name string, f func())
	onError func(name string, err error)
	max     int
	base    time.Time // zero of the engine's own time
	ctx     context.Context
	cancel  context.CancelFunc
	all     *Group

	mu      sync.Mutex
	closed  bool
	waiting queue
	wakeAt  time.Duration // when the clock calls, noWake if it does not
	stop    func() bool   // prevents that call
	running sync.WaitGroup
}

const noWake = time.Duration(math.MaxInt64)

// New makes an engine. Close ends it.
func New(o *Options) *Engine {
	if o == nil {
		o = &Options{}
	}
	e := &Engine{clock: o.Clock, run: o.Run, onError: o.OnError, max: o.MaxTimers, wakeAt: noWake}
	if e.clock == nil {
		e.clock = systemClock{}
	}
	if e.run == nil {
		e.run = func(_ string, f func()) { go f() }
	}
	if e.onError == nil {
		logger := o.Logger
		e.onError = func(name string, err error) {
			l := logger
			if l == nil {
				l = slog.Default()
			}
			l.Error("timer failed", "timer", name, "error", err)
		}
	}
	if e.max == 0 {
		e.max = 1_000_000
	}
	e.base = e.clock.Now()
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.all = &Group{e: e, state: groupStarted}
	return e
}

// After runs fn once when d has passed. A d of zero or less means as soon as
// possible, though never before After has returned.
func (e *Engine) After(d time.Duration, fn Func, name string) *Timer { return e.all.After(d, fn, name) }

// At runs fn once at t, at once if t is past. If the clock is set back
// meanwhile, fn waits for the new clock to reach t.
func (e *Engine) At(t time.Time, fn Func, name string) *Timer { return e.all.At(t, fn, name) }

// Every runs fn each time that d has passed, the first time after one d. The
// rate is fixed: a late or long run does not shift the ones that follow. Ticks
// that come while fn runs are left out. d is raised to one millisecond if it
// is less.
func (e *Engine) Every(d time.Duration, fn Func, name string) *Timer {
	return e.all.Every(d, fn, name)
}

// Len gives the number of timers that wait for their time.
func (e *Engine) Len() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.waiting)
}

// Close stops all timers for good, ends the context of the functions that run
// and waits for them. It must not be called by such a function. Timers that
// are made later never fire.
func (e *Engine) Close() {
	e.mu.Lock()
	e.closed = true
	for _, t := range e.waiting {
		t.index = notQueued
	}
	e.waiting = nil
	e.rearm(e.now())
	e.mu.Unlock()
	e.cancel()
	e.running.Wait()
}

// now gives the engine's time: what passed since it was made, which does not
// jump when the system's clock is set.
func (e *Engine) now() time.Duration { return e.clock.Now().Sub(e.base) }

// schedule queues t for engine time due; e.mu is held.
func (e *Engine) schedule(t *Timer, now, due time.Duration) error {
	t.due = due
	if t.index >= 0 {
		heap.Fix(&e.waiting, t.index)
	} else {
		if e.max > 0 && len(e.waiting) >= e.max {
			return fmt.Errorf("timer: schedule %q: %w (limit %d)", t.name, ErrTooMany, e.max)
		}
		heap.Push(&e.waiting, t)
	}
	e.rearm(now)
	return nil
}

// unschedule takes t from the queue and reports whether it was there; e.mu is
// held.
func (e *Engine) unschedule(t *Timer) bool {
	if t.index < 0 {
		return false
	}
	heap.Remove(&e.waiting, t.index)
	if len(e.waiting) == 0 {
		e.rearm(0)
	}
	return true
}

// rearm makes the clock call for the first timer; e.mu is held. A call that
// comes too early does no harm, so it is moved forward only.
func (e *Engine) rearm(now time.Duration) {
	switch {
	case len(e.waiting) == 0:
		if e.stop != nil {
			e.stop()
			e.stop, e.wakeAt = nil, noWake
		}
	case e.waiting[0].due < e.wakeAt:
		if e.stop != nil {
			e.stop()
		}
		e.wakeAt = e.waiting[0].due
		e.stop = e.clock.AfterFunc(e.wakeAt-now, e.wake)
	}
}

// wake runs what is due.
func (e *Engine) wake() {
	var ready []*Timer
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return
	}
	e.stop, e.wakeAt = nil, noWake
	now := e.now()
	for len(e.waiting) > 0 && e.waiting[0].due <= now {
		t := e.waiting[0]
		if wait := t.early(e.clock); wait > 0 {
			t.due = later(now, wait)
			heap.Fix(&e.waiting, 0)
			continue
		}
		if t.kind == every {
			t.due = later(t.due, t.d*((now-t.due)/t.d+1))
			heap.Fix(&e.waiting, 0)
		} else {
			heap.Pop(&e.waiting)
		}
		switch {
		case !t.running:
			t.running = true
			ready = append(ready, t)
		case t.kind != every:
			t.again = true
		}
	}
	e.rearm(now)
	e.mu.Unlock()
	for _, t := range ready {
		e.run(t.name, t.call)
	}
}

// call runs the timer's function once, and again if a timer that was started
// anew by it came due meanwhile.
func (t *Timer) call() {
	e := t.g.e
	for {
		e.mu.Lock()
		if e.closed || t.g.state == groupStopped || (t.skip && !t.again) {
			t.running, t.skip = false, false
			e.mu.Unlock()
			return
		}
		if !t.late {
			t.begin()
		}
		e.running.Add(1)
		e.mu.Unlock()

		err := t.protect(e.ctx)

		e.mu.Lock()
		e.running.Done()
		again := t.again
		t.again, t.begun, t.skip = false, false, false
		t.running = again
		e.mu.Unlock()
		if err != nil {
			e.onError(t.name, err)
		}
		if !again {
			return
		}
	}
}

// protect turns a panic of the function into an error.
func (t *Timer) protect(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("timer: %q panicked: %v\n%s", t.name, v, debug.Stack())
		}
	}()
	return t.fn(ctx)
}

// later adds two durations without passing the end of time.
func later(a, b time.Duration) time.Duration {
	if b > 0 && a > noWake-1-b {
		return noWake - 1
	}
	return a + b
}

// queue is a heap of timers by due time.
type queue []*Timer

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].due < q[j].due }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(x any) {
	t := x.(*Timer)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *queue) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	t.index = notQueued
	return t
}
