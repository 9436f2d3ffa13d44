package pcre

import "unicode/utf8"

// rare executes the instructions that need more than a few lines. It returns
// where to go on, or pcMatched or pcStopped to end the run.
func (v *vm) rare(in *inst, pc int32, pos int) (next int32, at int, ok bool) {
	switch in.op {
	case iSetPos:
		v.setReg(in.n, int32(pos))
	case iSetReg:
		v.setReg(in.n, in.m)
	case iSetHeight:
		v.setReg(in.n, -1)
		v.regs[in.n] = int32(len(v.stack))
	case iLoop:
		return v.loop(in, pos)
	case iCut, iLook:
		v.push(entry{kind: eBarrier, pc: pc, a: v.barrier, b: int32(pos)})
		v.barrier = int32(len(v.stack) - 1)
	case iCutEnd:
		v.cut(int(v.barrier))
	case iLookEnd:
		return v.lookEnd(in, pos)
	case iBack:
		pos, ok = v.stepBack(in, pc, pos)
		return pc + 1, pos, ok
	case iBackrefGroup:
		pos, ok = v.backref(in, pos)
		return pc + 1, pos, ok
	case iCall:
		return v.call(in, pc, pos)
	case iReturn:
		return v.ret(), pos, true
	case iCondGroup:
		if !v.anySet(*in.groups) {
			return in.x, pos, true
		}
	case iCondCall:
		if !v.inCall(*in.groups) {
			return in.x, pos, true
		}
	case iKeep:
		v.setReg(0, int32(pos))
	case iGrapheme:
		if pos >= len(v.b) {
			return 0, 0, false
		}
		n := graphemeLen(v.b[pos:], v.p.utf)
		v.steps += n >> runStepShift
		return pc + 1, pos + n, true
	case iVerb:
		v.pushVerb(in, pc, pos)
	case iAccept:
		return v.accept(pos)
	case iResetPos:
		return pc + 1, int(v.regs[in.n]), true
	case iCheckPos:
		return pc + 1, pos, int(v.regs[in.n]) == pos
	}
	return pc + 1, pos, true
}

// loop ends an iteration of a counted loop.
func (v *vm) loop(in *inst, pos int) (next int32, at int, ok bool) {
	l := in.loop
	if !v.tick(1) {
		return pcStopped, 0, false
	}
	count := int32(0)
	if l.count >= 0 {
		count = v.regs[l.count] + 1
		if count < l.min {
			v.setReg(l.count, count)
			return l.body, pos, true
		}
		if count == l.max {
			return l.exit, pos, true
		}
	}
	if l.start >= 0 && int(v.regs[l.start]) == pos {
		return l.exit, pos, true
	}
	if l.mode == possessive {
		return l.body, pos, true
	}
	if l.count >= 0 {
		v.setReg(l.count, count)
	}
	if l.mode == lazy {
		v.push(entry{kind: eChoice, pc: l.body, a: int32(pos)})
		return l.exit, pos, true
	}
	v.push(entry{kind: eChoice, pc: l.exit, a: int32(pos)})
	return l.body, pos, true
}

// lookEnd ends a look-around whose body has matched.
func (v *vm) lookEnd(in *inst, pos int) (next int32, at int, ok bool) {
	barrier := int(v.barrier)
	e := v.stack[barrier]
	if in.behind && pos != int(e.b) {
		return 0, 0, false
	}
	return v.lookMatched(barrier)
}

func (v *vm) lookMatched(barrier int) (next int32, at int, ok bool) {
	e := v.stack[barrier]
	in := &v.insts[e.pc]
	if in.neg && in.x < 0 {
		v.unwind(barrier)
	} else {
		v.cut(barrier)
	}
	return in.x, int(e.b), in.x >= 0
}

