package dialect_test

import (
	"errors"
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/dialect"
)

// The dialect on a bare state of go-lua.
func Example() {
	l := lua.NewState()
	lua.OpenLibraries(l)
	const policy = `
		local FLAG_TLS, FLAG_AUTH = 1 << 0, 1 << 1
		local flags = FLAG_TLS | FLAG_AUTH
		if flags & FLAG_AUTH != 0 then
			print("authenticated, mode " .. 0660 .. ", " .. -1 % 7)
		end`
	if err := dialect.Load(l, []byte(policy), "@policy.lua"); err != nil {
		fmt.Println(err)
		return
	}
	l.Call(0, 0)
	// Output: authenticated, mode 432, 6
}

func ExampleLoad_syntaxError() {
	err := dialect.Load(lua.NewState(), []byte("local x = 1\nif x = 2 then end"), "@policy.lua")
	fmt.Println(err)
	var syntax *dialect.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println("line", syntax.Line)
	}
	// Output:
	// policy.lua:2: 'then' expected near '='
	// line 2
}

func ExampleTranslate() {
	prog, err := dialect.Translate([]byte(`return a != b, 0x10 | 1, "\@"`), "@policy.lua")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(prog.Text)
	// Output: return a ~= b, 17, "@"
}

// Several states can run one translation.
func ExampleProgram_Load() {
	prog, err := dialect.Translate([]byte(`return ... << 3`), "@shift.lua")
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 3 {
		l := lua.NewState()
		if err := prog.Load(l); err != nil {
			fmt.Println(err)
			return
		}
		l.PushInteger(i)
		l.Call(1, 1)
		n, _ := l.ToInteger(-1)
		fmt.Println(n)
	}
	// Output:
	// 0
	// 8
	// 16
}

func ExampleSetMaxString() {
	l := lua.NewState()
	dialect.SetMaxString(l, 1<<20)
	if err := dialect.Load(l, []byte(`local s = "x" while true do s = s .. s end`), "@loop.lua"); err != nil {
		fmt.Println(err)
		return
	}
	if err := l.ProtectedCall(0, 0, 0); err != nil {
		message, _ := l.ToString(-1)
		fmt.Println(message)
	}
	// Output: loop.lua:1: resulting string too large
}
