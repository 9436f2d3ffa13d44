package pcre

import (
	"slices"
	"sync/atomic"
)

// dfaWork is the working memory of making a state; dfa.mu guards it.
type dfaWork struct {
	mark    bool
	seen    sparseSet // nfa states visited
	targets sparseSet // the next kernel
	stack   []int32
	active  []int32 // states that consume
	key     []byte
}

// A sparseSet is a set of small numbers that remembers their order.
type sparseSet struct {
	dense  []int32
	sparse []int32
}

func (s *sparseSet) reset(n int) {
	if len(s.sparse) < n {
		s.sparse = make([]int32, n)
		s.dense = make([]int32, 0, n)
	}
	s.dense = s.dense[:0]
}

// add adds v and reports whether it is new.
func (s *sparseSet) add(v int32) bool {
	if i := s.sparse[v]; int(i) < len(s.dense) && s.dense[i] == v {
		return false
	}
	s.sparse[v] = int32(len(s.dense))
	s.dense = append(s.dense, v)
	return true
}

// step returns the entry for the transition out of the state at row on the
// symbol of a class, making it if need be. ok is false when the cache is full.
func (d *dfa) step(v *dfaView, row, class uint32) (view *dfaView, e uint32, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	cur := d.view.Load()
	state := v.gen.states[int(row)/d.stride]
	if cur.gen == v.gen {
		if e := cur.trans[row+class]; e != dfaUnknown {
			return cur, e, true
		}
	}
	next, matched := d.advance(&state, d.reps[class])
	e = dfaDead
	if len(next.kernel) > 0 {
		if cur, e, ok = d.intern(cur, &next); !ok {
			return cur, 0, false
		}
	}
	if matched {
		e |= dfaMatch
	}
	if cur.gen == v.gen {
		atomic.StoreUint32(&cur.trans[row+class], e)
	}
	return cur, e, true
}

// flush empties the cache and carries the state at row over into the new one.
func (d *dfa) flush(v *dfaView, row uint32) (view *dfaView, e uint32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	state := v.gen.states[int(row)/d.stride]
	cur := d.view.Load()
	if cur.gen == v.gen {
		cur = d.reset()
	}
	cur, e, ok := d.intern(cur, &state)
	if !ok {
		cur, e, _ = d.intern(d.reset(), &state)
	}
	return cur, e
}

// intern returns the entry of a state, making the state if it is new. ok is
// false when the cache is full. dfa.mu is held.
func (d *dfa) intern(v *dfaView, s *dfaState) (view *dfaView, e uint32, ok bool) {
	key := d.work.key[:0]
	for _, k := range s.kernel {
		key = append(key, byte(k), byte(k>>8))
	}
	key = append(key, byte(s.context), byte(s.context>>8), byte(s.refuse))
	d.work.key = key
	if e, ok := v.gen.ids[string(key)]; ok {
		return v, e, true
	}
	row := len(v.gen.states) * d.stride
	full := row+d.stride > maxDFAEntries || v.gen.size+len(s.kernel) > maxDFAKernels
	if full && len(v.gen.states) > 1 {
		return v, 0, false
	}
	v.gen.size += len(s.kernel)
	view = v
	if row+d.stride > len(v.trans) {
		trans := newRows(2 * len(v.trans))
		for i := range v.trans {
			trans[i] = atomic.LoadUint32(&v.trans[i])
		}
		view = &dfaView{trans: trans, starts: v.starts, gen: v.gen}
		d.view.Store(view)
	}
	e = uint32(row)
	if d.work.mark && len(s.kernel) == 1 && s.kernel[0] == d.loop && s.refuse&refuseHere == 0 {
		e |= dfaStart
	}
	v.gen.states = append(v.gen.states, dfaState{kernel: slices.Clone(s.kernel), context: s.context, refuse: s.refuse})
	v.gen.ids[string(key)] = e
	return view, e, true
}

// advance computes the state that follows s on a symbol, and whether a match
// ends before the symbol.
func (d *dfa) advance(s *dfaState, sym symbol) (next dfaState, matched bool) {
	ahead, behind := sym, sym
	if sym == symFinal || sym == symFinalNotEOL {
		// A final newline is one to what looks ahead, a byte to what looks behind.
		if d.reverse {
			ahead = symbol(d.newline)
		} else {
			behind = symbol(d.newline)
		}
	}
	matched = d.closure(s, ahead)
	w := &d.work
	w.targets.reset(len(d.m.states))
	need := uint16(0)
	for _, a := range w.active {
		st := &d.m.states[a]
		if d.m.sets[st.set].has(ahead) && w.targets.add(st.x) {
			need |= d.needs[st.x]
		}
	}
	if d.reverse {
		slices.Sort(w.targets.dense)
	}
	next = dfaState{kernel: w.targets.dense, refuse: s.refuse & refuseFresh}
	if need != 0 {
		next.context = d.contextOf(behind) & need
	}
	return next, matched
}

// closure collects in work.active the consuming states that s reaches, in
// order of priority, given the symbol to come. It reports whether a match is
// reached, and leaves out what has a lower priority than it.
func (d *dfa) closure(s *dfaState, ahead symbol) (matched bool) {
	w := &d.work
	w.seen.reset(len(d.m.states))
	w.active = w.active[:0]
	for _, k := range s.kernel {
		w.stack = append(w.stack[:0], k)
		for len(w.stack) > 0 {
			at := w.stack[len(w.stack)-1]
			w.stack = w.stack[:len(w.stack)-1]
			if !w.seen.add(at) {
				continue
			}
			st := &d.m.states[at]
			switch st.op {
			case nfaBytes:
				w.active = append(w.active, at)
			case nfaSplit:
				w.stack = append(w.stack, st.y, st.x)
			case nfaJump, nfaCapture:
				w.stack = append(w.stack, st.x)
			case nfaBehind:
				if d.holds(s.context, st.set) {
					w.stack = append(w.stack, st.x)
				}
			case nfaAhead:
				if d.m.sets[st.set].has(ahead) {
					w.stack = append(w.stack, st.x)
				}
			case nfaMatch:
				if s.refuse&refuseHere != 0 || s.refuse&refuseFresh != 0 && k == d.loop {
					continue
				}
				matched = true
				if !d.reverse {
					return true
				}
			}
		}
	}
	return matched
}

func (d *dfa) holds(context uint16, set int32) bool {
	for bit, s := range d.m.behind {
		if s == set {
			return context&(1<<bit) != 0
		}
	}
	return false
}
