package lualib_test

import (
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/cputime"
	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
)

// TestFaultsOfTheMachine has a case for each fault of go-lua and its library
// that scripts would meet.
func TestFaultsOfTheMachine(t *testing.T) {
	testScripts(t, nil, []script{
		{"metatable without __index forgets its other events", `
			local mt = {__newindex = function(t, k, v) rawset(t, k, v * 2) end, __len = function() return 42 end,
				__eq = function() return true end}
			local a, b = setmetatable({}, mt), setmetatable({}, mt)
			print(a.x, b.x)
			a.y = 1
			print(a.y, #a, a == b, rawget(mt, "__index"), getmetatable(a).__index)
			for k in pairs(mt) do if k == "__index" then print("seen") end end
			mt.__index = function() return "i" end
			print(a.z)
			rawset(mt, "__index", nil)
			print(a.z)
			a.w = 2
			print(a.w)`, "nil\tnil\n2\t42\ttrue\tnil\tnil\ni\nnil\n4"},
		{"debug.setmetatable without __index", `
			local t = {} debug.setmetatable(t, {__len = function() return 7 end})
			local _ = t.x print(#t)`, "7"},
		{"remainder of operands that are known at run time", `local a, b = -1, 7 print(a % b, a % -b, 5.5 % -2)`, "6\t-1\t-0.5"},
		{"error values are lost", `print((select(2, pcall(error, {code = 7}))).code)`, "7"},
		{"xpcall calls the wrong function", `
			print(xpcall(function() error("x") end, function(m) return "H:" .. m end))
			local function f() return xpcall(function() local a = nil; return a.b end, function(m) return "I:" .. m end) end
			print(f())`, "false\tH:t.lua:2: x\nfalse\tI:t.lua:3: attempt to index local 'a' (a nil value)"},
		{"handlers see the stack", `
			local function inner() error("deep") end
			local _, trace = xpcall(function() inner() end, debug.traceback)
			print((trace:gsub("t.lua", "")))`,
			"\x3a2: deep\nstack traceback:\n\t[C]: in function 'error'\n\t:2: in function 'inner'\n\t:3: in function <:3>\n" +
				"\t[C]: in function 'xpcall'\n\t:3: in main chunk"},
		{"a handler that fails does not loop", `print(xpcall(error, function() error("y") end, "x"))`, "false\terror in error handling"},
		{"the key that was cleared is valid for next", `
			local t = {a = 1, b = 2, c = 3, 10, 20} local n = 0
			for k in pairs(t) do t[k] = nil n = n + 1 end print(n, next(t))`, "5\tnil"},
		{"order of an unmodified table is stable", `
			local t = {} for i = 1, 100 do t["k" .. i] = i end
			local function list() local s = "" for k in pairs(t) do s = s .. k end return s end
			print(list() == list())`, "true"},
		{"closures of different calls share variables", `
			local function make() local x = 0; return function() return function() x = x + 1 return x end end end
			local a, b = make()(), make()()
			print(a(), b(), a())`, "1\t1\t2"},
		{"closures of different coroutines share variables", `
			local function body() local x = 0; local f = function() x = x + 1 return x end coroutine.yield(f) end
			local c1, c2 = coroutine.create(body), coroutine.create(body)
			local _, f = coroutine.resume(c1) local _, g = coroutine.resume(c2)
			print(f(), f(), g())`, "1\t2\t1"},
		{"call errors name the wrong variable", `
			local a, b, c
			print(pcall(function() local x, y = nil, nil; local t = {}; t.deep.er = 1 end))
			print(pcall(function() string.nothing("x") end))
			print(pcall(function() local s = "x"; s:nothing() end))
			print(pcall(function() b() end))`,
			"false\tt.lua:3: attempt to index field 'deep' (a nil value)\n" +
				"false\tt.lua:4: attempt to call field 'nothing' (a nil value)\n" +
				"false\tt.lua:5: attempt to call method 'nothing' (a nil value)\n" +
				"false\tt.lua:6: attempt to call upvalue 'b' (a nil value)"},
		{"infinities", `print(tostring(1/0), tostring(-1/0), 0/0)`, "inf\t-inf\tnan"},
		{"select with negative numbers", `print(select(-2, 1, 2, 3)) print(select("#"), select("#", nil, nil)) print(pcall(select, 0))`,
			"2\t3\n0\t2\nfalse\tbad argument #1 to 'select' (index out of range)"},
		{"rawequal of nil", `print(rawequal(nil, nil), rawequal(1, "1"), rawlen({1, 2}), rawlen("abc"))`, "true\tfalse\t2\t3"},
		{"unrecoverable recursion", `
			local function f() return f() + 1 end
			print(pcall(f)) print(pcall(f))`, "false\tt.lua:2: stack overflow\nfalse\tt.lua:2: stack overflow"},
		{"runaway nesting of Go functions", `
			local function f() return (string.gsub("a", "a", f)) end
			local ok, m = pcall(f) print(ok, (m:gsub(".*C stack", "C stack")))`, "false\tC stack overflow"},
		{"syntax errors", `print(loadstring("x =", "@p.lua")) print(load("return 1", "=x", "b"))`,
			"nil\tp.lua:1: unexpected symbol near '<eof>'\nnil\tattempt to load a text chunk (mode is 'b')"},
		{"file names longer than 60 bytes", `
			local name = "@" .. ("d/"):rep(40) .. "policy.lua"
			local f = load("local x; x.y = 1", name)
			local _, m = pcall(f) print(#m:match("^[^:]*"), m:match("policy.lua:1: .*"))`,
			"59\tpolicy.lua:1: attempt to index local 'x' (a nil value)"},
	})
}

