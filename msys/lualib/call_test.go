package lualib_test

import (
	"errors"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

func TestCall(t *testing.T) {
	l, _ := newState(t, nil)
	load := func(src string) {
		t.Helper()
		if err := dialect.Load(l, []byte(src), "@t.lua"); err != nil {
			t.Fatal(err)
		}
	}
	load(`return ...`)
	l.PushInteger(1)
	l.PushString("x")
	if err := lualib.Call(l, 2, lua.MultipleReturns); err != nil || l.Top() != 2 {
		t.Fatal(err, l.Top())
	}
	l.SetTop(0)
	load("local function f()\n error({code = 1}) end\nf()")
	err := lualib.Call(l, 0, 0)
	var e *lualib.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Message, "table: ") || !strings.Contains(e.Traceback, "t.lua:2: in function 'f'") || e.Value == nil {
		t.Errorf("%+v", err)
	}
	cause := errors.New("no file")
	l.Register("fails", luavm.Guard(func(*lua.State) int { panic(cause) }))
	load(`fails()`)
	if err := lualib.Call(l, 0, 0); !errors.Is(err, cause) {
		t.Error(err)
	}
}

// A host that calls go-lua's own functions gets messages too.
func TestOwnProtectedCall(t *testing.T) {
	l, _ := newState(t, nil)
	for src, want := range map[string]string{
		`error("text")`:       "t.lua:1: text",
		`local x; x()`:        "t.lua:1: attempt to call",
		`error({})`:           "no string",
		`string.rep("x", {})`: "bad argument #2 to 'rep'",
		`coroutine.wrap(function() error("in") end)()`: "t.lua:1: t.lua:1: in",
	} {
		if err := dialect.Load(l, []byte(src), "@t.lua"); err != nil {
			t.Fatal(err)
		}
		err := l.ProtectedCall(0, 0, 0)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", src, err)
		}
		l.Pop(1)
	}
}
