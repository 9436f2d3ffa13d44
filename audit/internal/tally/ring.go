package tally

import (
	"math"
	"math/bits"
)

// rings holds records of one owner word, the last window written, and n
// counters. Records are named by numbers from 1.
type rings struct {
	n      uint32 // windows
	stride uint32
	inv    uint64 // 2^64/n, rounded up; 0 for 2^64
	bits   uint   // of a record's number within its chunk
	chunks [][]int32
	next   uint32
	free   []uint32
}

const (
	ringOwner   = 0 // not 0 in a record that is in use, with a meaning of the user's own
	ringTouched = 1 // window written last; 0 for none
	ringSlots   = 2

	// ringChunk is the size of a chunk in words that is aimed at.
	ringChunk = 32 << 10
)

func newRings(windows int) rings {
	r := rings{n: uint32(windows), stride: aligned(uint32(windows) + ringSlots)}
	r.inv = ^uint64(0)/uint64(windows) + 1
	for r.stride<<(r.bits+1) <= ringChunk && r.bits < chunkBits {
		r.bits++
	}
	return r
}

// aligned rounds the size of a record up, so that the usual ones lie within
// one cache line.
func aligned(words uint32) uint32 {
	for _, size := range []uint32{4, 8, 16} {
		if words <= size {
			return size
		}
	}
	return (words + 7) &^ 7
}

// at gives the record of that number, good until the next take.
func (r *rings) at(i uint32) []int32 {
	c := r.chunks[i>>r.bits]
	from := (i & (1<<r.bits - 1)) * r.stride
	return c[from : from+ringSlots+r.n : from+ringSlots+r.n]
}

// take gives the number of a zero record.
func (r *rings) take() uint32 {
	if n := len(r.free); n > 0 {
		i := r.free[n-1]
		r.free = r.free[:n-1]
		clear(r.at(i))
		return i
	}
	if r.next == 0 {
		r.next = 1
		r.chunks = append(r.chunks, make([]int32, r.stride)) // number 0 is none
	}
	i := r.next
	r.next++
	k := int(i >> r.bits)
	if k == len(r.chunks) {
		size := uint32(0)
		if k > 0 {
			size = r.stride << r.bits
		}
		r.chunks = append(r.chunks, make([]int32, 0, size))
	}
	c := r.chunks[k]
	if len(c)+int(r.stride) > cap(c) { // the first chunk grows
		grown := make([]int32, len(c), min(len(c)+len(c)/4+2*int(r.stride), int(r.stride<<r.bits)))
		copy(grown, c)
		c = grown
	}
	r.chunks[k] = c[:len(c)+int(r.stride)]
	return i
}

// give takes a record back.
func (r *rings) give(i uint32) {
	r.at(i)[ringOwner] = 0
	r.free = append(r.free, i)
}

// slot gives w % n, without a division.
func (r *rings) slot(w uint32) uint32 {
	hi, _ := bits.Mul64(r.inv*uint64(w), uint64(r.n))
	return uint32(hi)
}

// addTo adds delta to a record in window w, whose slot is given. w is not
// earlier than the window written last.
func (r *rings) addTo(i, w, slot uint32, delta int64) {
	c := r.chunks[i>>r.bits]
	from := (i & (1<<r.bits - 1)) * r.stride
	ring := c[from : from+ringSlots+r.n : from+ringSlots+r.n]
	if touched := uint32(ring[ringTouched]); touched != w {
		advance(ring[ringSlots:], touched, w, slot)
		ring[ringTouched] = int32(w)
	}
	v := &ring[ringSlots+slot]
	*v = saturate(int64(*v) + delta)
}

// amount is something to add to a record.
type amount struct {
	rec uint32
	n   int64
}

// addAll adds to records in window w, as addTo does, and gives the amounts with
// the records' owners in their places, without those that have none.
func (r *rings) addAll(all []amount, w uint32) []amount {
	slot := r.slot(w)
	stale := uint32(0)
	for _, a := range all { // so short that the processor reads many at once
		stale |= uint32(r.chunks[a.rec>>r.bits][(a.rec&(1<<r.bits-1))*r.stride+ringTouched]) ^ w
	}
	if stale != 0 {
		for _, a := range all {
			r.addTo(a.rec, w, slot, 0)
		}
	}
	n := 0
	for _, a := range all {
		ring := r.chunks[a.rec>>r.bits][(a.rec&(1<<r.bits-1))*r.stride:]
		v := &ring[ringSlots+slot]
		*v = saturate(int64(*v) + a.n)
		if a.rec = uint32(ring[ringOwner]); a.rec != 0 {
			all[n] = a
			n++
		}
	}
	return all[:n]
}

func saturate(n int64) int32 { return int32(max(math.MinInt32, min(math.MaxInt32, n))) }

// advance clears the slots of the windows after touched up to w.
func advance(slots []int32, touched, w, slot uint32) {
	n := uint32(len(slots))
	if w-touched >= n {
		clear(slots)
		return
	}
	for ; touched != w; touched++ {
		slots[slot] = 0
		if slot == 0 {
			slot = n
		}
		slot--
	}
}

// sum adds up the windows from..to, of which no more than n count.
func (r *rings) sum(ring []int32, from, to uint32) (total int64) {
	touched := uint32(ring[ringTouched])
	to = min(to, touched)
	if touched >= r.n {
		from = max(from, touched-r.n+1)
	}
	if from > to {
		return 0
	}
	slots := ring[ringSlots:]
	if to-from+1 == r.n {
		return total32(slots)
	}
	a := r.slot(from)
	b := a + to - from + 1
	if b <= r.n {
		return total32(slots[a:b])
	}
	return total32(slots[a:]) + total32(slots[:b-r.n])
}

func total32(slots []int32) (total int64) {
	for _, v := range slots {
		total += int64(v)
	}
	return total
}

// each calls f for each window of ring that is not zero, oldest first, from
// the oldest that counts at window now.
func (r *rings) each(ring []int32, now uint32, f func(w uint32, n int64)) {
	touched := uint32(ring[ringTouched])
	if touched == 0 {
		return
	}
	from := uint32(1)
	if now >= r.n {
		from = now - r.n + 1
	}
	if touched >= r.n {
		from = max(from, touched-r.n+1)
	}
	for w := from; w <= touched; w++ {
		if v := ring[ringSlots+r.slot(w)]; v != 0 {
			f(w, int64(v))
		}
	}
}

// live reports whether any window of ring counts at window now.
func (r *rings) live(ring []int32, now uint32) bool {
	touched := uint32(ring[ringTouched])
	return touched != 0 && now-touched < r.n
}

// clampDelta keeps a delta so small that adding it to a counter is exact.
func clampDelta(n int64) int64 { return max(-1<<33, min(1<<33, n)) }

// addOld adds to a window of a record that need not be the latest.
func (r *rings) addOld(i, w uint32, delta int64) {
	ring := r.at(i)
	touched := uint32(ring[ringTouched])
	if w >= touched {
		r.addTo(i, w, r.slot(w), delta)
		return
	}
	if touched-w < r.n {
		slot := &ring[ringSlots+r.slot(w)]
		*slot = saturate(int64(*slot) + delta)
	}
}

// span turns windows counted back from now into window numbers; ok is false
// if there are none.
func (r *rings) span(back, back2 int, now uint32) (from, to uint32, ok bool) {
	back2 = min(back2, int(r.n)-1)
	if back > back2 || now <= uint32(back) {
		return 0, 0, false
	}
	from = 1
	if now > uint32(back2) {
		from = now - uint32(back2)
	}
	return from, now - uint32(back), true
}
