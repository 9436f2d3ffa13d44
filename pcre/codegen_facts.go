package pcre

// facts computes what speeds up the search for a place to start.
func (g *codegen) facts(ps *parsed) {
	if set, nullable := g.t.start(ps.root); !nullable && !ps.noStartOpt {
		g.p.first = &set
		g.p.pre = newPrefilter(set, g.t.prefix(ps.root))
	}
	g.p.memo = memoize(g.p.insts)
	if !ps.noStartOpt {
		g.p.required = newFinder(g.t.required(ps.root))
	}
	g.p.minLength, _ = g.t.width(ps.root)
	g.p.anchored = ps.opts.Anchored || startsWith(ps.root, assertMatchStart)
	g.p.atStart = startsWith(ps.root, assertTextStart)
	g.p.lineStart = ps.opts.Newline == NewlineLF && !ps.noStartOpt && startsWith(ps.root, assertLineStart)
}

// startsWith reports whether every way through n begins with the assertion k.
func startsWith(n *node, k assertKind) bool {
	switch n.op {
	case opAssert:
		return n.assert == k || k == assertTextStart && n.assert == assertBegin
	case opConcat:
		for _, s := range n.subs {
			if startsWith(s, k) {
				return true
			}
			if s.op != opAssert && !(s.op == opVerb && s.verb == verbMark) {
				return false
			}
		}
	case opAlternate:
		for _, s := range n.subs {
			if !startsWith(s, k) {
				return false
			}
		}
		return true
	case opCapture, opAtomic:
		return startsWith(n.subs[0], k)
	}
	return false
}
