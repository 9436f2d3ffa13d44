package xml

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "xml".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "xml".
func Module() *bind.Module {
	return &bind.Module{
		Name: "xml", Examples: snippets,
		Doc: "Reads, edits and writes XML. A document is a tree of nodes: elements, texts, comments and so on. " +
			"Nothing is loaded from elsewhere: external entities and DTDs stand for nothing.",
		Funcs: []bind.Func{
			{
				Name: "parsexml", Params: "strxml:string, [keep_blanks:number]", Returns: "libxml:xmlDoc*|nil, [err:string]", Phases: bind.Any,
				Doc: "Gives the document that a string holds, or nil and the reason if it is not well-formed. White space that only lays out elements is dropped " +
					"unless `keep_blanks` is a number other than 0.",
				Example: `assert(require("xml").parsexml("<a><b/></a>"):root():name() == "a")`,
				Fn: func(c *bind.Call) int {
					text := c.String(1)
					doc, err := Parse([]byte(text), &Options{KeepBlanks: c.OptNumber(2, 0) != 0})
					if err != nil {
						return c.Fail(err)
					}
					return c.PushObject(doc)
				},
			},
			{
				Name: "newnode", Params: "name:string, [ns:libxml:xmlNs*]", Returns: "libxml:xmlNode*", Phases: bind.Any,
				Doc:     "Makes an element that is in no document yet. A name that XML does not allow raises.",
				Example: `assert(tostring(require("xml").newnode("a")) == "<a/>")`,
				Fn: func(c *bind.Call) int {
					n, err := NewNode(c.String(1), bind.OptArg[*Namespace](c, 2))
					c.Raise(err)
					return pushNode(c.L, n)
				},
			},
		},
		Classes: []*bind.Class{documentClass(), nodeClass(), namespaceClass()},
	}
}

func documentClass() *bind.Class {
	return &bind.Class{
		Name: "libxml:xmlDoc*", Short: "doc", Of: (*Document)(nil),
		Doc:      "An XML document.",
		ToString: func(self any) string { return self.(*Document).String() },
		Methods: []bind.Func{
			{
				Name: "root", Returns: "libxml:xmlNode*|nil", Phases: bind.Any,
				Doc: "Gives the root element, nil if it was taken out.",
				Fn:  func(c *bind.Call) int { return pushNode(c.L, bind.Self[*Document](c).Root()) },
			},
			{
				Name: "tostring", Returns: "string", Phases: bind.Any,
				Doc: "Gives the document as text, indented by two spaces for every level; elements with text in them stay in one line.",
				Fn: func(c *bind.Call) int {
					noArguments(c)
					return c.PushString(bind.Self[*Document](c).String())
				},
			},
			{
				Name: "xpath", Params: "query:string, [contextnode:libxml:xmlNode*]", Returns: "function", Phases: bind.Any,
				Doc: "Gives an iterator over the nodes that an XPath 1.0 expression finds, in document order. Names in namespaces are found with `local-name()`; no prefix is bound. " +
					"An invalid expression is logged and finds nothing, one that gives no nodes finds nothing.",
				Fn: xpath,
			},
		},
	}
}

// xpath is doc:xpath.
func xpath(c *bind.Call) int {
	doc, query := bind.Self[*Document](c), c.String(1)
	var context *Node
	if !c.IsNil(2) {
		context = bind.Arg[*handle](c, 2).live(c)
	}
	nodes, err := doc.XPath(query, context)
	if err != nil && err != ErrNotNodes {
		c.Env().Log().WarnContext(c.Context(), "xml: xpath finds nothing", "error", err, "where", c.Where())
	}
	i := 0
	return pushIterator(c.L, func() *Node {
		if i == len(nodes) {
			return nil
		}
		i++
		return nodes[i-1]
	})
}

// pushIterator pushes a function that gives a node each time and nil at the
// end.
func pushIterator(l *lua.State, next func() *Node) int {
	l.PushGoFunction(luavm.Guard(func(l *lua.State) int { return pushNode(l, next()) }))
	return 1
}

func namespaceClass() *bind.Class {
	return &bind.Class{
		Name: "libxml:xmlNs*", Short: "ns", Of: (*Namespace)(nil),
		Doc:      "A namespace with its prefix.",
		ToString: func(self any) string { return self.(*Namespace).URI },
	}
}

// handle is what Lua holds of a node. It becomes invalid when the script frees
// it, which changes nothing for the node itself.
type handle struct{ node *Node }

// pushNode pushes a node, or nil.
func pushNode(l *lua.State, n *Node) int {
	if n == nil {
		l.PushNil()
	} else {
		bind.PushObject(l, &handle{n})
	}
	return 1
}

// live gives the node of a handle; one that was freed raises.
func (h *handle) live(c *bind.Call) *Node {
	if h.node == nil {
		c.Errorf("bad self: the node has been freed")
	}
	return h.node
}

func noArguments(c *bind.Call) {
	if c.NArgs() > 0 {
		c.Errorf("%s must be called with no arguments", c.Name())
	}
}
