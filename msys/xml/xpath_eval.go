package xml

import (
	"math"
	"slices"
)

// expr is a part of an expression. Its value is a []*Node in document order
// without duplicates, a string, a float64 or a bool.
type expr interface {
	eval(c focus) any
	// givesNodes reports whether the value is nodes.
	givesNodes() bool
}

// focus is what an expression is evaluated for.
type focus struct {
	node           *Node
	position, size int
	run            *evaluation
}

// evaluation is one evaluation of an expression.
type evaluation struct {
	doc    *Document
	visits int           // how many nodes may yet be looked at
	order  map[*Node]int // places in document order, once needed
}

// visit counts a node that is looked at; when there were too many the
// evaluation hurries to its end.
func (r *evaluation) visit() bool {
	r.visits--
	return r.visits >= 0
}

// nodeText is n.Text, counted as looking at every node inside n and more for
// long texts.
func (r *evaluation) nodeText(n *Node) string {
	for c := n.first; c != nil && r.visit(); c = c.after(n) {
		r.visits -= len(c.data) / 64
	}
	if r.visits < 0 {
		return ""
	}
	return n.Text()
}

type constant struct{ value any }

func (e constant) eval(focus) any   { return e.value }
func (e constant) givesNodes() bool { return false }

type negation struct {
	of       expr
	negative bool
}

func (e negation) eval(c focus) any {
	n := c.run.number(e.of.eval(c))
	if e.negative {
		n = -n
	}
	return n
}

func (e negation) givesNodes() bool { return false }

type union []expr

func (e union) eval(c focus) any {
	var all []*Node
	for _, part := range e {
		all = append(all, part.eval(c).([]*Node)...)
	}
	return c.run.sort(all)
}

func (e union) givesNodes() bool { return true }

// filtered is nodes with predicates: (expr)[1].
type filtered struct {
	of         expr
	predicates []expr
}

func (e filtered) eval(c focus) any {
	nodes := e.of.eval(c).([]*Node)
	for _, p := range e.predicates {
		nodes = c.run.filter(nodes, p)
	}
	return nodes
}

func (e filtered) givesNodes() bool { return true }

// filter gives the nodes that a predicate holds for; nodes are in the order of
// the axis that found them.
func (r *evaluation) filter(nodes []*Node, predicate expr) []*Node {
	var out []*Node
	for i, n := range nodes {
		if !r.visit() {
			return nil
		}
		if holds(predicate.eval(focus{n, i + 1, len(nodes), r}), i+1) {
			out = append(out, n)
		}
	}
	return out
}

func holds(value any, position int) bool {
	if n, ok := value.(float64); ok {
		return n == float64(position)
	}
	return toBool(value)
}

// sort brings nodes into document order and drops duplicates.
func (r *evaluation) sort(nodes []*Node) []*Node {
	if r.visits -= 8 * len(nodes); len(nodes) < 2 || r.visits < 0 {
		return nodes
	}
	if r.order == nil {
		r.order = make(map[*Node]int)
		r.enumerate(&r.doc.node)
	}
	for _, n := range nodes {
		if n.typ == NamespaceNode {
			n = n.parent
		}
		if _, ok := r.order[n]; !ok {
			r.enumerate(n.top())
		}
	}
	nodes = slices.Clone(nodes)
	slices.SortStableFunc(nodes, func(a, b *Node) int { return r.place(a) - r.place(b) })
	return slices.Compact(nodes)
}

// enumerate gives the nodes of a tree their places, attributes after their
// element.
func (r *evaluation) enumerate(top *Node) {
	for n := top; n != nil; n = n.after(top) {
		r.order[n] = len(r.order)
		for _, a := range n.attrs {
			r.order[a] = len(r.order)
		}
	}
}

// place gives a node's place. Namespace nodes come right after their element.
func (r *evaluation) place(n *Node) int {
	if n.typ == NamespaceNode {
		return r.order[n.parent]
	}
	return r.order[n]
}

type binary struct {
	op          string
	left, right expr
}

func newBinary(op string, left, right expr) expr { return binary{op, left, right} }

func (e binary) eval(c focus) any {
	switch e.op {
	case "or":
		return toBool(e.left.eval(c)) || toBool(e.right.eval(c))
	case "and":
		return toBool(e.left.eval(c)) && toBool(e.right.eval(c))
	}
	left, right := e.left.eval(c), e.right.eval(c)
	switch e.op {
	case "=", "!=", "<", "<=", ">", ">=":
		return compare(c.run, e.op, left, right)
	}
	a, b := c.run.number(left), c.run.number(right)
	switch e.op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "div":
		return a / b
	}
	return math.Mod(a, b)
}

func (e binary) givesNodes() bool { return false }
