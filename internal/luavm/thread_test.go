package luavm

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
)

func TestThreadsShareOneUniverse(t *testing.T) {
	th := newTestThread(t)
	th.L.PushString("")
	th.L.NewTable()
	th.Push(th.U.Globals())
	th.L.SetField(-2, "__index")
	th.L.SetMetaTable(-2)
	th.L.Pop(1)
	other := th.NewThread()
	if Of(other.L) != other || other.U != th.U || Of(th.L) != th || th.U.Main() != th {
		t.Fatal("threads are mixed up")
	}
	if _, err := run(t, other, `shared = 5`); err != nil {
		t.Fatal(err)
	}
	if got, err := run(t, th, `return shared, ("x").shared`); err != nil || got != "5 5" {
		t.Errorf("%q %v", got, err)
	}
	if got, err := run(t, other, `return ("x").shared`); err != nil || got != "5" {
		t.Errorf("%q %v", got, err)
	}
	if !lua.NewMetaTable(other.L, "a.type") || lua.NewMetaTable(th.L, "a.type") {
		t.Error("the registry is not shared")
	}
	other.L.PushThread()
	th.Push(other.Pop())
	if th.L.ToThread(-1) != other.L {
		t.Error("thread value changed")
	}
}

func TestXMove(t *testing.T) {
	th := newTestThread(t)
	to := th.NewThread()
	data := new(int)
	th.L.PushUserData(data)
	th.L.PushNil()
	th.L.PushString("s")
	th.L.PushLightUserData(data)
	identity := th.Value(-4)
	XMove(th.L, to.L, 4)
	if th.L.Top() != 0 || to.L.Top() != 4 || to.Value(1) != identity || to.L.ToUserData(1) != any(data) ||
		!to.L.IsNil(2) || to.Value(3) != "s" || to.Value(4) != any(data) {
		t.Errorf("%d %v", to.L.Top(), to.view.stack[:6])
	}
	if to.TypeName(4) != "userdata" || to.TypeName(2) != "nil" {
		t.Error(to.TypeName(4), to.TypeName(2))
	}
}

func TestFatalErrorsReachTheHost(t *testing.T) {
	th := newTestThread(t)
	end := errors.New("the end")
	th.L.Register("finish", Guard(func(l *lua.State) int { RaiseFatal(l, end); return 0 }))
	for _, src := range []string{
		`pcall(finish)`, `xpcall(finish, function() end)`, `resume(create(finish))`,
		`pcall(pcall, function() resume(create(function() pcall(finish) end)) end)`,
		`xpcall(error, function() finish() end)`,
		`setmetatable(_G, nil) local t = setmetatable({}, {__index = function() finish() end}) pcall(function() return t.x end)`,
	} {
		_, err := run(t, th, src+" after = true")
		if err == nil || !err.Fatal || !errors.Is(err, end) || !strings.Contains(err.Message, "the end") {
			t.Errorf("%s: %+v", src, err)
		}
	}
	if got, err := run(t, th, `return after`); err != nil || got != "nil" {
		t.Error(got, err)
	}
}

func TestErrorsPassThroughHostCalls(t *testing.T) {
	th := newTestThread(t)
	end := errors.New("the end")
	th.L.Register("finish", func(l *lua.State) int { RaiseFatal(l, end); return 0 })
	th.L.Register("host", Guard(func(l *lua.State) int {
		l.SetTop(1)
		if err := Of(l).PCall(0, 0); err != nil {
			RaiseError(l, err)
		}
		return 0
	}))
	got, err := run(t, th, `local e = {} local ok, v = pcall(host, function() error(e) end) return ok, v == e, pcall(host, error)`)
	if err != nil || got != "false true false nil" {
		t.Error(got, err)
	}
	_, err = run(t, th, `pcall(host, function() pcall(finish) end)`)
	if err == nil || !err.Fatal || !errors.Is(err, end) {
		t.Error(err)
	}
}

func TestForeignPanicsReachTheHostAsErrors(t *testing.T) {
	th := newTestThread(t)
	th.L.Register("foreign", func(l *lua.State) int { panic("no error value") })
	th.L.Register("raises", func(l *lua.State) int { lua.Errorf(l, "plain %s", "error"); return 0 })
	for range 3 {
		if _, err := run(t, th, `pcall(foreign)`); err == nil || err.Fatal || len(err.GoStack) == 0 {
			t.Fatalf("%+v", err)
		}
		if got, err := run(t, th, `return pcall(raises)`); err != nil || got != "false plain error" {
			t.Fatal(got, err)
		}
	}
	if th.L.Top() != 0 || !th.Reusable() {
		t.Error("the state is damaged")
	}
}

