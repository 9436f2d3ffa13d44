package pcre

import "unicode/utf8"

// backtrack pops the stack up to the next place to resume at; v.pc and v.pos
// tell where that is. It reports false if there is none.
func (v *vm) backtrack() bool {
	if !v.tick(1) {
		return false
	}
	for len(v.stack) > 0 {
		top := len(v.stack) - 1
		e := &v.stack[top]
		switch e.kind {
		case eChoice:
			v.pc, v.pos = e.pc, int(e.a)
			v.stack = v.stack[:top]
			return true
		case eRun:
			v.giveBack(e)
			return true
		case eLazy:
			if v.takeMore(e) {
				return true
			}
		case eBack:
			v.stepLater(e)
			return true
		case eBarrier:
			in := &v.insts[e.pc]
			v.barrier = e.a
			v.pc, v.pos = in.y, int(e.b)
			v.stack = v.stack[:top]
			if in.op == iLook && in.y >= 0 {
				return true
			}
		case eVerb:
			at := *e
			v.stack = v.stack[:top]
			if resumed, done := v.backtrackVerb(&at); done {
				return resumed
			}
		default:
			v.undo(e)
			v.stack = v.stack[:top]
		}
	}
	return false
}

// undo takes back what an entry recorded.
func (v *vm) undo(e *entry) {
	switch e.kind {
	case eRegister:
		v.regs[e.a] = e.b
	case eCapture:
		v.regs[e.pc*3], v.regs[e.pc*3+1] = e.a, e.b
	case eBarrier:
		v.barrier = e.a
	case eFrame:
		v.cur = e.a
		if e.b >= 0 {
			v.saved = v.saved[:v.frames[e.b].saved]
			v.frames = v.frames[:e.b]
		}
	}
}

// unwind pops the stack down to a height, undoing everything.
func (v *vm) unwind(height int) {
	for i := len(v.stack) - 1; i >= height; i-- {
		v.undo(&v.stack[i])
	}
	v.stack = v.stack[:height]
}

// cut ends an atomic group or a positive look-around: the ways to resume inside
// of it go, the changes to undo stay.
func (v *vm) cut(barrier int) {
	v.barrier = v.stack[barrier].a
	out := barrier
	frames := int32(-1)
	for i := barrier + 1; i < len(v.stack); i++ {
		e := v.stack[i]
		switch e.kind {
		case eFrame:
			if frames < 0 && e.b >= 0 {
				frames = e.b
			}
			continue
		case eRegister, eCapture:
			if v.recorded(e, out) {
				continue
			}
		default:
			continue // marks too: (*SKIP:NAME) does not see inside
		}
		v.stack[out] = e
		out++
	}
	v.stack = v.stack[:out]
	if frames >= 0 && v.cur < frames {
		v.saved = v.saved[:v.frames[frames].saved]
		v.frames = v.frames[:frames]
	}
}

// recorded reports whether the entries right below height already undo what e does.
func (v *vm) recorded(e entry, height int) bool {
	for i, n := height-1, 0; i >= 0 && n < 8; i, n = i-1, n+1 {
		have := v.stack[i]
		if have.kind != eRegister && have.kind != eCapture {
			return false
		}
		if have.kind == e.kind && (e.kind == eRegister && have.a == e.a || e.kind == eCapture && have.pc == e.pc) {
			return true
		}
	}
	return height == 0 && v.markDirty()
}

func (v *vm) markDirty() bool {
	v.dirty = true
	return true
}

// scope finds the innermost look-around or call: what a verb cannot reach
// beyond. It returns the height of its entry on the stack, or -1. With
// through, a positive look-around that is no condition does not count.
func (v *vm) scope(through bool) (height int, isLook bool) {
	look := int(v.barrier)
	for look >= 0 {
		in := &v.insts[v.stack[look].pc]
		if in.op == iLook && !(through && !in.neg && in.y < 0) {
			break
		}
		look = int(v.stack[look].a)
	}
	call := -1
	if v.cur != 0 {
		call = int(v.frames[v.cur].height)
	}
	if look > call {
		return look, true
	}
	return call, false
}

// backtrackVerb acts on a verb that was backtracked onto. done says that
// backtracking has an outcome; resumed that it is a place to go on.
func (v *vm) backtrackVerb(e *entry) (resumed, done bool) {
	in := &v.insts[e.pc]
	height, isLook := v.scope(in.verb != verbThen)
	if in.verb == verbThen && e.b >= 0 && int(e.b) > height {
		v.unwind(int(e.b))
		return false, false
	}
	if in.verb == verbSkip && in.n > 0 {
		at := v.findMark(in.n, height)
		if at < 0 {
			return false, false // as if the verb were not there
		}
		e.a = int32(at)
	}
	if height >= 0 {
		if isLook {
			height++ // the entry itself decides what failing means
		}
		v.unwind(height)
		return false, false
	}
	switch in.verb {
	case verbCommit:
		v.verdict = verdictCommit
	case verbSkip:
		v.verdict, v.skipTo = verdictSkip, int(e.a)
	}
	v.unwind(0)
	return false, true
}

// findMark returns the position of the latest mark with a name, above a height, or -1.
func (v *vm) findMark(name int32, height int) int {
	for i := len(v.stack) - 1; i > height; i-- {
		if v.stack[i].kind == eMark && v.stack[i].a == name {
			return int(v.stack[i].b)
		}
	}
	return -1
}

// stepLater resumes a look-behind of variable length one character later.
func (v *vm) stepLater(e *entry) {
	pos := int(e.a) + 1
	if v.p.utf {
		for pos < len(v.b) && !utf8.RuneStart(v.b[pos]) {
			pos++
		}
	}
	v.pc, v.pos = e.pc+1, pos
	if e.b == 1 {
		v.stack = v.stack[:len(v.stack)-1]
		return
	}
	e.a = int32(pos)
	e.b--
}
