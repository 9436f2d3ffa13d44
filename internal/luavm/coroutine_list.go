package luavm

import (
	"errors"
	"iter"
	"reflect"
	"slices"
	"sync"

	lua "github.com/Shopify/go-lua"
)

// coroutines are those of a universe that have a goroutine.
type coroutines struct {
	mu     sync.Mutex
	first  *Coroutine
	count  int
	dead   []*Coroutine // abandoned, to be ended at the next opportunity
	closed bool
}

var errUniverseClosed = errors.New("luavm: universe is closed")

// start gives co its goroutine; a text says why that is refused.
func (u *Universe) start(co *Coroutine) string {
	limit := u.MaxCoroutines
	if limit == 0 {
		limit = defaultMaxCoroutines
	}
	c := &u.live
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errUniverseClosed.Error()
	}
	if limit > 0 && c.count >= limit {
		return "too many coroutines"
	}
	c.count++
	if co.next = c.first; c.first != nil {
		c.first.prev = co
	}
	c.first = co
	co.resume, co.stop = iter.Pull(co.body)
	return ""
}

func (c *coroutines) has(co *Coroutine) bool { return co.prev != nil || c.first == co }

// unlink takes co off the list of those with a goroutine; false if it was not
// on it any more. The list is locked.
func (c *coroutines) unlink(co *Coroutine) bool {
	if !c.has(co) {
		return false
	}
	if co.prev != nil {
		co.prev.next = co.next
	} else {
		c.first = co.next
	}
	if co.next != nil {
		co.next.prev = co.prev
	}
	co.prev, co.next = nil, nil
	c.count--
	return true
}

// abandoned is called, on a goroutine of the Go runtime, when the handle of a
// suspended coroutine has been collected.
func abandoned(co *Coroutine) {
	u := co.u
	u.live.mu.Lock()
	listed := u.live.has(co)
	quiet := false
	if listed {
		co.switches.Load() // what the coroutine did happened before
		quiet = co.endsQuietly()
		u.live.dead = append(u.live.dead, co)
	}
	u.live.mu.Unlock()
	switch {
	case !listed:
	case u.Lock != nil:
		go func() {
			u.Lock.Lock()
			defer u.Lock.Unlock()
			u.reap()
		}()
	case quiet:
		go u.end(co)
	}
}

// endsQuietly tells whether no Go code but this package's is on the stack of
// a suspended coroutine, so that ending it runs no deferred function that
// might meet what runs at the same time.
func (co *Coroutine) endsQuietly() bool {
	v := co.t.view
	for ci := v.callInfo; ci != &v.baseCallInfo; ci = ci.previous {
		if co.t.closure(ci) != nil {
			continue
		}
		f := v.stack[ci.function]
		if reflect.TypeOf(f) != co.u.types.goFunction || !slices.Contains(quiet, viewOf[goFunctionView](f).pointer()) {
			return false
		}
	}
	return true
}

// quiet are the functions that may be on the stack of a coroutine that is
// ended while others run.
var quiet = []uintptr{pointerOf(LuaYield), pointerOf(LuaPCall), pointerOf(LuaXPCall)}

func pointerOf(f lua.Function) uintptr { return reflect.ValueOf(f).Pointer() }

// reap ends the abandoned coroutines.
func (u *Universe) reap() {
	u.live.mu.Lock()
	dead := u.live.dead
	u.live.dead = nil
	u.live.mu.Unlock()
	for _, co := range dead {
		u.end(co)
	}
}

// end ends a suspended coroutine and its goroutine.
func (u *Universe) end(co *Coroutine) {
	u.live.mu.Lock()
	listed := u.live.unlink(co)
	u.live.mu.Unlock()
	if !listed {
		return
	}
	done := make(chan struct{})
	go func() { // stop ends the goroutine that calls it, like the coroutine's
		defer close(done)
		co.stop()
	}()
	<-done
}

// Close ends all suspended coroutines; none can be started afterwards. It
// must be called for a universe whose coroutines may be suspended when it is
// dropped, and by the one who may run its code.
func (u *Universe) Close() {
	u.live.mu.Lock()
	u.live.closed = true
	var all []*Coroutine
	for co := u.live.first; co != nil; co = co.next {
		if co.status == Suspended {
			all = append(all, co)
		}
	}
	u.live.mu.Unlock()
	for _, co := range all {
		u.end(co)
		co.status, co.t = Dead, nil
	}
	u.spare = nil
}
