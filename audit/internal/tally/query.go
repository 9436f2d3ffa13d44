package tally

import (
	"math/bits"
	"net/netip"
)

// Count sums the windows back..back2 before window w (0 is w itself) over all
// items in p.
func (t *Trie) Count(p netip.Prefix, back, back2 int, w int64) int64 {
	b := makeBlock(p)
	now := t.begin(w)
	defer t.mu.Unlock()
	from, to, ok := t.items.span(back, back2, now)
	if !ok {
		return 0
	}
	if t.isHost(b) {
		if rec := t.hosts.find(b, t.hosts.hash(b)); rec != 0 {
			return t.items.sum(t.items.at(rec), from, to)
		}
		return 0
	}
	ref := t.root
	for ref != 0 && ref&bucketFlag == 0 {
		n := t.nodes.at(ref)
		if n.len >= b.len {
			if !shares(b.hi, b.lo, n.hi, n.lo, b.len) {
				return 0
			}
			return t.sums.sum(t.sums.at(n.sum), from, to)
		}
		if !shares(b.hi, b.lo, n.hi, n.lo, n.len) {
			return 0
		}
		next := b.nibble(n.len)
		if depth := b.len - n.len; depth < stride {
			if split := (1<<stride | next) >> (stride - depth); n.splits>>split&1 != 0 {
				return t.countPlace(n, split, depth, from, to)
			}
		}
		ref = n.slot[next]
	}
	if ref == 0 {
		return 0
	}
	return t.countBucket(ref&^bucketFlag, b, from, to)
}

// countPlace sums all that stands in a place that is split.
func (t *Trie) countPlace(n *node, split uint32, depth uint8, from, to uint32) (total int64) {
	first := split << (stride - depth) & 15
	last := uint32(0)
	for _, ref := range n.slot[first : first+1<<(stride-depth)] {
		if ref == last {
			continue // nothing, or a bucket that fills several slots
		}
		last = ref
		if ref == 0 {
			continue
		}
		sum := uint32(0)
		if ref&bucketFlag != 0 {
			sum = t.buckets.at(ref &^ bucketFlag).sum
		} else {
			sum = t.nodes.at(ref).sum
		}
		total += t.sums.sum(t.sums.at(sum), from, to)
	}
	if n.owns == 0 {
		return total
	}
	for width := uint32(1); split < 1<<stride; split, width = 2*split, 2*width {
		for _, own := range n.own[split : split+width] {
			if own != 0 {
				total += t.items.sum(t.items.at(own), from, to)
			}
		}
	}
	return total
}

func (t *Trie) countBucket(i uint32, b block, from, to uint32) (total int64) {
	k := t.buckets.at(i)
	keys := k.key[:min(k.n, bucketSize)]
	if t.v6 {
		l := t.lows.at(i)
		for j, key := range keys {
			if l.len[j] >= b.len && shares(b.hi, b.lo, key, l.lo[j], b.len) {
				total += t.items.sum(t.items.at(k.rec[j]), from, to)
			}
		}
		return total
	}
	m := mask(b.len)
	for j, key := range keys {
		if (key^b.hi)&m == 0 && uint8(key) >= b.len {
			total += t.items.sum(t.items.at(k.rec[j]), from, to)
		}
	}
	return total
}

// Len gives the number of items.
func (t *Trie) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flush()
	return t.count
}

// Evicted gives how many items had to make room for others.
func (t *Trie) Evicted() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flush()
	return t.evicted
}

// Windows calls f for each live window of the item, oldest first, with the
// window's number. f must not call the trie.
func (t *Trie) Windows(p netip.Prefix, w int64, f func(w, n int64)) {
	b := makeBlock(p)
	now := t.begin(w)
	defer t.mu.Unlock()
	if rec := t.record(b); rec != 0 {
		t.items.each(t.items.at(rec), now, func(w uint32, n int64) { f(t.base+int64(w), n) })
	}
}

// Each calls f for each live window of each item: in no order of items,
// oldest window first. Items that come or go meanwhile may be missed. f may
// call the trie.
func (t *Trie) Each(w int64, f func(p netip.Prefix, w, n int64) bool) {
	type entry struct {
		p    netip.Prefix
		w, n int64
	}
	var batch []entry
	for next := uint32(1); next != 0; {
		batch = batch[:0]
		now := t.begin(w)
		end := min(t.items.next, next+batchSize)
		for rec := next; rec < end; rec++ {
			b, ok := t.itemOf(rec)
			if !ok {
				continue
			}
			p := b.prefix(t.v6)
			t.items.each(t.items.at(rec), now, func(w uint32, n int64) {
				batch = append(batch, entry{p, t.base + int64(w), n})
			})
		}
		next = end
		if end >= t.items.next {
			next = 0
		}
		t.mu.Unlock()
		for _, e := range batch {
			if !f(e.p, e.w, e.n) {
				return
			}
		}
	}
}

// batchSize is how many records one hold of the lock visits.
const batchSize = 4096

// itemOf gives the item that a record belongs to.
func (t *Trie) itemOf(rec uint32) (block, bool) {
	sum := uint32(t.items.at(rec)[ringOwner])
	if sum == 0 {
		return block{}, false
	}
	ref := t.refs[sum]
	if ref&bucketFlag == 0 {
		n := t.nodes.at(ref)
		for split, own := range n.own {
			if own == rec {
				depth := uint8(bits.Len(uint(split))) - 1
				return block{hi: n.hi, lo: n.lo}.child(n.len, uint32(split), depth), true
			}
		}
		return block{}, false
	}
	i := ref &^ bucketFlag
	k := t.buckets.at(i)
	for j := range int(k.n) {
		if k.rec[j] == rec {
			return t.item(i, j), true
		}
	}
	return block{}, false
}
