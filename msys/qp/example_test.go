package qp_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"
	"golang.org/x/text/encoding/charmap"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/qp"
)

func ExampleEncode() {
	text, err := qp.Encode([]byte("Grüße = "), &qp.EncodeOptions{Charset: charmap.ISO8859_1})
	fmt.Println(string(text), err)
	// Output: Gr=FC=DFe =3D=20 <nil>
}

func ExampleDecode() {
	data, err := qp.Decode([]byte("soft=\r\nly =3d"), nil)
	fmt.Println(string(data), err)
	_, err = qp.Decode([]byte("1+1=2"), nil)
	fmt.Println(err)
	// Output:
	// softly = <nil>
	// qp: invalid quoted-printable sequence at offset 3
}

func Example_lua() {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, qp.Library())
	err := lua.DoString(l, `
		require("msys.qp")
		print(msys.qp.encode("1+1=2"), msys.qp.decode("1+1=3D2"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1+1=3D2	1+1=2
}
