package xml_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/xml"
)

func Example() {
	doc, err := xml.Parse([]byte(`<list><item n="1">one</item></list>`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	nodes, err := doc.XPath("//item[@n='1']", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	nodes[0].SetText("one < two")
	fmt.Print(doc)
	// Output:
	// <?xml version="1.0" encoding="utf-8"?>
	// <list>
	//   <item n="1">one &lt; two</item>
	// </list>
}

func ExampleParse_error() {
	_, err := xml.Parse([]byte("<list>\n<item></list>"), nil)
	fmt.Println(err)
	// Output: xml: line 2: end tag list does not match start tag item
}

func ExampleXPath_Evaluate() {
	doc, err := xml.Parse([]byte(`<cart><price>10</price><price>2.5</price></cart>`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := xml.CompileXPath("sum(//price)")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(total.Evaluate(doc, nil))
	// Output: 12.5 <nil>
}

func ExampleNode_AddChild() {
	root, err := xml.NewNode("list", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	item, err := root.AddChild("item")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := item.SetAttr("n", "1"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(root)
	// Output:
	// <list>
	//   <item n="1"/>
	// </list>
}

func Example_lua() {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, xml.Library())
	err := lua.DoString(l, `
		require("xml")
		local doc = xml.parsexml("<doc></doc>")
		local child = doc:root():addchild("item")
		child:attr("name", "Junior")
		child:contents("I am a child node.")
		for item in doc:xpath("//item[@name]") do
			print(item:name(), item:attr("name"))
		end
		print(doc:root())
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// item	Junior
	// <doc>
	//   <item name="Junior">I am a child node.</item>
	// </doc>
}
