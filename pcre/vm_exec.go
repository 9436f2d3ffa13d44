package pcre

import "unicode/utf8"

// run executes from pc at position pos until the program matches or fails.
func (v *vm) run(pc int32, pos int) bool {
	b := v.b
	for {
		in := &v.insts[pc]
		switch in.op {
		case iByte:
			if pos < len(b) && b[pos] == byte(in.n) {
				pos++
				pc++
				continue
			}
		case iLiteral:
			str := in.lit.str
			v.steps += len(str) >> literalStepShift
			if len(b)-pos >= len(str) && string(b[pos:pos+len(str)]) == str {
				pos += len(str)
				pc++
				continue
			}
		case iFoldLiteral:
			v.steps += len(in.lit.str) >> literalStepShift
			if foldMatch(b, pos, in.lit.str, in.lit.alt) {
				pos += len(in.lit.str)
				pc++
				continue
			}
		case iSet:
			if pos < len(b) {
				if n := in.oneChar(b, pos); n > 0 {
					pos += n
					pc++
					continue
				}
			}
		case iAny:
			if pos < len(b) {
				pos++
				pc++
				continue
			}
		case iRun:
			if v.memo != nil && v.barrier < 0 && !v.memo.visit(in.memo, pos) {
				break
			}
			if next := v.startRun(in, pc, pos); next >= 0 {
				pos = next
				pc++
				continue
			}
		case iJump:
			pc = in.x
			continue
		case iSplit:
			if !v.tick(1) {
				return false
			}
			if v.memo != nil && v.barrier < 0 && !v.memo.visit(in.memo, pos) {
				break
			}
			if pos < len(b) {
				if in.firstX != nil && !in.firstX.has(b[pos]) {
					pc = in.y
					continue
				}
				if in.firstY != nil && !in.firstY.has(b[pos]) {
					pc = in.x
					continue
				}
			} else if in.firstX != nil {
				pc = in.y
				continue
			}
			v.stack = append(v.stack, entry{kind: eChoice, pc: in.y, a: int32(pos)})
			pc = in.x
			continue
		case iCaptureOpen:
			v.setReg(in.n*3+2, int32(pos))
			pc++
			continue
		case iCaptureClose:
			if !in.then && v.frames[v.cur].group == in.n {
				pc = v.ret()
				continue
			}
			v.closeGroup(in.n, int32(pos))
			pc++
			continue
		case iAssert:
			if v.assert(in, pos) {
				pc++
				continue
			}
		case iMatch:
			if v.frames[v.cur].group == 0 {
				pc = v.ret()
				continue
			}
			if v.allowed(pos) {
				v.regs[1] = int32(pos)
				return true
			}
		case iFail:
		default:
			next, at, ok := v.rare(in, pc, pos)
			if v.verdictReached(next) {
				return next == pcMatched
			}
			if ok {
				pc, pos = next, at
				continue
			}
		}
		if !v.backtrack() {
			return false
		}
		pc, pos = v.pc, v.pos
	}
}

// Results of rare that end the run.
const (
	pcMatched = -2
	pcStopped = -3
)

func (v *vm) verdictReached(pc int32) bool { return pc <= pcMatched }

// allowed reports whether a match that ends at pos counts, with regard to empty matches.
func (v *vm) allowed(pos int) bool {
	if int32(pos) != v.regs[0] {
		return true
	}
	return v.flags&NotEmpty == 0 && (pos != v.origin || v.flags&NotEmptyAtStart == 0)
}

func (v *vm) closeGroup(g, pos int32) {
	s, e := g*3, g*3+1
	if len(v.stack) > 0 {
		v.stack = append(v.stack, entry{kind: eCapture, pc: g, a: v.regs[s], b: v.regs[e]})
	} else {
		v.dirty = true
	}
	v.regs[s], v.regs[e] = v.regs[g*3+2], pos
}

func foldMatch(b []byte, pos int, str, alt string) bool {
	if len(b)-pos < len(str) {
		return false
	}
	b = b[pos : pos+len(str)]
	for i, c := range b {
		if c != str[i] && c != alt[i] {
			return false
		}
	}
	return true
}

// oneChar returns the length of the character at pos if it is in the set, else 0.
func (in *inst) oneChar(b []byte, pos int) int {
	c := b[pos]
	switch {
	case in.kind == setByte:
		if in.set.hasByte(c) {
			return 1
		}
	case c < utf8.RuneSelf:
		if in.set.hasByte(c) {
			return 1
		}
	case in.kind == setHigh:
		return charLen(c)
	default:
		r, n := utf8.DecodeRune(b[pos:])
		if in.set.has(r) {
			return n
		}
	}
	return 0
}
