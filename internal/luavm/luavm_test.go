package luavm

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/cputime"
)

// newTestThread gives a thread with what the tests' Lua code uses.
func newTestThread(t testing.TB) *Thread {
	t.Helper()
	l := lua.NewState()
	th := Of(l)
	t.Cleanup(th.U.Close)
	for name, f := range map[string]lua.Function{
		"pcall": LuaPCall, "xpcall": LuaXPCall, "yield": LuaYield, "next": th.U.LuaNext,
		"error": func(l *lua.State) int {
			level := 1
			if l.Top() > 1 {
				level, _ = l.ToInteger(2)
			}
			if s, ok := Of(l).Value(1).(string); ok && level > 0 {
				Throw(l, level, "%s", s)
			}
			l.SetTop(1)
			Raise(l)
			return 0
		},
		"create": func(l *lua.State) int { l.SetTop(1); Of(l).NewCoroutine(); return 1 },
		"resume": func(l *lua.State) int {
			th := Of(l)
			co := th.Value(1)
			n, ok := th.Resume(co, l.Top()-1)
			l.PushBoolean(ok)
			l.Insert(-n - 1)
			return n + 1
		},
		"status": func(l *lua.State) int {
			th := Of(l)
			l.PushString(th.U.Coroutine(th.Value(1)).Status().String())
			return 1
		},
		"traceback": func(l *lua.State) int { l.PushString(Of(l).Traceback("", 1)); return 1 },
		"gopanic":   Guard(func(l *lua.State) int { s, _ := l.ToString(1); panic(s) }),
		"gonil":     Guard(func(l *lua.State) int { var p *Thread; return len(p.trace) }),
		"concat": func(l *lua.State) int {
			var parts []string
			for i := 1; i <= l.Top(); i++ {
				ToStringMeta(l, i)
				s, _ := l.ToString(-1)
				parts = append(parts, s)
				l.Pop(1)
			}
			l.PushString(strings.Join(parts, " "))
			return 1
		},
		"setmetatable": func(l *lua.State) int { l.SetTop(2); l.SetMetaTable(1); return 1 },
		"type":         func(l *lua.State) int { l.PushString(lua.TypeNameOf(l, 1)); return 1 },
	} {
		l.Register(name, f)
	}
	l.PushGlobalTable()
	l.SetGlobal("_G")
	return th
}

func load(t testing.TB, th *Thread, src string) {
	t.Helper()
	if err := th.L.Load(strings.NewReader(src), "=t", "t"); err != nil {
		s, _ := th.L.ToString(-1)
		t.Fatal(s)
	}
}

// run gives what the code returns, joined by spaces.
func run(t testing.TB, th *Thread, src string) (string, *Error) {
	t.Helper()
	load(t, th, "return concat((function(...) "+src+"\nend)())")
	if err := th.PCall(0, 1); err != nil {
		return "", err
	}
	s, _ := th.L.ToString(-1)
	th.L.Pop(1)
	return s, nil
}

func TestLayoutFits(t *testing.T) {
	if err := Supported(); err != nil {
		t.Fatal(err)
	}
}

