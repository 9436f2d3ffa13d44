package xml

// SetText replaces all children of an element by one text, none if text is
// empty, or what another node holds. Markup in text is no markup: it is
// escaped when the node is written.
func (n *Node) SetText(text string) {
	if n.typ != ElementNode {
		n.data = text
		return
	}
	for n.first != nil {
		n.first.Unlink()
	}
	if text != "" {
		n.link(NewText(text))
	}
}

// AddChild gives a new element that is now n's last child, in n's namespace
// unless the name has the prefix of another that is declared there. The error
// wraps [ErrName] or [ErrHierarchy].
func (n *Node) AddChild(name string) (*Node, error) {
	if n.typ != ElementNode {
		return nil, ErrHierarchy
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	c := &Node{typ: ElementNode, name: name, ns: n.ns}
	if prefix, local := splitName(name); prefix != "" {
		if c.ns = n.lookup(prefix); c.ns != nil {
			c.name = local
		}
	}
	n.link(c)
	return c, nil
}

// Append moves a node, from wherever it is, to the end of n's children. The
// error is [ErrHierarchy] if n is no element, or is c or inside it, or c is an
// attribute.
func (n *Node) Append(c *Node) error {
	if n.typ != ElementNode || c.typ >= AttributeNode {
		return ErrHierarchy
	}
	for a := n; a != nil; a = a.parent {
		if a == c {
			return ErrHierarchy
		}
	}
	c.Unlink()
	n.link(c)
	return nil
}

// link puts c, which is in no tree, at the end of n's children.
func (n *Node) link(c *Node) {
	c.parent, c.prev = n, n.last
	if n.last != nil {
		n.last.next = c
	} else {
		n.first = c
	}
	n.last = c
}

// Unlink takes a node out of its tree; it keeps all that is inside it.
// Unlinking an attribute removes it from its element.
func (n *Node) Unlink() {
	p := n.parent
	if p == nil || n.typ == documentNode {
		return
	}
	if n.typ == AttributeNode {
		p.removeAttr(n)
		return
	}
	if n.prev != nil {
		n.prev.next = n.next
	} else {
		p.first = n.next
	}
	if n.next != nil {
		n.next.prev = n.prev
	} else {
		p.last = n.prev
	}
	n.parent, n.prev, n.next = nil, nil, nil
}

// Copy gives a copy of the node and all inside it that is in no tree.
func (n *Node) Copy() *Node {
	top := n.shallowCopy()
	at := top
	for c := n.after(n); c != nil; {
		d := c.shallowCopy()
		at.link(d)
		if c.first != nil {
			c, at = c.first, d
			continue
		}
		for c != n && c.next == nil {
			c = c.parent
			if c != n {
				at = at.parent
			}
		}
		if c == n {
			break
		}
		c = c.next
	}
	return top
}

func (n *Node) shallowCopy() *Node {
	c := &Node{typ: n.typ, name: n.name, ns: n.ns, data: n.data}
	c.declares = append(c.declares, n.declares...)
	for _, a := range n.attrs {
		c.attrs = append(c.attrs, &Node{typ: AttributeNode, name: a.name, ns: a.ns, data: a.data, parent: c})
	}
	return c
}
