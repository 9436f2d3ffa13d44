package luavm

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"

	lua "github.com/Shopify/go-lua"
)

// A coroutine is a state of its own that runs on a goroutine of its own while
// its resumer waits (iter.Pull makes the change cheap). Scripts see it as a
// thread value, its handle, which nothing in the coroutine refers to. When
// the handle is collected, nobody can resume the coroutine any more, and its
// goroutine is ended.

// Coroutine is a coroutine of Lua.
type Coroutine struct {
	u        *Universe
	t        *Thread // nil when it has ended
	status   Status
	trace    string  // where it failed
	resumer  *Thread // who resumed it, while it is running or normal
	handle   *handle // likewise
	resume   func() (struct{}, bool)
	stop     func()
	yield    func(struct{}) bool
	nargs    int // values on top of the state's stack for the other side
	failure  *luaError
	nesting  int  // coroutines that wait for this one
	watched  bool // cleanup is set
	broken   bool // its state cannot be used again
	switches atomic.Uint32
	cleanup  runtime.Cleanup
	prev     *Coroutine // list of those that have a goroutine
	next     *Coroutine
}

// handle is the thread value that scripts see. Its State is never used.
type handle struct {
	lua.State
	co *Coroutine
}

// Status is the state of a coroutine.
type Status byte

// The states of a coroutine, as coroutine.status names them.
const (
	Suspended Status = iota
	Running
	Normal // it has resumed another one
	Dead
)

// String gives the name that coroutine.status gives.
func (s Status) String() string { return [...]string{"suspended", "running", "normal", "dead"}[s] }

const (
	defaultMaxCoroutines = 10_000
	maxResumeNesting     = 190
)

// NewCoroutine pops a function and pushes a new coroutine that will call it.
func (t *Thread) NewCoroutine() *Coroutine {
	t.U.reap()
	f := t.view.pop()
	co := &Coroutine{u: t.U, t: t.NewThread()}
	co.t.co, co.t.handler = co, handler{kind: handlerHost}
	co.t.L.PushLightUserData(t.U.onError)
	co.t.L.PushLightUserData(f)
	h := &handle{co: co}
	t.L.PushLightUserData(&h.State)
	return co
}

// Coroutine gives the coroutine of a raw thread value, nil if it is none.
func (u *Universe) Coroutine(raw any) *Coroutine {
	l, ok := raw.(*lua.State)
	if !ok {
		return nil
	}
	if viewOf[stateView](l).global == nil {
		return viewOf[handle](l).co
	}
	return Of(l).co
}

// Running gives the coroutine that runs t, nil for a thread of the host.
func (t *Thread) Running() *Coroutine { return t.co }

// PushRunning pushes the thread value of what runs, and tells whether it is
// a thread of the host.
func (t *Thread) PushRunning() (host bool) {
	if t.co == nil {
		t.L.PushThread()
		return true
	}
	t.L.PushLightUserData(&t.co.handle.State)
	return false
}

// Status gives the state of the coroutine.
func (co *Coroutine) Status() Status { return co.status }

// Thread gives the coroutine's own state, nil when it has ended.
func (co *Coroutine) Thread() *Thread { return co.t }

// Resumer gives the thread that resumed the coroutine, nil if it is suspended
// or dead.
func (co *Coroutine) Resumer() *Thread { return co.resumer }

// Traceback gives the calls of the coroutine from level on, as
// [Thread.Traceback] does; if it has failed, those at the error.
func (co *Coroutine) Traceback(level int) string {
	switch {
	case co.t != nil:
		return co.t.Traceback("", level)
	case co.trace != "":
		return co.trace
	}
	return tracebackTitle
}

// Resume runs co with the nargs values on top of t's stack until it yields,
// returns or fails. raw is its thread value. It leaves n results on t's
// stack, or an error value if ok is false. Fatal errors go on through it.
func (t *Thread) Resume(raw any, nargs int) (n int, ok bool) {
	co := t.U.Coroutine(raw)
	failure, n := t.resume(co, raw, nargs)
	if failure == nil {
		return n, true
	}
	if failure.fatal {
		t.passOn(failure)
	}
	return 1, false
}

// passOn raises a fatal error of a coroutine in its resumer.
func (t *Thread) passOn(failure *luaError) {
	t.faulty = true
	failure.trace = joinTraces(failure.trace, t.Traceback("", 0))
	panic(failure)
}

// joinTraces puts the traceback of a coroutine before that of its resumer.
func joinTraces(inner, outer string) string {
	if inner == "" {
		return outer
	}
	return inner + "\nresumed at:" + strings.TrimPrefix(outer, tracebackTitle)
}

// ResumeWrapped is Resume for coroutine.wrap: an error is raised again, a
// string with the position of the caller before it.
func (t *Thread) ResumeWrapped(raw any, nargs int) (n int) {
	co := t.U.Coroutine(raw)
	failure, n := t.resume(co, raw, nargs)
	if failure == nil {
		return n
	}
	if failure.fatal {
		t.passOn(failure)
	}
	if v := t.view.at(-1); isText(v) {
		t.L.Pop(1)
		t.L.PushString(t.Position(1) + FormatValue(v))
	}
	if failure.cause == nil {
		failure = &luaError{}
	}
	failure.message, _ = t.view.at(-1).(string)
	t.handle()
	if co != nil && t.handler.kind == handlerHost {
		t.trace = joinTraces(co.trace, t.trace)
	}
	panic(failure)
}

