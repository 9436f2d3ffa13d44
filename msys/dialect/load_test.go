package dialect

import (
	"strings"
	"sync"
	"testing"

	lua "github.com/Shopify/go-lua"
)

// Two ways to write a chunk: one that passes through, one that is wrapped.
var chunkForms = []struct{ name, src string }{
	{"plain", "x = y return x, ..."},
	{"wrapped", "x = y local a = 7 & a return x, ..."},
	{"wrapped without globals", "local a = 0 a = a & a return 5, ..."},
}

func TestLoadedFunction(t *testing.T) {
	for _, tc := range chunkForms {
		t.Run(tc.name, func(t *testing.T) {
			l := lua.NewState()
			l.PushInteger(3)
			l.SetGlobal("a")
			l.PushInteger(5)
			l.SetGlobal("y")
			if err := Load(l, []byte(tc.src), "@policy.lua"); err != nil {
				t.Fatal(err)
			}
			if l.Top() != 1 || !l.IsFunction(1) || l.IsGoFunction(1) {
				t.Fatal("no Lua function on the stack")
			}
			if !IsMain(l, 1) || !IsMain(l, -1) {
				t.Error("IsMain is false")
			}
			if n := EnvUpValue(l, -1); n != 1 {
				t.Errorf("_ENV is upvalue %d", n)
			}
			l.PushString("arg1")
			l.PushString("arg2")
			l.Call(2, lua.MultipleReturns)
			if x, _ := l.ToNumber(1); l.Top() != 3 || x != 5 {
				t.Errorf("the chunk returns %d values, the first is %v", l.Top(), x)
			}
			if s, _ := l.ToString(3); s != "arg2" {
				t.Errorf("the second argument arrives as %q", s)
			}
		})
	}
}

func TestLoadedFunctionIsDebuggable(t *testing.T) {
	l := lua.NewState()
	if err := Load(l, []byte("\n\nlocal a = 1 & b\n\nreturn a\n\n"), "@policy.lua"); err != nil {
		t.Fatal(err)
	}
	d, _ := lua.Info(l, ">S", nil)
	if d.Source != "@policy.lua" || d.ShortSource != "policy.lua" {
		t.Errorf("source is %q, %q", d.Source, d.ShortSource)
	}
}

func TestEnvironmentCanBeReplaced(t *testing.T) {
	for _, tc := range chunkForms[:2] {
		t.Run(tc.name, func(t *testing.T) {
			l := lua.NewState()
			if err := Load(l, []byte(tc.src), "@policy.lua"); err != nil {
				t.Fatal(err)
			}
			l.NewTable()
			l.PushInteger(6)
			l.SetField(-2, "y")
			l.PushInteger(7)
			l.SetField(-2, "a")
			l.PushValue(-1)
			l.Insert(1)
			lua.SetUpValue(l, 2, EnvUpValue(l, 2))
			l.Call(0, 1)
			if x, _ := l.ToNumber(-1); x != 6 {
				t.Errorf("the chunk sees y = %v", x)
			}
			if l.Field(1, "x"); !l.IsNumber(-1) {
				t.Error("x is not set in the environment")
			}
			if l.Global("x"); !l.IsNil(-1) {
				t.Error("x is set in the globals")
			}
		})
	}
}

func TestIsMainOfOthers(t *testing.T) {
	l, _ := newState(t)
	if err := Load(l, []byte("local a = 1 & b return function() return a end, function(...) return ~a, _ENV, b end, print"), "@policy.lua"); err == nil {
		l.PushInteger(1)
		l.SetGlobal("b")
		l.Call(0, 3)
	}
	l.PushInteger(1)
	for i := 1; i <= l.Top(); i++ {
		if IsMain(l, i) {
			t.Errorf("IsMain of value %d", i)
		}
	}
	if n := EnvUpValue(l, 1); n != 0 {
		t.Errorf("a function without globals has _ENV as upvalue %d", n)
	}
	if n := EnvUpValue(l, 2); n == 0 {
		t.Error("a function with globals has no _ENV")
	}
	if EnvUpValue(l, 3) != 0 || EnvUpValue(l, 4) != 0 {
		t.Error("values that are no Lua functions have an _ENV")
	}
	if top := l.Top(); top != 4 {
		t.Errorf("%d values on the stack", top)
	}
}

