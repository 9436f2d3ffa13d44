package modules_test

import (
	"fmt"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

func ExampleAll() {
	rt, err := msys.New(msys.Config{
		Modules: modules.All(modules.Options{}),
		Print:   func(line string) { fmt.Println(line) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer rt.Close()
	err = rt.LoadString("hello.lua", `print(require("msys.base64").encode("hello"))`)
	fmt.Println(err)
	// Output:
	// aGVsbG8=
	// <nil>
}
