package xml

// path is a location path.
type path struct {
	start    expr // where it begins, nil for the context node or the root
	absolute bool
	steps    []step
}

// step is one step of a path.
type step struct {
	axis       string
	test       nodeTest
	predicates []expr
}

// add adds a step. What // and a child step find without asking for positions
// are descendants.
func (e *path) add(s step) {
	if last := len(e.steps) - 1; last >= 0 && s.axis == "child" && e.steps[last].isDescend() && !s.asksPosition() {
		s.axis = "descendant"
		e.steps[last] = s
		return
	}
	e.steps = append(e.steps, s)
}

// isDescend reports whether the step is the one that // stands for.
func (s step) isDescend() bool {
	return s.axis == "descendant-or-self" && s.test.kind == "node" && len(s.predicates) == 0
}

// asksPosition reports whether a predicate may depend on the position.
func (s step) asksPosition() bool {
	for _, p := range s.predicates {
		if !positionFree(p) {
			return true
		}
	}
	return false
}

// positionFree reports whether a predicate surely does not depend on the
// position. It looks only at its outermost parts.
func positionFree(e expr) bool {
	switch e := e.(type) {
	case *path, union:
		return true
	case constant:
		_, isNumber := e.value.(float64)
		return !isNumber
	case binary:
		switch e.op {
		case "or", "and":
			return positionFree(e.left) && positionFree(e.right)
		case "=", "!=", "<", "<=", ">", ">=":
			return operandFree(e.left) && operandFree(e.right)
		}
	case call:
		switch e.name {
		case "not", "contains", "starts-with", "boolean":
			for _, arg := range e.args {
				if !operandFree(arg) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// operandFree is positionFree for a part whose value is not itself taken for a
// position.
func operandFree(e expr) bool {
	switch e := e.(type) {
	case constant:
		return true
	case call:
		if e.name == "position" || e.name == "last" {
			return false
		}
		for _, arg := range e.args {
			if !operandFree(arg) {
				return false
			}
		}
		return true
	}
	return positionFree(e)
}

func (e *path) givesNodes() bool { return true }

func (e *path) eval(c focus) any {
	nodes := []*Node{c.node}
	switch {
	case e.start != nil:
		nodes = e.start.eval(c).([]*Node)
	case e.absolute:
		nodes = []*Node{&c.run.doc.node}
	}
	for _, s := range e.steps {
		nodes = s.from(nodes, c.run)
	}
	return nodes
}

// from gives what the step finds from each of the nodes.
func (s step) from(nodes []*Node, r *evaluation) []*Node {
	if len(nodes) == 1 {
		found := s.fromOne(nodes[0], r)
		if isReverse(s.axis) {
			found = reversed(found)
		}
		return found
	}
	var all []*Node
	for _, n := range nodes {
		all = append(all, s.fromOne(n, r)...)
	}
	switch s.axis {
	case "self", "attribute":
		return all // one node's do not mix with another's
	}
	return r.sort(all)
}

// fromOne gives what the step finds from one node, in the order of the axis.
func (s step) fromOne(n *Node, r *evaluation) []*Node {
	var found []*Node
	axes[s.axis](n, func(c *Node) bool {
		if !r.visit() {
			return false
		}
		if s.test.matches(c, s.axis) {
			found = append(found, c)
		}
		return true
	})
	for _, p := range s.predicates {
		found = r.filter(found, p)
	}
	return found
}

func reversed(nodes []*Node) []*Node {
	out := make([]*Node, len(nodes))
	for i, n := range nodes {
		out[len(nodes)-1-i] = n
	}
	return out
}

// nodeTest is the test of a step: a type of node, or a name.
type nodeTest struct {
	kind string // "" for a name
	name string // "*" for any; of an instruction's target, "" for any
	uri  string
}

func (t nodeTest) matches(n *Node, axis string) bool {
	switch t.kind {
	case "node":
		return true
	case "text":
		return n.isText()
	case "comment":
		return n.typ == CommentNode
	case "processing-instruction":
		return n.typ == InstructionNode && (t.name == "" || t.name == n.name)
	}
	principal := ElementNode
	switch axis {
	case "attribute":
		principal = AttributeNode
	case "namespace":
		principal = NamespaceNode
	}
	if n.typ != principal {
		return false
	}
	if t.name == "*" {
		return t.uri == "" || n.ns.uri() == t.uri
	}
	return n.name == t.name && n.ns.uri() == t.uri
}
