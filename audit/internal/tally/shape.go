package tally

// setPlace puts ref in the place where the walk ended.
func (t *Trie) setPlace(ref uint32) {
	if len(t.up) == 0 {
		t.root = ref
		t.setAbove(ref, 0)
		return
	}
	t.fill(t.lastNode(), t.at.split, t.at.depth, ref)
}

// fill puts ref in all slots of a place.
func (t *Trie) fill(n *node, split uint32, depth uint8, ref uint32) {
	from := split << (stride - depth) & 15
	for i := range uint32(1) << (stride - depth) {
		n.slot[from+i] = ref
	}
	t.setAbove(ref, n.sum)
}

// setAbove says which sum that of ref is in, if there is anything at ref.
func (t *Trie) setAbove(ref, above uint32) {
	if ref != 0 {
		t.sums.at(t.sumOf(ref))[ringOwner] = int32(above)
	}
}

// sumOf gives the sum of a node or bucket.
func (t *Trie) sumOf(ref uint32) uint32 {
	if ref&bucketFlag != 0 {
		return t.buckets.at(ref &^ bucketFlag).sum
	}
	return t.nodes.at(ref).sum
}

// split makes room in the full bucket where the walk ended: it splits the
// place, or puts a node there if it is one slot or the root.
func (t *Trie) split() {
	i := t.at.ref &^ bucketFlag
	if len(t.up) > 0 && t.at.depth < stride {
		t.splitPlace(t.up[len(t.up)-1], t.at.split, t.at.depth, i)
		return
	}
	first := t.item(i, 0)
	length := first.len
	for j := 1; j < bucketSize; j++ {
		b := t.item(i, j)
		length = min(length, b.len, common(first.hi, first.lo, b.hi, b.lo, length))
	}
	at := t.newNode(first.cut(length&^(stride-1)), t.buckets.at(i).sum)
	t.setPlace(at)
	t.splitPlace(at, 1, 0, i)
}

// newNode makes a node for a block, whose sum is the same as from.
func (t *Trie) newNode(b block, from uint32) uint32 {
	i := t.nodes.take()
	sum := t.newSum(i)
	copy(t.sums.at(sum), t.sums.at(from))
	n := t.nodes.at(i)
	n.hi, n.lo, n.len, n.sum = b.hi, b.lo, b.len, sum
	return i
}

// splitPlace splits a place of a node, which bucket i fills.
func (t *Trie) splitPlace(at, split uint32, depth uint8, i uint32) {
	n := t.nodes.at(at)
	length := n.len + depth
	own := uint32(0)
	var half [2]uint32
	for j := range int(t.buckets.at(i).n) {
		b := t.item(i, j)
		rec := t.buckets.at(i).rec[j]
		if b.len == length {
			own = rec
			t.items.at(rec)[ringOwner] = int32(n.sum)
			continue
		}
		s := b.bit(length)
		if half[s] == 0 {
			half[s] = t.newBucket()
		}
		t.putItem(half[s], b, rec)
		t.merge(t.buckets.at(half[s]).sum, t.items.at(rec), 1)
	}
	t.freeBucket(i)
	n.splits |= 1 << split
	if n.own[split] = own; own != 0 {
		n.owns++
	}
	for s, k := range half {
		if k != 0 {
			k |= bucketFlag
		}
		t.fill(n, 2*split+uint32(s), depth+1, k)
	}
}

// fork puts a node in the place where the walk ended, above the node that
// stands there and does not hold b.
func (t *Trie) fork(b block) {
	below := t.at.ref
	old := *t.nodes.at(below)
	length := common(b.hi, b.lo, old.hi, old.lo, min(b.len, old.len))
	at := t.newNode(b.cut(length&^(stride-1)), old.sum)
	n := t.nodes.at(at)
	next := block{hi: old.hi, lo: old.lo}.nibble(n.len)
	for depth := range stride {
		n.splits |= 1 << ((1<<stride | next) >> (stride - depth))
	}
	t.fill(n, 1<<stride|next, stride, below)
	t.setPlace(at)
}

