package pcre

import "slices"

// An nfaBuilder builds an nfa from the syntax tree, from its end to its start:
// every method takes the state to go on at and returns where to begin.
type nfaBuilder struct {
	t       *groupTable
	m       *nfa
	newline byte
	reverse bool // the automaton reads from right to left
	slots   bool // with capture slots
	failed  bool // the pattern is not regular, or too large
	setIDs  map[symbolSet]int32
	tails   map[tailKey]int32
}

// buildNFA returns the automaton for a pattern, nil if there is none.
func buildNFA(root *node, t *groupTable, reverse, slots bool) *nfa {
	b := &nfaBuilder{t: t, reverse: reverse, slots: slots, m: &nfa{}, setIDs: map[symbolSet]int32{}}
	switch t.newline {
	case NewlineLF:
		b.newline = '\n'
	case NewlineCR:
		b.newline = '\r'
	case NewlineNUL:
		b.newline = 0
	default:
		return nil
	}
	if t.calls {
		return nil
	}
	match := b.add(nfaState{op: nfaMatch})
	b.m.start = b.node(root, match)
	if root.nullable && t.utf && !reverse {
		// An empty match is not within a character.
		s := symbolSet{bytes: byteSet{^uint64(0), ^uint64(0), 0, ^uint64(0)}, edges: edgesAll}
		b.m.start = b.look(nfaAhead, s, b.m.start)
	}
	if b.failed {
		return nil
	}
	return b.m
}

func (b *nfaBuilder) add(s nfaState) int32 {
	if len(b.m.states) >= maxNFAStates {
		b.failed = true
		return 0
	}
	b.m.states = append(b.m.states, s)
	return int32(len(b.m.states) - 1)
}

func (b *nfaBuilder) fail() int32 {
	b.failed = true
	return 0
}

func (b *nfaBuilder) setID(s symbolSet) int32 {
	if id, ok := b.setIDs[s]; ok {
		return id
	}
	id := int32(len(b.m.sets))
	b.m.sets = append(b.m.sets, s)
	b.setIDs[s] = id
	return id
}

// look adds an assertion about the symbol before (nfaBehind) or after (nfaAhead)
// the position, in the order of the subject.
func (b *nfaBuilder) look(op nfaOp, s symbolSet, next int32) int32 {
	if b.reverse {
		op = nfaBehind + nfaAhead - op
	}
	id := b.setID(s)
	if op == nfaBehind && !slices.Contains(b.m.behind, id) {
		if len(b.m.behind) == maxContextSets {
			return b.fail()
		}
		b.m.behind = append(b.m.behind, id)
	}
	return b.add(nfaState{op: op, set: id, x: next})
}

func (b *nfaBuilder) node(n *node, next int32) int32 {
	if b.failed {
		return 0
	}
	switch n.op {
	case opEmpty:
		return next
	case opFail:
		return b.add(nfaState{op: nfaFail})
	case opChar:
		s := &charSet{}
		s.add(n.r, n.r)
		s.normalize(b.t.utf)
		return b.chars(s, next)
	case opSet:
		return b.chars(n.set, next)
	case opByte:
		if !b.t.utf {
			return b.bytes(allBytes, next)
		}
	case opConcat:
		return b.concat(n.subs, next)
	case opAlternate:
		at := make([]int32, len(n.subs))
		for i, s := range n.subs {
			at[i] = b.node(s, next)
		}
		start := at[len(at)-1]
		for i := len(at) - 2; i >= 0; i-- {
			start = b.add(nfaState{op: nfaSplit, x: at[i], y: start})
		}
		return start
	case opRepeat:
		return b.repeat(n, next)
	case opCapture:
		return b.capture(n, next)
	case opLook:
		return b.lookaround(n, next)
	case opAssert:
		return b.assert(n, next)
	}
	return b.fail()
}

func (b *nfaBuilder) concat(subs []*node, next int32) int32 {
	if b.reverse {
		for _, s := range subs {
			next = b.node(s, next)
		}
		return next
	}
	for i := len(subs) - 1; i >= 0; i-- {
		next = b.node(subs[i], next)
	}
	return next
}

