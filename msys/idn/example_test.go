package idn_test

import (
	"fmt"

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
