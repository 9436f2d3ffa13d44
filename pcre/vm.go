package pcre

import (
	"bytes"
	"context"
	"unicode/utf8"
)

// An entry is one element of the matcher's stack: a place to resume at, or a
// change to undo on the way to one.
type entry struct {
	kind entryKind
	pc   int32
	a, b int32
}

type entryKind uint8

const (
	eChoice   entryKind = iota // resume at pc, position a
	eRun                       // greedy run at pc: give back from position a down to b
	eLazy                      // lazy run at pc: take one more at position a, b left
	eBack                      // look-behind at pc: start one later than a, b tries left
	eRegister                  // register a was b
	eCapture                   // group pc was a to b
	eBarrier                   // begin of an atomic group or look-around at pc; barrier was a; position b
	eFrame                     // the current call was a; if b >= 0, forget calls from b on
	eVerb                      // the verb at pc, executed at position a; b for (*THEN): height to return to
	eMark                      // (*MARK) number a at position b
)

// A frame is one active or completed subroutine call.
type frame struct {
	group  int32 // -1 for the outermost
	parent int32
	ret    int32 // where to go on
	height int32 // of the stack before the call
	pos    int32 // where it was called
	saved  int32 // where the registers are saved
}

// A vm runs a program by backtracking. Its stack is its own: nothing recurses.
type vm struct {
	p       *program
	insts   []inst
	b       []byte
	origin  int // where the search began, for \G
	flags   Flags
	regs    []int32
	stack   []entry
	frames  []frame
	saved   []int32
	cur     int32 // current frame
	barrier int32 // innermost eBarrier, -1 if none
	dirty   bool  // registers may have changed without an entry to undo it
	steps   int
	limit   int
	memory  int // entries allowed
	ctx     context.Context
	nextCtx int // when to look at ctx again

	memo      *memo // nil as long as the match is easy
	nextMemo  int   // when to begin one
	memoStore memo
	memoBits  []uint64

	skipTo  int // what (*SKIP) asks for
	verdict verdict
	pos     int // where to resume
	pc      int32
	err     error
}

// A verdict says what to do after a failed attempt.
type verdict uint8

const (
	verdictNext   verdict = iota // try the next start
	verdictSkip                  // go on at skipTo
	verdictCommit                // there is no match
)

const (
	entrySize     = 16
	ctxSteps      = 10000
	keptStackSize = 1 << 16

	// What takes one step each: characters of a run, bytes of a literal,
	// registers saved for a call.
	runStepShift      = 4
	literalStepShift  = 6
	registerStepShift = 5
)

// reset prepares for a search in b.
func (v *vm) reset(p *program, b []byte, start int, fl Flags, opts *Options, ctx context.Context) {
	v.p, v.insts, v.b, v.origin, v.flags, v.ctx = p, p.insts, b, start, fl, ctx
	if cap(v.regs) < p.nregs {
		v.regs = make([]int32, p.nregs)
	}
	v.regs = v.regs[:p.nregs]
	v.clearRegs()
	v.steps, v.limit, v.memory, v.err = 0, opts.StepLimit, opts.MemoryLimit/entrySize, nil
	v.memo, v.nextMemo = nil, memoSteps+memoStepsPerByte*len(b)
	v.nextCtx = min(v.limit, v.nextMemo)
	if ctx != nil && ctx.Done() != nil {
		v.nextCtx = 0
	}
}

// release lets go of the subject and of memory that an unusual match needed.
func (v *vm) release() {
	v.b, v.ctx = nil, nil
	if cap(v.stack) > keptStackSize {
		v.stack = nil
	}
	if cap(v.memoBits) > keptStackSize {
		v.memoBits = nil
	}
	if cap(v.saved) > keptStackSize {
		v.saved, v.frames = nil, nil
	}
}

func (v *vm) clearRegs() {
	for i := range v.regs {
		v.regs[i] = -1
	}
	v.dirty = false
}

// search looks for the first match that starts at start or later; once, only
// at start.
func (v *vm) search(start int, once bool) (bool, error) {
	p := v.p
	for at := start; at <= len(v.b); {
		if !once && (p.first != nil || p.lineStart) {
			if at = p.nextStart(v.b, at); at < 0 {
				return false, nil
			}
		}
		if len(v.b)-at < p.minLength {
			return false, nil
		}
		if v.attempt(at) {
			return true, nil
		}
		if v.err != nil {
			return false, v.err
		}
		if once || v.verdict == verdictCommit {
			return false, nil
		}
		if v.verdict == verdictSkip && v.skipTo > at {
			at = v.skipTo
		} else {
			at = v.nextChar(at)
		}
	}
	return false, nil
}

// nextStart returns where, from at on, a match can begin; -1 if nowhere.
func (p *program) nextStart(b []byte, at int) int {
	if p.lineStart {
		if at == 0 || b[at-1] == '\n' {
			return at
		}
		if i := bytes.IndexByte(b[at:], '\n'); i >= 0 {
			return at + i + 1
		}
		return -1
	}
	if p.pre != nil {
		return p.pre.next(b, at)
	}
	for ; at < len(b); at++ {
		if p.first.has(b[at]) {
			return at
		}
	}
	return -1
}

func (v *vm) nextChar(at int) int {
	at++
	if v.p.utf {
		for at < len(v.b) && !utf8.RuneStart(v.b[at]) {
			at++
		}
	}
	return at
}

// attempt tries to match at one place.
func (v *vm) attempt(at int) bool {
	if v.dirty {
		v.clearRegs()
	}
	v.stack = v.stack[:0]
	v.frames = append(v.frames[:0], frame{group: -1})
	v.saved = v.saved[:0]
	v.cur, v.barrier, v.verdict = 0, -1, verdictNext
	v.regs[0] = int32(at)
	return v.run(0, at)
}

func (v *vm) push(e entry) {
	v.stack = append(v.stack, e)
}

// setReg changes a register so that backtracking undoes it.
func (v *vm) setReg(r int32, val int32) {
	if len(v.stack) > 0 {
		v.stack = append(v.stack, entry{kind: eRegister, a: r, b: v.regs[r]})
	} else {
		v.dirty = true
	}
	v.regs[r] = val
}

// tick counts n steps and reports whether the match may go on.
func (v *vm) tick(n int) bool {
	v.steps += n
	if v.steps > v.nextCtx || len(v.stack) > v.memory {
		return v.checkLimits()
	}
	return true
}

func (v *vm) checkLimits() bool {
	if v.err != nil {
		return false
	}
	switch {
	case v.steps > v.limit:
		v.err = ErrStepLimit
	case len(v.stack) > v.memory:
		v.err = ErrMemoryLimit
	case v.ctx != nil && v.ctx.Err() != nil:
		v.err = v.ctx.Err()
	default:
		if v.steps > v.nextMemo {
			v.startMemo()
		}
		v.nextCtx = min(v.limit, v.nextMemo)
		if v.ctx != nil && v.ctx.Done() != nil {
			v.nextCtx = min(v.nextCtx, v.steps+ctxSteps)
		}
		return true
	}
	return false
}
