package timer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/timer"
)

// loop is an event loop of one Lua state.
type loop struct {
	mu      sync.Mutex
	l       *lua.State
	ended   bool
	retired []func()
}

func newLoop(e *timer.Engine) *loop {
	lp := &loop{l: lua.NewState()}
	lualib.Open(lp.l)
	bind.Preload(lp.l, timer.Library(e))
	bind.SetEnv(lp.l, &bind.Env{Runner: lp})
	return lp
}

// Run implements bind.Runner.
func (lp *loop) Run(_ context.Context, _ string, _ bind.Phases, f func(l *lua.State) error) error {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	if lp.ended {
		return errors.New("loop has ended")
	}
	top := lp.l.Top()
	defer lp.l.SetTop(top)
	var result error
	lp.l.PushGoFunction(func(l *lua.State) int { result = f(l); return 0 })
	if err := lp.l.ProtectedCall(0, 0, 0); err != nil {
		text, _ := lp.l.ToString(-1)
		return errors.New(text)
	}
	return result
}

func (lp *loop) OnRetire(f func()) { lp.retired = append(lp.retired, f) }

func (lp *loop) do(t *testing.T, script string) {
	t.Helper()
	lp.mu.Lock()
	defer lp.mu.Unlock()
	if err := lua.DoString(lp.l, script); err != nil {
		t.Fatal(err)
	}
}

func (lp *loop) number(name string) int {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	lp.l.Global(name)
	defer lp.l.Pop(1)
	n, _ := lp.l.ToInteger(-1)
	return n
}

func TestLua(t *testing.T) {
	var failed []string
	e, clock := stepped(t, timer.Options{OnError: func(name string, err error) { failed = append(failed, name+": "+err.Error()) }})
	lp := newLoop(e)
	// The script moves the clock itself, so it must let its timers in.
	move := func(f func(time.Duration)) lua.Function {
		return func(l *lua.State) int {
			f(time.Duration(lua.CheckNumber(l, 1) * 1e9))
			return 0
		}
	}
	lp.l.Register("advance", move(clock.Advance))
	lp.l.Register("jump", move(func(d time.Duration) { clock.Set(clock.Now().Add(d)) }))
	lp.l.Register("errors", func(l *lua.State) int {
		n := 0
		for _, f := range failed {
			if strings.HasPrefix(f, lua.CheckString(l, 1)) && strings.Contains(f, lua.CheckString(l, 2)) {
				n++
			}
		}
		l.PushInteger(n)
		return 1
	})
	if err := lua.DoFile(lp.l, "testdata/timer.lua"); err != nil {
		text, _ := lp.l.ToString(-1)
		t.Fatal(err, text)
	}
}

// TestLuaStopWhileItWaits stops a timer that is due and waits for the loop.
func TestLuaStopWhileItWaits(t *testing.T) {
	var host late
	e, clock := stepped(t, timer.Options{Run: host.run})
	lp := newLoop(e)
	lp.do(t, `n = 0; t = require("msys.timer").after(1, function() n = n + 1 end)`)
	clock.Advance(time.Second)
	lp.do(t, `assert(t:stop() and not t:stop())`)
	if host.flush(); lp.number("n") != 0 {
		t.Error("ran after stop")
	}
	lp.do(t, `t:start()`)
	clock.Advance(time.Second)
	lp.do(t, `t:start()`)
	clock.Advance(time.Second)
	if host.flush(); lp.number("n") != 1 {
		t.Errorf("%d calls, want 1", lp.number("n"))
	}
}

func TestLuaLoopsEnd(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	const script = `n = 0; require("msys.timer").every(1, function() n = n + 1 end)`
	retired, ended, next := newLoop(e), newLoop(e), newLoop(e)
	for _, lp := range []*loop{retired, ended, next} {
		lp.do(t, script)
	}
	clock.Advance(time.Second)
	for _, f := range retired.retired {
		f()
	}
	ended.ended = true
	clock.Advance(2 * time.Second)
	if a, b, c := retired.number("n"), ended.number("n"), next.number("n"); a != 1 || b != 1 || c != 3 {
		t.Errorf("%d, %d and %d calls, want 1, 1 and 3", a, b, c)
	}
	if e.Len() != 1 {
		t.Errorf("%d timers left, want 1", e.Len())
	}
}

func TestLuaSecondaryLoop(t *testing.T) {
	e, clock := stepped(t, timer.Options{})
	lp := newLoop(e)
	bind.SetEnv(lp.l, &bind.Env{Runner: lp, Secondary: true})
	lp.do(t, `n = 0; t = require("msys.timer").every(1, function() n = n + 1 end, "x")
		assert(t:name() == "x" and t:start() == true and t:stop() == false)`)
	if clock.Advance(10 * time.Second); lp.number("n") != 0 || e.Len() != 0 {
		t.Error("a timer of another loop than the first fires")
	}
}

func TestLuaWithoutLoop(t *testing.T) {
	e, _ := stepped(t, timer.Options{})
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, timer.Library(e))
	err := lua.DoString(l, `
		local ok, err = pcall(require("msys.timer").after, 1, print)
		assert(not ok and string.find(err, "no event loop"), err)`)
	if err != nil {
		t.Error(err)
	}
}

// TestRuntime has the real runtime make timers, and load its scripts anew.
func TestRuntime(t *testing.T) {
	clock := timer.NewManualClock(t0)
	e := timer.New(&timer.Options{Clock: clock, Run: func(_ string, f func()) { f() }})
	defer e.Close()
	var mu sync.Mutex
	var printed []string
	rt, err := msys.New(msys.Config{
		Modules: []lua.RegistryFunction{timer.Library(e)},
		Loops:   2,
		Print: func(line string) {
			mu.Lock()
			defer mu.Unlock()
			printed = append(printed, line)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("policy.lua", `
		require("msys.core")
		require("msys.timer")
		local mod = {}
		function mod:init()
			msys.timer.every(1, function() print("tick") end, "tick")
			return true
		end
		msys.registerModule("mod", mod)`)
	if err != nil {
		t.Fatal(err)
	}
	count := func(seconds time.Duration) int {
		before := len(printed)
		clock.Advance(seconds * time.Second)
		return len(printed) - before
	}
	if n := count(3); n != 3 {
		t.Errorf("%d ticks in 3 s on two loops, want 3", n)
	}
	if err := rt.Reload(); err != nil {
		t.Fatal(err)
	}
	if n := count(3); n != 3 {
		t.Errorf("%d ticks in 3 s after reload, want 3", n)
	}
}

func Example_lua() {
	clock := timer.NewManualClock(time.Unix(1700000000, 0)) // leave it out to use real time
	engine := timer.New(&timer.Options{Clock: clock, Run: func(_ string, f func()) { f() }})
	defer engine.Close()
	lp := newLoop(engine) // the runtime's, in a server
	err := lua.DoString(lp.l, `
		require("msys.timer")
		rep = msys.timer.every(2, function() print("two seconds have passed") end, "repeater")
	`)
	if err != nil {
		fmt.Println(err)
	}
	clock.Advance(5 * time.Second)
	// Output:
	// two seconds have passed
	// two seconds have passed
}
