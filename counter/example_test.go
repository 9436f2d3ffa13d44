package counter_test

import (
	"fmt"
	"os"

	"github.com/gomsys/gomsys/counter"
)

func Example() {
	reg := counter.New(nil)
	sent, err := reg.Open("/site/example/sent", counter.Strict)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent.Add(1)
	sent.Add(2)
	for info := range reg.All("/site/") {
		fmt.Println(info.Path, info.Semantics, info.Value)
	}
	// Output: /site/example/sent strict 3
}

func ExampleRegistry_Console() {
	reg := counter.New(nil)
	if err := reg.Console([]string{"increment", "/site/example/sent"}, os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output: /site/example/sent = 1
}
