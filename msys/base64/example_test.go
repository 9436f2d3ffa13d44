package base64_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"
	"golang.org/x/text/encoding/charmap"

	"github.com/gomsys/gomsys/msys/base64"
	"github.com/gomsys/gomsys/msys/bind"
)

func ExampleEncode() {
	text, err := base64.Encode([]byte("Grüße"), &base64.EncodeOptions{Charset: charmap.ISO8859_1})
	fmt.Println(string(text), err)
	// Output: R3L832U= <nil>
}

func ExampleDecode() {
	data, err := base64.Decode([]byte("aG\r\n k"), nil)
	fmt.Println(string(data), err)
	_, err = base64.Decode([]byte("aGk!"), nil)
	fmt.Println(err)
	// Output:
	// hi <nil>
	// base64: invalid base64 data at offset 3
}

func Example_lua() {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, base64.Library())
	err := lua.DoString(l, `
		require("msys.base64")
		print(msys.base64.encode("hello"), msys.base64.decode("aGVsbG8="))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// aGVsbG8=	hello
}
