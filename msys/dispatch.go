package msys

import (
	"context"
	"errors"
	"math"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// What functions of KindValidate hooks return.
const (
	validateCont  = 0
	validateDone  = 1
	validateAgain = 2
)

// invocation is one dispatch of a hook to the modules of a loop, in the order
// of their registration.
type invocation struct {
	hook *HookDef
	env  *bind.Env
	// session is the session whose step this is, nil outside of one. It has
	// the receivers of its modules; else these are the modules' own tables.
	session *Session
	// step is whose step this is: the session's or that of generated mail.
	step stepper
	// args and push, one of them if there are any, push the arguments after
	// self and return their number. args closes over nothing.
	args func(st stepper, l *lua.State, m *message.Message) int
	push func(l *lua.State) int
	// message is the message of the callout.
	message *message.Message
	// skipDropped ends the dispatch once policy has dropped the message.
	skipDropped bool
	// skip, if not nil, is asked before each module; true ends the dispatch.
	skip func() bool
	// results, if not nil, sees what a function returned: n values from
	// index first on. It may read them, for hooks with several results.
	results func(l *lua.State, first, n int)
	// only, if not nil, are the modules that the dispatch is for.
	only []*module
	// ran, if not nil, is told of each module before it runs.
	ran func(m *module)
	// raised, if not nil, is told of an exception of the module that ran last.
	raised func()

	owner lockOwner // of the module that runs
	busy  bool      // it has begun and not ended
}

// over reports whether the modules that are left do not run.
func (inv *invocation) over() bool {
	return inv.skipDropped && dropped(inv.message) || inv.skip != nil && inv.skip()
}

// dropped asks whether policy has dropped the message.
func dropped(m *message.Message) bool { return m.Disposition().Discarded }

// outcome is what a dispatch came to.
type outcome struct {
	called bool    // at least one module has the hook
	number float64 // KindInt: the result, 0 if none
	text   string  // KindString: the result
	isText bool
	failed *luavm.Error // the exception that ended the phase
}

// dispatch runs the hook's functions. The error is for the host: its context
// ended, or the loop has. Failures of scripts are in the outcome.
func (lp *loop) dispatch(inv *invocation) (out outcome, err error) {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	if lp.closed {
		return out, errLoopClosed
	}
	var t *worker
	defer func() {
		if t != nil {
			lp.giveBack(t)
		}
	}()
	inv.env.Callout, inv.env.Phase = inv.hook.Name, inv.hook.Phase
	inv.env.NoWait = ""
	if inv.hook.NoWait {
		inv.env.NoWait = inv.hook.Name
	}
	modules := lp.modules
	if inv.only != nil {
		modules = inv.only
	}
	for _, m := range modules {
		// The main state runs nothing now; most modules lack most hooks.
		if !m.pushHook(lp.main.L, inv.hook) {
			continue
		}
		fn := lp.main.Pop()
		if inv.over() {
			break
		}
		if t == nil {
			t = lp.borrow()
		}
		t.Push(fn)
		out.called = true
		stop, err := lp.callModule(inv, m, t, &out)
		if err != nil {
			return out, err
		}
		if !t.Reusable() {
			lp.giveBack(t)
			t = nil
		}
		if stop {
			break
		}
	}
	return out, nil
}

// callModule calls one module's function, which is on top of the stack, again
// while it returns VALIDATE_AGAIN. stop ends the dispatch.
func (lp *loop) callModule(inv *invocation, m *module, t *worker, out *outcome) (stop bool, err error) {
	l := t.L
	inv.env.Module = m.name
	t.Env, lp.running = inv.env, inv.env
	inv.owner = lockOwner{session: inv.session}
	inv.env.Owner = &inv.owner
	defer lp.rt.finish(&inv.owner, inv.env)
	if inv.session != nil {
		inv.session.noteRun(m)
	}
	if inv.ran != nil {
		inv.ran(m)
	}
	for again := 0; ; again++ {
		base := l.Top() // the function stays at base for another call
		l.PushValue(base)
		if inv.session != nil {
			inv.session.pushSelf(l, m)
		} else {
			m.table.Push(l)
		}
		n := 1
		switch {
		case inv.args != nil:
			n += inv.args(inv.step, l, inv.message)
		case inv.push != nil:
			n += inv.push(l)
		}
		t.limit(lp.rt, inv.env.Ctx())
		traced := lp.traceStart(inv.env, inv.hook, m)
		failure := t.PCall(n, lua.MultipleReturns)
		if failure == nil && inv.results != nil {
			inv.results(l, base+1, l.Top()-base)
		}
		l.SetTop(max(l.Top(), base+1)) // a missing result is nil
		lp.trace(traced, inv.env, inv.hook, l, base+1, failure)
		if failure != nil {
			return lp.failed(inv, m, failure, out)
		}
		verdict, wait := lp.readReturn(inv, m, l, base+1, out)
		l.SetTop(base)
		if !wait {
			l.Pop(1)
			return verdict, nil
		}
		if again >= lp.rt.cfg.AgainLimit {
			l.Pop(1)
			out.failed = &luavm.Error{Message: "VALIDATE_AGAIN returned too often", Cause: errAgain}
			lp.rt.logFailure(inv.env, m, out.failed)
			return true, nil
		}
		if err := lp.wait(inv.env.Ctx(), func(ctx context.Context) error { return sleep(ctx, lp.rt.cfg.AgainDelay) }); err != nil {
			return true, err
		}
	}
}

var errAgain = errors.New("msys: VALIDATE_AGAIN limit reached")

// failed decides what an exception does to the dispatch.
func (lp *loop) failed(inv *invocation, m *module, failure *luavm.Error, out *outcome) (stop bool, err error) {
	if cause := context.Cause(inv.env.Ctx()); cause != nil && failure.Fatal && errors.Is(failure, cause) {
		return true, cause
	}
	lp.rt.logFailure(inv.env, m, failure)
	if inv.raised != nil {
		inv.raised()
	}
	if (inv.hook.Kind == KindValidate || inv.hook.fatal) && lp.rt.cfg.ScriptError == FailSession {
		out.failed = failure
		return true, nil
	}
	return false, nil
}

// readReturn reads the first result. stop ends the dispatch, again asks for
// another call of the same function.
func (lp *loop) readReturn(inv *invocation, m *module, l *lua.State, index int, out *outcome) (stop, again bool) {
	isNumber := l.TypeOf(index) == lua.TypeNumber
	number, _ := l.ToNumber(index)
	switch inv.hook.Kind {
	case KindValidate:
		switch {
		case isNumber && number == validateCont:
		case isNumber && number == validateDone:
			return true, false
		case isNumber && number == validateAgain && !inv.hook.noAgain:
			return false, true
		default:
			hook, env := inv.hook, inv.env
			lp.warnOnce("return "+m.name+" "+hook.Name, func() {
				expected := ", expected VALIDATE_CONT, VALIDATE_DONE or VALIDATE_AGAIN"
				if hook.noAgain {
					expected = ", expected VALIDATE_CONT or VALIDATE_DONE"
				}
				lp.rt.record(env).Warn(hook.Name + " error: returned " + describe(l, index) + expected + "; taken as VALIDATE_CONT")
			})
		}
	case KindInt:
		if l.TypeOf(index) == lua.TypeBoolean && l.ToBoolean(index) {
			isNumber, number = true, 1
		}
		if isNumber && !math.IsNaN(number) && math.Trunc(number) != 0 {
			out.number = math.Trunc(number)
			return true, false
		}
	case KindString:
		if l.TypeOf(index) == lua.TypeString {
			out.text, _ = l.ToString(index)
			out.isText = true
			return true, false
		}
	}
	return false, false
}

// tracing is one call that is traced.
type tracing struct {
	CalloutTrace
	calls int // of the environment before
}

// traceStart tells the observer that a module's function is going to run; nil
// if nobody wants to know.
func (lp *loop) traceStart(env *bind.Env, d *HookDef, m *module) *tracing {
	cfg := &lp.rt.cfg
	if cfg.Trace == nil && cfg.Observer == nil {
		return nil
	}
	t := &tracing{CalloutTrace{Phase: phaseOf(d), Callout: d.Name, Module: m.name, Began: time.Now()}, env.Calls}
	if s, ok := env.Session.(*Session); ok {
		t.Session = s.ID()
		t.Code = s.v.Code()
	}
	if cfg.Observer != nil {
		cfg.Observer.CalloutStart(t.CalloutTrace)
	}
	return t
}

// trace tells of the end of the call; its first result is at index.
func (lp *loop) trace(t *tracing, env *bind.Env, d *HookDef, l *lua.State, index int, failure *luavm.Error) {
	if t == nil {
		return
	}
	t.Duration = time.Since(t.Began)
	t.Calls = env.Calls - t.calls
	if s, ok := env.Session.(*Session); ok {
		t.Code = s.v.Code()
	}
	if failure != nil {
		t.Error = failure.Message
	} else {
		t.Return = returnName(d, l, index)
	}
	if lp.rt.cfg.Trace != nil {
		lp.rt.cfg.Trace(t.CalloutTrace)
	}
	if lp.rt.cfg.Observer != nil {
		lp.rt.cfg.Observer.CalloutEnd(t.CalloutTrace)
	}
}

// returnName names the result at index.
func returnName(d *HookDef, l *lua.State, index int) string {
	if d.Kind == KindValidate && l.TypeOf(index) == lua.TypeNumber {
		switch n, _ := l.ToNumber(index); n {
		case validateCont:
			return "VALIDATE_CONT"
		case validateDone:
			return "VALIDATE_DONE"
		case validateAgain:
			return "VALIDATE_AGAIN"
		}
	}
	if l.IsNoneOrNil(index) {
		return ""
	}
	return describe(l, index)
}

// phaseOf names the phase of a hook for traces.
func phaseOf(d *HookDef) string {
	if d.Phase == 0 {
		return "any"
	}
	return d.Phase.String()
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
