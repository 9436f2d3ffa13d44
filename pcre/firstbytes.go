package pcre

// first computes which bytes the text that n matches can begin with. nullable
// says that n can match nothing, or that what it begins with is not known.
func (t *groupTable) first(n *node) (set byteSet, nullable bool) {
	f := firstFinder{t: t, budget: 2000}
	return f.node(n)
}

// start computes the bytes that a match can begin with. Like PCRE, it looks
// through verbs if what follows is a literal character.
func (t *groupTable) start(n *node) (set byteSet, nullable bool) {
	if set, nullable = t.first(n); !nullable && set != allBytes {
		return set, false
	}
	f := firstFinder{t: t, budget: 2000, verbs: true}
	if through, empty := f.node(n); !empty && oneLetter(&through) {
		return through, false
	}
	return set, true
}

// oneLetter reports whether s is one byte, or one letter in both cases.
func oneLetter(s *byteSet) bool {
	n := s.len()
	upper := s[1] & 0x07ff_fffe
	return n == 1 || n == 2 && upper != 0 && s[1] == upper|upper<<32
}

type firstFinder struct {
	t      *groupTable
	budget int
	calls  int
	verbs  bool // look through verbs
}

func (f *firstFinder) node(n *node) (set byteSet, nullable bool) {
	if f.budget--; f.budget < 0 {
		return allBytes, true
	}
	switch n.op {
	case opFail:
		return set, false
	case opChar:
		if f.t.utf {
			set.add(leadByte(n.r))
		} else {
			set.add(byte(n.r))
		}
		return set, false
	case opSet:
		return n.set.leadBytes(f.t.utf), false
	case opByte, opGrapheme:
		return allBytes, false
	case opConcat:
		return f.sequence(n.subs)
	case opAlternate:
		return f.alternatives(n.subs)
	case opRepeat:
		set, nullable = f.node(n.subs[0])
		if n.max == 0 {
			return byteSet{}, true
		}
		return set, nullable || n.min == 0
	case opCapture, opAtomic:
		return f.node(n.subs[0])
	case opCond:
		if n.cond == condFalse {
			return f.node(n.subs[1])
		}
		return f.alternatives(n.subs)
	case opCall:
		return f.call(n)
	case opBackref:
		return allBytes, true
	case opLook:
		if !f.verbs && hasVerb(n) {
			return allBytes, true
		}
	case opVerb:
		if f.verbs && n.verb != verbAccept {
			return set, true
		}
		// Skipping the attempt would skip what the verb does.
		return allBytes, true
	}
	return set, true
}

func hasVerb(n *node) bool {
	if n.op == opVerb {
		return true
	}
	for _, s := range n.subs {
		if hasVerb(s) {
			return true
		}
	}
	return false
}

func (f *firstFinder) sequence(subs []*node) (set byteSet, nullable bool) {
	for _, s := range subs {
		one, empty := f.node(s)
		set.union(&one)
		if !empty {
			return set, false
		}
	}
	return set, true
}

func (f *firstFinder) alternatives(subs []*node) (set byteSet, nullable bool) {
	for _, s := range subs {
		one, empty := f.node(s)
		set.union(&one)
		nullable = nullable || empty
	}
	return set, nullable
}

func (f *firstFinder) call(n *node) (set byteSet, nullable bool) {
	if f.calls > 20 {
		return allBytes, true
	}
	f.calls++
	defer func() { f.calls-- }()
	return f.alternatives(f.t.groups[n.refs[0]])
}