func TestForeignPanicsInCoroutines(t *testing.T) {
	th := newTestThread(t)
	th.L.Register("foreign", func(l *lua.State) int { panic("no error value") })
	got, err := run(t, th, `local co = create(function() foreign() end) local ok, m = resume(co) return ok, m, status(co), pcall(resume, co)`)
	if err != nil || !strings.HasPrefix(got, "false gomsys: Go panic: ") || !strings.HasSuffix(got, " dead true false cannot resume dead coroutine") {
		t.Error(got, err)
	}
	if got, err := run(t, th, `return resume(create(function() return 1 end))`); err != nil || got != "true 1" {
		t.Error(got, err)
	}
}

func TestTracebacksOfCoroutines(t *testing.T) {
	th := newTestThread(t)
	th.L.Register("wrapped", func(l *lua.State) int { return Of(l).ResumeWrapped(Of(l).Value(1), 0) })
	th.L.Register("finish", func(l *lua.State) int { RaiseFatal(l, context.Canceled); return 0 })
	for src, want := range map[string]string{
		`wrapped(create(function() error("in") end))`: "stack traceback:\n\t[C]: in function 'error'\n\tt:1: in function <t:1>\n" +
			"resumed at:\n\t[C]: in function 'wrapped'\n\tt:1: in function <t:1>\n\tt:1: in main chunk",
		`resume(create(finish))`: "stack traceback:\n\t[C]: in function 'finish'\n" +
			"resumed at:\n\t[C]: in function 'resume'\n\tt:1: in function <t:1>\n\tt:1: in main chunk",
	} {
		_, err := run(t, th, src)
		if err == nil || err.Traceback != want {
			t.Errorf("%s:\n%s", src, err.Traceback)
		}
	}
}

func TestErrorMessages(t *testing.T) {
	for src, want := range map[string]string{
		`error("text", 0)`: "text",
		`error(12.5)`:      "12.5",
		`error(nil)`:       "nil",
		`error(true)`:      "true",
		`error(setmetatable({}, {__tostring = function() return "as text" end}))`: "as text",
		`error(setmetatable({}, {__tostring = function() error("again") end}))`:   "(error object that cannot be converted to a string)",
	} {
		th := newTestThread(t)
		if _, err := run(t, th, src); err == nil || err.Message != want {
			t.Errorf("%s: %v", src, err)
		}
	}
}

func TestBudgetPause(t *testing.T) {
	th := newTestThread(t)
	b := &Budget{Timeout: 50 * time.Millisecond}
	th.SetBudget(b)
	b.Pause()
	b.pausedAt = b.pausedAt.Add(-time.Hour) // it has waited for an hour
	b.Resume()
	if _, err := run(t, th, `local x = 0 for i = 1, 5000 do x = x + i end`); err != nil {
		t.Error(err)
	}
	if b.Used() < 5000 || th.Budget() != b {
		t.Error(b.Used())
	}
}

func TestCharge(t *testing.T) {
	th := newTestThread(t)
	th.SetBudget(&Budget{MaxInstructions: 50_000})
	th.L.Register("work", Guard(func(l *lua.State) int { Of(l).Charge(700); return 0 }))
	_, err := run(t, th, `for i = 1, 200 do pcall(work) end`)
	if err == nil || !errors.Is(err, ErrInstructions) {
		t.Error(err)
	}
	th.SetBudget(nil)
	if _, err := run(t, th, `for i = 1, 200 do work() end`); err != nil {
		t.Error(err)
	}
}

// A library of others that catches a limit's error sees it again soon.
func TestLimitsAreRaisedAgain(t *testing.T) {
	th := newTestThread(t)
	caught := 0
	th.L.Register("swallow", func(l *lua.State) int {
		l.SetTop(1)
		if l.ProtectedCall(0, 0, 0) != nil {
			caught++
		}
		return 0
	})
	th.SetBudget(&Budget{MaxInstructions: 10_000})
	_, err := run(t, th, `swallow(function() while true do end end) while true do end`)
	if !errors.Is(err, ErrInstructions) || caught != 1 {
		t.Error(err, caught)
	}
}

