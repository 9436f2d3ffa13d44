package pcre

// runnable returns the set of a node that matches exactly one character.
func (g *codegen) runnable(n *node) (*charSet, setKind, bool) {
	switch n.op {
	case opSet:
		return n.set, g.kindOf(n.set), true
	case opByte:
		return &anyByte, setByte, true
	case opChar:
		if g.p.utf && n.r >= 0x80 {
			s := &charSet{}
			s.add(n.r, n.r)
			s.normalize(true)
			return s, setUTF8, true
		}
		s := &charSet{}
		s.add(n.r, n.r)
		return s, setByte, true
	}
	return nil, 0, false
}

func (g *codegen) repeat(n *node) {
	body := n.subs[0]
	if n.max == 0 {
		g.skipped(body)
		return
	}
	if set, kind, ok := g.runnable(body); ok {
		mode := n.mode
		if n.settled || n.final {
			mode = possessive
		}
		g.emit(inst{op: iRun, set: set, kind: kind, mode: mode, n: int32(n.min), m: int32(n.max), x: -1})
		return
	}
	switch {
	case n.mode == possessive && n.min <= 1 && n.max == maxRepeat:
		g.possessiveLoop(n)
	case n.mode == possessive:
		greedyNode := *n
		greedyNode.mode = greedy
		g.node(&node{op: opAtomic, subs: []*node{&greedyNode}})
	case n.min == 0 && n.max == 1:
		split := g.split(n.mode, body)
		g.node(body)
		g.patchSplit(split, n.mode)
	case n.min <= 1 && n.max == maxRepeat:
		g.simpleLoop(n)
	default:
		g.countedLoop(n)
	}
}

// skipped emits a body that is never entered in place, but that may be called.
func (g *codegen) skipped(body *node) {
	jump := g.emit(inst{op: iJump})
	g.node(body)
	g.p.insts[jump].x = g.next()
}

// split emits the choice to enter a body or not; patchSplit sets where not entering leads.
func (g *codegen) split(mode repeatMode, body *node) int32 {
	at := g.emit(inst{op: iSplit})
	in := &g.p.insts[at]
	if mode == lazy {
		in.y, in.firstY = at+1, g.firstOf(body)
	} else {
		in.x, in.firstX = at+1, g.firstOf(body)
	}
	return at
}

func (g *codegen) patchSplit(at int32, mode repeatMode) {
	if mode == lazy {
		g.p.insts[at].x = g.next()
	} else {
		g.p.insts[at].y = g.next()
	}
}

// simpleLoop emits x* and x+.
func (g *codegen) simpleLoop(n *node) {
	body := n.subs[0]
	if body.nullable {
		g.countedLoop(n)
		return
	}
	if n.min == 0 {
		split := g.split(n.mode, body)
		g.node(body)
		g.emit(inst{op: iJump, x: split})
		g.patchSplit(split, n.mode)
		return
	}
	start := g.next()
	g.node(body)
	split := g.emit(inst{op: iSplit})
	in := &g.p.insts[split]
	if n.mode == lazy {
		in.x, in.y, in.firstY = split+1, start, g.firstOf(body)
	} else {
		in.x, in.y, in.firstX = start, split+1, g.firstOf(body)
	}
}

// countedLoop emits a loop that counts, or whose body can match nothing.
func (g *codegen) countedLoop(n *node) {
	body := n.subs[0]
	loop := &loopInfo{count: -1, start: -1, min: int32(n.min), max: int32(n.max), mode: n.mode}
	if n.min > 1 || n.max != maxRepeat {
		loop.count = g.reg()
		g.emit(inst{op: iSetReg, n: loop.count, m: 0})
	}
	split := int32(-1)
	if n.min == 0 {
		split = g.split(n.mode, body)
	}
	loop.body = g.next()
	if n.max == maxRepeat && body.nullable {
		loop.start = g.reg()
		g.emit(inst{op: iSetPos, n: loop.start})
	}
	g.node(body)
	g.emit(inst{op: iLoop, loop: loop})
	loop.exit = g.next()
	if split >= 0 {
		g.patchSplit(split, n.mode)
	}
}

// possessiveLoop emits x*+ and x++. Every iteration is atomic by itself, so
// that what the matcher remembers does not grow with their number.
func (g *codegen) possessiveLoop(n *node) {
	body := n.subs[0]
	start := int32(-1)
	if body.nullable {
		start = g.reg()
	}
	first := int32(-1)
	if n.min == 1 {
		if start >= 0 {
			g.emit(inst{op: iSetPos, n: start})
		}
		g.emit(inst{op: iCut})
		first = g.emit(inst{op: iJump})
	}
	top := g.next()
	if start >= 0 {
		g.emit(inst{op: iSetPos, n: start})
	}
	cut := g.emit(inst{op: iCut})
	split := g.emit(inst{op: iSplit, x: cut + 2, firstX: g.firstOf(body)})
	if first >= 0 {
		g.p.insts[first].x = g.next()
	}
	g.node(body)
	g.emit(inst{op: iCutEnd})
	if start >= 0 {
		// An iteration that matched nothing ends the loop.
		g.emit(inst{op: iLoop, loop: &loopInfo{count: -1, start: start, max: maxRepeat, mode: possessive,
			body: top, exit: g.next() + 3}})
	} else {
		g.emit(inst{op: iJump, x: top})
	}
	over := g.emit(inst{op: iJump})
	g.p.insts[split].y = g.next()
	g.emit(inst{op: iCutEnd})
	g.p.insts[over].x = g.next()
}
