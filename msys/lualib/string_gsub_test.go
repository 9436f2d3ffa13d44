package lualib

import (
	"testing"
)

func TestGsub(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("x=1, y=2"):gsub("(%w+)=(%w+)", "%2=%1")`, `"1=x, 2=y" 2`},
		{`("hello"):gsub("l", "L")`, `"heLLo" 2`},
		{`("hello"):gsub("l", "L", 1)`, `"heLlo" 1`},
		{`("hello"):gsub("l", "L", 0)`, `"hello" 0`},
		{`("hello"):gsub("l", "L", -1)`, `"hello" 0`},
		{`("hello"):gsub("x", "y")`, `"hello" 0`},
		{`("hello"):gsub("", "-")`, `"-h-e-l-l-o-" 6`},
		{`("abc"):gsub("%w*", "x")`, `"xx" 2`},
		{`("abc def"):gsub("%w+", "<%0>")`, `"<abc> <def>" 2`},
		{`("abc"):gsub("%w", "%%%0")`, `"%a%b%c" 3`},
		{`("abc"):gsub("b", "%1")`, `"abc" 1`},
		{`("abc"):gsub("()b", "%1")`, `"a2c" 1`},
		{`("abc"):gsub("b", "%x")`, `"axc" 1`},
		{`("abc"):gsub("^%w", "X")`, `"Xbc" 1`},
		{`("aaa"):gsub("^a", "X")`, `"Xaa" 1`},
		{`("abc"):gsub("$", "X")`, `"abcX" 1`},
		{`("abc"):gsub("b", 7.5)`, `"a7.5c" 1`},
		{`("a\0b"):gsub("%z", "\0\0")`, `"a\x00\x00b" 1`},
		{`string.gsub(121, 2, 3)`, `"131" 1`},
		{`("$name is $what"):gsub("%$(%w+)", {name = "Lua", what = 5})`, `"Lua is 5" 2`},
		{`("$name is $what"):gsub("%$(%w+)", {name = false})`, `"$name is $what" 2`},
		{`("ab"):gsub("%w", setmetatable({}, {__index = function(_, k) return k .. k end}))`, `"aabb" 2`},
		{`("ab"):gsub("()", {"x", "y"})`, `"xayb" 3`},
		{`("a b"):gsub("%w", string.upper)`, `"A B" 2`},
		{`("a b"):gsub("(%w)( ?)", function(w, s) if s == "" then return nil end return w .. w end)`, `"aab" 2`},
		{`("a"):gsub("a", function() return 1, 2 end)`, `"1" 1`},
		{`("abc"):gsub("%w", function(c) return (c:gsub(c, c .. c)) end)`, `"aabbcc" 3`},
	})
}

func TestGsubErrors(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("a"):gsub("a", nil)`, `error: t:1: bad argument #2 to 'gsub' (string/function/table expected)`},
		{`string.gsub("a", "a", true)`, `error: t:1: bad argument #3 to 'gsub' (string/function/table expected)`},
		{`string.gsub("a", "a", "b", {})`, `error: t:1: bad argument #4 to 'gsub' (number expected, got table)`},
		{`("a"):gsub("a", "%2")`, `error: t:1: invalid capture index %2`},
		{`("a"):gsub("a", {a = true})`, `error: t:1: invalid replacement value (a boolean)`},
		{`("a"):gsub("a", function() return {} end)`, `error: t:1: invalid replacement value (a table)`},
		{`("a"):gsub("(a", "%1")`, `error: t:1: unfinished capture`},
		{`("a"):gsub("(a", "b")`, `"b" 1`},
		{`pcall(string.gsub, "a", "a", function() error("stop", 0) end)`, `false "stop"`},
	})
}
