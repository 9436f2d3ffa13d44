package lualib_test

import (
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/lualib"
)

func TestBase(t *testing.T) {
	testScripts(t, &lualib.Options{Hostname: "mx.example"}, []script{
		{"assert passes its arguments", `print(assert(1, "m", nil))`, "1\tm\tnil"},
		{"assert with any value", `local e = {} local _, v = pcall(assert, false, e) print(v == e)`, "true"},
		{"assert with text", `print(pcall(function() assert(nil, "m") end)) print(pcall(function() assert(false) end))`,
			"false\tt.lua:1: m\nfalse\tt.lua:1: assertion failed!"},
		{"assert of nothing", `print(pcall(assert))`, "false\tbad argument #1 to 'assert' (value expected)"},
		{"error levels", "local function f(l) error('m', l) end\nfor l = 0, 2 do\nprint(pcall(function()\nf(l) end)) end",
			"false\tm\nfalse\tt.lua:1: m\nfalse\tt.lua:4: m"},
		{"error of any value", `print(pcall(error)) print(pcall(error, 12)) print(pcall(error, true))`, "false\tnil\nfalse\t12\nfalse\ttrue"},
		{"pcall gives all values", `print(pcall(function(...) return ... end, 1, nil, "x", nil))`, "true\t1\tnil\tx\tnil"},
		{"nested pcall", `print(pcall(pcall, pcall, error, "x"))`, "true\ttrue\tfalse\tx"},
		{"xpcall with arguments", `print(xpcall(function(a, b) return a + b end, print, 1, 2))`, "true\t3"},
		{"xpcall gives any value of the handler", `local t = {} print(select(2, xpcall(error, function() return t end, 1)) == t)`, "true"},
		{"tostring", `
			print(tostring(nil), tostring(true), tostring(1e15), tostring("x"))
			print(tostring(setmetatable({}, {__tostring = function() return "T" end})))
			print((tostring(setmetatable({}, {__name = "My"})):gsub("0x%x+", "P")), (tostring(print):gsub("0x%x+", "P")))
			print(tostring({}) ~= tostring({}), pcall(tostring))`,
			"nil\ttrue\t1e+15\tx\nT\nMy: P\tfunction: P\ntrue\tfalse\tbad argument #1 to 'tostring' (value expected)"},
		{"tonumber", `
			print(tonumber("0x10"), tonumber(" 12 "), tonumber("1e2"), tonumber("1e"), tonumber(""), tonumber("0x"), tonumber("1 2"))
			print(tonumber("10", 2), tonumber("zz", 36), tonumber("9", 8), tonumber("-ff", 16), tonumber(nil))
			print(tonumber("08"), tonumber("010"), tonumber("inf"), tonumber("nan"), pcall(tonumber))`,
			"16\t12\t100\tnil\tnil\tnil\tnil\n2\t1295\tnil\t-255\tnil\n8\t10\tnil\tnil\tfalse\tbad argument #1 to 'tonumber' (value expected)"},
		{"type", `print(type(nil), type(print), type(coroutine.create(print)), type(io.stdout), pcall(type))`,
			"nil\tfunction\tthread\tuserdata\tfalse\tbad argument #1 to 'type' (value expected)"},
		{"protected metatables", `
			local t = setmetatable({}, {__metatable = "no"})
			print(getmetatable(t), getmetatable("").__index == string, pcall(setmetatable, t, {}))`,
			"no\ttrue\tfalse\tcannot change a protected metatable"},
		{"raw access", `
			local t = setmetatable({}, {__index = function() return 1 end, __newindex = error})
			rawset(t, "a", 2) print(rawget(t, "a"), rawget(t, "b"), t.b)`, "2\tnil\t1"},
		{"unpack", `print(unpack({1, 2, 3})) print(unpack({1, 2, 3}, 2)) print(unpack({1, 2}, 1, 3)) print(unpack == table.unpack)`,
			"1\t2\t3\n2\t3\n1\t2\tnil\ntrue"},
		{"newproxy", `
			local p = newproxy(true) getmetatable(p).__len = function() return 3 end
			print(type(p), #p, #newproxy(p), getmetatable(newproxy()), pcall(newproxy, {}))`,
			"userdata\t3\t3\tnil\tfalse\tbad argument #1 to 'newproxy' (boolean or proxy expected)"},
		{"collectgarbage", `print(collectgarbage(), collectgarbage("count") > 0, gcinfo() > 0, collectgarbage("step"), pcall(collectgarbage, "x"))`,
			"0\ttrue\ttrue\ttrue\tfalse\tbad argument #1 to 'collectgarbage' (invalid option 'x')"},
		{"collectgarbage of other versions", `
			print(collectgarbage("stop"), collectgarbage("restart"), collectgarbage("isrunning"), collectgarbage("setpause", 100),
				collectgarbage("setstepmul"), collectgarbage("generational"), type(collectgarbage("meminfo").total))`,
			"0\t0\ttrue\t200\t200\t0\tnumber"},
		{"print calls tostring", `tostring = function(v) return "<" .. type(v) .. ">" end print(1, nil)`, "<number>\t<nil>"},
		{"print of a broken __tostring", `print(pcall(print, setmetatable({}, {__tostring = function() return {} end})))`,
			"false\t'tostring' must return a string to 'print'"},
		{"debug.output", `debug.output("a", 1)`, "a\t1"},
		{"trim and gethostname", `print("[" .. trim("  a b \t\n") .. "]", gethostname())`, "[a b]\tmx.example"},
		{"tables of the vendor", `print(type(_TLS), type(_OSTLS), type(arg), _VERSION, _G._G == _G)`, "table\ttable\ttable\tLua 5.1\ttrue"},
		{"bit32", `print(bit32.band(6, 3), bit32.bnot(0), bit32.lshift(1, 4))`, "2\t4294967295\t16"},
		{"operators of the dialect", `print(5 & 3, 5 | 3, 5 ^^ 3, 1 << 4, 256 >> 4, ~0, 7 \ 2, 1 != 2)
			print("a != b", [[x & y]]) -- != in a comment`, "1\t7\t6\t16\t16\t-1\t3\ttrue\na != b\tx & y"},
		{"patterns", `for w in string.gmatch("one two", "%a+") do print(w) end print(("x=1, y=2"):gsub("(%w+)=(%w+)", "%2=%1"))`,
			"one\ntwo\n1=x, 2=y\t2"},
		{"lines after a long string", "local s = [[" + strings.Repeat("\n", 10) + "]]" + strings.Repeat("\n", 29) + "error('here')",
			"error: t.lua:40: here"},
	})
}