func TestScripts(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"any error value", `local e = {} local ok, v = pcall(error, e) return ok, v == e`, "false true"},
		{"nil error", `return pcall(error, nil)`, "false nil"},
		{"error position", `return pcall(function() error("x") end)`, "false t:1: x"},
		{"error level 2", "local function f() error('x', 2) end\nreturn pcall(function()\nf() end)", "false t:3: x"},
		{"pcall results", `return pcall(function(...) return ... end, 1, nil, 3)`, "true 1 nil 3"},
		{"xpcall handler", `return xpcall(function() error("x") end, function(m) return "H:" .. m end)`, "false H:t:1: x"},
		{"xpcall handler for VM errors", `return xpcall(function() local a; a.b = 1 end, function(m) return {m}, 1 end)`, "false table"},
		{"xpcall with arguments", `return xpcall(function(a, b) return b, a end, error, 1, 2)`, "true 2 1"},
		{"handler fails", `return xpcall(error, function() error("again") end, "x")`, "false error in error handling"},
		{"handler is no function", `return xpcall(error, 1, "x")`, "false error in error handling"},
		{"nested pcall inside handler", `return xpcall(error, function(m) local ok, v = pcall(error, "in") return m .. v end, "out")`, "false outin"},
		{"stack overflow", `local function f() return f() + 1 end local ok, m = pcall(f) return ok, m`, "false t:1: stack overflow"},
		{"C stack overflow", `local function f() return pcall(f) end local ok = pcall(f) return ok`, "true"},
		{"Go panic with a string", `return pcall(gopanic, "ouch")`, "false gomsys: Go panic in 'gopanic': ouch"},
		{"nil dereference", `local ok, m = pcall(function() gonil() end) return m`,
			"t:1: gomsys: Go panic in 'gonil': runtime error: invalid memory address or nil pointer dereference"},
		{"name of a global", `return pcall(function() nothing() end)`, "false t:1: attempt to call global 'nothing' (a nil value)"},
		{"name of a local", `local a, b, c return pcall(function() local x, y, z = nil, nil; z() end)`, "false t:1: attempt to call local 'z' (a nil value)"},
		{"name of a field", `local t = {} return pcall(function() t.x.y = 1 end)`, "false t:1: attempt to index field 'x' (a nil value)"},
		{"name of a method", `local t = {} return pcall(function() t:foo() end)`, "false t:1: attempt to call method 'foo' (a nil value)"},
		{"name of an upvalue", `local a, t return pcall(function() return t.x end)`, "false t:1: attempt to index upvalue 't' (a nil value)"},
		{"arithmetic operand", `local a, b = 1 return pcall(function() local c; return a + c end)`, "false t:1: attempt to perform arithmetic on local 'c' (a nil value)"},
		{"concat operand", `local t = {} return pcall(function() return "a" .. t.x .. "b" end)`, "false t:1: attempt to concatenate field 'x' (a nil value)"},
		{"no wrong name", `local a return pcall(function() local b; local t = {}; return t.z.y end)`, "false t:1: attempt to index field 'z' (a nil value)"},
		{"coroutine", `
			local co = create(function(a) local b = yield(a + 1) return b * 2 end)
			local _, x = resume(co, 1); local _, y = resume(co, 10)
			return x, y, status(co), resume(co)`, "2 20 dead false cannot resume dead coroutine"},
		{"thread type", `local co = create(yield) return type(co)`, "thread"},
		{"yield across pcall", `
			local co = create(function() return pcall(function() return yield(1) end) end)
			resume(co) return resume(co, "v")`, "true true v"},
		{"error in a coroutine", `local co = create(function() local x; x() end) return resume(co)`,
			"false t:1: attempt to call local 'x' (a nil value)"},
		{"yield outside", `return pcall(yield)`, "false attempt to yield from outside a coroutine"},
		{"resume of the running one", `local co; co = create(function() return resume(co) end) return resume(co)`,
			"true false cannot resume non-suspended coroutine"},
		{"recursion of coroutines", `
			local function f() local co = create(f) local ok, v = resume(co) return v end
			return f()`, "C stack overflow"},
		{"clearing while traversing", `
			local t, n = {}, 0 for i = 1, 1000 do t["k" .. i] = i end
			for k in next, t do t[k] = nil n = n + 1 end return n, next(t)`, "1000 nil"},
		{"nested traversals", `
			local t, n = {a = 1, b = 2, c = 3}, 0
			for k in next, t do for j in next, t do for i in next, t do n = n + 1 end end end return n`, "27"},
		{"traversal of both parts", `
			local t, n = {1, 2, 3, nil, 5, x = 1, y = 2}, 0 for k, v in next, t do n = n + v end return n`, "14"},
		{"invalid key", `return pcall(next, {a = 1}, "b")`, "false invalid key to 'next'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			th := newTestThread(t)
			got, err := run(t, th, c.src)
			if err != nil {
				t.Fatal(err)
			}
			if i := strings.Index(got, "table: 0x"); i >= 0 {
				got = got[:i+5]
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if th.L.Top() != 0 {
				t.Errorf("stack has %d values", th.L.Top())
			}
		})
	}
}

