package pcre

import (
	"sync"
	"sync/atomic"
)

// A dfa runs an nfa as a deterministic automaton whose states are made when
// they are first needed. All goroutines share them: reading is lock-free,
// making a state takes a lock.
//
// A match is noticed one symbol late, on the transition out of the state at
// which it ends, because only then is known what follows.
type dfa struct {
	m       *nfa
	newline byte
	reverse bool // scans from right to left, and the longest match wins
	loop    int32
	class   [256]uint8
	reps    []symbol // a symbol for each class; the edges have classes of their own
	stride  int
	needs   []uint16 // which behind sets an nfa state leads to without consuming

	view atomic.Pointer[dfaView]
	mu   sync.Mutex
	work dfaWork
}

// A dfaView is what a scan reads. trans is read and written atomically and has
// room for states to come; it is replaced, with the view, when that is used up
// or when the cache is full. What an old view holds stays valid.
type dfaView struct {
	trans  []uint32
	starts []uint32
	gen    *dfaGeneration
}

// A dfaGeneration holds the states made since the cache was last emptied.
type dfaGeneration struct {
	states []dfaState // by row, divided by the stride
	ids    map[string]uint32
	size   int // of all kernels
}

// A dfaState stands for the nfa states that are alive, in order of priority,
// before what they reach without consuming is known.
type dfaState struct {
	kernel  []int32
	context uint16 // which behind sets hold the symbol scanned last
	refuse  refusal
}

// A refusal says which empty matches do not count.
type refusal uint8

const (
	refuseHere  refusal = 1 << iota // one right here
	refuseFresh                     // any
)

// An entry of trans is the row of the next state, with flags. A row number is
// a multiple of the stride.
const (
	dfaDead    = uint32(0)
	dfaMatch   = uint32(1) << 31 // a match ends before the symbol
	dfaStart   = uint32(1) << 30 // the next state waits for a match to begin
	dfaFlags   = dfaMatch | dfaStart
	dfaUnknown = ^uint32(0)

	maxDFAEntries = 1 << 18 // 1 MiB of transitions
	maxDFAKernels = 1 << 19 // 2 MiB of nfa states
	minProgress   = 1 << 12 // symbols between two resets, else give up
)

// newDFA returns an automaton for m. With unanchored, a match can begin
// anywhere. mark says that transitions to where it waits for one get dfaStart.
func newDFA(m *nfa, newline byte, reverse, unanchored, mark bool) *dfa {
	d := &dfa{newline: newline, reverse: reverse, loop: -1}
	if unanchored {
		c := &nfa{states: append([]nfaState(nil), m.states...), start: m.start, sets: append([]symbolSet(nil), m.sets...), behind: m.behind}
		any := int32(len(c.states))
		c.sets = append(c.sets, symbolSet{bytes: allBytes, edges: edgesFinal})
		c.states = append(c.states,
			nfaState{op: nfaBytes, set: int32(len(c.sets) - 1), x: any + 1},
			nfaState{op: nfaSplit, x: m.start, y: any})
		c.start = any + 1
		d.loop = any + 1
		m = c
	}
	d.m = m
	class, reps := byteClasses(m.sets)
	d.class = class
	for _, r := range reps {
		d.reps = append(d.reps, symbol(r))
	}
	for s := symStart; s < numSymbols; s++ {
		d.reps = append(d.reps, s)
	}
	d.stride = len(d.reps)
	d.work.mark = mark && unanchored
	d.findNeeds()
	d.reset()
	return d
}

// edgeClass returns the class of an edge symbol.
func (d *dfa) edgeClass(s symbol) uint32 {
	return uint32(d.stride) - uint32(numSymbols-s)
}

// findNeeds computes needs by propagating it against the direction of the
// states that consume nothing, until nothing changes.
func (d *dfa) findNeeds() {
	d.needs = make([]uint16, len(d.m.states))
	if len(d.m.behind) == 0 {
		return
	}
	for changed := true; changed; {
		changed = false
		for i, s := range d.m.states {
			need := d.needs[i]
			switch s.op {
			case nfaSplit:
				need |= d.needs[s.x] | d.needs[s.y]
			case nfaJump, nfaAhead, nfaCapture:
				need |= d.needs[s.x]
			case nfaBehind:
				need |= d.needs[s.x]
				for bit, set := range d.m.behind {
					if set == s.set {
						need |= 1 << bit
					}
				}
			}
			if need != d.needs[i] {
				d.needs[i] = need
				changed = true
			}
		}
	}
}

// reset empties the cache.
func (d *dfa) reset() *dfaView {
	v := &dfaView{
		trans:  newRows(8 * d.stride),
		starts: make([]uint32, 4*d.stride),
		gen:    &dfaGeneration{states: make([]dfaState, 1), ids: map[string]uint32{}},
	}
	for i := range v.starts {
		v.starts[i] = dfaUnknown
	}
	d.view.Store(v)
	return v
}

func newRows(n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = dfaUnknown
	}
	return rows
}

// contextOf returns which behind sets hold a symbol.
func (d *dfa) contextOf(s symbol) uint16 {
	var c uint16
	for bit, set := range d.m.behind {
		if d.m.sets[set].has(s) {
			c |= 1 << bit
		}
	}
	return c
}

// start returns the entry for a scan that begins after the symbol of a class.
func (d *dfa) start(v *dfaView, class uint32, r refusal) (*dfaView, uint32) {
	at := 4*class + uint32(r)
	if e := atomic.LoadUint32(&v.starts[at]); e != dfaUnknown && int(e&^dfaFlags) < len(v.trans) {
		return v, e
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	v = d.view.Load()
	if e := atomic.LoadUint32(&v.starts[at]); e != dfaUnknown {
		return v, e
	}
	s := dfaState{kernel: []int32{d.m.start}, context: d.contextOf(d.reps[class]), refuse: r}
	v, e, ok := d.intern(v, &s)
	if !ok {
		v = d.reset()
		v, e, _ = d.intern(v, &s)
	}
	atomic.StoreUint32(&v.starts[at], e)
	return v, e
}
