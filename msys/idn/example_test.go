package idn_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/idn"
)

func Example() {
	ascii, err := idn.ToASCII("bücher.example")
	fmt.Println(ascii, err)
	name, err := idn.ToUnicode(ascii)
	fmt.Println(name, err)
	_, err = idn.ToASCII("two words.example")
	fmt.Println(err)
	// Output:
	// xn--bcher-kva.example <nil>
	// bücher.example <nil>
	// idn: converting "two words.example": invalid name
}

func Example_lua() {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, idn.Library())
	err := lua.DoString(l, `
		require("msys.idn")
		print(msys.idn.to_idn("bücher.example"))
		print(msys.idn.to_utf8("xn--bcher-kva.example"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// xn--bcher-kva.example
	// bücher.example
}
