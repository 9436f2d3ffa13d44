package xml_test

import (
	"fmt"

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
