package lualib

import (
	"testing"
)

// go-lua: there is no match, gmatch, gsub or gfind; find searches for plain
// text when its fourth argument is missing, and fails an assertion otherwise.
func TestFind(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("hello world"):find("o w"), ("hello"):find("l+"), ("hello"):find("x")`, `5 3 nil`},
		{`("hello world"):find("o w")`, `5 7`},
		{`("hello"):find("l+")`, `3 4`},
		{`("a.b"):find(".", 1, true)`, `2 2`},
		{`("a.b"):find(".", 2, false)`, `2 2`},
		{`("a.b"):find("%.", 1, nil)`, `2 2`},
		{`("key=value"):find("(%w+)=(%w+)")`, `1 9 "key" "value"`},
		{`("abc"):find("()b()")`, `2 2 2 3`},
		{`("abcabc"):find("b", -2)`, `5 5`},
		{`("abc"):find("b", -10)`, `2 2`},
		{`("abc"):find("", 4)`, `4 3`},
		{`("abc"):find("", 10)`, `4 3`},
		{`("abc"):find("^b", 2)`, `2 2`},
		{`("a\0b"):find("\0"), ("a\0b"):find("%z"), ("a\0b"):find("[^%z]b")`, `2 2 nil`},
		{`(12345):type()`, `error: t:1: attempt to index a number value`},
		{`string.find(12345, 34)`, `3 4`},
		{`select("#", ("x"):find(("()"):rep(32)))`, `34`},
	})
}

func TestMatch(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("key = value"):match("^(%w+)%s*=%s*(%w+)$")`, `"key" "value"`},
		{`("2024-05-06"):match("%d+")`, `"2024"`},
		{`("2024-05-06"):match("%d+", 6)`, `"05"`},
		{`("abc"):match("()", 4), ("abc"):match("()", 9)`, `4 4`},
		{`("abc"):match("%d")`, `nil`},
		{`("  trim me "):match("^%s*(.-)%s*$")`, `"trim me"`},
		{`("<b>x</b>"):match("<(%w+)>(.-)</%1>")`, `"b" "x"`},
		{`("f(a(b)c)"):match("%b()")`, `"(a(b)c)"`},
		{`("THE (quick) fox"):find("%f[%a]%a+%f[%A]", 5)`, `6 10`},
	})
}

func TestGmatch(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`local t = {} for w in string.gmatch("one two", "%a+") do t[#t+1] = w end return table.concat(t, ",")`, `"one,two"`},
		{`local t = {} for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do t[#t+1] = k .. v end return table.concat(t, ",")`, `"a1,b2"`},
		{`local t = {} for p in ("abc"):gmatch("()") do t[#t+1] = p end return table.concat(t, ",")`, `"1,2,3,4"`},
		{`local t = {} for w in ("abc"):gmatch("%w*") do t[#t+1] = "<" .. w .. ">" end return table.concat(t)`, `"<abc><>"`},
		{`local t = {} for w in ("a^a"):gmatch("^a") do t[#t+1] = w end return table.concat(t, ",")`, `"^a"`},
		{`local n = 0 for w in string.gfind("a b c", "%a") do n = n + 1 end return n`, `3`},
		{`local f = ("x"):gmatch("x") return f(), f(), f()`, `"x" nil`},
		{`local f = ("x"):gmatch("[x") return pcall(f)`, `false "malformed pattern (missing ']')"`},
		{`string.gmatch("x")`, `error: t:1: bad argument #2 to 'gmatch' (string expected, got no value)`},
	})
}

func TestPatternErrors(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("a"):find("[a")`, `error: t:1: malformed pattern (missing ']')`},
		{`("a"):find("%")`, `error: t:1: malformed pattern (ends with '%')`},
		{`("a"):match("(a")`, `error: t:1: unfinished capture`},
		{`("a"):match("a)")`, `error: t:1: invalid pattern capture`},
		{`("a"):match("%1")`, `error: t:1: invalid capture index %1`},
		{`("a"):match("%f")`, `error: t:1: missing '[' after '%f' in pattern`},
		{`("a"):match(("()"):rep(33))`, `error: t:1: too many captures`},
	})
}

// A pattern that needs exponential time ends with an error.
func TestPatternSteps(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("a"):rep(1e5):find(("a?"):rep(30) .. ("a"):rep(30))`, `1 60`},
		{`("a"):rep(35):find(("a?"):rep(30) .. ("a"):rep(40))`, `error: t:1: pattern too complex`},
		{`("a"):rep(3e4):match("(.*)x?(.*)x?(.*)%1c")`, `error: t:1: pattern too complex`},
		{`("a"):rep(3e4):gsub("(.*)x?(.*)x?(.*)%1c", "")`, `error: t:1: pattern too complex`},
		{`("a"):rep(2e5):match((".?"):rep(2e5))`, `error: t:1: pattern too complex`},
		{`#("a"):rep(1e6):match(".-b") == nil`, `error: t:1: attempt to get length of a nil value`},
		{`("a"):rep(1e6):match(".-b"), (" "):rep(1e6):match("^(.-)%s*$"), (("x "):rep(1e5)):find("%s+$")`, `nil "" 200000 200000`},
	})
	testLua(t, &Options{PatternSteps: 100}, []luaTest{
		{`("a"):rep(100):match("a*a*a*c")`, `error: t:1: pattern too complex`},
		{`#("a b "):rep(1e5):gsub("%a", "x")`, `400000`},
	})
}
