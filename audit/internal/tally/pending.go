package tally

// maxPending is how many additions are collected. It is large enough that the
// processor fetches from memory for many of them at the same time, and small
// enough that a call that carries them out does not take long.
const maxPending = 32

// pending are additions, all in one window, that a trie has yet to carry out.
type pending struct {
	window uint32
	added  []addition
}

type addition struct {
	block
	hash uint32 // of a host
	rec  uint32 // the item's record, 0 if it is not known
	n    int64
}

// put notes an addition. Amounts for the same item are put together, if
// saturation cannot come between them.
func (p *pending) put(b block, n int64) {
	if len(p.added) > 0 {
		if last := &p.added[len(p.added)-1]; last.block == b && last.n^n >= 0 {
			last.n = clampDelta(last.n + n)
			return
		}
	}
	p.added = append(p.added, addition{block: b, n: n})
}

// flush carries out what is pending, in its order. Additions to items that are
// there go together, step by step: so what one of them waits for in memory
// does not hold up the next one.
func (t *Trie) flush() {
	if len(t.late.added) == 0 {
		return
	}
	todo := t.late.added
	t.lookUp(todo)
	for evicted := t.evicted; ; {
		n := 0
		for n < len(todo) && todo[n].rec != 0 {
			n++
		}
		t.addAll(todo[:n], t.late.window)
		if n == len(todo) {
			break
		}
		t.addNew(&todo[n], t.late.window)
		todo = todo[n+1:]
		if t.evicted != evicted { // perhaps one of those
			t.lookUp(todo)
			evicted = t.evicted
		}
	}
	t.late.added = t.late.added[:0]
}

// lookUp finds the records of additions.
func (t *Trie) lookUp(all []addition) {
	for i := range all {
		a := &all[i]
		a.hash = t.hosts.hash(a.block)
		a.rec = t.hosts.index.Fetch(a.hash) // no record yet, see there
	}
	for i := range all {
		if a := &all[i]; t.isHost(a.block) {
			a.rec = t.hosts.index.Get(a.hash)
		} else {
			a.rec = t.record(a.block)
		}
	}
	if !t.v6 {
		return
	}
	for i := range all {
		if a := &all[i]; a.rec != 0 && t.isHost(a.block) && !t.hosts.is(a.rec, a.block) {
			a.rec = t.hosts.find(a.block, a.hash) // another one has the same hash
		}
	}
}

// addNew carries out an addition to an item that was not there.
func (t *Trie) addNew(a *addition, w uint32) {
	if a.rec = t.record(a.block); a.rec == 0 { // else it is there by now
		a.rec = t.make(a.block)
	}
	one := [1]addition{*a}
	t.addAll(one[:], w)
}

// addAll carries out additions to known records and to the sums above them.
func (t *Trie) addAll(all []addition, w uint32) {
	var room [maxPending]amount
	level := room[:len(all)]
	for i := range all {
		level[i] = amount{all[i].rec, all[i].n}
	}
	level = t.items.addAll(level, w)
	for len(level) > 0 {
		level = t.sums.addAll(level, w)
	}
}
