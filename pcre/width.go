package pcre

const unbounded = -1

// A groupTable finds the node of a group by its number; group 0 is the pattern.
type groupTable struct {
	utf     bool
	newline Newline
	groups  [][]*node
	calls   bool // there are subroutine calls
}

func newGroupTable(ps *parsed) *groupTable {
	t := &groupTable{utf: ps.opts.UTF, newline: ps.opts.Newline, groups: make([][]*node, ps.ncap+1)}
	t.groups[0] = []*node{ps.root}
	t.collect(ps.root)
	return t
}

func (t *groupTable) collect(n *node) {
	if n.op == opCapture {
		t.groups[n.n] = append(t.groups[n.n], n)
	}
	if n.op == opCall {
		t.calls = true
	}
	if n.guard != nil {
		t.collect(n.guard)
	}
	for _, s := range n.subs {
		t.collect(s)
	}
}

// A measure computes how many characters a node can match.
type measure struct {
	t      *groupTable
	active []int // groups being measured, against recursion
	failed bool  // met recursion or a reference that has no bound
	accept bool  // met (*ACCEPT): any width is possible
	budget int
}

// width returns the least and the greatest number of characters that n
// matches; the greatest may be unbounded.
func (t *groupTable) width(n *node) (lo, hi int) {
	m := &measure{t: t, budget: 20000}
	lo, hi = m.node(n)
	if m.failed {
		hi = unbounded
	}
	if m.accept {
		lo = 0
	}
	return lo, hi
}

// behindWidth is width for an alternative of a look-behind, where (*ACCEPT)
// just ends the text.
func (t *groupTable) behindWidth(n *node) (lo, hi int) {
	m := &measure{t: t, budget: 20000}
	lo, hi = m.node(n)
	if m.failed {
		hi = unbounded
	}
	return lo, hi
}

// saturate keeps sums far from overflow.
func saturate(v int) int { return min(v, 1<<28) }

func addWidth(a, b int) int {
	if a == unbounded || b == unbounded {
		return unbounded
	}
	return saturate(a + b)
}

func (m *measure) node(n *node) (lo, hi int) {
	if m.budget--; m.budget < 0 {
		m.failed = true
		return 0, unbounded
	}
	switch n.op {
	case opChar, opSet, opByte:
		return 1, 1
	case opGrapheme:
		return 1, unbounded
	case opConcat:
		for _, s := range n.subs {
			l, h := m.node(s)
			lo, hi = saturate(lo+l), addWidth(hi, h)
			if s.op == opFail || s.op == opVerb && s.verb == verbAccept {
				break // what follows is never reached
			}
		}
		return lo, hi
	case opAlternate:
		return m.alternatives(n.subs)
	case opCond:
		if n.cond == condFalse {
			return m.node(n.subs[1])
		}
		return m.alternatives(n.subs)
	case opCapture, opAtomic:
		return m.node(n.subs[0])
	case opRepeat:
		lo, hi = m.node(n.subs[0])
		lo = saturate(lo * n.min)
		switch {
		case hi == 0 || n.max == 0:
			return lo, 0
		case hi == unbounded || n.max == maxRepeat:
			return lo, unbounded
		}
		return lo, saturate(hi * n.max)
	case opBackref, opCall:
		return m.reference(n)
	case opVerb:
		if n.verb == verbAccept {
			m.accept = true
		}
	}
	return 0, 0
}

func (m *measure) alternatives(subs []*node) (lo, hi int) {
	for i, s := range subs {
		l, h := m.node(s)
		if i == 0 {
			lo, hi = l, h
			continue
		}
		lo = min(lo, l)
		if hi == unbounded || h == unbounded {
			hi = unbounded
		} else {
			hi = max(hi, h)
		}
	}
	return lo, hi
}

// reference measures the groups that a call or a back reference can mean.
func (m *measure) reference(n *node) (lo, hi int) {
	if n.op == opBackref && n.fold {
		m.failed = true // another case may have another length
	}
	first := true
	for _, g := range n.refs {
		for _, a := range m.active {
			if a == g {
				m.failed = true
				return 0, unbounded
			}
		}
		m.active = append(m.active, g)
		for _, d := range m.t.groups[g] {
			if d.op == opCapture && g > 0 {
				d = d.subs[0]
			}
			l, h := m.node(d)
			switch {
			case first:
				lo, hi = l, h
			case hi == unbounded || h == unbounded:
				lo, hi = min(lo, l), unbounded
			default:
				lo, hi = min(lo, l), max(hi, h)
			}
			first = false
		}
		m.active = m.active[:len(m.active)-1]
	}
	return lo, hi
}
