package lualib_test

import (
	"fmt"
	"io/fs"
	"testing/fstest"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

func Example() {
	l := lua.NewState()
	lualib.Open(l, &lualib.Options{
		Roots: []fs.FS{fstest.MapFS{"rules/limits.lua": {Data: []byte(`return {max = 1 << 10}`)}}},
		Print: func(_ *lua.State, line string) { fmt.Println("script says:", line) },
	})
	defer lualib.Close(l)

	script := `print("the limit is " .. require("rules.limits").max)`
	if err := dialect.Load(l, []byte(script), "@policy.lua"); err != nil {
		fmt.Println(err)
		return
	}
	if err := lualib.Call(l, 0, 0); err != nil {
		fmt.Println(err)
	}
	// Output: script says: the limit is 1024
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	defer lualib.Close(l)
	script := `
		local words = coroutine.wrap(function(text)
			for word in text:gmatch("%a+") do coroutine.yield(word) end
		end)
		print(words("mail from"), words())
		print(select(2, pcall(error, {code = 550})).code)
		print(xpcall(function() return nil .. "x" end, function(m) return "caught: " .. m end))`
	if err := dialect.Load(l, []byte(script), "@policy.lua"); err != nil {
		fmt.Println(err)
		return
	}
	if err := lualib.Call(l, 0, 0); err != nil {
		fmt.Println(err)
	}
	// Output:
	// mail	from
	// 550
	// false	caught: policy.lua:7: attempt to concatenate a nil value
}
