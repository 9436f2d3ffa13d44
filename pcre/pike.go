package pcre

import "context"

// A pike runs an nfa by following all its paths at once, with their captures.
// It takes time linear in the subject, times the size of the automaton, and
// serves where the faster ways cannot.
type pike struct {
	m       *nfa
	newline byte
	slots   int // capture offsets kept

	steps, limit int
	ctx          context.Context
	err          error

	run, next pikeThreads
	stack     []pikeFrame
	scratch   []int32
}

// pikeThreads is a list of threads in order of priority.
type pikeThreads struct {
	set  sparseSet
	caps []int32 // slots offsets per state
}

// A pikeFrame is a state to visit or, if state is negative, a slot to restore.
type pikeFrame struct {
	state int32
	slot  int32
	old   int32
}

// pikeSteps is how many states visited count as one step.
const pikeSteps = 16

func (p *pike) reset(ctx context.Context, m *nfa, newline byte, slots, limit int) {
	p.ctx, p.m, p.newline, p.slots = ctx, m, newline, slots
	p.steps, p.limit, p.err = 0, limit, nil
	for _, t := range []*pikeThreads{&p.run, &p.next} {
		t.set.reset(len(m.states))
		if need := len(m.states) * slots; len(t.caps) < need {
			t.caps = make([]int32, need)
		}
	}
	if len(p.scratch) < slots {
		p.scratch = make([]int32, slots)
	}
}

// search finds the leftmost match from start on, or at start if anchored. The
// offsets are in loc afterwards.
func (p *pike) search(b []byte, start int, fl Flags, anchored bool, loc []int32) bool {
	before, after, final := edgeSymbols(fl)
	matched := false
	for at := start; ; at++ {
		prev, sym := before, after
		if at > 0 {
			prev = symbol(b[at-1])
		}
		if at < len(b) {
			sym = symbol(b[at])
			if at == len(b)-1 && b[at] == p.newline {
				sym = final
			}
		}
		if !matched && (at == start || !anchored) {
			for i := range p.slots {
				p.scratch[i] = -1
			}
			p.scratch[0] = int32(at)
			p.add(&p.run, p.m.start, at, prev, sym)
		}
		if len(p.run.set.dense) == 0 && (matched || anchored && at > start) {
			return matched
		}
		if p.step(b, at, fl, start, loc, sym) {
			matched = true
		}
		if at == len(b) {
			return matched
		}
		if !p.tick(len(p.run.set.dense)) {
			return false
		}
	}
}

// tick counts visited states and reports whether the search may go on.
func (p *pike) tick(n int) bool {
	before := p.steps / (pikeSteps * ctxSteps)
	p.steps += n
	if p.steps/pikeSteps > p.limit {
		p.err = ErrStepLimit
	} else if p.ctx != nil && p.steps/(pikeSteps*ctxSteps) != before {
		p.err = p.ctx.Err()
	}
	return p.err == nil
}

// step moves every thread over the symbol at at and reports whether one has matched.
func (p *pike) step(b []byte, at int, fl Flags, start int, loc []int32, sym symbol) (matched bool) {
	p.next.set.reset(len(p.m.states))
	var after symbol
	if at < len(b) {
		after = p.symbolAt(b, at+1, fl)
	}
	for _, s := range p.run.set.dense {
		st := &p.m.states[s]
		caps := p.run.caps[int(s)*p.slots : int(s+1)*p.slots]
		switch st.op {
		case nfaMatch:
			if empty := int(caps[0]) == at; empty && (fl&NotEmpty != 0 || fl&NotEmptyAtStart != 0 && at == start) {
				continue
			}
			copy(loc, caps)
			loc[1] = int32(at)
			matched = true
		case nfaBytes:
			if at < len(b) && p.m.sets[st.set].has(sym) {
				copy(p.scratch, caps)
				p.add(&p.next, st.x, at+1, symbol(b[at]), after)
			}
		}
		if matched {
			break
		}
	}
	p.run, p.next = p.next, p.run
	return matched
}

func (p *pike) symbolAt(b []byte, at int, fl Flags) symbol {
	_, after, final := edgeSymbols(fl)
	switch {
	case at >= len(b):
		return after
	case at == len(b)-1 && b[at] == p.newline:
		return final
	}
	return symbol(b[at])
}

// add adds to t what state leads to without consuming; scratch holds the
// captures so far. prev and sym are the symbols around at.
func (p *pike) add(t *pikeThreads, state int32, at int, prev, sym symbol) {
	p.stack = append(p.stack[:0], pikeFrame{state: state})
	for len(p.stack) > 0 {
		f := p.stack[len(p.stack)-1]
		p.stack = p.stack[:len(p.stack)-1]
		if f.state < 0 {
			p.scratch[f.slot] = f.old
			continue
		}
		if !t.set.add(f.state) {
			continue
		}
		st := &p.m.states[f.state]
		switch st.op {
		case nfaBytes, nfaMatch:
			copy(t.caps[int(f.state)*p.slots:], p.scratch[:p.slots])
		case nfaJump:
			p.stack = append(p.stack, pikeFrame{state: st.x})
		case nfaSplit:
			p.stack = append(p.stack, pikeFrame{state: st.y}, pikeFrame{state: st.x})
		case nfaCapture:
			if int(st.y) < p.slots {
				p.stack = append(p.stack, pikeFrame{state: -1, slot: st.y, old: p.scratch[st.y]})
				p.scratch[st.y] = int32(at)
			}
			p.stack = append(p.stack, pikeFrame{state: st.x})
		case nfaBehind:
			if p.m.sets[st.set].has(prev) {
				p.stack = append(p.stack, pikeFrame{state: st.x})
			}
		case nfaAhead:
			if p.m.sets[st.set].has(sym) {
				p.stack = append(p.stack, pikeFrame{state: st.x})
			}
		}
	}
}
