package dialect_test

import (
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

// Closures made by one function in several threads, or by several calls with
// equal values in their variables, keep their variables to themselves.
func TestClosuresDoNotShareVariables(t *testing.T) {
	for name, src := range map[string]string{
		"calls": `
			local function make(n) return function() return function() n = n + 1 return n end end end
			local a, b = make(0)(), make(0)()
			return a() == 1 and a() == 2 and b() == 1`,
		"threads": `
			local function body()
				local n = 0
				local function count() n = n + 1 return n end
				while true do coroutine.yield(count) end
			end
			local a, b = coroutine.wrap(body)(), coroutine.wrap(body)()
			return a() == 1 and a() == 2 and b() == 1`,
		"a chunk in two threads": `
			local chunk = loadstring("local n = 0 function count() n = n + 1 return n end coroutine.yield(count)")
			local a, b = coroutine.wrap(chunk)(), coroutine.wrap(chunk)()
			return a() == 1 and a() == 2 and b() == 1`,
		"identity": `
			local t = {}
			for i = 1, 3 do t[i] = function() end end
			local function make() return function() return x end end
			return t[1] ~= t[2] and make() ~= make()`,
		"environments": `
			local function make() return function() return x end end
			local a, b = make(), make()
			setfenv(a, {x = 1})
			x = 2
			return a() == 1 and b() == 2`,
	} {
		t.Run(name, func(t *testing.T) {
			l := lua.NewState()
			defer lualib.Close(l)
			lualib.Open(l, nil)
			if err := dialect.Load(l, []byte(src), "@policy.lua"); err != nil {
				t.Fatal(err)
			}
			l.Call(0, 1)
			if !l.ToBoolean(-1) {
				t.Error("they share them")
			}
		})
	}
}