// stepBack moves back for a look-behind.
func (v *vm) stepBack(in *inst, pc int32, pos int) (int, bool) {
	if !v.p.utf {
		if pos < int(in.n) {
			return 0, false
		}
		back := min(int(in.m), pos)
		if left := back - int(in.n); left > 0 {
			v.push(entry{kind: eBack, pc: pc, a: int32(pos - back), b: int32(left)})
		}
		return pos - back, true
	}
	back := 0
	for back < int(in.m) && pos > 0 {
		pos--
		for pos > 0 && !utf8.RuneStart(v.b[pos]) {
			pos--
		}
		back++
	}
	if back < int(in.n) {
		return 0, false
	}
	if left := back - int(in.n); left > 0 {
		v.push(entry{kind: eBack, pc: pc, a: int32(pos), b: int32(left)})
	}
	return pos, true
}

// backref matches the text of the first of the groups that is set.
func (v *vm) backref(in *inst, pos int) (int, bool) {
	for _, g := range *in.groups {
		s, e := v.regs[regStart(g)], v.regs[regEnd(g)]
		if s < 0 || e < s {
			continue
		}
		text := v.b[s:e]
		v.steps += len(text) >> runStepShift
		if in.fold {
			return v.foldBackref(text, pos)
		}
		if len(v.b)-pos < len(text) || string(v.b[pos:pos+len(text)]) != string(text) {
			return 0, false
		}
		return pos + len(text), true
	}
	return 0, false
}

func (v *vm) foldBackref(text []byte, pos int) (int, bool) {
	f := folding{utf: v.p.utf}
	for len(text) > 0 {
		if pos >= len(v.b) {
			return 0, false
		}
		r, n := rune(text[0]), 1
		c, m := rune(v.b[pos]), 1
		if v.p.utf {
			r, n = utf8.DecodeRune(text)
			c, m = utf8.DecodeRune(v.b[pos:])
		}
		if !f.equal(r, c) {
			return 0, false
		}
		text = text[n:]
		pos += m
	}
	return pos, true
}

func (v *vm) anySet(groups []int) bool {
	for _, g := range groups {
		if v.regs[regEnd(g)] >= 0 {
			return true
		}
	}
	return false
}

// inCall reports whether the current call is of one of groups, or of any if there are none.
func (v *vm) inCall(groups []int) bool {
	g := v.frames[v.cur].group
	if g < 0 {
		return false
	}
	if len(groups) == 0 {
		return true
	}
	for _, want := range groups {
		if int(g) == want {
			return true
		}
	}
	return false
}

// pushVerb records a verb for when it is backtracked onto.
func (v *vm) pushVerb(in *inst, pc int32, pos int) {
	if in.verb == verbMark {
		v.push(entry{kind: eMark, a: in.n, b: int32(pos)})
		return
	}
	e := entry{kind: eVerb, pc: pc, a: int32(pos), b: -1}
	if in.verb == verbThen && in.x >= 0 && v.reachable(in.y) {
		e.b = v.regs[in.x]
		if in.then {
			e.b++
		}
	}
	v.push(e)
}

// reachable reports whether the alternation at pc is within the group of the current call.
func (v *vm) reachable(pc int32) bool {
	g := v.frames[v.cur].group
	return g <= 0 || pc >= v.p.entry[g] && pc < v.p.groupEnd[g]
}

// accept ends the innermost look-around, call, or the whole match.
func (v *vm) accept(pos int) (next int32, at int, ok bool) {
	height, isLook := v.scope(false)
	switch {
	case isLook:
		return v.lookMatched(height)
	case v.cur != 0:
		v.dropBarriers(height)
		return v.ret(), pos, true
	case !v.allowed(pos):
		return 0, 0, false
	}
	v.regs[1] = int32(pos)
	return pcMatched, pos, true
}

// dropBarriers leaves the atomic groups above a height that (*ACCEPT) jumps out of.
func (v *vm) dropBarriers(height int) {
	for int(v.barrier) > height {
		v.cut(int(v.barrier))
	}
}
