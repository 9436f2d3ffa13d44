package addr_test

import (
	"fmt"

	"github.com/gomsys/gomsys/message/addr"
)

func Example() {
	for _, a := range addr.Parse(`Friends: "Doe, Joe" <joe+news@x.example>, ann@y.example;`) {
		detail, _ := a.Detail("+")
		fmt.Printf("%q %s %s %q\n", a.Name, a, a.Domain, detail)
	}
	// Output:
	// "Doe, Joe" joe+news@x.example x.example "news"
	// "" ann@y.example y.example ""
}

func ExampleComponents() {
	fmt.Println(addr.Components("root, Ann <ann@y.example>", addr.Domain, ""))
	// Output: [y.example]
}
