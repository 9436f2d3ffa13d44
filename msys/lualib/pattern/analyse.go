package pattern

// follow says which bytes can come next when the rest of a pattern matches.
type follow struct {
	known bool // nothing is known otherwise
	end   bool // the subject may end here
	set   *set // nil: none
	only  int  // the only byte in set when end is false, or -1
}

// allows reports whether the rest of the pattern could match s at pos.
func (f *follow) allows(s string, pos int) bool {
	if !f.known {
		return true
	}
	if pos >= len(s) {
		return f.end
	}
	return f.set != nil && f.set[s[pos]]
}

func (f follow) withOnly() follow {
	f.only = -1
	if f.known && !f.end && f.set != nil {
		f.only = f.set.single()
	}
	return f
}

// or returns what can come next where n may also match nothing before f.
func (n *node) or(f follow) follow {
	if !f.known {
		return f
	}
	if f.set == nil {
		f.set = n.set
	} else {
		f.set = f.set.union(n.set)
	}
	return f
}

// analyse fills in what the search learns from the pattern beforehand.
func (p *Pattern) analyse() {
	var f follow
	back := false
	for i := len(p.nodes) - 1; i >= 0; i-- {
		n := &p.nodes[i]
		switch n.op {
		case opMatch, opBack, opFrontier, opFault:
			back = back || n.op == opBack
			f = follow{}
		case opNever:
			f = follow{known: true}
		case opEnd:
			f = follow{known: true, end: true}
		case opChar, opBalance:
			f = follow{known: true, set: singleton(n.c)}
		case opLiteral:
			f = follow{known: true, set: singleton(n.lit[0])}
		case opSet:
			f = follow{known: true, set: n.set}
		case opOptional, opGreedy, opLazy:
			n.next = f.withOnly()
			n.exclusive = f.known && (f.set == nil || f.set.disjoint(n.set))
			if n.min > 0 {
				f = follow{known: true, set: n.set}
			} else {
				f = n.or(f)
			}
		}
	}
	p.first = f.withOnly()
	p.lookAtBeginning(back)
}

// lookAtBeginning finds the prefix and the leading repetition.
func (p *Pattern) lookAtBeginning(back bool) {
	for i := range p.nodes {
		switch n := &p.nodes[i]; n.op {
		case opOpen, opPosition, opClose:
			continue
		case opLiteral:
			p.prefix = n.lit
		case opChar:
			p.prefix = string([]byte{n.c})
		case opGreedy, opLazy:
			if !back {
				p.lead = n
			}
		}
		return
	}
}
