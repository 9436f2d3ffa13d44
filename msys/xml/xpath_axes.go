package xml

// axis calls visit with the nodes of an axis, nearest first, until it returns
// false.
type axis func(n *Node, visit func(*Node) bool)

// axes are the axes of XPath by name.
var axes = map[string]axis{
	"self":               func(n *Node, visit func(*Node) bool) { visit(n) },
	"child":              children,
	"parent":             parent,
	"attribute":          attributes,
	"namespace":          namespaces,
	"descendant":         func(n *Node, visit func(*Node) bool) { descendants(n, n.first, visit) },
	"descendant-or-self": func(n *Node, visit func(*Node) bool) { descendants(n, n, visit) },
	"ancestor":           func(n *Node, visit func(*Node) bool) { ancestors(n.parent, visit) },
	"ancestor-or-self":   ancestors,
	"following-sibling":  followingSiblings,
	"preceding-sibling":  precedingSiblings,
	"following":          following,
	"preceding":          preceding,
}

// isReverse tells the axes that run against document order.
func isReverse(axis string) bool {
	switch axis {
	case "ancestor", "ancestor-or-self", "preceding", "preceding-sibling":
		return true
	}
	return false
}

func children(n *Node, visit func(*Node) bool) {
	for c := n.first; c != nil && visit(c); c = c.next {
	}
}

func parent(n *Node, visit func(*Node) bool) {
	if n.parent != nil {
		visit(n.parent)
	}
}

func attributes(n *Node, visit func(*Node) bool) {
	for _, a := range n.attrs {
		if !visit(a) {
			return
		}
	}
}

// namespaces makes a node for each namespace in scope.
func namespaces(n *Node, visit func(*Node) bool) {
	if n.typ != ElementNode {
		return
	}
	seen := map[string]bool{}
	for at := n; at != nil; at = at.parent {
		for _, d := range at.declares {
			if seen[d.Prefix] {
				continue
			}
			seen[d.Prefix] = true
			if d.URI != "" && !visit(&Node{typ: NamespaceNode, name: d.Prefix, data: d.URI, parent: n}) {
				return
			}
		}
	}
	if !seen["xml"] {
		visit(&Node{typ: NamespaceNode, name: "xml", data: xmlURI, parent: n})
	}
}

// descendants visits from and what follows it inside n.
func descendants(n, from *Node, visit func(*Node) bool) {
	if from == n && n.first == nil {
		visit(n) // also for attributes, which have no place in the order
		return
	}
	for c := from; c != nil && visit(c); c = c.after(n) {
	}
}

func ancestors(n *Node, visit func(*Node) bool) {
	for ; n != nil && visit(n); n = n.parent {
	}
}

func followingSiblings(n *Node, visit func(*Node) bool) {
	if n.typ >= AttributeNode {
		return
	}
	for c := n.next; c != nil && visit(c); c = c.next {
	}
}

func precedingSiblings(n *Node, visit func(*Node) bool) {
	if n.typ >= AttributeNode {
		return
	}
	for c := n.prev; c != nil && visit(c); c = c.prev {
	}
}

// following visits what comes after n's end. An attribute comes before its
// element's content.
func following(n *Node, visit func(*Node) bool) {
	c := n.afterSubtree(nil)
	if n.typ == AttributeNode || n.typ == NamespaceNode {
		if n.parent == nil {
			return
		}
		c = n.parent.after(nil)
	}
	for c != nil && visit(c) {
		c = c.after(nil)
	}
}

// preceding visits what ended before n begins.
func preceding(n *Node, visit func(*Node) bool) {
	if n.typ == AttributeNode || n.typ == NamespaceNode {
		n = n.parent
	}
	for ; n != nil; n = n.parent {
		for s := n.prev; s != nil; s = s.prev {
			if !precedingIn(s, visit) {
				return
			}
		}
	}
}

// precedingIn visits a subtree from its end to its beginning.
func precedingIn(top *Node, visit func(*Node) bool) bool {
	n := deepestLast(top)
	for {
		if !visit(n) {
			return false
		}
		if n == top {
			return true
		}
		if n.prev != nil {
			n = deepestLast(n.prev)
		} else {
			n = n.parent
		}
	}
}

func deepestLast(n *Node) *Node {
	for n.last != nil {
		n = n.last
	}
	return n
}
