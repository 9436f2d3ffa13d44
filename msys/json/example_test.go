package json_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/json"
)

func Example() {
	v, err := json.Parse([]byte(`{"to": ["a@b"], "n": 1, /* retries */ "score": 2.0}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := v.Get("to").Push(json.String("c@d")); err != nil {
		fmt.Println(err)
	}
	v.Delete("n")
	fmt.Println(v)
	// Output: { "to": [ "a@b", "c@d" ], "score": 2.0 }
}

func ExampleParse_error() {
	_, err := json.Parse([]byte(`{ x: 1}`), nil)
	fmt.Println(err)
	_, err = json.Parse([]byte(`[1,]`), &json.Options{Strict: true})
	fmt.Println(err)
	// Output:
	// json: quoted object property name expected at offset 2
	// json: unexpected character at offset 3
}

func ExampleValue_Members() {
	v, err := json.Parse([]byte(`{"z": 1, "a": 2}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for key, value := range v.Members() {
		fmt.Println(key, value.Int())
	}
	// Output:
	// z 1
	// a 2
}

func ExampleValue_Append() {
	v := json.Array(json.Int(1), json.String("x"))
	text, err := v.Append(nil, &json.Format{Indent: "  "})
	fmt.Println(string(text), err)
	// Output:
	// [
	//   1,
	//   "x"
	// ] <nil>
}

func Example_lua() {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, json.Library())
	err := lua.DoString(l, `
		local json = require("json")
		local o = json.decode('{ "hello": "world" }')
		o.list = { 1, 2.5 }
		print(o, o.list[2])
		for key, value in o do print(key, value) end
		print(json.decode("[1"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// { "hello": "world", "list": [ 1, 2.5 ] }	2.5
	// hello	world
	// list	[ 1, 2.5 ]
	// nil	3	unexpected end of data at offset 2
}
