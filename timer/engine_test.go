package timer_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/timer"
)

var t0 = time.Unix(1700000100, 0)

// stepped gives an engine on a clock that stands still; functions run on the
// goroutine that moves the clock.
func stepped(t *testing.T, o timer.Options) (*timer.Engine, *timer.ManualClock) {
	t.Helper()
	clock := timer.NewManualClock(t0)
	o.Clock = clock
	if o.Run == nil {
		o.Run = func(_ string, f func()) { f() }
	}
	e := timer.New(&o)
	t.Cleanup(func() {
		e.Close()
		if n := clock.Waiting(); n != 0 {
			t.Errorf("%d calls of the clock are left", n)
		}
	})
	return e, clock
}

func count(n *int) timer.Func {
	return func(context.Context) error { *n++; return nil }
}

func TestAfter(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	n := 0
	tm := e.After(10*time.Second, count(&n), "x")
	if tm.Name() != "x" {
		t.Errorf("name %q", tm.Name())
	}
	for _, step := range []struct {
		d    time.Duration
		want int
	}{{9900 * time.Millisecond, 0}, {100 * time.Millisecond, 1}, {90 * time.Second, 1}} {
		if clock.Advance(step.d); n != step.want {
			t.Errorf("at %v: %d calls, want %d", clock.Now().Sub(t0), n, step.want)
		}
	}
	tm.Start()
	if clock.Advance(10 * time.Second); n != 2 {
		t.Errorf("after Start: %d calls, want 2", n)
	}
	if tm.Stop() {
		t.Error("Stop after the call is true")
	}
}

