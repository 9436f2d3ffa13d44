package xml

import (
	"slices"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

func nodeClass() *bind.Class {
	return &bind.Class{
		Name: "libxml:xmlNode*", Short: "node", Of: (*handle)(nil),
		Doc: "A node of a document: an element, a text, a comment, an attribute found with XPath, or something else.",
		ToString: func(self any) string {
			if n := self.(*handle).node; n != nil {
				return n.String()
			}
			return "(freed)"
		},
		Equal:   func(a, b any) bool { return a.(*handle).node == b.(*handle).node },
		Methods: slices.Concat(readMethods(), attributeMethods(), treeMethods()),
	}
}

// method makes a method of live nodes.
func method(fn func(c *bind.Call, n *Node) int) func(*bind.Call) int {
	return func(c *bind.Call) int { return fn(c, bind.Self[*handle](c).live(c)) }
}

func readMethods() []bind.Func {
	document := method(func(c *bind.Call, n *Node) int {
		if d := n.Document(); d != nil {
			return c.PushObject(d)
		}
		return c.PushNil()
	})
	return []bind.Func{
		{
			Name: "name", Returns: "string|nil", Phases: bind.Any,
			Doc: "Gives an element's or attribute's name without prefix, `text` for texts, `comment` for comments, a processing instruction's target, and nil for CDATA sections.",
			Fn: method(func(c *bind.Call, n *Node) int {
				noArguments(c)
				if name := n.Name(); name != "" {
					return c.PushString(name)
				}
				return c.PushNil()
			}),
		},
		{
			Name: "contents", Params: "[text_str:string]", Returns: "[string]", Phases: bind.Any,
			Doc: "Gives the text of all that is inside the node. With an argument it replaces what is inside by that text; an empty string leaves nothing.",
			Fn: method(func(c *bind.Call, n *Node) int {
				if c.IsNil(1) {
					return c.PushString(n.Text())
				}
				n.SetText(c.String(1))
				return 0
			}),
		},
		{
			Name: "tostring", Returns: "string", Phases: bind.Any,
			Doc: "Gives the markup of the node and all that is inside it.",
			Fn: method(func(c *bind.Call, n *Node) int {
				noArguments(c)
				return c.PushString(n.String())
			}),
		},
		{Name: "doc", Returns: "libxml:xmlDoc*|nil", Phases: bind.Any, Doc: "Gives the document that the node is part of, nil if it is in none.", Fn: document},
		{Name: "document", Returns: "libxml:xmlDoc*|nil", Phases: bind.Any, Doc: "The same as `node:doc`; nil for a node in no document.", Fn: document},
	}
}

func attributeMethods() []bind.Func {
	return []bind.Func{
		{Name: "attr", Params: "name:string, [value:string|nil]", Returns: "[string|nil]", Phases: bind.Any, Doc: "The same as `node:attribute`; nil if there is no such attribute.", Fn: method(attribute)},
		{
			Name: "attribute", Params: "name:string, [value:string|nil]", Returns: "[string|nil]", Phases: bind.Any,
			Doc: "Gives the value of an attribute, nil if there is none. With a second argument it sets the attribute, or removes it if that is nil.",
			Fn:  method(attribute),
		},
		{
			Name: "attrns", Params: "name:string|libxml:xmlNs*, [uri:string], [value:string|nil]", Returns: "[string|nil]", Phases: bind.Any,
			Doc: "`node:attrns(name, uri)` gives the value of an attribute in a namespace, or in none without uri; `node:attrns(ns, name, value)` sets one, or removes it if value is nil.",
			Fn:  method(attributeNS),
		},
		{
			Name: "newns", Params: "uri:string, [prefix:string]", Returns: "libxml:xmlNs*", Phases: bind.Any,
			Doc: "Declares a namespace on the element and gives it; without prefix it is the default one.",
			Fn: method(func(c *bind.Call, n *Node) int {
				ns, err := n.Declare(c.String(1), c.OptString(2, ""))
				c.Raise(err)
				return c.PushObject(ns)
			}),
		},
		{
			Name: "setns", Params: "ns:libxml:xmlNs*|nil", Phases: bind.Any,
			Doc: "Puts the element into a namespace, or into none.",
			Fn: method(func(c *bind.Call, n *Node) int {
				n.SetNamespace(bind.OptArg[*Namespace](c, 1))
				return 0
			}),
		},
	}
}

func attribute(c *bind.Call, n *Node) int {
	name := c.String(1)
	switch {
	case !c.Given(2):
		if v, ok := n.Attr(name); ok {
			return c.PushString(v)
		}
		return c.PushNil()
	case c.IsNil(2):
		n.DelAttr(name)
	default:
		c.Raise(n.SetAttr(name, c.String(2)))
	}
	return 0
}

func attributeNS(c *bind.Call, n *Node) int {
	ns, isNamespace := bind.ObjectAt[*Namespace](c.L, c.Index(1))
	switch {
	case !isNamespace:
		return pushAttributeNS(c, n, c.String(1), c.OptString(2, ""))
	case !c.Given(3):
		return pushAttributeNS(c, n, c.String(2), ns.URI)
	case c.IsNil(3):
		for a := range n.Attributes() {
			if a.Name() == c.String(2) && a.Namespace().uri() == ns.URI {
				a.Unlink()
			}
		}
	default:
		c.Raise(n.SetAttrNS(ns, c.String(2), c.String(3)))
	}
	return 0
}

func pushAttributeNS(c *bind.Call, n *Node, name, uri string) int {
	if v, ok := n.AttrNS(name, uri); ok {
		return c.PushString(v)
	}
	return c.PushNil()
}

func treeMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "addchild", Params: "value:string|libxml:xmlNode*", Returns: "libxml:xmlNode*", Phases: bind.Any,
			Doc: "Adds a new element of that name, or moves a node from wherever it is, to the end of what is inside the element; gives the added node. Moving an element into itself raises.",
			Fn:  method(addChild),
		},
		{
			Name: "children", Returns: "function", Phases: bind.Any,
			Doc: "Gives an iterator over what is directly inside the element, texts and comments included. The current node may be unlinked meanwhile.",
			Fn: method(func(c *bind.Call, n *Node) int {
				next := n.first
				return pushIterator(c.L, func() *Node {
					at := next
					if at != nil {
						next = at.next
					}
					return at
				})
			}),
		},
		{
			Name: "copy", Returns: "libxml:xmlNode*", Phases: bind.Any,
			Doc: "Gives a copy of the node and all that is inside it; it is in no document.",
			Fn:  method(func(c *bind.Call, n *Node) int { return pushNode(c.L, n.Copy()) }),
		},
		{
			Name: "unlink", Returns: "libxml:xmlNode*", Phases: bind.Any,
			Doc: "Takes the node out of its document and gives it; all that is inside it goes along.",
			Fn: method(func(c *bind.Call, n *Node) int {
				n.Unlink()
				c.L.PushValue(c.Index(0))
				return 1
			}),
		},
		{
			Name: "free", Phases: bind.Any,
			Doc: "Makes this variable's node unusable: any further method raises. The document stays as it is.",
			Fn: func(c *bind.Call) int {
				h := bind.Self[*handle](c)
				h.live(c)
				h.node = nil
				return 0
			},
		},
	}
}

func addChild(c *bind.Call, n *Node) int {
	if c.Type(1) == lua.TypeUserData {
		if h, ok := bind.ObjectAt[*handle](c.L, c.Index(1)); ok {
			c.Raise(n.Append(h.live(c)))
			c.L.PushValue(c.Index(1))
			return 1
		}
	}
	child, err := n.AddChild(c.String(1))
	c.Raise(err)
	return pushNode(c.L, child)
}