// merge adds the live windows of a ring, times sign, to a sum.
func (t *Trie) merge(sum uint32, ring []int32, sign int64) {
	t.sums.each(ring, t.last, func(w uint32, v int64) {
		t.sums.addOld(sum, w, sign*v)
	})
}

// simplify removes what has become superfluous after an item went: from the
// given split of the last node upwards, splits whose items fit well into one
// bucket, and nodes that hold nothing but another one.
func (t *Trie) simplify(split uint32, depth uint8) {
	for len(t.up) > 0 {
		at := t.up[len(t.up)-1]
		for ; split > 0; split, depth = split/2, depth-1 {
			if !t.gather(at, split, depth) {
				t.bypass(at)
				return
			}
		}
		ref := t.nodes.at(at).slot[0]
		split, depth = t.replaceNode(at, ref)
	}
}

// replaceNode puts ref in the place of the last node of the walk, and gives
// the split above it.
func (t *Trie) replaceNode(at, ref uint32) (split uint32, depth uint8) {
	n := *t.nodes.at(at)
	t.sums.give(n.sum)
	t.nodes.give(at)
	t.up = t.up[:len(t.up)-1]
	if len(t.up) == 0 {
		t.root = ref
		t.setAbove(ref, 0)
		return 0, 0
	}
	parent := t.lastNode()
	next := block{hi: n.hi, lo: n.lo}.nibble(parent.len)
	t.fill(parent, 1<<stride|next, stride, ref)
	return (1<<stride | next) / 2, stride - 1
}

// bypass puts the only thing in a node in the node's place, if that is
// another node.
func (t *Trie) bypass(at uint32) {
	n := t.nodes.at(at)
	only := uint32(0)
	for _, ref := range n.slot {
		if n.owns != 0 || ref&bucketFlag != 0 || ref != 0 && only != 0 {
			return
		}
		only |= ref
	}
	t.replaceNode(at, only)
}

// gather undoes a split if its items fill no more than half a bucket.
func (t *Trie) gather(at, split uint32, depth uint8) bool {
	n := t.nodes.at(at)
	items := uint32(0)
	if n.own[split] != 0 {
		items++
	}
	var half [2]uint32
	for s := range uint32(2) {
		place := 2*split + s
		if depth+1 < stride && n.splits>>place&1 != 0 {
			return false
		}
		ref := n.slot[place<<(stride-1-depth)&15]
		if ref != 0 && ref&bucketFlag == 0 {
			return false
		}
		if half[s] = ref &^ bucketFlag; half[s] != 0 {
			items += t.buckets.at(half[s]).n
		}
	}
	if items > bucketSize/2 {
		return false
	}
	into := half[0]
	if into == 0 {
		into, half[1] = half[1], 0
	}
	if items > 0 && into == 0 {
		into = t.newBucket()
	}
	if from := half[1]; from != 0 {
		for j := range int(t.buckets.at(from).n) {
			t.putItem(into, t.item(from, j), t.buckets.at(from).rec[j])
		}
		t.merge(t.buckets.at(into).sum, t.sums.at(t.buckets.at(from).sum), 1)
		t.freeBucket(from)
	}
	if own := n.own[split]; own != 0 {
		b := block{hi: n.hi, lo: n.lo}.child(n.len, split, depth).cut(n.len + depth)
		t.putItem(into, b, own)
		t.merge(t.buckets.at(into).sum, t.items.at(own), 1)
		n.own[split] = 0
		n.owns--
	}
	n.splits &^= 1 << split
	if into != 0 {
		into |= bucketFlag
	}
	t.fill(n, split, depth, into)
	return true
}

// child gives the block of a split of a node with n bits.
func (b block) child(n uint8, split uint32, depth uint8) block {
	next := uint64(split << (stride - depth) & 15)
	if n < 64 {
		b.hi |= next << (60 - n)
	} else if n < 128 {
		b.lo |= next << (124 - n)
	}
	b.len = n + depth
	return b
}
