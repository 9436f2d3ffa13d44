package dialect

import (
	"strconv"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
)

// TestLines calls a function on many lines between translations of every
// kind, and compares the line that the machine reports with the true one.
func TestLines(t *testing.T) {
	snippets := []string{
		"here(%d)",
		"x = 1 & 2 | a",
		"x = a &\n b | -- & c\n\n here2(%d) .. 'x'",
		"x = [[\n\n\n]] .. a",
		"--[==[ \n ]] \n ]==] here(%d)",
		"x = 'a\\\nb\\@\\\n\\z \n  c' here(%d)",
		"x = 1 |\n 2 |\n 3 here(%d)",
		"x = a.\n__index here(%d)",
		"a.__index = \n b here(%d)",
		"x = function(...) return function()\n here(%d)\n return arg end end x()()",
		"for k, v in\n obj\n do here(%d) end",
		"goto = 1\n x = goto here(%d)",
		"function goto() end t = {goto =\n 1} x = t.goto here(%d)",
		"x = a % b %\n c here(%d)",
		"x = 0660 + 0x.8\n + 1e999 here(%d)",
		"do do goto skip end\n ::skip:: here(%d) end",
		"if a != b then here(%d) elseif !a\n then end",
	}
	for _, eol := range []string{"\n", "\r\n", "\r", "\n\r"} {
		var src strings.Builder
		src.WriteString("#!/usr/bin/lua\n")
		line, calls := 2, 0
		for range 3 {
			for _, s := range snippets {
				if before, _, found := strings.Cut(s, "here"); found {
					s = strings.Replace(s, "%d", strconv.Itoa(line+strings.Count(before, "\n")), 1)
					calls++
				}
				line += strings.Count(s, "\n") + 1
				src.WriteString(s + "\n")
			}
		}
		l, _ := newState(t)
		seen := 0
		here := func(l *lua.State) int {
			seen++
			frame, _ := lua.Stack(l, 1)
			d, _ := lua.Info(l, "Sl", frame)
			if want, _ := l.ToNumber(1); d.CurrentLine != int(want) {
				t.Errorf("with line end %q: line %d is reported as %d", eol, int(want), d.CurrentLine)
			}
			l.PushNumber(0)
			return 1
		}
		l.Register("here", here)
		l.Register("here2", here)
		setUp := "a, b, c = setmetatable({}, {__and = f0, __or = f0, __concat = f0, __mod = f0}), {}, 3 obj = setmetatable({}, {__iter = function() return next, {1} end})"
		if err := lua.DoString(l, "function f0() return a end "+setUp); err != nil {
			t.Fatal(err)
		}
		if err := Load(l, []byte(strings.ReplaceAll(src.String(), "\n", eol)), "@policy.lua"); err != nil {
			t.Fatal(err)
		}
		if err := l.ProtectedCall(0, 0, 0); err != nil {
			message, _ := l.ToString(-1)
			t.Fatal(message)
		}
		if seen != calls {
			t.Errorf("%d calls seen of %d", seen, calls)
		}
	}
}

func TestErrorLine(t *testing.T) {
	for _, tc := range []struct{ src, want string }{
		{"local a\nlocal x = 1 ..\n a\n ..\n 'x'", "policy.lua:4: attempt to concatenate local 'a' (a nil value)"},
		{"local a\nlocal x = 1\n & \n a\n", "policy.lua:3: attempt to perform bitwise operation on local 'a' (a nil value)"},
		{"local x = 1 & 2\nx = nil % 2", "policy.lua:2: attempt to perform arithmetic on a nil value"},
		{"local x = {} x = x.y \\ 1 x = z \\ 1", "policy.lua:1: attempt to perform arithmetic on a nil value"},
		{"local x = 1 return x << {}", "policy.lua:1: attempt to perform bitwise operation on a table value"},
		{"return ~print", "policy.lua:1: attempt to perform bitwise operation on global 'print' (a function value)"},
		{"return 'x' .. nil", "policy.lua:1: attempt to concatenate a nil value"},
		{"return {} .. 'x'", "policy.lua:1: attempt to concatenate a table value"},
		{"local s = 'abc'\nreturn s \\ 2", "policy.lua:2: attempt to perform arithmetic on local 's' (a string value)"},
		{"return 'x' | nil", "policy.lua:1: attempt to perform bitwise operation on a string value"},
		{"\nreturn nope.__index", "policy.lua:2: attempt to index global 'nope' (a nil value)"},
		{"\nreturn (nil).__index", "policy.lua:2: attempt to index a nil value"},
		{"\nlocal t = {} t:goto()", "policy.lua:2: attempt to call method 'goto' (a nil value)"},
		{"\nerror('x' .. 1)", "policy.lua:2: x1"},
	} {
		if got := run(t, tc.src); got != tc.want {
			t.Errorf("%q gives %q, want %q", tc.src, got, tc.want)
		}
	}
}
