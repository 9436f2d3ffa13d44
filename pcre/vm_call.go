package pcre

// call enters a group as a subroutine.
func (v *vm) call(in *inst, pc int32, pos int) (next int32, at int, ok bool) {
	if !v.tick(1 + len(v.regs)>>registerStepShift) {
		return pcStopped, 0, false
	}
	if len(v.stack)+len(v.saved)/4+2*len(v.frames) > v.memory {
		v.err = ErrMemoryLimit
		return pcStopped, 0, false
	}
	for f := v.cur; f != 0; f = v.frames[f].parent {
		if int(v.frames[f].pos) != pos {
			break
		}
		if v.frames[f].group == in.n {
			v.err = ErrRecursionLoop
			return pcStopped, 0, false
		}
	}
	v.frames = append(v.frames, frame{
		group: in.n, parent: v.cur, ret: pc + 1,
		height: int32(len(v.stack)), pos: int32(pos), saved: int32(len(v.saved)),
	})
	v.saved = append(v.saved, v.regs[2:]...)
	me := int32(len(v.frames) - 1)
	v.push(entry{kind: eFrame, a: v.cur, b: me})
	v.cur = me
	return v.p.entry[in.n], pos, true
}

// ret leaves the current call: the registers are again what they were before
// it. It returns where to go on.
func (v *vm) ret() int32 {
	f := v.frames[v.cur]
	was := v.saved[f.saved : int(f.saved)+len(v.regs)-2]
	for i, old := range was {
		if r := int32(i + 2); v.regs[r] != old {
			v.setReg(r, old)
		}
	}
	v.push(entry{kind: eFrame, a: v.cur, b: -1})
	v.cur = f.parent
	return f.ret
}
