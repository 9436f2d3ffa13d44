package lualib

import (
	"fmt"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// newStdState gives a state with the libraries of strings, tables, numbers,
// files and the system, and with the little of the basic library that their
// tests need.
func newStdState(tb testing.TB, o *Options) *luavm.Thread {
	tb.Helper()
	l := lua.NewState()
	lua.Require(l, "_G", lua.BaseOpen, true)
	l.Register("pcall", luavm.LuaPCall)
	l.Register("tostring", func(l *lua.State) int {
		l.PushString(args{l, "tostring"}.text(1))
		return 1
	})
	for name, open := range map[string]func(*lua.State, *Options) int{
		"string": openString, "table": openTable, "math": openMath,
		"os": openOS, "io": openIO, "buffer": openBuffer,
	} {
		open(l, o)
		l.SetGlobal(name)
	}
	l.SetTop(0)
	th := luavm.Of(l)
	tb.Cleanup(th.U.Close)
	return th
}

// evalLua runs a chunk named t and returns its results as text, separated by
// spaces: strings quoted, everything else as tostring gives it; or the error.
func evalLua(tb testing.TB, th *luavm.Thread, chunk string) string {
	tb.Helper()
	l := th.L
	if err := l.Load(strings.NewReader(chunk), "=t", "t"); err != nil {
		msg, _ := l.ToString(-1)
		l.SetTop(0)
		return "syntax: " + msg
	}
	if err := th.PCall(0, lua.MultipleReturns); err != nil {
		l.SetTop(0)
		return "error: " + err.Error()
	}
	var out []string
	for i := 1; i <= l.Top(); i++ {
		if s, ok := l.ToValue(i).(string); ok {
			out = append(out, fmt.Sprintf("%q", s))
		} else {
			out = append(out, args{l, "tostring"}.text(i))
		}
	}
	l.SetTop(0)
	return strings.Join(out, " ")
}

type luaTest struct{ chunk, want string }

// testLua runs each chunk, as an expression list if it can be one.
func testLua(t *testing.T, o *Options, tests []luaTest) {
	t.Helper()
	th := newStdState(t, o)
	for _, tt := range tests {
		got := evalLua(t, th, "return "+tt.chunk)
		if strings.HasPrefix(got, "syntax: ") {
			got = evalLua(t, th, tt.chunk)
		}
		if got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.chunk, got, tt.want)
		}
	}
}