func TestPairs(t *testing.T) {
	testScripts(t, nil, []script{
		{"pairs gives next", `local t = {} local f, s, c = pairs(t) print(f == next, s == t, c)`, "true\ttrue\tnil"},
		{"__pairs and __ipairs", `
			local t = setmetatable({}, {__pairs = function(t) return function(_, k) if not k then return 1, "p" end end, t end,
				__ipairs = function(t) return function(_, i) if i < 2 then return i + 1, "i" end end, t, 0 end})
			for k, v in pairs(t) do print(k, v) end for i, v in ipairs(t) do print(i, v) end`, "1\tp\n1\ti\n2\ti"},
		{"ipairs stops at nil", `for i, v in ipairs{1, 2, nil, 4} do print(i, v) end`, "1\t1\n2\t2"},
		{"wrong arguments", `print(pcall(pairs)) print(pcall(ipairs, nil)) print(pcall(next, 1)) print(pcall(next, {}, "x"))`,
			"false\tbad argument #1 to 'pairs' (table expected, got no value)\nfalse\tbad argument #1 to 'ipairs' (table expected, got nil)\n" +
				"false\tbad argument #1 to 'next' (table expected, got number)\nfalse\tinvalid key to 'next'"},
		{"changing values", `local t = {a = 1, b = 2} for k, v in pairs(t) do t[k] = v * 10 end print(t.a, t.b)`, "10\t20"},
		{"both parts once each", `
			local t, seen = {}, {} for i = 1, 50 do t[i] = i t["s" .. i] = i t[i + 0.5] = i t[-i] = i end
			local n = 0 for k in pairs(t) do assert(not seen[k]) seen[k] = true n = n + 1 end print(n)`, "200"},
		{"keys that moved to the array part are given once", `
			local t = {} t[4] = 4 t[3] = 3 t.x = 0 for _ in pairs(t) do end
			t[1] = 1 t[2] = 2 t[5] = 5
			local n = 0 for k in pairs(t) do n = n + 1 end print(n)`, "6"},
		{"userdata, boolean and function keys", `
			local t, n = {[true] = 1, [print] = 2, [newproxy()] = 3, [coroutine.create(print)] = 4}, 0
			for k, v in pairs(t) do n = n + v end print(n)`, "10"},
		{"a traversal that stopped goes on later", `
			local t = {a = 1, b = 2, c = 3} local k = next(t) for i = 1, 100 do local u = {x = i} next(u) end
			local n = 1 repeat k = next(t, k) n = n + 1 until k == nil print(n - 1)`, "3"},
	})
}
