package xml

import (
	"iter"
	"slices"
)

// Attr gives the value of an attribute and whether there is one. The name may
// have a prefix; a name without one finds the attribute without a namespace,
// or else any of that local name.
func (n *Node) Attr(name string) (string, bool) {
	if a := n.findAttr(name); a != nil {
		return a.data, true
	}
	return "", false
}

func (n *Node) findAttr(name string) *Node {
	var inNamespace *Node
	for _, a := range n.attrs {
		switch {
		case a.ns == nil && a.name == name:
			return a
		case a.ns != nil && (a.name == name || a.QName() == name) && inNamespace == nil:
			inNamespace = a
		}
	}
	return inNamespace
}

// SetAttr sets an attribute of an element. A name with a prefix that is
// declared there names an attribute in that namespace. The error wraps
// [ErrName], or is [ErrHierarchy] if n is no element.
func (n *Node) SetAttr(name, value string) error {
	if prefix, local := splitName(name); prefix != "" {
		if ns := n.lookup(prefix); ns != nil {
			return n.SetAttrNS(ns, local, value)
		}
	}
	return n.SetAttrNS(nil, name, value)
}

// DelAttr removes the attribute that [Node.Attr] finds and reports whether
// there was one.
func (n *Node) DelAttr(name string) bool {
	a := n.findAttr(name)
	if a != nil {
		n.removeAttr(a)
	}
	return a != nil
}

// AttrNS gives the value of the attribute with that local name in the
// namespace uri, "" for none, and whether there is one.
func (n *Node) AttrNS(name, uri string) (string, bool) {
	for _, a := range n.attrs {
		if a.name == name && a.ns.uri() == uri {
			return a.data, true
		}
	}
	return "", false
}

// SetAttrNS sets the attribute with that local name in a namespace, or without
// one if ns is nil. The errors are those of [Node.SetAttr].
func (n *Node) SetAttrNS(ns *Namespace, name, value string) error {
	if n.typ != ElementNode {
		return ErrHierarchy
	}
	if err := checkName(name); err != nil {
		return err
	}
	for _, a := range n.attrs {
		if a.name == name && a.ns.uri() == ns.uri() {
			a.data = value
			return nil
		}
	}
	n.attrs = append(n.attrs, &Node{typ: AttributeNode, name: name, ns: ns, data: value, parent: n})
	return nil
}

// Attributes iterates over an element's attributes. Namespace declarations
// are none.
func (n *Node) Attributes() iter.Seq[*Node] { return slices.Values(slices.Clone(n.attrs)) }

func (n *Node) removeAttr(a *Node) {
	if i := slices.Index(n.attrs, a); i >= 0 {
		n.attrs = slices.Delete(n.attrs, i, i+1)
	}
	a.parent = nil
}
