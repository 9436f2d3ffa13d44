package lualib_test

import (
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

// script is a test: Lua code, and the lines that it prints. An error that
// ends it is printed after "error: ".
type script struct{ name, src, want string }

// newState gives a state with the library whose print collects lines.
func newState(t testing.TB, o *lualib.Options) (*lua.State, *[]string) {
	t.Helper()
	var options lualib.Options
	if o != nil {
		options = *o
	}
	lines := new([]string)
	options.Print = func(_ *lua.State, line string) { *lines = append(*lines, line) }
	l := lua.NewState()
	lualib.Open(l, &options)
	t.Cleanup(func() { lualib.Close(l) })
	return l, lines
}

// runScript gives what a chunk called t.lua printed.
func runScript(t testing.TB, o *lualib.Options, src string) string {
	t.Helper()
	l, lines := newState(t, o)
	if err := dialect.Load(l, []byte(src), "@t.lua"); err != nil {
		return "error: " + err.Error()
	}
	if err := luavm.Of(l).PCall(0, 0); err != nil {
		*lines = append(*lines, "error: "+err.Message)
	}
	if n := l.Top(); n != 0 {
		t.Errorf("%d values are left on the stack", n)
	}
	return strings.Join(*lines, "\n")
}

// testScripts runs scripts each on a state of its own.
func testScripts(t *testing.T, o *lualib.Options, scripts []script) {
	t.Helper()
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			if d := cmp.Diff(strings.TrimSpace(s.want), runScript(t, o, s.src)); d != "" {
				t.Error(d)
			}
		})
	}
}
