package lualib

import (
	"testing"
)

func TestString(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("hello"):len(), string.len("\0\0"), #"é"`, `5 2 2`},
		{`string.len(12)`, `2`},
		{`("hello"):sub(2, 4), ("hello"):sub(-3), ("hello"):sub(2, -2)`, `"ell" "llo" "ell"`},
		{`("hello"):sub(0), ("hello"):sub(-100, 2), ("hello"):sub(4, 2), ("hello"):sub(1, 100)`, `"hello" "he" "" "hello"`},
		{`("hello"):sub(2.9, "3"), ("hello"):sub(1, math.huge), ("hello"):sub(-math.huge)`, `"el" "hello" "hello"`},
		{`string.sub(12345, 2, 3)`, `"23"`},
		{`("hello"):byte(), ("hello"):byte(-1), ("hello"):byte(10)`, `104 111`},
		{`("hello"):byte(2, 4)`, `101 108 108`},
		{`("\0\255"):byte(1, -1)`, `0 255`},
		{`string.char(), string.char(72, 105), string.char(0, 255)`, `"" "Hi" "\x00\xff"`},
		{`string.char(65.9, "66")`, `"AB"`},
		{`("ab"):rep(3), ("ab"):rep(0), ("ab"):rep(-1), (""):rep(1e9)`, `"ababab" "" "" ""`},
		{`("ab"):rep(3, "-"), ("ab"):rep(1, "-"), (""):rep(4, ".")`, `"ab-ab-ab" "ab" "..."`},
		{`("abc"):reverse(), (""):reverse(), ("a\0b"):reverse()`, `"cba" "" "b\x00a"`},
		{`("x"):upper(), (12):type()`, `error: t:1: attempt to index a number value`},
	})
}

func TestStringArguments(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`string.rep()`, `error: t:1: bad argument #1 to 'rep' (string expected, got no value)`},
		{`string.rep(nil, 2)`, `error: t:1: bad argument #1 to 'rep' (string expected, got nil)`},
		{`("x"):rep({})`, `error: t:1: bad argument #1 to 'rep' (number expected, got table)`},
		{`("x").rep()`, `error: t:1: bad argument #1 to 'rep' (string expected, got no value)`},
		{`local shorten = string.sub; return shorten("x")`, `error: t:1: bad argument #2 to 'shorten' (number expected, got no value)`},
		{`pcall(string.sub, "x", "y")`, `false "bad argument #2 to 'string.sub' (number expected, got string)"`},
		{`string.char(256)`, `error: t:1: bad argument #1 to 'char' (invalid value)`},
		{`string.char(65, -1)`, `error: t:1: bad argument #2 to 'char' (invalid value)`},
		{`string.upper(true)`, `error: t:1: bad argument #1 to 'upper' (string expected, got boolean)`},
		{`string.dump("x")`, `error: t:1: bad argument #1 to 'dump' (function expected, got string)`},
		{`string.dump(function() end)`, `error: t:1: unable to dump given function`},
		{`string.dump(string.dump)`, `error: t:1: unable to dump given function`},
		{`string.byte(("x"):rep(2e6), 1, -1)`, `error: t:1: stack overflow (string slice too long)`},
	})
}

// go-lua: upper, lower and reverse take bytes for runes, so that text that is
// not UTF-8 comes out longer than it went in.
func TestCaseKeepsBytes(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`("caf\233 \200\255"):upper()`, `"CAF\xe9 \xc8\xff"`},
		{`("CAF\201 \200\255"):lower()`, `"caf\xc9 \xc8\xff"`},
		{`("\195\137"):lower(), ("\195\169"):upper()`, `"É" "é"`},
		{`("\233a\255"):reverse()`, `"\xffa\xe9"`},
		{`#("\233\232"):upper(), #("\233\232"):reverse()`, `2 2`},
		{`("[` + "`" + `az{@AZ["):upper(), ("[` + "`" + `az{@AZ["):lower()`, "\"[`AZ{@AZ[\" \"[`az{@az[\""},
	})
}

// go-lua: string.rep("a", 1e9) uses up the memory of the process.
func TestStringSizeLimit(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`string.rep("x", 1e9)`, `error: t:1: resulting string too large`},
		{`string.rep("x", 1e300)`, `error: t:1: resulting string too large`},
		{`string.rep("", 1e9, "ab")`, `error: t:1: resulting string too large`},
		{`#string.rep("x", 64 * 1024 * 1024)`, `67108864`},
		{`string.rep("x", 64 * 1024 * 1024 + 1)`, `error: t:1: resulting string too large`},
	})
	testLua(t, &Options{MaxString: 100}, []luaTest{
		{`#("ab"):rep(50), #("ab"):rep(33, ".")`, `100 98`},
		{`("ab"):rep(51)`, `error: t:1: resulting string too large`},
		{`("a"):rep(51, ".")`, `error: t:1: resulting string too large`},
		{`(("x"):rep(60)):gsub("x", "yy")`, `error: t:1: resulting string too large`},
		{`(("x"):rep(60)):gsub("$", ("y"):rep(41))`, `error: t:1: resulting string too large`},
		{`(("x"):rep(60)):gsub("^", ("y"):rep(41))`, `error: t:1: resulting string too large`},
		{`#(("x"):rep(60)):gsub("^", ("y"):rep(40))`, `100`},
		{`("%s%s"):format(("x"):rep(60), ("x"):rep(60))`, `error: t:1: resulting string too large`},
		{`("%99d%99d"):format(1, 2)`, `error: t:1: resulting string too large`},
		{`table.concat({("x"):rep(60), ("x"):rep(60)})`, `error: t:1: resulting string too large`},
		{`table.concat({"a", "b", "c"}, ("x"):rep(60))`, `error: t:1: resulting string too large`},
	})
}
