// Package xml reads, edits and writes XML documents as a tree of nodes, and
// finds nodes with XPath 1.0.
//
//	doc, err := xml.Parse([]byte(`<list><item n="1">one</item></list>`), nil)
//	nodes, err := doc.XPath("//item[@n='1']", nil)
//	nodes[0].SetText("two")
//	fmt.Print(doc)
//
// Its Lua face is the module xml.
//
// The parser takes well-formed XML 1.0 in UTF-8, UTF-16, ISO-8859-1 or
// US-ASCII. It never loads anything: a reference to an external entity stands
// for nothing, an external DTD is not read. Size, nesting and the expansion of
// entities are limited; see [Options].
//
// Trees are not safe for concurrent use while someone changes them; readers
// alone, XPath included, do not disturb each other.
package xml
