package msys

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// loop is an event loop: one Lua universe with its globals and modules, and
// one lock. Whoever holds the lock may run Lua code in it; waiting calls give
// it up meanwhile.
type loop struct {
	rt    *Runtime
	gen   *generation
	index int // 0 is the first loop

	mu      sync.Mutex
	main    *luavm.Thread
	free    []*worker
	running *bind.Env // of the call that holds the lock
	stdout  lineWriter
	modules []*module
	ostls   bind.Ref

	commands []*command             // registered here, on the first loop only
	auths    map[string]*authScheme // likewise
	warned   map[string]bool

	waiter  func(ctx context.Context, f func(context.Context) error) error // wait, made once
	users   atomic.Int64                                                   // sessions and jobs that still need the loop
	retired atomic.Bool
	closed  bool

	retireMu sync.Mutex
	onRetire []func()
}

var errLoopClosed = errors.New("msys: event loop has ended")

// maxIdleStates bounds the thread states that a loop keeps for later.
const maxIdleStates = 64

// worker is a thread state and the limits of the call that runs on it.
type worker struct {
	*luavm.Thread
	budget luavm.Budget
}

// limit gives the next call on w fresh limits, with ctx as its context.
func (w *worker) limit(rt *Runtime, ctx context.Context) {
	l := &rt.cfg.Limits
	w.budget = luavm.Budget{
		Ctx:             ctx,
		Timeout:         l.Time,
		MaxInstructions: l.Instructions,
		MaxDepth:        l.Depth,
		MaxMemory:       l.Memory,
	}
	w.SetBudget(&w.budget)
}

// borrow takes a thread state; the lock is held.
func (lp *loop) borrow() *worker {
	if n := len(lp.free); n > 0 {
		t := lp.free[n-1]
		lp.free = lp.free[:n-1]
		return t
	}
	return &worker{Thread: lp.main.NewThread()}
}

// giveBack returns a thread state; the lock is held.
func (lp *loop) giveBack(t *worker) {
	if !t.Reusable() || len(lp.free) >= maxIdleStates {
		t.SetBudget(nil)
		t.Env = nil
		return
	}
	t.Clear()
	lp.free = append(lp.free, t)
}

// wait runs f without the lock: other sessions run meanwhile. It is the Wait
// of every environment on this loop.
func (lp *loop) wait(ctx context.Context, f func(context.Context) error) error {
	env := lp.running
	lp.mu.Unlock()
	defer func() {
		lp.mu.Lock()
		lp.running = env
	}()
	return f(ctx)
}

// with runs f on a thread state with env as its environment, the lock held,
// under the limits of the configuration.
func (lp *loop) with(env *bind.Env, f func(t *luavm.Thread) error) error {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	if lp.closed {
		return errLoopClosed
	}
	t := lp.borrow()
	defer lp.giveBack(t)
	t.Env, lp.running = env, env
	t.limit(lp.rt, env.Ctx())
	owner := &lockOwner{}
	env.Owner = owner
	defer lp.rt.finish(owner, env)
	return f(t.Thread)
}

// environment makes the environment for work on this loop.
func (lp *loop) environment(ctx context.Context, phase bind.Phases) *bind.Env {
	env := &bind.Env{}
	lp.prepare(ctx, env, phase)
	return env
}

// prepare makes env an environment for work on this loop.
func (lp *loop) prepare(ctx context.Context, env *bind.Env, phase bind.Phases) {
	*env = bind.Env{
		Context:   ctx,
		Logger:    lp.rt.log,
		Phase:     phase,
		Wait:      lp.waiter,
		Runner:    lp,
		Strict:    lp.rt.cfg.StrictPhases,
		Secondary: lp.index > 0,
	}
	env.Print = lp.rt.printer(env)
}

// Run implements bind.Runner: work that a timer, an endpoint, a completion or
// a console command starts.
func (lp *loop) Run(ctx context.Context, what string, phase bind.Phases, f func(l *lua.State) error) error {
	env := lp.environment(ctx, phase)
	env.Callout = what
	return lp.runEnv(env, f)
}

// runEnv calls f under protection in env; a Lua error of f comes back as an
// error and is logged by the caller.
func (lp *loop) runEnv(env *bind.Env, f func(l *lua.State) error) error {
	lp.users.Add(1)
	defer lp.release()
	return lp.with(env, func(t *luavm.Thread) error {
		var result error
		t.L.PushGoFunction(func(l *lua.State) int {
			result = f(l)
			return 0
		})
		if err := t.PCall(0, 0); err != nil {
			return err
		}
		return result
	})
}

// retain counts a session or job that needs the loop to stay.
func (lp *loop) retain() { lp.users.Add(1) }

// release gives up a retain; the last one of a retired loop ends it.
func (lp *loop) release() {
	if lp.users.Add(-1) == 0 && lp.retired.Load() {
		lp.end()
	}
}

// OnRetire has f called once when other loops have taken this one's place, or
// the runtime closes: timers and endpoints that scripts of this loop made end
// then. If that is so already, f runs at once. f must not call into the loop.
func (lp *loop) OnRetire(f func()) {
	lp.retireMu.Lock()
	if !lp.retired.Load() {
		lp.onRetire = append(lp.onRetire, f)
		f = nil
	}
	lp.retireMu.Unlock()
	if f != nil {
		f()
	}
}

// retire marks the loop as replaced: it ends when nobody uses it any more.
func (lp *loop) retire() {
	lp.users.Add(1)
	lp.retireMu.Lock()
	lp.retired.Store(true)
	ends := lp.onRetire
	lp.onRetire = nil
	lp.retireMu.Unlock()
	for _, end := range ends {
		end()
	}
	lp.release()
}

// end runs deinit of all modules and closes the Lua universe.
func (lp *loop) end() {
	lp.mu.Lock()
	if lp.closed {
		lp.mu.Unlock()
		return
	}
	lp.mu.Unlock()
	lp.deinit()
	lp.mu.Lock()
	defer lp.mu.Unlock()
	if lp.closed {
		return
	}
	lp.closed = true
	lp.free = nil
	lp.main.U.Close()
}

// warnOnce logs a warning once per key on this loop; the lock is held.
func (lp *loop) warnOnce(key string, log func()) {
	if lp.warned[key] || len(lp.warned) > 10000 {
		return
	}
	lp.warned[key] = true
	log()
}