func TestPCallError(t *testing.T) {
	th := newTestThread(t)
	cause := errors.New("the cause")
	th.L.Register("fail", Guard(func(*lua.State) int { panic(cause) }))
	_, err := run(t, th, "\nfail()")
	if err == nil || !errors.Is(err, cause) || len(err.GoStack) == 0 || err.Fatal {
		t.Fatalf("%+v", err)
	}
	_, err = run(t, th, "\nlocal function f()\n error('x') end\n f()")
	want := "stack traceback:\n\t[C]: in function 'error'\n\tt:3: in function 'f'\n\tt:4: in function <t:1>\n\tt:1: in main chunk"
	if d := cmp.Diff(want, err.Traceback); d != "" {
		t.Error(d)
	}
}

func TestBudget(t *testing.T) {
	for _, c := range []struct {
		name string
		b    Budget
		src  string
		want error
	}{
		{"instructions", Budget{MaxInstructions: 100_000}, `while true do end`, ErrInstructions},
		{"pcall cannot keep it", Budget{MaxInstructions: 100_000}, `while true do pcall(function() while true do end end) end`, ErrInstructions},
		{"coroutine cannot keep it", Budget{MaxInstructions: 100_000}, `while true do resume(create(function() while true do end end)) end`, ErrInstructions},
		{"many short coroutines", Budget{MaxInstructions: 100_000}, `while true do resume(create(function() end)) end`, ErrInstructions},
		{"time", Budget{Timeout: 5 * time.Millisecond}, `while true do end`, ErrDeadline},
		{"depth", Budget{MaxDepth: 500}, `local function f() return f() + 1 end f()`, ErrDepth},
		{"memory", Budget{MaxMemory: 20 << 20}, `local t = {} for i = 1, 1e9 do t[i] = {} end`, ErrMemory},
	} {
		t.Run(c.name, func(t *testing.T) {
			th := newTestThread(t)
			th.SetBudget(&c.b)
			_, err := run(t, th, c.src)
			if err == nil || !err.Fatal || !errors.Is(err, c.want) {
				t.Fatalf("%+v", err)
			}
			if !strings.HasPrefix(err.Message, "t:1: ") || !strings.Contains(err.Traceback, "t:1: in ") {
				t.Errorf("%q %q", err.Message, err.Traceback)
			}
			if th.Reusable() {
				t.Error("reusable")
			}
		})
	}
}

func TestBudgetContext(t *testing.T) {
	th := newTestThread(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	th.SetBudget(&Budget{Ctx: ctx})
	cause := errors.New("gone")
	th.L.Register("leave", func(*lua.State) int { cancel(cause); return 0 })
	_, err := run(t, th, `leave() while true do end`)
	if err == nil || !err.Fatal || !errors.Is(err, cause) {
		t.Fatal(err)
	}
}

func TestAbandonedCoroutinesAreCollected(t *testing.T) {
	th := newTestThread(t)
	th.U.MaxCoroutines = -1
	before := runtime.NumGoroutine()
	n := 100_000
	if testing.Short() || raceDetector {
		n = 2_000
	}
	th.L.PushInteger(n)
	th.L.SetGlobal("n")
	if _, err := run(t, th, `for i = 1, n do resume(create(function() pcall(yield) end)) end`); err != nil {
		t.Fatal(err)
	}
	waitForGoroutines(t, before)
}

// waitForGoroutines collects garbage until only n goroutines are left.
func waitForGoroutines(t *testing.T, n int) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for runtime.NumGoroutine() > n && time.Now().Before(deadline) {
		runtime.GC()
		runtime.Gosched()
	}
	if got := runtime.NumGoroutine(); got > n {
		t.Errorf("%d goroutines, %d before", got, n)
	}
}

func TestCloseEndsCoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	th := newTestThread(t)
	if _, err := run(t, th, `list = {} for i = 1, 100 do list[i] = create(function() yield() end) resume(list[i]) end`); err != nil {
		t.Fatal(err)
	}
	th.U.Close()
	waitForGoroutines(t, before)
}

func TestUpValueListStaysShort(t *testing.T) {
	th := newTestThread(t)
	d := cputime.Of(func() {
		if _, err := run(t, th, `for i = 1, 100000 do local a, b = i, i; local f = function() return a + b end end`); err != nil {
			t.Fatal(err)
		}
	})
	if d > 10*time.Second {
		t.Errorf("took %v", d)
	}
}
