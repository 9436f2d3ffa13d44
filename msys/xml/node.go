package xml

import (
	"errors"
	"iter"
	"strings"
)

// NodeType tells the types of nodes apart.
type NodeType uint8

// The types of nodes. Attributes are nodes of their own; they are found with
// XPath and are no children of their element.
const (
	ElementNode NodeType = iota + 1
	TextNode
	CDATANode
	CommentNode
	InstructionNode
	AttributeNode
	// NamespaceNode is a result of the namespace axis of XPath only.
	NamespaceNode
	documentNode
)

// The conditions that editing can meet, for errors.Is.
var (
	// ErrName reports a name that XML does not allow.
	ErrName = errors.New("xml: invalid name")
	// ErrHierarchy reports a node that cannot stand in the place, such as an
	// element inside itself or a child of a text.
	ErrHierarchy = errors.New("xml: node cannot be placed there")
)

// Node is an element, a text, a comment, a processing instruction or an
// attribute. A node belongs to one place in one tree at most; it stays valid
// when it is taken out.
type Node struct {
	typ  NodeType
	name string     // local name of elements and attributes, target of instructions
	ns   *Namespace // of elements and attributes
	data string     // of everything but elements

	parent, first, last, prev, next *Node

	attrs    []*Node      // of elements
	declares []*Namespace // of elements
	doc      *Document    // of the document node
}

// NewNode gives a new element that is in no tree, in the namespace ns unless
// it is nil. The error wraps [ErrName].
func NewNode(name string, ns *Namespace) (*Node, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	return &Node{typ: ElementNode, name: name, ns: ns}, nil
}

// NewText gives a new text that is in no tree.
func NewText(text string) *Node { return &Node{typ: TextNode, data: text} }

// Type gives the node's type.
func (n *Node) Type() NodeType { return n.typ }

// Name gives the local name of an element or attribute, the target of a
// processing instruction, "text" and "comment" for those, and "" for a CDATA
// section.
func (n *Node) Name() string {
	switch n.typ {
	case TextNode:
		return "text"
	case CommentNode:
		return "comment"
	}
	return n.name
}

// QName gives the name of an element or attribute with its prefix.
func (n *Node) QName() string {
	if n.ns == nil || n.ns.Prefix == "" {
		return n.name
	}
	return n.ns.Prefix + ":" + n.name
}

// Parent gives the element that the node is in, nil if there is none.
func (n *Node) Parent() *Node {
	if n.parent == nil || n.parent.typ == documentNode {
		return nil
	}
	return n.parent
}

// Document gives the document that the node is part of, nil if it is in none.
func (n *Node) Document() *Document { return n.top().doc }

// top gives the outermost node around n.
func (n *Node) top() *Node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// Children iterates over an element's children, texts and comments included.
// The loop body may unlink the current child.
func (n *Node) Children() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for c := n.first; c != nil; {
			next := c.next
			if !yield(c) {
				return
			}
			c = next
		}
	}
}

// Text gives the text of an element's whole subtree, an attribute's value, or
// what a text, comment or processing instruction holds.
func (n *Node) Text() string {
	switch {
	case n.first == nil:
		return n.data
	case n.first == n.last && n.first.isText():
		return n.first.data
	}
	var b strings.Builder
	for c := n.first; c != nil; c = c.after(n) {
		if c.isText() {
			b.WriteString(c.data)
		}
	}
	return b.String()
}

func (n *Node) isText() bool { return n.typ == TextNode || n.typ == CDATANode }

// after gives the node that follows n in document order, nil at the end of
// the tree under top.
func (n *Node) after(top *Node) *Node {
	if n.first != nil {
		return n.first
	}
	return n.afterSubtree(top)
}

// afterSubtree gives the node that follows n and all inside it.
func (n *Node) afterSubtree(top *Node) *Node {
	for n != top && n.next == nil {
		n = n.parent
		if n == nil {
			return nil
		}
	}
	if n == top {
		return nil
	}
	return n.next
}
