package lualib_test

import "testing"

func TestDebug(t *testing.T) {
	testScripts(t, nil, []script{
		{"getinfo of a function", `
			local function f(a, b, ...) return a, print end
			local i = debug.getinfo(f)
			print(i.what, i.short_src, i.source, i.linedefined, i.lastlinedefined, i.nups, i.nparams, i.isvararg, i.func == f, i.currentline)
			i = debug.getinfo(print)
			print(i.what, i.short_src, i.source, i.linedefined, i.currentline, i.isvararg)`,
			"Lua\tt.lua\t@t.lua\t2\t2\t1\t2\ttrue\ttrue\t-1\nC\t[C]\t=[C]\t-1\t-1\ttrue"},
		{"getinfo of levels", `
			local function f() local i = debug.getinfo(1, "nSl") print(i.name, i.namewhat, i.what, i.currentline) end
			f()
			local t = {m = function() print(debug.getinfo(1, "n").name, debug.getinfo(1, "n").namewhat) end}
			t.m() t:m()
			print(debug.getinfo(1).what, debug.getinfo(0).what, debug.getinfo(100), debug.getinfo(1, "l").currentline)
			g = f g()`,
			"f\tlocal\tLua\t2\nm\tfield\nm\tmethod\nmain\tC\tnil\t6\ng\tglobal\tLua\t2"},
		{"lines", "local function f()\n\nlocal x\nreturn x\nend\nlocal l = {} for k in pairs(debug.getinfo(f, 'L').activelines) do l[#l+1] = k end\ntable.sort(l) print(table.concat(l, ' '))", "3 4 5"},
		{"tail calls", `
			local function f() return debug.getinfo(1, "t").istailcall end
			local function g() return f() end print(f(), g())`, "false\ttrue"},
		{"wrong arguments", `print(pcall(debug.getinfo, 1, "X")) print(pcall(debug.getinfo, {})) print(pcall(debug.getlocal, 99, 1))`,
			"false\tbad argument #2 to 'debug.getinfo' (invalid option)\nfalse\tbad argument #1 to 'debug.getinfo' (function or level expected)\n" +
				"false\tbad argument #1 to 'debug.getlocal' (level out of range)"},
		{"locals", `
			local function f(a, ...)
				local b = 2
				for i = 1, 1 do local c = 3
					local n = 1
					while true do
						local name, value = debug.getlocal(1, n)
						if not name then break end
						if name:sub(1, 1) != "(" and value != nil then print(name, value) end
						n = n + 1
						if n > 20 then break end
					end
				end
				print(debug.getlocal(1, -1)) print(debug.getlocal(1, -3))
				print(debug.setlocal(1, 1, "new"), a) print(debug.setlocal(1, -2, "V"), (...)  , select(2, ...))
			end
			f("A", "x", "y") print(debug.getlocal(f, 1), debug.getlocal(f, 2))`,
			"a\tA\nb\t2\ni\t1\nc\t3\nn\t8\n(*vararg)\tx\nnil\na\tnew\n(*vararg)\tx\tV\na\tnil"},
		{"locals of a caller", `
			local function inner() print(debug.getlocal(2, 1)) debug.setlocal(2, 1, 9) end
			local function outer() local x = 5 inner() print(x) end outer()`, "x\t5\n9"},
		{"upvalues", `
			local a, b = 1, 2
			local function f() return a, b, print end
			print(debug.getupvalue(f, 1)) print(debug.getupvalue(f, 2)) print(debug.getupvalue(f, 4))
			print(debug.setupvalue(f, 1, "A"), a)
			local function g() return b end
			print(debug.upvalueid(f, 2) == debug.upvalueid(g, 1), debug.upvalueid(f, 1) == debug.upvalueid(g, 1))
			local c = 3 local function h() return c end
			debug.upvaluejoin(g, 1, h, 1) print(g())
			print(pcall(debug.upvaluejoin, g, 2, h, 1))`,
			"a\t1\nb\t2\n\na\tA\ntrue\tfalse\n3\nfalse\tbad argument #2 to 'debug.upvaluejoin' (invalid upvalue index)"},
		{"operators do not show in upvalues", `local x = 3 local function f() return x % 2 & 1 end
			print(debug.getupvalue(f, 1)) print(debug.getupvalue(f, 2)) print(debug.getinfo(f, "u").nups)`, "x\t3\n\n1"},
		{"operators do not show in tracebacks and levels", `
			local mt = {__mod = function() print(debug.getinfo(2, "l").currentline) error("m", 2) end}
			local v = setmetatable({}, mt)
			local _, m = pcall(function()
				return v % 2
			end) print(m)
			print(xpcall(function() return v % 2 end, function() return (debug.traceback("", 2):gsub("\n[^\n]*xpcall.*", "")) end))`,
			"5\nt.lua:5: m\n7\nfalse\t\nstack traceback:\n\t[C]: in function 'error'\n\tt.lua:2: in function <t.lua:2>\n\tt.lua:7: in function <t.lua:7>"},
		{"variables called goto", `
			local goto
			print(pcall(function() goto.x = 1 end)) print(debug.getlocal(1, 1))
			print((pcall(function() local goto; goto() end)), debug.getupvalue(function() return goto end, 1))`,
			"false\tt.lua:3: attempt to index upvalue 'goto' (a nil value)\ngoto\tnil\nfalse\tgoto\tnil"},
		{"environments", `
			local e, f, co = {}, function() return x end, coroutine.create(print)
			print(debug.setfenv(f, e) == f, debug.getfenv(f) == e, debug.getfenv(print) == _G, debug.getfenv(1))
			print(debug.setfenv(print, e) == print, debug.getfenv(print) == e, debug.setfenv(co, e) == co, debug.getfenv(co) == e)
			print(pcall(debug.setfenv, {}, e))`,
			"true\ttrue\ttrue\tnil\ntrue\ttrue\ttrue\ttrue\nfalse\t'setfenv' cannot change environment of given object"},
		{"values of userdata", `
			local u, t = newproxy(), {}
			print(debug.getuservalue(u), debug.setuservalue(u, t) == u, debug.getuservalue(u) == t, debug.getuservalue(1))
			debug.setuservalue(u, nil) print(debug.getuservalue(u))
			print(pcall(debug.setuservalue, 1, t)) print(pcall(debug.setuservalue, debug.upvalueid(function() return u end, 1), t))`,
			"nil\ttrue\ttrue\tnil\nnil\nfalse\tbad argument #1 to 'debug.setuservalue' (userdata expected, got number)\n" +
				"false\tbad argument #1 to 'debug.setuservalue' (full userdata expected, got light userdata)"},
		{"metatables", `
			local t = setmetatable({}, {__metatable = "no"})
			print(type(debug.getmetatable(t)), debug.setmetatable(t, nil), getmetatable(t))
			debug.setmetatable(nil, {__index = function() return "n" end}) print((nil).x) debug.setmetatable(nil, nil)
			print(pcall(function() return (nil).x end))`, "table\ttrue\tnil\nn\nfalse\tt.lua:5: attempt to index a nil value"},
		{"the registry is empty but for what is loaded", `
			local r = debug.getregistry() print(type(r), r._LOADED == package.loaded, r["gomsys.hidden_index"])`, "table\ttrue\tnil"},
		{"traceback", `
			print(debug.traceback({}) ~= nil, type(debug.traceback({})), debug.traceback(nil) == debug.traceback())
			local function f() print((debug.traceback("m", 1))) end f()
			print((debug.traceback("m", 50)))`,
			"true\ttable\ttrue\nm\nstack traceback:\n\tt.lua:3: in function 'f'\n\tt.lua:3: in main chunk\nm\nstack traceback:"},
		{"long tracebacks are cut", `
			local function f(n) if n == 0 then return debug.traceback("", 1) end local s = f(n - 1) return s end
			local _, lines = f(50):gsub("\n", "\n") print(lines)`, "24"},
		{"hooks", "local lines = {}\ndebug.sethook(function(e, l) lines[#lines + 1] = e .. l end, 'l')\nlocal x = 1\nx = 2\ndebug.sethook()\nprint(table.concat(lines, ' '))",
			"line3 line4 line5"},
		{"call and return hooks", `
			local events = {}
			local function f() return 1 end
			debug.sethook(function(e) local i = debug.getinfo(2, "nS") events[#events + 1] = e .. " " .. tostring(i.name) end, "cr")
			f()
			debug.sethook()
			print(table.concat(events, ", "))`, "call f, return f, call sethook"},
		{"count hook and gethook", `
			local n = 0 local function h() n = n + 1 end
			debug.sethook(h, "", 10) for i = 1, 100 do end
			local f, mask, count = debug.gethook() debug.sethook()
			print(n > 5, f == h, mask, count, debug.gethook())`, "true\ttrue\t\t10\tnil\t\t0"},
		{"an error in a hook", `
			print(pcall(function() debug.sethook(function() debug.sethook() error("stop") end, "", 100) while true do end end))`,
			"false\tt.lua:2: stop"},
	})
}
