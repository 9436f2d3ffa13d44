package timer

import (
	"context"
	"math"
	"sync"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.timer" backed by e. Callbacks run on
// the event loop of the script that made the timer; a state without an event
// loop cannot make timers.
func Library(e *Engine) lua.RegistryFunction { return Module(e).Library() }

// Module declares the Lua module "msys.timer" backed by e.
func Module(e *Engine) *bind.Module {
	loops := &loopGroups{e: e, groups: map[bind.Runner]*Group{}}
	const returns = "timer"
	return &bind.Module{
		Name: "msys.timer", Examples: snippets,
		Doc: "Functions that run later, once or again and again. A timer runs until it has fired or is stopped, whether the script keeps it " +
			"or not; those of earlier scripts end when the scripts are loaded anew.",
		Classes: []*bind.Class{{
			Name: "msys.timer:_timer", Short: "timer", Of: (*Timer)(nil),
			Doc: "A timer.",
			Methods: []bind.Func{
				{
					Name: "stop", Returns: "boolean", Phases: bind.Any,
					Doc: "Cancels the timer and tells whether it was pending. A callback that runs is not interrupted.",
					Fn:  func(c *bind.Call) int { return c.PushBool(bind.Self[*Timer](c).Stop()) },
				},
				{
					Name: "start", Returns: "boolean", Phases: bind.Any,
					Doc: "Schedules the timer anew with its delay from now (`at`: its time), also from its own callback; gives true.",
					Fn:  func(c *bind.Call) int { bind.Self[*Timer](c).Start(); return c.PushBool(true) },
				},
				{
					Name: "name", Returns: "string|nil", Phases: bind.Any,
					Doc: "Gives the name that the timer was made with, nil if none. It need not be unique.",
					Fn: func(c *bind.Call) int {
						if t := bind.Self[*Timer](c); t.name != "" {
							return c.PushString(t.name)
						}
						return c.PushNil()
					},
				},
			},
		}},
		Funcs: []bind.Func{
			{
				Name: "after", Params: "delta:number, closure:function, [name:string]", Returns: returns, Phases: bind.Any,
				Doc: "Runs closure once when delta seconds have passed: as soon as possible if delta is 0 or less.",
				Fn: func(c *bind.Call) int {
					d := seconds(c, 1)
					return loops.push(c, &Timer{kind: after, d: d})
				},
			},
			{
				Name: "at", Params: "time:number, closure:function, [name:string]", Returns: returns, Phases: bind.Any,
				Doc: "Runs closure once at a time in seconds since 1970: at once if that is past.",
				Fn: func(c *bind.Call) int {
					unix := c.Number(1)
					if math.IsNaN(unix) {
						c.ArgError(1, "number has no integer representation")
					}
					whole, part := math.Modf(max(-1e11, min(unix, 1e11)))
					when := time.Unix(int64(whole), int64(part*1e9))
					return loops.push(c, &Timer{kind: at, at: when})
				},
			},
			{
				Name: "every", Params: "interval:number, closure:function, [name:string]", Returns: returns, Phases: bind.Any,
				Doc: "Runs closure each time that interval seconds have passed, the first time after one interval. It never runs twice at once: " +
					"what comes due while it runs is left out. A closure that fails is logged and runs again. An interval of 0 or less raises.",
				Fn: func(c *bind.Call) int {
					d := seconds(c, 1)
					if d <= 0 {
						c.ArgError(1, "interval must be greater than 0")
					}
					return loops.push(c, &Timer{kind: every, d: max(d, time.Millisecond)})
				},
			},
		},
	}
}

// seconds reads argument i as a duration.
func seconds(c *bind.Call, i int) time.Duration {
	n := c.Number(i)
	if math.IsNaN(n) {
		c.ArgError(i, "number has no integer representation")
	}
	return time.Duration(max(-1, min(n, 9e9)) * float64(time.Second))
}

// loopGroups has a group of timers per event loop, so that they end with it.
type loopGroups struct {
	e      *Engine
	mu     sync.Mutex
	groups map[bind.Runner]*Group
}

// retiring is what an event loop may offer: f is called once when other loops
// have taken its place, before it ends.
type retiring interface{ OnRetire(f func()) }

// of gives the group of an event loop.
func (l *loopGroups) of(r bind.Runner) *Group {
	l.mu.Lock()
	g := l.groups[r]
	made := g == nil
	if made {
		g = l.e.NewGroup()
		g.Start()
		l.groups[r] = g
	}
	l.mu.Unlock()
	if loop, ok := r.(retiring); ok && made {
		loop.OnRetire(func() { l.end(r) }) // at once if the loop has retired already
	}
	return g
}

// end stops the timers of an event loop for good.
func (l *loopGroups) end(r bind.Runner) {
	l.mu.Lock()
	g := l.groups[r]
	delete(l.groups, r)
	l.mu.Unlock()
	if g != nil {
		g.Stop()
	}
}

// push schedules a timer for the closure that is argument 2, and pushes it.
func (l *loopGroups) push(c *bind.Call, t *Timer) int {
	closure := c.Function(2)
	t.name = c.OptString(3, "")
	env := c.Env()
	if env.Secondary { // the first loop's timer does the work
		g := l.e.NewGroup()
		g.Stop()
		return c.PushObject(g.add(t))
	}
	runner := env.Runner
	if runner == nil {
		c.Errorf("msys.timer.%s: there is no event loop", c.Name())
	}
	module := env.Module
	t.late = true
	t.fn = func(ctx context.Context) error {
		entered := false
		err := runner.Run(ctx, "timer "+t.name, 0, func(s *lua.State) error {
			if entered = true; !t.claim() {
				return nil // stopped while it waited for the loop
			}
			bind.EnvOf(s).Module = module
			closure.Push(s)
			s.Call(0, 0)
			return nil
		})
		if !entered && err != nil { // the loop has ended
			l.end(runner)
			return nil
		}
		return err
	}
	return c.PushObject(l.of(runner).add(t))
}