// TestLinearTime has the cases whose time the machine makes quadratic.
func TestLinearTime(t *testing.T) {
	for _, s := range []script{
		{"clearing 50000 keys", `local t={} for i=1,50000 do t["k"..i]=i end local n=0
			for k in pairs(t) do t[k]=nil n=n+1 end print(n, next(t))`, "50000\tnil"},
		{"removing the first key over and over", `local t={} for i=1,20000 do t["k"..i]=i end local n=0
			while next(t) do local k = next(t) t[k]=nil n=n+1 end print(n)`, "20000"},
		{"nested traversals", `local t={} for i=1,300 do t["k"..i]=i end local n=0
			for a in pairs(t) do for b in pairs(t) do n=n+1 end end print(n)`, "90000"},
		{"deeply nested traversals", `
			local function tree(depth) local t = {} if depth > 0 then for i = 1, 3 do t["k" .. i] = tree(depth - 1) end end return t end
			local function count(t) local n = 1 for _, v in pairs(t) do n = n + count(v) end return n end
			print(count(tree(8)))`, "9841"},
		{"many closures over two variables", `local n = 0 for i=1,50000 do local a,b=i,i; local f=function() return a+b end n=n+f() end print(n)`, "2500050000"},
		{"string building", `local t = {} for i = 1, 50000 do t[#t+1] = i end print(#table.concat(t, ","))`, "288893"},
	} {
		t.Run(s.name, func(t *testing.T) {
			d := cputime.Of(func() {
				if got := runScript(t, nil, s.src); got != s.want {
					t.Errorf("printed %q", got)
				}
			})
			if d > 20*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

// TestManyConstants has a function with more constants than one instruction
// can number.
func TestManyConstants(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	got := runScript(t, nil, `
		local parts = {} for i = 1, 2^18 + 100 do parts[i] = i + 0.5 end
		local f = loadstring("local t = {" .. table.concat(parts, ",") .. "} return t[#t], t[2^18 + 1], nothing.field")
		print(pcall(f))
		nothing = {} print(f())`)
	want := "false\t[string \"local t = {1.5,2.5,3.5,4.5,5.5,6.5,7.5,8.5,9....\"]:1: attempt to index global 'nothing' (a nil value)\n262244.5\t262145.5\tnil"
	if got != want {
		t.Error(got)
	}
}

// TestGoFaults has Go functions that panic in every way: a script's pcall
// gets a clean message, and the host the cause.
func TestGoFaults(t *testing.T) {
	l, lines := newState(t, nil)
	for name, f := range map[string]lua.Function{
		"text":  func(*lua.State) int { panic("ouch") },
		"deref": func(*lua.State) int { var p *script; return len(p.name) },
		"index": func(l *lua.State) int { return []int{}[l.Top()] },
	} {
		l.Register(name, luavm.Guard(f))
	}
	// A function that nobody has guarded, as a library of others has them.
	l.Register("bare", func(*lua.State) int { var p *script; return len(p.name) })
	src := `for _, name in ipairs{"text", "deref", "index", "bare"} do
	local ok, message = pcall(function() _G[name]() end)
	print(ok, type(message), message)
end
print(pcall(pcall, error, "still works"))`
	if err := dialect.Load(l, []byte(src), "@t.lua"); err != nil {
		t.Fatal(err)
	}
	if err := luavm.Of(l).PCall(0, 0); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(*lines, "\n")
	for _, want := range []string{
		"false\tstring\tt.lua:2: gomsys: Go panic in '?': ouch",
		"gomsys: Go panic in '?': runtime error: invalid memory address",
		"gomsys: Go panic in '?': runtime error: index out of range",
		"false\tstring\tgomsys: Go panic: runtime error: invalid memory address",
		"true\tfalse\tstill works",
	} {
		want = strings.ReplaceAll(want, "in '?'", "in '")
		if i := strings.Index(want, "in '"); i >= 0 {
			want = want[:i]
		}
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestStrings that the size and step limits apply to.
func TestLimits(t *testing.T) {
	testScripts(t, nil, []script{
		{"huge repetition", `print(pcall(string.rep, "x", 1e9))`, "false\tresulting string too large"},
		{"exponential pattern", `print((select(2, pcall(function() return ("a"):rep(1e5):find(("a?"):rep(30)..("a"):rep(30)) end))))`, "1"},
		{"doubling", `print((select(2, pcall(function() local s = "x" while true do s = s .. s end end))))`, "t.lua:1: resulting string too large"},
	})
}
