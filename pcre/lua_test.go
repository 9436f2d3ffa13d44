package pcre_test

import (
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/pcre"
)

// runLua gives what a script prints.
func runLua(t *testing.T, script string) string {
	t.Helper()
	var out []string
	l := lua.NewState()
	lualib.Open(l, &lualib.Options{Print: func(_ *lua.State, line string) { out = append(out, line) }})
	bind.Preload(l, pcre.Libraries(nil)...)
	bind.OpenPreloaded(l)
	l.Global("loadstring")
	l.PushString("require 'msys.pcre'\n" + script)
	l.Call(1, 2)
	if l.IsNil(-2) {
		s, _ := l.ToString(-1)
		t.Fatal(s)
	}
	l.Pop(1)
	if err := lualib.Call(l, 0, 0); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

func TestLua(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"captures", `local m = msys.pcre.match("me@x.org", "^(?P<u>\\w+)@(\\S+?)(!)?$") print(m[0], m.u, m[2], m[3], #m)`, "me@x.org\tme\tx.org\tnil\t2"},
		{"group without part", `local m = msys.pcre.match("b", "(?<x>a)?(b)") print(m[1] == "", m.x == "", m[2])`, "true\ttrue\tb"},
		{"wrong patterns", `print(msys.pcre.match("q", "a(")) print(msys.pcre.match("q", ""))`, "nil\tmissing )\t2\nnil\tan empty pattern was provided\t0"},
		{"no match", `print(msys.pcre.match("abc", "x"))`, "nil"},
		{"replace", `print(msys.pcre.replace("a1b22", "(\\d)(\\d)?", "<$1\\2>"), msys.pcre.replace("aaa", "a", "b", 2),
			(msys.pcre.replace("ab", "\\w", function(t) if t[0] == "a" then return "X" end end)))`, "a<1>b<22>\tbba\tXb"},
		{"split", `print(table.concat(msys.pcre.split(",a,,b, ", ","), "/"), #msys.pcre.split("", "\\s+"), table.concat(msys.pcre.split("a.b.c", "\\.", 2), "/"))`, "a/b/ \t0\ta/b.c"},
		{"the same functions", `local p = require("pcre") print(p.match("ab", "b")[0], msys.pcre_match("ab", "a")[0])`, "b\ta"},
		{"arguments", `print(pcall(msys.pcre.match, {}, "x")) print(pcall(msys.pcre.replace, "a", "a", {}))`,
			"false\tbad argument #1 to 'match' (string expected, got table)\nfalse\tbad argument #3 to 'replace' (expected string/function)"},
		{"function results", `print(pcall(msys.pcre.replace, "a", "a", function() return {} end)) print(pcall(msys.pcre.replace, "a", "a", function() error("e", 0) end))
			print(msys.pcre.replace("a", "a", function() return 5 end))`, "false\tinvalid replacement value (a table)\nfalse\te\n5"},
		{"limit", `local s = ("a"):rep(40) .. "b" print(msys.pcre.match(s, "^(a|aa|a\\1?)+$\\1")) local r, e, n = msys.pcre.replace(s, "^((a|aa)+\\2?)+$", "x") print(r == s, e, n)`,
			"nil\tmatch limit exceeded\t-8\ntrue\tmatch limit exceeded\t-8"},
		{"bytes", `local m = msys.pcre.match("a\255b", "a(.)b") print(#m[1], m[1]:byte())`, "1\t255"},
		{"characters", `print(#msys.pcre.match("aéb", "a(.)b")[1])`, "2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, runLua(t, tt.script)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCache(t *testing.T) {
	now := time.Unix(0, 0)
	c := pcre.NewCache(&pcre.CacheOptions{Size: 2, Now: func() time.Time { return now }})
	get := func(p string) *pcre.Regexp {
		t.Helper()
		re, err := c.Get(p)
		if err != nil {
			t.Fatal(err)
		}
		return re
	}
	a := get("a")
	if get("b"); get("a") != a {
		t.Error("a kept pattern is compiled again")
	}
	get("c") // drops b
	if c.Len() != 2 || get("a") != a {
		t.Error("the pattern used last was dropped")
	}
	now = now.Add(time.Hour)
	if get("a") == a {
		t.Error("a pattern outlives its time")
	}
	if _, err := c.Get("("); err == nil {
		t.Error("no error for a wrong pattern")
	}
	if _, err := c.Get(""); err != pcre.ErrEmptyPattern {
		t.Error(err)
	}
}

// A result cannot grow beyond the longest string of the state.
func TestLuaReplaceTooLong(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l, &lualib.Options{MaxString: 1 << 20})
	bind.Preload(l, pcre.Libraries(pcre.NewCache(nil))...)
	bind.OpenPreloaded(l)
	script := `local ok, err = pcall(msys.pcre.replace, ("a"):rep(2000), "a", ("b"):rep(1000))
assert(not ok and err:find("resulting string too large", 1, true), err)
assert(#msys.pcre.replace(("a"):rep(1000), "a", ("b"):rep(1000)) == 1000000)`
	if err := lua.DoString(l, script); err != nil {
		text, _ := l.ToString(-1)
		t.Error(text)
	}
}
