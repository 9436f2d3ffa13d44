package lualib_test

import (
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	glua "github.com/yuin/gopher-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

// scripts of the benchmarks: each defines f, which takes the number of times
// to do the work.
var benchScripts = []struct {
	name, src string
	bare      bool // go-lua's own library can run it
}{
	{"coroutine switch", `
		local co = coroutine.wrap(function() while true do coroutine.yield() end end)
		function f(n) for i = 1, n / 2 do co() end end`, false},
	{"coroutine create and end", `
		local function g() end
		function f(n) for i = 1, n do coroutine.wrap(g)() end end`, false},
	{"pcall", `local function g() end function f(n) for i = 1, n do pcall(g) end end`, true},
	{"pcall and error", `local function g() error("x") end function f(n) for i = 1, n do pcall(g) end end`, true},
	{"pairs over 10000 keys", `
		local t = {} for i = 1, 10000 do t["k" .. i] = i end
		function f(n) for i = 1, n do for k, v in pairs(t) do end end end`, false},
	{"pairs over 10 keys", `
		local t = {} for i = 1, 10 do t["k" .. i] = i end
		function f(n) for i = 1, n do for k, v in pairs(t) do end end end`, true},
	{"ipairs over 100", `
		local t = {} for i = 1, 100 do t[i] = i end
		function f(n) for i = 1, n do for k, v in ipairs(t) do end end end`, true},
	{"closures", `function f(n) for i = 1, n do local a, b = i, i; local g = function() return a + b end; g() end end`, false},
	{"metatable index", `
		local t = setmetatable({}, {__newindex = function() end})
		function f(n) for i = 1, n do local x = t.x end end`, true},
	{"tostring", `function f(n) for i = 1, n do tostring(i) end end`, true},
	{"select", `local function g(...) return (select("#", ...)) end function f(n) for i = 1, n do g(1, 2, 3) end end`, true},
}

func BenchmarkRuntime(b *testing.B) {
	for _, s := range benchScripts {
		b.Run(strings.ReplaceAll(s.name, " ", "_")+"/gomsys", func(b *testing.B) {
			l := lua.NewState()
			defer lualib.Close(l)
			lualib.Open(l)
			if err := dialect.Load(l, []byte(s.src), "=bench"); err != nil {
				b.Fatal(err)
			}
			t := luavm.Of(l)
			if err := t.PCall(0, 0); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			l.Global("f")
			l.PushInteger(b.N)
			if err := t.PCall(1, 0); err != nil {
				b.Fatal(err)
			}
		})
		b.Run(strings.ReplaceAll(s.name, " ", "_")+"/gopher-lua", func(b *testing.B) {
			l := glua.NewState()
			defer l.Close()
			if err := l.DoString(s.src); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			err := l.CallByParam(glua.P{Fn: l.GetGlobal("f"), Protect: true}, glua.LNumber(b.N))
			if err != nil {
				b.Fatal(err)
			}
		})
		b.Run(strings.ReplaceAll(s.name, " ", "_")+"/lua5.1", func(b *testing.B) { lualib.BenchLua51(b, s.src+" return f") })
		if !s.bare {
			continue
		}
		b.Run(strings.ReplaceAll(s.name, " ", "_")+"/go-lua", func(b *testing.B) {
			l := lua.NewState()
			lua.OpenLibraries(l)
			if err := lua.DoString(l, s.src); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			l.Global("f")
			l.PushInteger(b.N)
			if err := l.ProtectedCall(1, 0, 0); err != nil {
				b.Fatal(err)
			}
		})
	}
}
