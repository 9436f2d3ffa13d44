package xml

import "iter"

// Document is an XML document: an element, and perhaps comments and processing
// instructions beside it.
type Document struct {
	node    Node
	doctype string // the document type declaration without internal subset
}

// NewDocument gives a document with that root element, which is taken out of
// the tree that it is in.
func NewDocument(root *Node) (*Document, error) {
	if root.typ != ElementNode {
		return nil, ErrHierarchy
	}
	d := newDocument()
	root.Unlink()
	d.node.link(root)
	return d, nil
}

func newDocument() *Document {
	d := &Document{}
	d.node.typ, d.node.doc = documentNode, d
	return d
}

// Root gives the root element, nil if it was taken out.
func (d *Document) Root() *Node {
	for c := d.node.first; c != nil; c = c.next {
		if c.typ == ElementNode {
			return c
		}
	}
	return nil
}

// Children iterates over the root element and the comments and processing
// instructions beside it.
func (d *Document) Children() iter.Seq[*Node] { return d.node.Children() }
