package pcre

// repeat adds a repeat, copying its body as often as it can be needed.
func (b *nfaBuilder) repeat(n *node, next int32) int32 {
	if n.mode == possessive && !n.settled {
		return b.fail()
	}
	body := n.subs[0]
	if n.max == 0 {
		return next
	}
	nullable := body.nullable
	if n.max == maxRepeat {
		tail := b.loop(n, nullable, next)
		for i := 1; i < n.min; i++ {
			tail = b.node(body, tail)
			if b.failed {
				return 0
			}
		}
		if n.min == 0 {
			return b.choice(n, tail, next)
		}
		return tail
	}
	// x{1,3} is x(x(x)?)?
	at := next
	for i := n.max; i > n.min; i-- {
		at = b.choice(n, b.node(body, at), next)
		if b.failed {
			return 0
		}
	}
	for i := 0; i < n.min; i++ {
		at = b.node(body, at)
		if b.failed {
			return 0
		}
	}
	return at
}

// choice adds the choice between entering a body and going on.
func (b *nfaBuilder) choice(n *node, body, next int32) int32 {
	if n.mode == lazy {
		body, next = next, body
	}
	return b.add(nfaState{op: nfaSplit, x: body, y: next})
}

// loop adds x+. An iteration that matches nothing ends the loop.
func (b *nfaBuilder) loop(n *node, nullable bool, next int32) int32 {
	body := n.subs[0]
	split := b.choice(n, 0, next)
	var start int32
	if nullable {
		start = b.consuming(body, split, next)
	} else {
		start = b.node(body, split)
	}
	if b.failed {
		return 0
	}
	if s := &b.m.states[split]; n.mode == lazy {
		s.y = start
	} else {
		s.x = start
	}
	return start
}

// consuming adds a body that can match nothing so that it goes on at full if
// it has consumed something, and at empty if not.
func (b *nfaBuilder) consuming(n *node, full, empty int32) int32 {
	if b.failed {
		return 0
	}
	if !n.nullable {
		return b.node(n, full)
	}
	switch n.op {
	case opConcat:
		return b.consumingConcat(n.subs, full, empty)
	case opAlternate:
		start := b.consuming(n.subs[len(n.subs)-1], full, empty)
		for i := len(n.subs) - 2; i >= 0; i-- {
			start = b.add(nfaState{op: nfaSplit, x: b.consuming(n.subs[i], full, empty), y: start})
		}
		return start
	case opCapture:
		if !b.slots {
			return b.consuming(n.subs[0], full, empty)
		}
		slot := int32(2*n.n + 1)
		full = b.add(nfaState{op: nfaCapture, x: full, y: slot})
		empty = b.add(nfaState{op: nfaCapture, x: empty, y: slot})
		return b.add(nfaState{op: nfaCapture, x: b.consuming(n.subs[0], full, empty), y: slot - 1})
	case opRepeat:
		return b.consumingRepeat(n, full, empty)
	}
	return b.node(n, empty) // an assertion
}

func (b *nfaBuilder) consumingConcat(subs []*node, full, empty int32) int32 {
	if b.reverse {
		reversed := make([]*node, len(subs))
		for i, s := range subs {
			reversed[len(subs)-1-i] = s
		}
		subs = reversed
	}
	for i := len(subs) - 1; i >= 0; i-- {
		n := subs[i]
		// What was empty up to here stays empty or becomes full in n.
		empty = b.consuming(n, full, empty)
		full = b.node(n, full)
	}
	return empty
}

func (b *nfaBuilder) consumingRepeat(n *node, full, empty int32) int32 {
	if n.mode == possessive && !n.settled {
		return b.fail()
	}
	body := n.subs[0]
	if n.max == 0 {
		return empty
	}
	if n.max == maxRepeat {
		again := &node{op: opRepeat, subs: n.subs, min: 0, max: maxRepeat, mode: n.mode, settled: n.settled, nullable: true}
		rest := b.node(again, full)
		at := b.consuming(body, rest, empty)
		if n.min > 1 {
			atLeastOnce := *again
			atLeastOnce.min, atLeastOnce.nullable = 1, body.nullable
			rest = b.node(&atLeastOnce, full)
		}
		for i := 1; i < n.min && !b.failed; i++ {
			at = b.consuming(body, rest, at)
			rest = b.node(body, rest)
		}
		if n.min == 0 {
			return b.choice(n, at, empty)
		}
		return at
	}
	fullAt, emptyAt := full, empty
	for i := n.max; i > n.min; i-- {
		emptyAt = b.choice(n, b.consuming(body, fullAt, emptyAt), empty)
		fullAt = b.choice(n, b.node(body, fullAt), full)
	}
	for i := 0; i < n.min; i++ {
		emptyAt = b.consuming(body, fullAt, emptyAt)
		fullAt = b.node(body, fullAt)
	}
	return emptyAt
}
