package pcre

// A memo remembers at which instructions and positions a match attempt has
// already failed, so that it is not tried again.
//
// That is sound for programs in which what comes after an instruction depends
// on nothing but the position: no back references, conditions, calls, verbs or
// counters. It then also holds from one start of the match to the next.
// Inside of atomic groups and look-around nothing is remembered, because
// failing there does not say what follows outside.
type memo struct {
	bits   []uint64
	stride int
}

const (
	// memoSteps is after how many steps, and steps per byte, a match is hard
	// enough for a memo.
	memoSteps        = 1000
	memoStepsPerByte = 4

	// maxMemoBits bounds the size of a memo.
	maxMemoBits = 64 << 20
)

// visit notes an instruction and a position; it reports whether they were new.
func (m *memo) visit(id int32, pos int) bool {
	i := int(id)*m.stride + pos
	bit := uint64(1) << (i & 63)
	if m.bits[i>>6]&bit != 0 {
		return false
	}
	m.bits[i>>6] |= bit
	return true
}

// memoize numbers the instructions that a memo is kept for, and returns how
// many there are; 0 if it would not be sound.
func memoize(insts []inst) int {
	n := int32(0)
	for i := range insts {
		in := &insts[i]
		switch in.op {
		case iBackrefGroup, iCondGroup, iCondCall, iCall, iVerb, iAccept, iLoop, iSetPos, iResetPos, iCheckPos:
			return 0
		case iSplit, iRun:
			in.memo = n
			n++
		case iAssert:
			if in.assert == assertMatchStart {
				return 0
			}
		}
	}
	return int(n)
}

// startMemo begins to remember if the match has become hard and a memo is possible.
func (v *vm) startMemo() {
	v.nextMemo = maxInt
	stride := len(v.b) + 1
	bits := v.p.memo * stride
	if v.p.memo == 0 || bits > maxMemoBits || v.flags&(NotEmpty|NotEmptyAtStart) != 0 {
		return
	}
	words := (bits + 63) / 64
	if cap(v.memoBits) < words {
		v.memoBits = make([]uint64, words)
	}
	v.memoBits = v.memoBits[:words]
	clear(v.memoBits)
	v.memo = &v.memoStore
	*v.memo = memo{bits: v.memoBits, stride: stride}
}

const maxInt = int(^uint(0) >> 1)
