package pcre

// A follow describes what comes after a node.
type follow struct {
	set byteSet // what the next byte must be among for the rest to match
	end endKind
	cut bool // the rest can end an atomic group right away, whatever is next
}

// endKind says whether nothing at all comes after a node.
type endKind uint8

const (
	endNone    endKind = iota
	endLocal           // it ends an atomic group or a look-around
	endPattern         // it ends the pattern
)

// A settler finds repeats for which giving back what they have taken cannot
// help, because what follows cannot begin with what they match. For such a
// repeat greedy, lazy and possessive are all the same.
type settler struct {
	t     *groupTable
	calls bool // the pattern has subroutine calls: a group may end anywhere
}

// markNullable finds out which nodes can match nothing.
func (t *groupTable) markNullable(n *node) {
	if n.guard != nil {
		t.markNullable(n.guard)
	}
	all, some := true, false
	for _, s := range n.subs {
		t.markNullable(s)
		all = all && s.nullable
		some = some || s.nullable
	}
	switch n.op {
	case opFail, opChar, opSet, opByte, opGrapheme:
		n.nullable = false
	case opConcat, opCapture, opAtomic:
		n.nullable = all
	case opAlternate, opCond:
		n.nullable = some
	case opRepeat:
		n.nullable = n.min == 0 || some
	case opCall:
		lo, _ := t.width(n)
		n.nullable = lo == 0
	default:
		n.nullable = true
	}
}

// settle marks the repeats of a pattern and unwraps atomic groups that have no effect.
func (t *groupTable) settle(root *node, calls bool) {
	s := &settler{t: t, calls: calls}
	f := follow{set: allBytes, end: endPattern}
	if calls {
		f.end = endNone
	}
	s.node(root, f)
}

func (s *settler) node(n *node, f follow) {
	switch n.op {
	case opConcat:
		s.concat(n.subs, f)
	case opAlternate:
		for _, sub := range n.subs {
			s.node(sub, f)
		}
	case opCapture:
		if s.calls {
			f = follow{set: allBytes}
		}
		s.node(n.subs[0], f)
	case opRepeat:
		s.repeat(n, f)
	case opAtomic:
		s.node(n.subs[0], follow{set: f.set, end: max(f.end, endLocal), cut: true})
		if s.fixed(n.subs[0]) {
			*n = *n.subs[0]
		}
	case opLook:
		s.node(n.subs[0], follow{set: allBytes, end: endNone})
	case opCond:
		if n.guard != nil {
			s.node(n.guard, follow{set: allBytes})
		}
		for _, sub := range n.subs {
			s.node(sub, f)
		}
	}
}

// concat visits a sequence from its end, building up what follows each node.
func (s *settler) concat(subs []*node, f follow) {
	for i := len(subs) - 1; i >= 0; i-- {
		n := subs[i]
		own := f
		if i+1 < len(subs) && subs[i+1].op == opAssert && subs[i+1].assert == assertWord && !subs[i+1].ucp {
			own.set = s.afterBoundary(n, f.set)
		}
		s.node(n, own)
		f = s.before(n, f)
	}
}

// before returns what follows a node that comes right before n.
func (s *settler) before(n *node, f follow) follow {
	if n.op == opAssert {
		switch n.assert {
		case assertTextEnd, assertDollarEnd:
			return follow{}
		case assertFinalEnd, assertDollar:
			if s.newlineSet() != nil {
				return follow{set: *s.newlineSet()}
			}
		}
		return follow{set: f.set, cut: f.cut}
	}
	set, nullable := s.t.first(n)
	if nullable {
		set.union(&f.set)
	}
	return follow{set: set, cut: nullable && f.cut}
}

// newlineSet returns the bytes that a newline can begin with.
func (s *settler) newlineSet() *byteSet {
	if s.t.newline == NewlineLF {
		return &lineFeed
	}
	return nil
}

var (
	lineFeed  = byteSet{1 << '\n'}
	wordBytes = byteSet(asciiWord.bits)
)

// afterBoundary narrows what follows a repeat if \b stands between: after a
// word character no word character can come.
func (s *settler) afterBoundary(n *node, set byteSet) byteSet {
	if n.op != opRepeat || n.min == 0 {
		return set
	}
	lead, nullable := s.t.first(n.subs[0])
	if nullable || !single(n.subs[0]) {
		return set
	}
	inWord, outside := lead, lead
	for i := range lead {
		inWord[i] &= wordBytes[i]
		outside[i] &^= wordBytes[i]
	}
	for i := range set {
		switch {
		case outside == byteSet{}:
			set[i] &^= wordBytes[i]
		case inWord == byteSet{}:
			set[i] &= wordBytes[i]
		}
	}
	return set
}

// single reports whether n matches exactly one character.
func single(n *node) bool { return n.op == opChar || n.op == opSet }

func (s *settler) repeat(n *node, f follow) {
	body := n.subs[0]
	lead, nullable := s.t.first(body)
	in := f.set
	in.union(&lead)
	inner := follow{set: in, cut: f.cut}
	if nullable {
		inner.set = allBytes
	}
	if n.max == 1 {
		inner = f
	}
	if n.mode == possessive {
		inner.cut, inner.end = true, endNone
	}
	s.node(body, inner)
	if nullable || n.max == 0 {
		return
	}
	apart := lead.disjoint(&f.set) && (single(body) || s.fixed(body)) && (n.mode != lazy || !f.cut)
	n.settled = apart || f.end == endPattern && n.mode != lazy && (single(body) || s.fixed(body) && n.max == 1)
	n.final = f.end != endNone && n.mode == greedy
}

// fixed reports whether n, having matched, has no other way to match that
// could matter.
func (s *settler) fixed(n *node) bool {
	switch n.op {
	case opEmpty, opChar, opSet, opByte, opAssert:
		return true
	case opConcat:
		for _, sub := range n.subs {
			if !s.fixed(sub) {
				return false
			}
		}
		return true
	case opCapture:
		return s.fixed(n.subs[0])
	case opRepeat:
		return n.settled && s.fixed(n.subs[0]) || n.min == n.max && s.fixed(n.subs[0])
	case opAlternate:
		return s.exclusive(n.subs)
	}
	return false
}

// exclusive reports whether alternatives begin differently, so that at most one can match.
func (s *settler) exclusive(subs []*node) bool {
	var seen byteSet
	for _, sub := range subs {
		set, nullable := s.t.first(sub)
		if nullable || !set.disjoint(&seen) || !s.fixed(sub) {
			return false
		}
		seen.union(&set)
	}
	return true
}