func TestAfterNeverRunsBeforeItReturns(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	n := 0
	e.After(0, count(&n), "")
	e.After(-time.Hour, count(&n), "")
	if n != 0 {
		t.Error("ran at once")
	}
	if clock.Advance(0); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

func TestEvery(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	var at []time.Duration
	r := e.Every(2*time.Second, func(context.Context) error {
		at = append(at, clock.Now().Sub(t0))
		return nil
	}, "")
	clock.Advance(6 * time.Second)
	clock.Set(clock.Now().Add(60*time.Second + 500*time.Millisecond))
	clock.Advance(2 * time.Second)
	want := []time.Duration{2e9, 4e9, 6e9, 66.5e9, 68e9}
	if diff := cmp.Diff(want, at); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if !r.Stop() || r.Stop() {
		t.Error("Stop must be true once")
	}
	if clock.Advance(time.Minute); len(at) != len(want) {
		t.Error("ran after Stop")
	}
	r.Start()
	if clock.Advance(2 * time.Second); len(at) != len(want)+1 {
		t.Error("Start did not re-arm")
	}
}

func TestEveryGoesOnAfterFailure(t *testing.T) {
	var failed []string
	e, clock := stepped(t, timer.Options{OnError: func(name string, err error) {
		failed = append(failed, name+": "+strings.SplitN(err.Error(), "\n", 2)[0])
	}})
	n := 0
	e.Every(time.Second, func(context.Context) error {
		if n++; n == 2 {
			panic("two")
		}
		return errors.New("bad")
	}, "r")
	clock.Advance(3 * time.Second)
	want := []string{"r: bad", `r: timer: "r" panicked: two`, "r: bad"}
	if diff := cmp.Diff(want, failed); diff != "" {
		t.Error(diff)
	}
}

func TestAt(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	past, future := 0, 0
	p := e.At(t0.Add(-5*time.Second), count(&past), "")
	f := e.At(t0.Add(time.Hour), count(&future), "")
	clock.Advance(0)
	if clock.Advance(time.Minute); past != 1 || future != 0 {
		t.Errorf("past %d, future %d", past, future)
	}
	p.Start() // still past
	if clock.Advance(0); past != 2 {
		t.Errorf("past %d after Start", past)
	}
	clock.Set(t0.Add(-time.Hour)) // the clock is corrected
	if clock.Advance(2*time.Hour - 1); future != 0 {
		t.Error("ran before its time")
	}
	if clock.Advance(1); future != 1 {
		t.Errorf("future %d", future)
	}
	if f.Pending() {
		t.Error("pending after its call")
	}
}

func TestStartInCallback(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	n := 0
	var tm *timer.Timer
	tm = e.After(time.Second, func(context.Context) error {
		if n++; n < 3 {
			tm.Start()
		}
		return nil
	}, "")
	if clock.Advance(10 * time.Second); n != 3 {
		t.Errorf("%d calls, want 3", n)
	}
	n = 0
	var r *timer.Timer
	r = e.Every(time.Second, func(context.Context) error {
		n++
		if !r.Stop() {
			t.Error("a repeating timer is pending while it runs")
		}
		return nil
	}, "")
	if clock.Advance(10 * time.Second); n != 1 {
		t.Errorf("%d calls after Stop in the callback, want 1", n)
	}
}

// late keeps what an engine wants to run.
type late struct{ f []func() }

func (l *late) run(_ string, f func()) { l.f = append(l.f, f) }

func (l *late) flush() {
	f := l.f
	l.f = nil
	for _, f := range f {
		f()
	}
}

func TestStopBeforeTheHostRunsIt(t *testing.T) {
	var host late
	e, clock := stepped(t, timer.Options{Run: host.run})
	n := 0
	tm := e.After(time.Second, count(&n), "")
	clock.Advance(time.Second)
	if !tm.Pending() || !tm.Stop() || tm.Stop() {
		t.Error("a call that has not begun can be stopped once")
	}
	if host.flush(); n != 0 {
		t.Error("ran after Stop")
	}
	tm.Start()
	clock.Advance(time.Second)
	tm.Start() // takes the earlier call back
	if host.flush(); n != 0 {
		t.Error("ran although started anew")
	}
	clock.Advance(time.Second)
	if host.flush(); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
	tm.Start()
	clock.Advance(time.Second)
	tm.Start()
	clock.Advance(time.Second)
	if host.flush(); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
	if clock.Advance(time.Minute); tm.Pending() {
		t.Error("still pending")
	}
}

func TestNoOverlap(t *testing.T) {
	clock := timer.NewManualClock(t0)
	e := timer.New(&timer.Options{Clock: clock})
	begun, release := make(chan bool), make(chan bool)
	var running, calls atomic.Int32
	fn := func(context.Context) error {
		if running.Add(1) > 1 {
			t.Error("overlaps")
		}
		calls.Add(1)
		begun <- true
		<-release
		running.Add(-1)
		return nil
	}
	e.Every(time.Second, fn, "")
	clock.Advance(time.Second)
	<-begun
	clock.Advance(5 * time.Second) // ticks that are left out
	release <- true
	for running.Load() != 0 {
		runtime.Gosched()
	}
	// The engine learns of the end a moment later than this test.
	for again := false; !again; {
		clock.Advance(time.Second)
		select {
		case <-begun:
			again = true
		default:
			runtime.Gosched()
		}
	}
	close(release)
	e.Close()

	e = timer.New(&timer.Options{Clock: clock})
	release = make(chan bool)
	calls.Store(0)
	tm := e.After(time.Second, fn, "")
	clock.Advance(time.Second)
	<-begun
	tm.Start()
	clock.Advance(time.Second) // due while it runs: runs afterwards
	release <- true
	<-begun
	release <- true
	e.Close()
	if calls.Load() != 2 {
		t.Errorf("%d calls, want 2", calls.Load())
	}
}

func TestCloseWaitsAndCancels(t *testing.T) {
	clock := timer.NewManualClock(t0)
	e := timer.New(&timer.Options{Clock: clock})
	begun := make(chan bool)
	ended := false
	e.After(0, func(ctx context.Context) error {
		close(begun)
		<-ctx.Done()
		ended = true
		return nil
	}, "")
	clock.Advance(0)
	<-begun
	e.Close()
	if !ended {
		t.Error("Close did not wait")
	}
	n := 0
	tm := e.After(0, count(&n), "")
	tm.Start()
	if clock.Advance(time.Hour); n != 0 || tm.Pending() || tm.Stop() {
		t.Error("a timer of a closed engine is alive")
	}
}

func TestGroups(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	oldCalls, newCalls, failCalls := 0, 0, 0
	old := e.NewGroup()
	old.Every(time.Second, count(&oldCalls), "old")
	if clock.Advance(5 * time.Second); oldCalls != 0 {
		t.Error("ran before the group's start")
	}
	old.Start()
	if clock.Advance(2 * time.Second); oldCalls != 2 {
		t.Errorf("old: %d calls, want 2", oldCalls)
	}

	failed := e.NewGroup() // a load that fails
	failed.Every(time.Second, count(&failCalls), "failed")
	failed.Stop()
	failed.Start()
	if clock.Advance(2 * time.Second); failCalls != 0 || oldCalls != 4 {
		t.Errorf("failed load: %d and %d calls, want 0 and 4", failCalls, oldCalls)
	}

	next := e.NewGroup()
	tm := next.After(time.Second, count(&newCalls), "new")
	gone := next.After(time.Second, count(&newCalls), "gone")
	if !tm.Pending() || !gone.Stop() || gone.Stop() {
		t.Error("a held timer is pending")
	}
	next.Start()
	old.Stop()
	if clock.Advance(10 * time.Second); oldCalls != 4 || newCalls != 1 {
		t.Errorf("after reload: old %d, new %d; want 4, 1", oldCalls, newCalls)
	}
	if e.Len() != 0 {
		t.Errorf("%d timers left", e.Len())
	}
}

func TestGroupStopKeepsOthers(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	g := e.NewGroup()
	g.Start()
	mine, others := 0, 0
	for i := range 20 {
		g.After(time.Duration(i)*time.Second, count(&mine), "")
		e.After(time.Duration(20-i)*time.Second, count(&others), "")
	}
	g.Stop()
	if clock.Advance(time.Minute); mine != 0 || others != 20 {
		t.Errorf("mine %d, others %d; want 0, 20", mine, others)
	}
}

func TestMaxTimers(t *testing.T) {
	var errs []error
	e, clock := stepped(t, timer.Options{MaxTimers: 1, OnError: func(_ string, err error) { errs = append(errs, err) }})
	n := 0
	e.After(time.Second, count(&n), "a")
	b := e.After(time.Second, count(&n), "b")
	if len(errs) != 1 || !errors.Is(errs[0], timer.ErrTooMany) || b.Pending() {
		t.Errorf("errors %v", errs)
	}
	clock.Advance(time.Second)
	b.Start()
	if clock.Advance(time.Second); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

func TestLongDelays(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	n := 0
	e.After(1<<63-1, count(&n), "")
	e.Every(1<<63-1, count(&n), "")
	e.At(time.Unix(1<<40, 0), count(&n), "")
	if clock.Advance(1000 * time.Hour); n != 0 {
		t.Error("ran")
	}
}

// TestRealTime runs many timers on the system's clock.
func TestRealTime(t *testing.T) {
	before := runtime.NumGoroutine()
	e := timer.New(nil)
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Add(1)
		tm := e.After(time.Duration(i%7)*time.Millisecond, func(context.Context) error { wg.Done(); return nil }, "")
		if i%3 == 0 && tm.Stop() {
			wg.Done()
		}
	}
	wg.Wait()
	e.Every(time.Hour, func(context.Context) error { return nil }, "")
	e.Close()
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i > 1e6 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		runtime.Gosched()
	}
}

func TestManualClock(t *testing.T) {
	clock := timer.NewManualClock(t0)
	var got []string
	say := func(s string) func() { return func() { got = append(got, s) } }
	clock.AfterFunc(2*time.Second, say("b"))
	stop := clock.AfterFunc(time.Second, say("no"))
	clock.AfterFunc(time.Second, func() {
		say("a")()
		clock.AfterFunc(time.Second, say("c"))
	})
	if !stop() || stop() {
		t.Error("stop must be true once")
	}
	clock.Advance(2 * time.Second)
	clock.AfterFunc(0, say("d"))
	clock.Set(t0)
	clock.Set(t0.Add(time.Hour))
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, got); diff != "" {
		t.Error(diff)
	}
}
