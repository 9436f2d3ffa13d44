package pcre

const (
	maxLookbehind         = 65535
	maxVariableLookbehind = 255
)

// look emits a look-around that is not a condition.
func (g *codegen) look(n *node) {
	if n.look.nonAtomic {
		g.nonAtomicLook(n)
		return
	}
	at := g.emit(inst{op: iLook, neg: n.look.negative, behind: n.look.behind, x: -1, y: -1})
	g.lookBody(n)
	if n.look.negative {
		g.p.insts[at].y = g.next()
	} else {
		g.p.insts[at].x = g.next()
	}
}

// lookBody emits the body with its end. Captures and alternations outside are
// out of reach from inside.
func (g *codegen) lookBody(n *node) {
	open, alts := g.open, g.alts
	g.open, g.alts = nil, nil
	if n.look.behind {
		g.behindBody(n, -1)
	} else {
		g.node(n.subs[0])
	}
	g.emit(inst{op: iLookEnd, behind: n.look.behind})
	g.open, g.alts = open, alts
}

// behindBody emits the alternatives of a look-behind, each after the step
// back that it needs. reg is the register that holds where it must end, or -1
// if the look-around's own entry on the stack does.
func (g *codegen) behindBody(n *node, reg int32) {
	body := n.subs[0]
	alts := []*node{body}
	if body.op == opAlternate {
		alts = body.subs
	}
	var ends []int32
	for i, a := range alts {
		split := int32(-1)
		if i < len(alts)-1 {
			split = g.emit(inst{op: iSplit, x: g.next() + 1})
		}
		g.stepBack(n, a)
		g.node(a)
		if reg >= 0 {
			g.emit(inst{op: iCheckPos, n: reg})
		}
		if split >= 0 {
			ends = append(ends, g.emit(inst{op: iJump}))
			g.p.insts[split].y = g.next()
		}
	}
	for _, e := range ends {
		g.p.insts[e].x = g.next()
	}
}

func (g *codegen) stepBack(n, alt *node) {
	lo, hi := g.t.behindWidth(alt)
	switch {
	case hi == unbounded, lo != hi && hi > maxVariableLookbehind, hi > maxLookbehind:
		g.fail(ErrLookbehindLength, n.offset)
	case g.p.utf && hasCodeUnit(alt):
		g.fail(ErrCodeUnitLookbehind, n.offset)
	}
	g.emit(inst{op: iBack, n: int32(lo), m: int32(hi)})
}

func hasCodeUnit(n *node) bool {
	if n.op == opByte {
		return true
	}
	for _, s := range n.subs {
		if hasCodeUnit(s) {
			return true
		}
	}
	return false
}

// nonAtomicLook emits a positive look-around that can be backtracked into.
func (g *codegen) nonAtomicLook(n *node) {
	reg := g.reg()
	g.emit(inst{op: iSetPos, n: reg})
	if n.look.behind {
		g.behindBody(n, reg)
	} else {
		g.node(n.subs[0])
	}
	g.emit(inst{op: iResetPos, n: reg})
}

// cond emits a conditional group.
func (g *codegen) cond(n *node) {
	if n.cond == condLook {
		g.condLook(n)
		return
	}
	if n.cond == condFalse || n.cond == condTrue {
		yes, no := n.subs[0], n.subs[1]
		if n.cond == condFalse {
			yes, no = no, yes
		}
		g.node(yes)
		g.skipped(no)
		return
	}
	in := inst{op: iCondGroup, groups: &n.refs}
	if n.cond != condGroup {
		in.op = iCondCall
	}
	at := g.emit(in)
	g.node(n.subs[0])
	over := g.emit(inst{op: iJump})
	g.p.insts[at].x = g.next()
	g.node(n.subs[1])
	g.p.insts[over].x = g.next()
}

func (g *codegen) condLook(n *node) {
	guard := n.guard
	at := g.emit(inst{op: iLook, neg: guard.look.negative, behind: guard.look.behind})
	g.lookBody(guard)
	yes := g.next()
	g.node(n.subs[0])
	over := g.emit(inst{op: iJump})
	no := g.next()
	g.node(n.subs[1])
	g.p.insts[over].x = g.next()
	if guard.look.negative {
		yes, no = no, yes
	}
	g.p.insts[at].x, g.p.insts[at].y = yes, no
}
