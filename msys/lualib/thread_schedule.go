package lualib

import (
	"context"
	"slices"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// running gives the thread that runs on t: a scriptThread, or the host's
// thread. It is what owns locks.
func (lib *threadLibrary) running(t *luavm.Thread) any {
	for {
		co := t.Running()
		if co == nil {
			return t
		}
		if th := lib.byCo[co]; th != nil {
			return th
		}
		t = co.Resumer()
	}
}

// wait lets other threads run until ready, which takes what it waits for; it
// is false when until comes first. Where nothing can ever make ready true, it raises an error. The
// arguments of the running function are lost.
func (lib *threadLibrary) wait(l *lua.State, ready func() bool, until time.Time) bool {
	t := luavm.Of(l)
	for !ready() {
		if !until.IsZero() && !time.Now().Before(until) {
			return false
		}
		if th := lib.byCo[t.Running()]; th != nil {
			th.ready, th.until = ready, until
			l.SetTop(0)
			t.Yield()
			th.ready = nil
			if th.granted {
				th.granted = false
				return true
			}
			continue
		}
		if lib.runOthers(t) {
			continue
		}
		next := lib.earliest(until)
		if next.IsZero() && lib.alone {
			luavm.Throw(l, 1, "deadlock: no thread can go on")
		}
		changed := lib.changed
		err := lib.options.block(l, func(ctx context.Context) error { return waitFor(ctx, changed, next) })
		if err != nil {
			luavm.Throw(l, 1, "%s", err.Error())
		}
	}
	return true
}

// waitFor returns at a time, when a lock has changed, or when ctx ends.
func waitFor(ctx context.Context, changed <-chan struct{}, at time.Time) error {
	var timer <-chan time.Time
	if !at.IsZero() {
		tm := time.NewTimer(time.Until(at))
		defer tm.Stop()
		timer = tm.C
	}
	select {
	case <-timer:
		return nil
	case <-changed:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// earliest gives the first time at which some thread goes on by itself.
func (lib *threadLibrary) earliest(until time.Time) time.Time {
	for _, th := range lib.threads {
		if !th.until.IsZero() && th.ready != nil && (until.IsZero() || th.until.Before(until)) {
			until = th.until
		}
	}
	return until
}

// runOthers lets each thread that can go on run; it is false if none can.
func (lib *threadLibrary) runOthers(t *luavm.Thread) bool {
	some := false
	for _, th := range slices.Clone(lib.threads) {
		if th.co.Status() != luavm.Suspended {
			continue
		}
		th.granted = th.ready != nil && th.ready()
		if th.ready == nil || th.granted || !th.until.IsZero() && !time.Now().Before(th.until) {
			some = true
			lib.run(t, th, 0)
		}
	}
	return some
}

// run resumes a thread with nargs values on top of t's stack.
func (lib *threadLibrary) run(t *luavm.Thread, th *scriptThread, nargs int) {
	l := t.L
	swap := func(name string, value any) (old any) {
		l.PushGlobalTable()
		l.PushString(name)
		l.RawGet(-2)
		old = t.Pop()
		l.PushString(name)
		t.Push(value)
		l.RawSet(-3)
		l.Pop(1)
		return old
	}
	tls, ostls := swap("_TLS", th.tls), swap("_OSTLS", th.ostls)
	n, ok := t.Resume(th.handle, nargs)
	swap("_TLS", tls)
	swap("_OSTLS", ostls)
	if th.co.Status() == luavm.Dead {
		th.done = true
		delete(lib.byCo, th.co)
		lib.threads = slices.DeleteFunc(lib.threads, func(o *scriptThread) bool { return o == th })
		lib.notify()
	}
	if !ok {
		lib.options.Print(l, "thread failed: "+luavm.ToStringMeta(l, -1))
		l.Pop(1)
	}
	l.Pop(n)
}

// notify tells those who wait outside of Lua that a lock has changed.
func (lib *threadLibrary) notify() {
	close(lib.changed)
	lib.changed = make(chan struct{})
}
