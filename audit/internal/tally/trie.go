package tally

import (
	"net/netip"
	"sync"
)

// bucketSize is the number of items that a bucket holds.
const bucketSize = 16

// A reference names a node, a bucket (with bucketFlag) or nothing (0).
const bucketFlag = 1 << 31

// stride is the number of address bits that a node stands for.
const stride = 4

// node stands for all items of a block. The splits of its block are numbered
// like a heap: 1 is that of the whole block, 2i and 2i+1 those of the halves
// of split i. A place without a split has one bucket or nothing, in all its
// slots. Split 1 is always there.
type node struct {
	hi, lo uint64
	len    uint8               // a multiple of stride
	owns   uint8               // number of items in own
	splits uint16              // bit i is set if split i is there
	sum    uint32              // the sum of all items
	slot   [1 << stride]uint32 // what stands below, by the next bits
	own    [1 << stride]uint32 // by split: the record of its block itself, 0 if that is no item
}

// bucket holds items in no order. In IPv4 a key is the address with the
// block's length in its lowest byte; in IPv6 it is the upper half of the
// address, and the rest stands in lows under the same number.
type bucket struct {
	n   uint32
	sum uint32 // the sum of all items
	key [bucketSize]uint64
	rec [bucketSize]uint32
}

type low struct {
	lo  [bucketSize]uint64
	len [bucketSize]uint8
}

// Trie counts per address block of one family. Its methods may be called
// concurrently.
//
// Additions are collected in late; everything else carries them out first.
type Trie struct {
	mu      sync.Mutex
	v6      bool
	max     int
	base    int64  // window number that stands for 0
	last    uint32 // latest window seen
	nodes   slab[node]
	buckets slab[bucket]
	lows    slab[low]
	root    uint32
	count   int
	evicted uint64
	cursor  uint32 // where the next sweep goes on

	items rings    // owner: the sum that the item is in
	sums  rings    // owner: the sum of the node above, 0 in the root's
	refs  []uint32 // by sum: what it is the sum of
	hosts hosts    // the items that are hosts
	late  pending

	// Where the last walk ended.
	at place
	up []uint32 // the nodes that it passed
}

// place is a place in the last node of a walk, or the root if there is none.
type place struct {
	ref   uint32 // nothing, a bucket, or a node that does not hold the item
	split uint32 // number of the place; from 16 on it is one slot
	depth uint8  // of the place below its node
	exact bool   // the place is a split, whose block is the item
}

// New makes a trie of IPv6 or IPv4 blocks with so many windows, for window
// numbers around now, that holds at most max items; 0 is no bound.
func New(v6 bool, windows int, now int64, max int) *Trie {
	return &Trie{
		v6: v6, max: max,
		base:  now - 4*int64(windows) - 16,
		items: newRings(windows),
		sums:  newRings(windows),
		hosts: newHosts(v6),
		up:    make([]uint32, 0, 128/stride),
	}
}

// window gives the trie's own number for window w, which never goes back.
func (t *Trie) window(w int64) uint32 {
	t.last = uint32(min(max(w-t.base, int64(t.last), 1), 1<<32-1))
	return t.last
}

// walk follows b down the trie and leaves what it finds in t.at and t.up.
func (t *Trie) walk(b block) {
	t.up = t.up[:0]
	t.at = place{ref: t.root}
	for t.at.ref != 0 && t.at.ref&bucketFlag == 0 {
		n := t.nodes.at(t.at.ref)
		if n.len > b.len || !shares(b.hi, b.lo, n.hi, n.lo, n.len) {
			return
		}
		t.up = append(t.up, t.at.ref)
		next := b.nibble(n.len)
		for depth := range uint8(stride) {
			split := (1<<stride | next) >> (stride - depth)
			if n.splits>>split&1 == 0 {
				t.at = place{ref: n.slot[next], split: split, depth: depth}
				return
			}
			if b.len == n.len+depth {
				t.at = place{split: split, depth: depth, exact: true}
				return
			}
		}
		t.at = place{ref: n.slot[next], split: 1<<stride | next, depth: stride}
	}
}

// record gives the record of an item, 0 if there is none.
func (t *Trie) record(b block) uint32 {
	if t.isHost(b) {
		return t.hosts.find(b, t.hosts.hash(b))
	}
	t.walk(b)
	switch {
	case t.at.exact:
		return t.lastNode().own[t.at.split]
	case t.at.ref&bucketFlag != 0:
		i := t.at.ref &^ bucketFlag
		if j := t.find(i, b); j >= 0 {
			return t.buckets.at(i).rec[j]
		}
	}
	return 0
}

