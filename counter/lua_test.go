package counter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
)

func newState(r *counter.Registry) *lua.State {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, counter.Library(r))
	return l
}

func run(t testing.TB, l *lua.State, file string) {
	t.Helper()
	if err := lua.DoFile(l, file); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

func TestLua(t *testing.T) {
	r, clock := newRegistry(counter.Options{})
	l := newState(r)
	l.Register("list", func(l *lua.State) int {
		l.PushString(strings.Join(paths(r, ""), "\n") + "\n")
		return 1
	})
	l.Register("advance", func(l *lua.State) int {
		clock.advance(time.Duration(lua.CheckNumber(l, 1) * 1e9))
		return 0
	})
	run(t, l, "testdata/counter.lua")
}

// TestLuaExamples runs the examples of the reference.
func TestLuaExamples(t *testing.T) {
	r := counter.New(nil)
	l := newState(r)
	for _, f := range counter.Module(r).Funcs {
		if err := lua.DoString(l, f.Example); err != nil || f.Example == "" {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func Example_lua() {
	reg := counter.New(nil)
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, counter.Library(reg))
	err := lua.DoString(l, `
		local counter = require("msys.counter")
		local sent = counter.open("/site/example/sent")
		counter.inc(sent)
		counter.add("/site/example/sent", 2)
	`)
	fmt.Println(reg, err)
	// Output: {"/site/example/sent":3} <nil>
}
