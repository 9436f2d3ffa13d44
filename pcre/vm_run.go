package pcre

import "unicode/utf8"

// startRun matches a repeated set at pos. It returns where to go on, or -1.
func (v *vm) startRun(in *inst, pc int32, pos int) int {
	lo := pos
	if in.n > 0 {
		var ok bool
		if lo, ok = v.scan(in, pos, int(in.n)); !ok {
			return -1
		}
	}
	if in.mode == lazy {
		left := int32(-1)
		if in.m != maxRepeat {
			left = in.m - in.n
		}
		if left != 0 {
			v.push(entry{kind: eLazy, pc: pc, a: int32(lo), b: left})
		}
		return lo
	}
	left := -1
	if in.m != maxRepeat {
		left = int(in.m - in.n)
	}
	end, _ := v.scan(in, lo, left)
	v.steps += (end - pos) >> runStepShift
	if in.mode == greedy && end > lo {
		if !v.tick(1) {
			return -1
		}
		v.push(entry{kind: eRun, pc: pc, a: int32(end), b: int32(lo)})
	}
	return end
}

// scan takes up to n characters of the set, all there are if n is negative;
// ok says that it took n.
func (v *vm) scan(in *inst, pos, n int) (end int, ok bool) {
	b := v.b
	if in.kind == setByte {
		limit := len(b)
		if n >= 0 && n < limit-pos {
			limit = pos + n
		}
		set := in.set
		i := pos
		for i < limit && set.hasByte(b[i]) {
			i++
		}
		return i, i-pos == n
	}
	for ; n != 0 && pos < len(b); n-- {
		w := in.oneChar(b, pos)
		if w == 0 {
			return pos, false
		}
		pos += w
	}
	return pos, n == 0
}

// giveBack resumes a greedy run: one character less.
func (v *vm) giveBack(e *entry) {
	in := &v.insts[e.pc]
	pos := int(e.a) - 1
	if in.kind != setByte {
		for !utf8.RuneStart(v.b[pos]) {
			pos--
		}
	}
	if pos > int(e.b) {
		e.a = int32(pos)
	} else {
		v.stack = v.stack[:len(v.stack)-1]
	}
	v.pc, v.pos = in.pcAfter(e.pc), pos
}

func (in *inst) pcAfter(pc int32) int32 { return pc + 1 }

// takeMore resumes a lazy run: one character more. It reports whether there was one.
func (v *vm) takeMore(e *entry) bool {
	in := &v.insts[e.pc]
	pos := int(e.a)
	w := 0
	if pos < len(v.b) {
		w = in.oneChar(v.b, pos)
	}
	if w == 0 || e.b == 1 {
		v.stack = v.stack[:len(v.stack)-1]
		if w == 0 {
			return false
		}
		v.pc, v.pos = e.pc+1, pos+w
		return true
	}
	e.a = int32(pos + w)
	if e.b > 0 {
		e.b--
	}
	v.pc, v.pos = e.pc+1, pos+w
	return true
}
