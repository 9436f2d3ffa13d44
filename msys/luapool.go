package msys

import (
	"context"
	"fmt"
	"strings"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// Completion modes of msys.runInPool: msys.core.ECTP_COMPLETE_CALLBACK and
// its like.
const (
	completeCallback      = 0
	completeCallbackSched = 1
)

// luaRunInPool is msys.runInPool. A closure stays in its own Lua universe;
// the pool decides how many run at once.
func (rt *Runtime) luaRunInPool(c *bind.Call) int {
	p := rt.poolArg(c, 1)
	f := c.Function(2)
	switch {
	case c.Type(3) == lua.TypeFunction:
		rt.runLater(c, p, f, c.Function(3))
		return 0
	case c.Bool(3):
		rt.runLater(c, p, f, bind.Ref{})
		return 0
	}
	return rt.runNow(c, p, f)
}

func (rt *Runtime) poolArg(c *bind.Call, i int) *pool {
	var p *pool
	if c.Type(i) == lua.TypeNumber {
		p = rt.pools.byID(c.Number(i))
	} else {
		p = rt.pools.find(c.String(i))
	}
	if p == nil {
		name, _ := c.Text(i)
		c.ArgError(i, "no thread pool '%s'", name)
	}
	return p
}

// runNow waits for a place in the pool, calls f and gives its results as
// pcall does.
func (rt *Runtime) runNow(c *bind.Call, p *pool, f bind.Ref) int {
	var leave func()
	p.join()
	c.Raise(c.Block(func(ctx context.Context) (err error) {
		leave, err = p.enter(ctx)
		return err
	}))
	defer leave()
	env := c.Env()
	outer := env.Owner.(*lockOwner)
	owner := &lockOwner{session: outer.session}
	env.Owner = owner
	defer func() {
		rt.finish(owner, env)
		env.Owner = outer
	}()
	return protected(c.L, f)
}

// protected calls f without arguments and pushes true and its results, or
// false and the error value. Errors that end the whole call pass on.
func protected(l *lua.State, f bind.Ref) int {
	base := l.Top()
	f.Push(l)
	ok := luavm.Of(l).Try(0, lua.MultipleReturns)
	l.PushBoolean(ok)
	l.Insert(base + 1)
	return l.Top() - base
}

// runLater starts f in the pool when the running invocation has ended, and
// then done if f succeeded.
func (rt *Runtime) runLater(c *bind.Call, p *pool, f, done bind.Ref) {
	c.Raise(p.enqueue())
	lp, env := loopOf(c), c.Env()
	job := env.Derive()
	job.Context, job.NoWait = rt.ctx, ""
	job.Print = rt.printer(job)
	session, _ := env.Session.(*Session)
	if session != nil {
		session.retain()
	}
	lp.retain()
	rt.jobs.Add(1)
	owner := env.Owner.(*lockOwner)
	owner.pending = append(owner.pending, func() {
		go func() {
			defer rt.jobs.Done()
			defer lp.release()
			if session != nil {
				defer session.release()
			}
			leave, err := p.enter(rt.ctx)
			if err != nil {
				rt.log.Warn("closure did not start", "pool", p.name, "error", err)
				return
			}
			defer leave()
			if lp.call(job, f) && !done.IsNil() {
				lp.call(job, done)
			}
		}()
	})
}

// call runs f on the loop in env and reports whether it succeeded; a failure
// is logged.
func (lp *loop) call(env *bind.Env, f bind.Ref) (ok bool) {
	err := lp.with(env, func(t *luavm.Thread) error {
		f.Push(t.L)
		if err := t.PCall(0, 0); err != nil {
			lp.rt.logFailure(env, nil, err)
			return err
		}
		return nil
	})
	return err == nil
}

// finish ends an invocation: locks that it left are released, jobs that it
// asked for start, or, in a session, wait until the session's step is over.
func (rt *Runtime) finish(owner *lockOwner, env *bind.Env) {
	if lp, ok := env.Runner.(*loop); ok {
		lp.stdout.flush(env)
	}
	rt.locks.releaseAll(owner, env)
	if s := owner.session; s != nil {
		s.pending = append(s.pending, owner.pending...)
	} else {
		for _, start := range owner.pending {
			start()
		}
	}
	owner.pending = nil
}

// luaRunInInst is msys.runInInst: the closure belongs to the loop that made
// it, so it runs there at once.
func luaRunInInst(c *bind.Call) int {
	bind.Arg[*loop](c, 1)
	return protected(c.L, c.Function(2))
}

// schedulerClass are event loops as scripts see them.
var schedulerClass = &bind.Class{
	Name: "msys.core:_ec_scheduler_inst", Short: "inst", Of: (*loop)(nil),
	Doc:      "An event loop.",
	ToString: func(self any) string { return fmt.Sprintf("scheduler: %d", self.(*loop).index) },
}

// threadpoolModule declares msys.threadpool.
func (rt *Runtime) threadpoolModule() *bind.Module {
	return &bind.Module{
		Name:     "msys.threadpool",
		Examples: snippets("msys.threadpool"),
		Doc:      "What the thread pools do.",
		Classes:  []*bind.Class{poolStatClass},
		Funcs: []bind.Func{
			{
				Name: "count", Returns: "number", Phases: bind.Any, Doc: "Gives the number of pools.",
				Fn: func(c *bind.Call) int { return c.PushInt(len(rt.pools.pools)) },
			},
			{
				Name: "find", Params: "pool:string|number", Returns: "number|string|nil", Phases: bind.Any,
				Doc: "Gives the id of a named pool or the name for an id; nil if there is none.",
				Fn: func(c *bind.Call) int {
					if c.Type(1) == lua.TypeNumber {
						if p := rt.pools.byID(c.Number(1)); p != nil {
							return c.PushString(p.name)
						}
						return c.PushNil()
					}
					if p := rt.pools.find(c.String(1)); p != nil {
						return c.PushInt(p.id)
					}
					return c.PushNil()
				},
			},
			{
				Name: "stat", Params: "pool:string|number", Returns: "object|nil", Phases: bind.Any,
				Doc: "Gives figures about a pool: name, invocations, avg_concurrency, saturation (percent), " +
					"avg_wallclock_time_per_op (ms), queue_sz, num_threads, num_active_threads, num_inactive_threads, " +
					"job_num_queued, job_num_running. tostring prints one a line. nil for an unknown pool.",
				Fn: func(c *bind.Call) int {
					var p *pool
					if c.Type(1) == lua.TypeNumber {
						p = rt.pools.byID(c.Number(1))
					} else {
						p = rt.pools.find(c.String(1))
					}
					if p == nil {
						return c.PushNil()
					}
					stat := p.stat()
					return c.PushObject(&stat)
				},
			},
		},
	}
}

// poolFigures are the fields of a pool's statistics, in the order of print.
var poolFigures = []struct {
	name string
	get  func(s *PoolStat) any
}{
	{"name", func(s *PoolStat) any { return s.Name }},
	{"invocations", func(s *PoolStat) any { return s.Invocations }},
	{"avg_concurrency", func(s *PoolStat) any { return s.AvgConcurrency(time.Now()) }},
	{"saturation", func(s *PoolStat) any { return s.saturation() }},
	{"avg_wallclock_time_per_op", func(s *PoolStat) any {
		if s.Invocations == 0 {
			return 0
		}
		return float64(s.Busy.Milliseconds()) / float64(s.Invocations)
	}},
	{"queue_sz", func(s *PoolStat) any { return s.Backlog }},
	{"num_threads", func(s *PoolStat) any { return s.Concurrency }},
	{"num_active_threads", func(s *PoolStat) any { return s.Active }},
	{"num_inactive_threads", func(s *PoolStat) any { return max(s.Concurrency-s.Active, 0) }},
	{"job_num_queued", func(s *PoolStat) any { return s.Queued }},
	{"job_num_running", func(s *PoolStat) any { return s.Active }},
}

// saturation is the share of the pool in use, in percent.
func (s *PoolStat) saturation() float64 {
	if s.Concurrency == 0 {
		return 0
	}
	return 100 * float64(s.Active) / float64(s.Concurrency)
}

var poolStatClass = &bind.Class{
	Name: "msys.threadpool:_stat", Short: "stat", Of: (*PoolStat)(nil),
	Doc: "Figures about a thread pool at one moment.",
	Index: func(c *bind.Call) bool {
		key, _ := c.Text(1)
		for _, f := range poolFigures {
			if f.name == key {
				bind.Push(c.L, f.get(bind.Self[*PoolStat](c)))
				return true
			}
		}
		return false
	},
	ToString: func(self any) string {
		var b strings.Builder
		for _, f := range poolFigures {
			fmt.Fprintf(&b, "%s: %v\n", f.name, f.get(self.(*PoolStat)))
		}
		return b.String()
	},
}