func TestCoroutinesWorkForTheirResumer(t *testing.T) {
	th := newTestThread(t)
	var seen []any
	th.L.Register("env", func(l *lua.State) int { seen = append(seen, Of(l).Env); return 0 })
	run1 := func(thread *Thread, env any, src string) {
		t.Helper()
		thread.Env = env
		if _, err := run(t, thread, src); err != nil {
			t.Fatal(err)
		}
	}
	run1(th, "first", `co = create(function() env() yield() env() end) resume(co)`)
	run1(th.NewThread(), "second", `resume(co)`)
	if len(seen) != 2 || seen[0] != "first" || seen[1] != "second" {
		t.Error(seen)
	}
}

// heldLock tells whether it is held.
type heldLock struct {
	sync.Mutex
	held bool
}

func (l *heldLock) Lock()   { l.Mutex.Lock(); l.held = true }
func (l *heldLock) Unlock() { l.held = false; l.Mutex.Unlock() }

func TestAbandonedCoroutinesEndUnderTheLock(t *testing.T) {
	th := newTestThread(t)
	lock := &heldLock{}
	th.U.Lock = lock
	ended := make(chan bool, 1)
	th.L.Register("call", Guard(func(l *lua.State) int {
		defer func() { ended <- lock.held }()
		l.Call(0, 0)
		return 0
	}))
	lock.Lock()
	_, err := run(t, th, `resume(create(function() call(yield) end))`)
	lock.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		select {
		case held := <-ended:
			if !held {
				t.Error("ended without the lock")
			}
			return
		case <-ctx.Done():
			t.Fatal("not ended")
		default:
			collect()
		}
	}
}

func TestClosedUniverse(t *testing.T) {
	th := newTestThread(t)
	if _, err := run(t, th, `co = create(yield) resume(co)`); err != nil {
		t.Fatal(err)
	}
	th.U.Close()
	got, err := run(t, th, `return status(co), resume(create(yield))`)
	if err != nil || got != "dead false luavm: universe is closed" {
		t.Error(got, err)
	}
}

func TestOverflowedStacksShrink(t *testing.T) {
	th := newTestThread(t)
	for range 3 {
		got, err := run(t, th, `local function f() return f() + 1 end return pcall(f)`)
		if err != nil || got != "false t:1: stack overflow" {
			t.Fatal(got, err)
		}
	}
	if n := len(th.view.stack); n > maxIdleStack {
		t.Errorf("%d slots", n)
	}
}

func TestClear(t *testing.T) {
	th := newTestThread(t)
	other := th.NewThread()
	other.Env = 1
	other.SetBudget(&Budget{MaxInstructions: 10})
	other.L.PushString("left over")
	other.Clear()
	if other.Env != nil || other.Budget() != nil || other.L.Top() != 0 {
		t.Error("not cleared")
	}
	for _, v := range other.view.stack[other.view.top:] {
		if v != nil {
			t.Errorf("stack refers to %v", v)
		}
	}
	if _, err := run(t, other, `for i = 1, 5000 do end`); err != nil {
		t.Error(err)
	}
}

func TestShortSource(t *testing.T) {
	long := strings.Repeat("x", 100)
	for source, want := range map[string]string{
		"": "?", "@a.lua": "a.lua", "=name": "name",
		"@" + long:    "..." + long[:56],
		"=" + long:    long[:59],
		"return 1":    `[string "return 1"]`,
		"a\nb":        `[string "a..."]`,
		long:          `[string "` + long[:45] + `..."]`,
		"x = 1\r\n y": `[string "x = 1..."]`,
	} {
		if got := ShortSource(source); got != want {
			t.Errorf("%q: %q", source, got)
		}
	}
}

func TestFormatValue(t *testing.T) {
	for want, v := range map[string]any{
		"nil": nil, "true": true, "1": 1.0, "-0": math0(), "1e+15": 1e15, "0.1": 0.1, "s": "s", "1e+100": 1e100, "123456789012": 123456789012.0,
	} {
		if got := FormatValue(v); got != want {
			t.Errorf("%v: %q", v, got)
		}
	}
}

func math0() float64 { return math.Copysign(0, -1) }

func collect() { runtime.GC(); runtime.Gosched() }