// lastNode gives the last node that walk passed; there must be one.
func (t *Trie) lastNode() *node { return t.nodes.at(t.up[len(t.up)-1]) }

// find gives the place of b in the bucket, -1 if it is not there.
func (t *Trie) find(i uint32, b block) int {
	k := t.buckets.at(i)
	keys := k.key[:min(k.n, bucketSize)]
	if t.v6 {
		l := t.lows.at(i)
		for j, key := range keys {
			if key == b.hi && l.lo[j] == b.lo && l.len[j] == b.len {
				return j
			}
		}
		return -1
	}
	want := b.hi | uint64(b.len)
	for j, key := range keys {
		if key == want {
			return j
		}
	}
	return -1
}

// begin takes the lock, carries out what is pending, and gives the trie's own
// number for window w.
func (t *Trie) begin(w int64) uint32 {
	t.mu.Lock()
	t.flush()
	return t.window(w)
}

// Add adds n to the item in window w.
func (t *Trie) Add(p netip.Prefix, n int64, w int64) {
	b := makeBlock(p)
	t.mu.Lock()
	if now := t.window(w); len(t.late.added) == maxPending || t.late.window != now {
		t.flush()
		t.late.window = now
	}
	t.late.put(b, clampDelta(n))
	t.mu.Unlock()
}

// make gives the record of an item that is not there yet.
func (t *Trie) make(b block) uint32 {
	if t.max > 0 && t.count >= t.max {
		t.evict()
	}
	t.walk(b)
	for {
		switch at := t.at; {
		case at.exact:
			n := t.lastNode()
			rec := t.newRecord(b, n.sum)
			n.own[at.split] = rec
			n.owns++
			return rec
		case at.ref == 0:
			i := t.newBucket()
			t.setPlace(i | bucketFlag)
			t.at.ref = i | bucketFlag
		case at.ref&bucketFlag == 0:
			t.fork(b)
			t.walk(b)
		case t.buckets.at(at.ref&^bucketFlag).n < bucketSize:
			rec := t.newRecord(b, 0)
			t.putItem(at.ref&^bucketFlag, b, rec)
			return rec
		default:
			t.split()
			t.walk(b)
		}
	}
}

// newRecord gives a record for an item that is in the given sum.
func (t *Trie) newRecord(b block, sum uint32) uint32 {
	t.count++
	rec := t.items.take()
	t.items.at(rec)[ringOwner] = int32(sum)
	if t.isHost(b) {
		t.hosts.put(b, rec)
	}
	return rec
}

func (t *Trie) isHost(b block) bool { return b.len == 128 || b.len == 32 && !t.v6 }

// newSum gives a zero sum of what stands at ref.
func (t *Trie) newSum(ref uint32) uint32 {
	sum := t.sums.take()
	for int(sum) >= len(t.refs) {
		t.refs = append(t.refs, 0)
	}
	t.refs[sum] = ref
	return sum
}

func (t *Trie) newBucket() uint32 {
	i := t.buckets.take()
	t.buckets.at(i).sum = t.newSum(i | bucketFlag)
	if t.v6 {
		t.lows.take() // gives the same number: both are taken and given together
	}
	return i
}

func (t *Trie) freeBucket(i uint32) {
	t.sums.give(t.buckets.at(i).sum)
	t.buckets.give(i)
	if t.v6 {
		t.lows.give(i)
	}
}

// putItem adds an item to a bucket that has room.
func (t *Trie) putItem(i uint32, b block, rec uint32) {
	k := t.buckets.at(i)
	j := k.n
	k.n++
	k.key[j], k.rec[j] = b.hi|uint64(b.len), rec
	if t.v6 {
		k.key[j] = b.hi
		l := t.lows.at(i)
		l.lo[j], l.len[j] = b.lo, b.len
	}
	t.items.at(rec)[ringOwner] = int32(k.sum)
}

// item gives the j-th item of bucket i.
func (t *Trie) item(i uint32, j int) block {
	key := t.buckets.at(i).key[j]
	if t.v6 {
		l := t.lows.at(i)
		return block{key, l.lo[j], l.len[j]}
	}
	return block{hi: key &^ 0xff, len: uint8(key)}
}
