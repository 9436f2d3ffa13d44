package xml

import (
	"errors"
	"fmt"
)

// ErrNotNodes reports an XPath expression that gives a number, a string or a
// boolean where nodes were asked for.
var ErrNotNodes = errors.New("xml: XPath expression gives no nodes")

// XPathError reports an expression that is not XPath 1.0.
type XPathError struct {
	// Expr is the expression.
	Expr string
	// Offset is the position of the fault in it, from 0.
	Offset int
	// Msg says what is wrong.
	Msg string
}

// Error gives the reason with the expression.
func (e *XPathError) Error() string {
	return fmt.Sprintf("xml: XPath %q: %s at offset %d", e.Expr, e.Msg, e.Offset)
}

// XPath is a compiled XPath 1.0 expression. It may be used from any number of
// goroutines. No namespace prefix but xml is bound: use local-name() and
// namespace-uri() to find names in namespaces. There are no variables.
type XPath struct {
	source string
	root   expr
}

// CompileXPath compiles an expression. The error is an [*XPathError].
func CompileXPath(source string) (*XPath, error) {
	p := xpathParser{lexer: lexer{s: source}}
	root, err := p.parse()
	if err != nil {
		return nil, &XPathError{source, err.offset, err.msg}
	}
	return &XPath{source, root}, nil
}

// String gives the expression's text.
func (x *XPath) String() string { return x.source }

// maxVisits is how many nodes one evaluation may look at.
const maxVisits = 10_000_000

// Evaluate evaluates the expression for a context node, the document itself if
// it is nil: to []*Node in document order, string, float64 or bool. The error
// wraps [ErrLimit]: an expression may look at 10 million nodes.
func (x *XPath) Evaluate(d *Document, context *Node) (any, error) {
	return x.evaluate(d, context, maxVisits)
}

func (x *XPath) evaluate(d *Document, context *Node, visits int) (any, error) {
	if context == nil {
		context = &d.node
	}
	c := focus{node: context, position: 1, size: 1, run: &evaluation{doc: d, visits: visits}}
	v := x.root.eval(c)
	if c.run.visits < 0 {
		return nil, limit("XPath %q looks at more than %d nodes", x.source, visits)
	}
	if nodes, ok := v.([]*Node); ok {
		return withoutDocument(nodes), nil
	}
	return v, nil
}

// withoutDocument drops the document node, which is no *Node for callers.
func withoutDocument(nodes []*Node) []*Node {
	if len(nodes) > 0 && nodes[0].typ == documentNode {
		return nodes[1:]
	}
	return nodes
}

// Nodes is Evaluate for expressions that give nodes, others give
// [ErrNotNodes].
func (x *XPath) Nodes(d *Document, context *Node) ([]*Node, error) {
	v, err := x.Evaluate(d, context)
	if err != nil {
		return nil, err
	}
	nodes, ok := v.([]*Node)
	if !ok {
		return nil, ErrNotNodes
	}
	return nodes, nil
}

// XPath gives the nodes that the XPath 1.0 expression finds, in document
// order; paths that do not begin with a slash begin at context, or at the
// document if it is nil. Attributes are found as nodes, too. The error is an
// [*XPathError], [ErrNotNodes], or wraps [ErrLimit].
func (d *Document) XPath(source string, context *Node) ([]*Node, error) {
	x, err := CompileXPath(source)
	if err != nil {
		return nil, err
	}
	return x.Nodes(d, context)
}
