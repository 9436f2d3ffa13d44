package lualib_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

func TestCoroutine(t *testing.T) {
	testScripts(t, nil, []script{
		{"values go both ways", `
			local co = coroutine.create(function(a, b)
				print(a, b) local c = coroutine.yield(a + b) print(c) local d, e = coroutine.yield(c * 2) return d, e end)
			print(coroutine.resume(co, 1, 2)) print(coroutine.resume(co, 10)) print(coroutine.resume(co, "x", "y"))
			print(coroutine.resume(co), coroutine.status(co))`,
			"1\t2\ntrue\t3\n10\ntrue\t20\ntrue\tx\ty\nfalse\tdead"},
		{"any value", `
			local u = io.stdout
			local co = coroutine.wrap(function(...) while true do coroutine.yield(...) end end)
			print(co(u) == u, type(co(nil)))`, "true\tuserdata"},
		{"status", `
			local co co = coroutine.create(function()
				print(coroutine.status(co))
				local inner = coroutine.create(function() print(coroutine.status(co)) end) coroutine.resume(inner)
			end)
			print(type(co), coroutine.status(co)) coroutine.resume(co) print(coroutine.status(co))`,
			"thread\tsuspended\nrunning\nnormal\ndead"},
		{"running and isyieldable", `
			print(coroutine.isyieldable(), select(2, coroutine.running()))
			local co co = coroutine.create(function() local me, main = coroutine.running() print(me == co, main, coroutine.isyieldable()) end)
			coroutine.resume(co)`, "false\ttrue\ntrue\tfalse\ttrue"},
		{"yield across everything", `
			local mt = {__index = function(_, k) return coroutine.yield(k) end, __add = function() return coroutine.yield("add") end,
				__eq = function() return coroutine.yield("eq") end, __call = function(_, v) return coroutine.yield(v) end}
			local function iter() return function(_, i) i = (i or 0) + 1 if i < 3 then coroutine.yield("for" .. i) return i end end end
			local co = coroutine.wrap(function()
				local t, u = setmetatable({}, mt), setmetatable({}, mt)
				local r = {t.x, t + 1, t == u, t("call"), pcall(coroutine.yield, "pcall"), xpcall(coroutine.yield, print, "xpcall")}
				for i in iter() do end
				table.sort({3, 1, 2}, function(a, b) coroutine.yield("sort") return a < b end)
				string.gsub("a", "a", function() coroutine.yield("gsub") end)
				load(function() coroutine.yield("load") return nil end)
				return "end"
			end)
			local all, v = {}, co()
			repeat if all[#all] != v then all[#all + 1] = v end v = co(1) until v == "end"
			print(table.concat(all, " "))`, "x add eq call pcall xpcall for1 for2 sort gsub load"},
		{"errors of any value", `
			print(coroutine.resume(coroutine.create(function() error("m") end)))
			local e = {} local _, v = coroutine.resume(coroutine.create(function() error(e) end)) print(v == e)
			print(coroutine.resume(coroutine.create(function() local x; return x.y end)))`,
			"false\tt.lua:2: m\ntrue\nfalse\tt.lua:4: attempt to index local 'x' (a nil value)"},
		{"wrap passes errors on", `
			local f = coroutine.wrap(function() error("m") end)
			print(pcall(function() f() end))
			print(pcall(f))`, "false\tt.lua:3: t.lua:2: m\nfalse\tcannot resume dead coroutine"},
		{"misuse", `
			print(pcall(coroutine.yield)) print(pcall(coroutine.create, 1)) print(pcall(coroutine.resume, 1)) print(pcall(coroutine.status))
			local co co = coroutine.wrap(function() return pcall(co) end) print(co())
			print(coroutine.resume((coroutine.running())))`,
			"false\tattempt to yield from outside a coroutine\n" +
				"false\tbad argument #1 to 'coroutine.create' (Lua function expected)\n" +
				"false\tbad argument #1 to 'coroutine.resume' (coroutine expected)\n" +
				"false\tbad argument #1 to 'coroutine.status' (coroutine expected)\n" +
				"false\tcannot resume non-suspended coroutine\n" +
				"false\tcannot resume non-suspended coroutine"},
		{"recursion of coroutines", `
			local function f() return coroutine.wrap(f)() end
			local ok, m = pcall(f) print(ok, m:match("C stack overflow"))`, "false\tC stack overflow"},
		{"traceback of a coroutine", `
			local co = coroutine.create(function() local function inner() coroutine.yield() end inner() end)
			coroutine.resume(co)
			print((debug.traceback(co)))
			print((debug.traceback(co, "m", 1)))
			local dead = coroutine.create(function() error("x") end) coroutine.resume(dead)
			print((debug.traceback(dead)))`,
			"stack traceback:\n\t[C]: in function 'yield'\n\tt.lua:2: in function 'inner'\n\tt.lua:2: in function <t.lua:2>\n" +
				"m\nstack traceback:\n\tt.lua:2: in function 'inner'\n\tt.lua:2: in function <t.lua:2>\n" +
				"stack traceback:\n\t[C]: in function 'error'\n\tt.lua:6: in function <t.lua:6>"},
		{"a generator", `
			local function count(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
			local s = 0 for i in count(1000) do s = s + i end print(s)`, "500500"},
		{"metatable of strings changes everywhere", `
			local co = coroutine.wrap(function() while true do coroutine.yield(("x").y) end end)
			print(co()) debug.setmetatable("", {__index = {y = 5}}) print(co(), ("x").y)
			local set = coroutine.wrap(function() debug.setmetatable("", {__index = {y = 6}}) end) set() print(("x").y, co())
			debug.setmetatable(1, {__index = function(n, k) return k .. n end}) print((5).k, co()) debug.setmetatable(1, nil)`,
			"nil\n5\t5\n6\t6\nk5\t6"},
	})
	testScripts(t, &lualib.Options{MaxCoroutines: 3}, []script{
		{"limit", `
			local t = {} for i = 1, 4 do t[i] = coroutine.create(coroutine.yield) print(coroutine.resume(t[i])) end
			coroutine.resume(t[1]) print(coroutine.resume(t[4]))`, "true\ntrue\ntrue\nfalse\ttoo many coroutines\ntrue"},
	})
}

// TestAbandonedCoroutines collects coroutines that nobody can resume, also
// with wrap, and none runs any code while it ends.
func TestAbandonedCoroutines(t *testing.T) {
	l, lines := newState(t, &lualib.Options{MaxCoroutines: -1})
	before := runtime.NumGoroutine()
	src := `for i = 1, 3000 do
		local f = coroutine.wrap(function() pcall(function() coroutine.yield() end) print("ran") end) f()
		local co = coroutine.create(function() table.sort({2, 1}, coroutine.yield) print("ran") end) coroutine.resume(co)
	end`
	if err := dialect.Load(l, []byte(src), "@t.lua"); err != nil {
		t.Fatal(err)
	}
	th := luavm.Of(l)
	if err := th.PCall(0, 0); err != nil {
		t.Fatal(err)
	}
	// A coroutine that a Go function has called is ended at the next call.
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		runtime.GC()
		l.Global("type")
		l.PushNil()
		if err := th.PCall(1, 0); err != nil {
			t.Fatal(err)
		}
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	if len(*lines) > 0 {
		t.Error(*lines)
	}
}
