package lualib

import (
	"testing"
)

func TestBuffer(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`local b = buffer.new(10) return #b, b:write("hello"), #b, tostring(b), b:string()`, `0 5 5 "hello" "hello"`},
		{`local b = buffer.new(10) b:write("ab") b:write("cd") return b:string()`, `"abcd"`},
		{`local b = buffer.new("hello") return b:string(0, 1), b:string(1, 3), b:string(2), b:string(5)`, `"h" "el" "llo" ""`},
		{`local b = buffer.new("hello") return b:string(-1), b:string(6), b:string(0, 6), b:string(3, 2)`, `nil nil nil nil`},
		// a write ends the filled part where it ends
		{`local b = buffer.new("hello") return b:write("J", 0), b:string(), b:write("umbo", 1), b:string()`, `1 "J" 4 "Jumbo"`},
		{`local b = buffer.new(4) return b:write("truncated"), b:string(), b:write("x"), b:write("x", 5), b:write("x", -2)`, `4 "trun" 0 0 0`},
		{`local b = buffer.new("hello") local s = b:slice(1, 3) return #s, tostring(s), s:write("ipp", 0), tostring(b)`, `3 "ell" 3 "hippo"`},
		{`local b = buffer.new("hello") local s = b:slice() return tostring(s), s:write("too long", 0), tostring(b)`, `"hello" 5 "too l"`},
		{`local b = buffer.new("hello") return b:slice(6), b:slice(0, 6), b:slice(-1), b:slice(0, -1), #b:slice(5, 0)`, `nil nil nil nil 0`},
		{`local a, b = buffer.new("hello"), buffer.new(4) return a:copy(b), tostring(b)`, `4 "hell"`},
		{`local a, b = buffer.new("hello"), buffer.new(9) b:write("xx") return a:copy(b, 1, 2, 2), tostring(b), a:copy(b, 0, 6), a:copy(b, 99)`, `2 "xll" 0 0`},
		{`tostring(buffer.new("a\0\255")), #buffer.new("\0")`, `"a\x00\xff" 1`},
		{`#buffer.new("16"), buffer.new("16"):write(("x"):rep(20))`, `0 16`},
		{`buffer.new()`, `error: t:1: bad argument #1 to 'new' (number expected, got no value)`},
		{`buffer.new(-1)`, `error: t:1: bad argument #1 to 'new' (size is negative)`},
		{`buffer.new(1e12)`, `error: t:1: buffer too large`},
		{`buffer.new(1).write({}, "x")`, `error: t:1: bad argument #1 to 'write' (buffer expected, got table)`},
		{`buffer.new(1):write({})`, `error: t:1: bad argument #1 to 'write' (string expected, got table)`},
	})
}
