package lualib

import (
	"fmt"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// newStdState gives a state with the library, opened with o.
func newStdState(tb testing.TB, o *Options) *luavm.Thread {
	tb.Helper()
	l := lua.NewState()
	Open(l, o)
	tb.Cleanup(func() { Close(l) })
	return luavm.Of(l)
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