// resume does the work of Resume. With a failure the error value is on top.
func (t *Thread) resume(co *Coroutine, raw any, nargs int) (failure *luaError, n int) {
	refuse := func(text string) (*luaError, int) {
		t.L.Pop(nargs)
		t.L.PushString(text)
		return plain, 1
	}
	u := t.U
	switch {
	case co == nil:
		return refuse("cannot resume non-suspended coroutine")
	case co.status == Dead:
		return refuse("cannot resume dead coroutine")
	case co.status != Suspended:
		return refuse("cannot resume non-suspended coroutine")
	case !co.t.L.CheckStack(nargs + 1):
		return refuse("too many arguments to resume")
	}
	if t.co != nil {
		if co.nesting = t.co.nesting + 1; co.nesting > maxResumeNesting {
			return refuse("C stack overflow")
		}
	} else {
		co.nesting = 1
	}
	if co.resume == nil {
		if text := u.start(co); text != "" {
			return refuse(text)
		}
	}
	h := handleOf(raw, co)
	t.Charge(resumeCharge)
	co.enter(t, h, nargs)
	co.resume()
	co.leave(t, h)
	if n = co.nargs; !t.L.CheckStack(n + 1) {
		co.t.L.Pop(n)
		t.L.PushString("too many results to resume")
		return plain, 1
	}
	xmove(co.t, t, n)
	failure = co.failure
	if co.status == Dead {
		u.finished(co)
	} else if !co.watched {
		co.watched = true
		co.cleanup = runtime.AddCleanup(h, abandoned, co)
	}
	runtime.KeepAlive(h)
	return failure, n
}

// handleOf gives the handle behind a thread value, a new one if the value is
// the coroutine's state itself.
func handleOf(raw any, co *Coroutine) *handle {
	if viewOf[stateView](raw).global != nil {
		return &handle{co: co}
	}
	return viewOf[handle](raw)
}

// resumeCharge is how many instructions a resume counts for.
const resumeCharge = 50

func (co *Coroutine) enter(from *Thread, h *handle, nargs int) {
	co.status, co.resumer, co.handle = Running, from, h
	if from.co != nil {
		from.co.status = Normal
	}
	to := co.t
	to.Env = from.Env
	if to.budget != from.budget {
		to.budget = from.budget
		to.installHook()
	}
	to.updateMetaTables()
	xmove(from, to, nargs)
	co.nargs = nargs
}

func (co *Coroutine) leave(to *Thread, h *handle) {
	co.resumer, co.handle = nil, nil
	co.switches.Add(1)
	if to.co != nil {
		to.co.status = Running
	}
	if co.status == Running {
		co.status = Suspended
	}
	if co.t.faulty {
		to.faulty = true
	}
	co.t.Env, co.t.budget = nil, nil
	to.updateMetaTables()
}

// body is the coroutine's life on its goroutine.
func (co *Coroutine) body(yield func(struct{}) bool) {
	defer co.catch()
	co.yield = yield
	t := co.t
	err := t.L.ProtectedCall(co.nargs, lua.MultipleReturns, 1)
	if err != nil {
		co.failure, co.trace = t.caught(err), t.trace
		if co.failure.trace != "" {
			co.trace = co.failure.trace
		}
		co.nargs = 1
	} else {
		co.nargs = t.L.Top() - 1
	}
	co.status = Dead
}

// catch makes a Go panic that the virtual machine let pass an error of the
// coroutine. Its state is not used any more.
func (co *Coroutine) catch() {
	r := recover()
	if r == nil {
		return
	}
	cause := panicCause(r)
	co.t.L.PushString(fmt.Sprintf("gomsys: Go panic: %v", cause))
	co.failure = &luaError{cause: cause, goStack: debug.Stack()}
	co.nargs, co.status, co.broken = 1, Dead, true
}

// Yield suspends the coroutine that runs on t, with all values of the running
// Go function's frame, and returns the number of values that the next resume
// gave, which then are the frame's only ones.
func (t *Thread) Yield() int {
	co := t.co
	if co == nil {
		Throw(t.L, 1, "attempt to yield from outside a coroutine")
	}
	co.nargs = t.L.Top()
	if !co.yield(struct{}{}) {
		runtime.Goexit() // the coroutine is to end here, without running any Lua code
	}
	return co.nargs
}

// finished forgets a coroutine that has come to its end.
func (u *Universe) finished(co *Coroutine) {
	u.live.mu.Lock()
	u.live.unlink(co)
	u.live.mu.Unlock()
	if co.watched {
		co.cleanup.Stop()
	}
	t := co.t
	co.t = nil
	if !t.faulty && !co.broken {
		t.recycle()
	}
}

// LuaYield is the coroutine.yield of the standard library.
func LuaYield(l *lua.State) int { return Of(l).Yield() }
