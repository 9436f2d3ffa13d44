package dialect

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A call at the end of a function with "..." gives all results, however many
// arguments the caller got: callInfo.setTop of Shopify/go-lua panics when the
// called function has fewer registers than that.
func TestTailCallFromVarargs(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"fewer registers than arguments", `function f() return 1 end local function c(...) return f(...) end print(c({}, 2, 3, 4, 5, 6, 7, 8, 9))`, "1"},
		{"all results", `local function f(...) return ... end local function c(...) return f(...) end print(c(1, nil, 3, nil)) print(select("#", c(1, nil)))`, "1 nil 3 nil\n2"},
		{"method", `local o = {f = function(self, x) return x end} local function c(...) return o:f(...) end print(c(1, 2, 3, 4, 5, 6, 7))`, "1"},
		{"literal argument", `local function f(s) return s end local function c(...) return f"x" end print(c(1, 2, 3, 4, 5, 6, 7))`, "x"},
		{"in parentheses", `local function f() return 1, 2 end local function c(...) return (f()) end print(c(1, 2, 3))`, "1"},
		{"list", `local function f() return 1, 2 end local function c(...) return 0, f() end print(c(1, 2, 3))`, "0 1 2"},
		{"operators", `local function f() return 5 end local function c(...) return f() & 4, f() or 1 end print(c()) print((function(...) return f() & 4 end)(1, 2))`, "4 5\n4"},
		{"plain functions keep their tail calls", `local function loop(n) if n == 0 then return "end" end return loop(n - 1) end print(loop(100000))`, "end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, run(t, tt.src)); diff != "" {
				t.Error(diff)
			}
		})
	}
	l, _ := newState(t)
	if err := Load(l, []byte("local function f() return 7 end return f()"), "@main.lua"); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		l.PushNil()
	}
	l.Call(9, 1)
	if n, _ := l.ToNumber(-1); n != 7 {
		t.Errorf("main chunk: %v", n)
	}
}