func (b *nfaBuilder) capture(n *node, next int32) int32 {
	if !b.slots {
		return b.node(n.subs[0], next)
	}
	end := b.add(nfaState{op: nfaCapture, x: next, y: int32(2*n.n + 1)})
	return b.add(nfaState{op: nfaCapture, x: b.node(n.subs[0], end), y: int32(2 * n.n)})
}

// lookaround adds a look-around at one character of ASCII.
func (b *nfaBuilder) lookaround(n *node, next int32) int32 {
	s, ok := lookSet(n.subs[0], b.t.utf)
	if !ok {
		return b.fail()
	}
	set := symbolSet{bytes: s}
	op := nfaAhead
	if n.look.behind {
		op = nfaBehind
	} else if s.has(b.newline) {
		set.edges = edgesFinal
	}
	if n.look.negative {
		for i := range set.bytes {
			set.bytes[i] = ^set.bytes[i]
		}
		set.edges ^= edgesAll
	}
	return b.look(op, set, next)
}

// lookSet returns the bytes of a look-around that looks at one byte.
func lookSet(n *node, utf bool) (byteSet, bool) {
	switch n.op {
	case opChar:
		var s byteSet
		if utf && n.r >= 0x80 {
			return s, false
		}
		s.add(byte(n.r))
		return s, true
	case opSet:
		return n.set.bits, !utf || n.set.high == highNone
	case opAlternate:
		var all byteSet
		for _, sub := range n.subs {
			s, ok := lookSet(sub, utf)
			if !ok {
				return all, false
			}
			all.union(&s)
		}
		return all, true
	}
	return byteSet{}, false
}

func (b *nfaBuilder) assert(n *node, next int32) int32 {
	var nl byteSet
	nl.add(b.newline)
	switch n.assert {
	case assertTextStart:
		return b.look(nfaBehind, symbolSet{edges: edgesStart}, next)
	case assertBegin:
		return b.look(nfaBehind, symbolSet{edges: edge(symStart)}, next)
	case assertTextEnd:
		return b.look(nfaAhead, symbolSet{edges: edgesEnd}, next)
	case assertFinalEnd:
		return b.look(nfaAhead, symbolSet{edges: edgesEnd | edgesFinal}, next)
	case assertDollar:
		return b.look(nfaAhead, symbolSet{edges: edge(symEnd, symFinal)}, next)
	case assertDollarEnd:
		return b.look(nfaAhead, symbolSet{edges: edge(symEnd)}, next)
	case assertLineEnd:
		return b.look(nfaAhead, symbolSet{bytes: nl, edges: edgesFinal | edge(symEnd)}, next)
	case assertLineStart:
		more := b.look(nfaAhead, symbolSet{bytes: allBytes, edges: edgesFinal}, next)
		inner := b.look(nfaBehind, symbolSet{bytes: nl}, more)
		first := b.look(nfaBehind, symbolSet{edges: edge(symStart)}, next)
		return b.add(nfaState{op: nfaSplit, x: first, y: inner})
	case assertWord, assertNotWord:
		if !n.ucp {
			return b.boundary(n.assert == assertWord, next)
		}
	}
	return b.fail()
}

// boundary adds \b, or \B if inside is false.
func (b *nfaBuilder) boundary(at bool, next int32) int32 {
	word := symbolSet{bytes: wordBytes}
	if wordBytes.has(b.newline) {
		word.edges = edgesFinal
	}
	other := symbolSet{edges: edgesAll &^ word.edges}
	for i := range word.bytes {
		other.bytes[i] = ^word.bytes[i]
	}
	x, y := word, other
	if !at {
		x, y = other, word
	}
	entering := b.look(nfaBehind, other, b.look(nfaAhead, x, next))
	leaving := b.look(nfaBehind, word, b.look(nfaAhead, y, next))
	return b.add(nfaState{op: nfaSplit, x: entering, y: leaving})
}

// bytes adds a state that consumes one byte.
func (b *nfaBuilder) bytes(s byteSet, next int32) int32 {
	set := symbolSet{bytes: s}
	if s.has(b.newline) {
		set.edges = edgesFinal
	}
	return b.add(nfaState{op: nfaBytes, set: b.setID(set), x: next})
}
