package tally

import (
	"math/rand/v2"
	"net/netip"
)

// Remove removes exactly that item with all its windows, and reports whether
// it was there.
func (t *Trie) Remove(p netip.Prefix, w int64) bool {
	b := makeBlock(p)
	t.begin(w)
	defer t.mu.Unlock()
	rec := t.record(b)
	if rec == 0 {
		return false
	}
	for sum := t.owner(rec); sum != 0; sum = t.above(sum) {
		t.merge(sum, t.items.at(rec), -1)
	}
	t.drop(b, rec)
	return true
}

// AddAbsent is Add, but an item whose counters all are zero afterwards is
// removed; with one window, it counts what is there at the moment.
func (t *Trie) AddAbsent(p netip.Prefix, n int64, w int64) {
	b := makeBlock(p)
	now := t.begin(w)
	defer t.mu.Unlock()
	a := addition{block: b, n: clampDelta(n)}
	t.addNew(&a, now)
	rec := a.rec
	if total32(t.items.at(rec)[ringSlots:]) == 0 {
		t.drop(b, rec)
	}
}

// owner gives the sum that an item is in.
func (t *Trie) owner(rec uint32) uint32 { return uint32(t.items.at(rec)[ringOwner]) }

// above gives the sum that a sum is in, 0 for that of the root.
func (t *Trie) above(sum uint32) uint32 { return uint32(t.sums.at(sum)[ringOwner]) }

// drop takes out an item with its record, and simplifies the trie above it.
// The sums keep its counts.
func (t *Trie) drop(b block, rec uint32) {
	t.walk(b)
	t.count--
	t.items.give(rec)
	if t.isHost(b) {
		t.hosts.drop(b, rec)
	}
	split, depth := t.at.split, t.at.depth
	if t.at.exact {
		n := t.lastNode()
		n.own[split] = 0
		n.owns--
		t.simplify(split, depth)
		return
	}
	i := t.at.ref &^ bucketFlag
	j := t.find(i, b)
	k := t.buckets.at(i)
	k.n--
	last := k.n
	k.key[j], k.rec[j] = k.key[last], k.rec[last]
	if t.v6 {
		l := t.lows.at(i)
		l.lo[j], l.len[j] = l.lo[last], l.len[last]
	}
	if last == 0 {
		t.setPlace(0)
		t.freeBucket(i)
	}
	t.simplify(split/2, depth-1)
}

// evict removes the item that was touched the longest ago among a few random
// ones, and reports whether it found any. Wider blocks keep its counts, so
// that a flood of new addresses does not make a block's total go down.
func (t *Trie) evict() bool {
	oldest := uint32(0)
	found := 0
	for tries := 0; found < 8 && tries < 64 || oldest == 0; tries++ {
		if tries >= 1<<16 {
			return false
		}
		rec := 1 + rand.Uint32N(t.items.next-1)
		r := t.items.at(rec)
		if r[ringOwner] == 0 {
			continue
		}
		found++
		if oldest == 0 || uint32(r[ringTouched]) < uint32(t.items.at(oldest)[ringTouched]) {
			oldest = rec
		}
	}
	t.evicted++
	t.dropRecord(oldest)
	return true
}

// dropRecord takes out the item of a record.
func (t *Trie) dropRecord(rec uint32) {
	b, ok := t.itemOf(rec)
	if ok {
		t.drop(b, rec)
	}
}

// Sweep removes items that no window counts any more. It holds the lock for a
// batch at a time.
func (t *Trie) Sweep(w int64) {
	for t.sweepBatch(w) {
	}
}

// sweepBatch sweeps some records and reports whether there are more.
func (t *Trie) sweepBatch(w int64) bool {
	now := t.begin(w)
	defer t.mu.Unlock()
	rec := max(t.cursor, 1)
	for n := 0; n < batchSize; n++ {
		if rec >= t.items.next {
			t.cursor = 0
			return false
		}
		if r := t.items.at(rec); r[ringOwner] != 0 && !t.items.live(r, now) {
			t.dropRecord(rec)
		}
		rec++
	}
	t.cursor = rec
	return true
}

// Restore adds n to the item in window w, which may be in the past. now is the
// current window.
func (t *Trie) Restore(p netip.Prefix, n, w, now int64) {
	b := makeBlock(p)
	n = clampDelta(n)
	cur := t.begin(now)
	defer t.mu.Unlock()
	rel := w - t.base
	if rel < 1 || rel > int64(cur) || cur-uint32(rel) >= t.items.n {
		return
	}
	rec := t.record(b)
	if rec == 0 {
		rec = t.make(b)
	}
	t.items.addOld(rec, uint32(rel), n)
	for sum := t.owner(rec); sum != 0; sum = t.above(sum) {
		t.sums.addOld(sum, uint32(rel), n)
	}
}
