package lualib

import (
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/cputime"
)

// show is Lua code for a function that prints the elements from 1 to n.
const show = `local function show(t, n) local s = {} for i = 1, n or #t do s[i] = tostring(t[i]) end return table.concat(s, " ") end `

func TestTable(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`table.concat({1, 2.5, "x"}), table.concat({1, 2, 3}, ", "), table.concat({})`, `"12.5x" "1, 2, 3" ""`},
		{`table.concat({1, 2, 3, 4}, "-", 2, 3), table.concat({1, 2, 3}, "-", 3), table.concat({1}, "-", 2)`, `"2-3" "3" ""`},
		{`table.concat({[0] = "a", "b"}, "", 0), table.concat({[2^31-1] = "x"}, "", 2^31-1, 2^31-1)`, `"ab" "x"`},
		{`table.concat({1/0, -1e15})`, `"inf-1e+15"`},
		{show + `local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) return show(t)`, `"0 1 2 3"`},
		{show + `local t = {1, 2} table.insert(t, "2", "x") return show(t)`, `"1 x 2"`},
		{`local t = {1, 2} table.insert(t, 7, "e") table.insert(t, -2, "f") return t[7], t[-2]`, `"e" "f"`},
		{show + `local t = {"a", "b", "c"} local x = table.remove(t, 1) return x, show(t), table.remove(t), #t`, `"a" "b c" "c" 1`},
		{`select("#", table.remove({})), select("#", table.remove({1}, 5)), select("#", table.remove({1}, 0))`, `0 0 0`},
		{`table.unpack({1, 2, 3})`, `1 2 3`},
		{`table.unpack({1, 2, 3}, 2)`, `2 3`},
		{`table.unpack({1, 2}, 2, 4)`, `2 nil nil`},
		{`select("#", table.unpack({}, 3, 1)), select("#", table.unpack({}, 1, 500))`, `0 500`},
		{`local t = table.pack("a", nil, "c") return t.n, t[1], t[2], t[3]`, `3 "a" nil "c"`},
		{`table.pack().n`, `0`},
		{`table.getn({1, 2, 3}), table.getn({n = 5})`, `3 0`},
		{`table.maxn({1, 2, [10] = 1, [12.5] = 1, x = 99}), table.maxn({}), table.maxn({[-1] = 1})`, `12.5 0 0`},
		{`local n = 0 table.foreach({a = 1, b = 2, 3}, function(k, v) n = n + v end) return n`, `6`},
		{`table.foreach({5, 6, 7}, function(k, v) if v == 6 then return k, "more" end end)`, `2`},
		{show + `local s = {} table.foreachi({5, 6, 7}, function(i, v) s[#s + 1] = i + v end) return show(s)`, `"6 8 10"`},
		{`table.foreachi({5, 6, 7}, function(i, v) if v == 6 then return "six" end end)`, `"six"`},
		{`table.concat(setmetatable({"a", "b", "c"}, {__len = function() return 2 end}))`, `"ab"`},
	})
}

func TestTableErrors(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`table.concat()`, `error: t:1: bad argument #1 to 'concat' (table expected, got no value)`},
		{`table.concat({1, {}, 3})`, `error: t:1: invalid value (table) at index 2 in table for 'concat'`},
		{`table.concat({1, 2}, ",", 1, 3)`, `error: t:1: invalid value (nil) at index 3 in table for 'concat'`},
		{`table.insert({})`, `error: t:1: wrong number of arguments to 'insert'`},
		{`table.insert({}, 1, 2, 3)`, `error: t:1: wrong number of arguments to 'insert'`},
		{`table.insert(nil, 1)`, `error: t:1: bad argument #1 to 'insert' (table expected, got nil)`},
		{`table.insert({}, "x", 1)`, `error: t:1: bad argument #2 to 'insert' (number expected, got string)`},
		{`table.insert({}, -1e9, 1)`, `error: t:1: bad argument #2 to 'insert' (position out of bounds)`},
		{`table.remove({}, "x")`, `error: t:1: bad argument #2 to 'remove' (number expected, got string)`},
		{`table.unpack({}, 1, 1e7)`, `error: t:1: too many results to unpack`},
		{`table.unpack({}, -1e300, 1e300)`, `error: t:1: too many results to unpack`},
		{`table.setn({}, 1)`, `error: t:1: 'setn' is obsolete`},
		{`table.foreach({}, 1)`, `error: t:1: bad argument #2 to 'foreach' (function expected, got number)`},
		{`table.foreachi({1}, function() error("stop", 0) end)`, `error: stop`},
		{`table.getn(setmetatable({}, {__len = function() return "x" end}))`, `error: t:1: object length is not a number`},
	})
}

// go-lua: table.concat copies the whole text for each element.
func TestConcatIsLinear(t *testing.T) {
	d := cputime.Of(func() {
		testLua(t, nil, []luaTest{
			{`local t = {} for i = 1, 300000 do t[i] = "line " .. i end return #table.concat(t, "\n")`, `3488894`},
		})
	})
	if d > 60*time.Second {
		t.Errorf("took %v", d)
	}
}

// go-lua: each step of next searches the table from its beginning, which
// makes foreach and maxn quadratic.
func TestForeachIsLinear(t *testing.T) {
	d := cputime.Of(func() {
		testLua(t, nil, []luaTest{
			{`local t = {} for i = 1, 50000 do t["k" .. i] = i end
			local n = 0 table.foreach(t, function(k, v) t[k] = nil n = n + 1 end)
			return n, next(t), table.maxn(t)`, `50000 nil 0`},
		})
	})
	if d > 60*time.Second {
		t.Errorf("took %v", d)
	}
}