func TestIsHelper(t *testing.T) {
	l, _ := newState(t)
	var levels []bool
	l.Register("look", func(l *lua.State) int {
		for level := 1; ; level++ {
			frame, ok := lua.Stack(l, level)
			if !ok {
				return 0
			}
			d, _ := lua.Info(l, "S", frame)
			levels = append(levels, d.What == "Go")
		}
	})
	if err := Load(l, []byte("local t = setmetatable({}, {__and = function() look() end}) return t & 1"), "@policy.lua"); err != nil {
		t.Fatal(err)
	}
	l.PushValue(-1)
	l.Call(0, 0)
	if len(levels) != 3 || !levels[1] { // the event, the helper, the chunk
		t.Errorf("levels are %v", levels)
	}
	helpers := 0
	for i := 1; ; i++ {
		if _, ok := lua.UpValue(l, 1, i); !ok {
			break
		}
		if IsHelper(l, -1) {
			helpers++
		}
		l.Pop(1)
	}
	if helpers != 1 {
		t.Errorf("%d upvalues are helpers", helpers)
	}
	if l.Global("print"); IsHelper(l, -1) || IsHelper(l, 1) {
		t.Error("other functions are helpers")
	}
}

func TestVariableName(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		ok         bool
	}{{"x", "x", true}, {"_ENV", "_ENV", true}, {hiddenGoto, "goto", true}, {helperGuard.name(), "", false}} {
		if got, ok := VariableName(tc.name); got != tc.want || ok != tc.ok {
			t.Errorf("VariableName(%q) = %q, %v", tc.name, got, ok)
		}
	}
}

func TestLoadInManyStates(t *testing.T) {
	prog, err := Translate([]byte("local n = 0 for i = 1, 100 do n = n + (i % 7 & 3) end return 'n' .. n"), "@policy.lua")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			l := lua.NewState()
			for range 10 {
				if err := prog.Load(l); err != nil {
					t.Error(err)
					return
				}
				l.Call(0, 1)
				if s, _ := l.ToString(-1); s != "n129" {
					t.Errorf("the chunk returns %q", s)
				}
				l.Pop(1)
			}
		})
	}
	group.Wait()
}

func TestLoadWithinDeepCalls(t *testing.T) {
	l, out := newState(t)
	l.Register("load_and_call", func(l *lua.State) int {
		if err := Load(l, []byte("local a = 1 return a | "+strings.Repeat("(", 150)+"2"+strings.Repeat(")", 150)), "@inner.lua"); err != nil {
			lua.Errorf(l, "%s", err.Error())
		}
		l.Call(0, 1)
		return 1
	})
	src := "local function f(n) if n == 0 then return load_and_call() end return (select(2, pcall(f, n - 1))) end print(f(80))"
	if err := Load(l, []byte(src), "@outer.lua"); err != nil {
		t.Fatal(err)
	}
	l.Call(0, 0)
	if got := out.String(); got != "3\n" {
		t.Errorf("got %s", got)
	}
}

func TestHiddenIndex(t *testing.T) {
	l, out := newState(t)
	HiddenIndex(l)
	HiddenIndex(l)
	if !l.RawEqual(1, 2) || l.Top() != 2 {
		t.Error("there are two of them")
	}
	l.SetTop(1)
	l.NewTable()
	l.PushValue(1)
	l.SetField(-2, "__index")
	l.SetGlobal("mt") // as setmetatable leaves it
	if err := Load(l, []byte(`
print(mt.__index, mt["__index"], (pcall(function() return mt.__index.x end)))
mt.__index = 5 print(mt.__index) mt.__index = nil print(mt.__index) is_hidden()
print(pcall(function() function mt.__index.f() end end))
mt.x, mt.__index, mt.y = 1 is_hidden()
mt.x, mt.__index = (function() return 1, 2 end)() print(mt.__index)
print(("x").__index)
print(pcall(function() return nope.__index end))`), "@policy.lua"); err != nil {
		t.Fatal(err)
	}
	l.Register("is_hidden", func(l *lua.State) int {
		l.Global("mt")
		l.PushString("__index")
		l.RawGet(-2)
		HiddenIndex(l)
		if !l.RawEqual(-1, -2) {
			t.Error("nil is not hidden")
		}
		return 0
	})
	l.Call(0, 0)
	want := `nil nil false
5
nil
false policy.lua:4: attempt to index a nil value
2
nil
false policy.lua:8: attempt to index global 'nope' (a nil value)
`
	if got := out.String(); got != want {
		t.Errorf("got %s want %s", got, want)
	}
}
