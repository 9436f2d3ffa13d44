// Package hashindex finds records by the hash of their key. It holds only
// hashes and record numbers: the caller keeps the keys, and compares them
// unless the hash determines the key. So an entry takes eight bytes without
// pointers, most questions touch one cache line, and removal leaves no traces.
//
// An [Index] grows in small tables, one of which is rehashed at a time
// (extendible hashing), so that no addition takes long. It does not shrink.
package hashindex

// Index maps hashes to record numbers from 1. A hash may have several. The
// zero Index is empty. It is not safe for concurrent use.
//
// All bits of a hash must be well distributed, and unknown to whoever chooses
// the keys.
type Index struct {
	// dir has the table for each value of the first bits of a hash; a table
	// stands in it once or a power of two times.
	dir  []*table
	bits uint8
	size int
}

type table struct {
	entries []entry // a power of two, probed one after another
	used    int
	bits    uint8 // how many first bits all hashes here share
}

type entry struct {
	hash   uint32
	record uint32 // 0 for a free place
}

const (
	minTable = 8
	maxTable = 4096 // beyond it a table is split in two

	// maxBits bounds the directory; beyond it tables grow instead.
	maxBits = 16
)

// table gives the table for a hash. There must be one.
func (x *Index) table(hash uint32) *table { return x.dir[hash>>(32-x.bits)] }

// Get gives a record of that hash, 0 if there is none. It is for hashes that
// determine the key.
func (x *Index) Get(hash uint32) uint32 {
	if x.size == 0 {
		return 0
	}
	entries := x.table(hash).entries
	for i := int(hash); ; i++ {
		e := entries[i&(len(entries)-1)]
		if e.hash == hash || e.record == 0 {
			return e.record
		}
	}
}

// Fetch reads where the records of that hash are expected, and gives nothing
// of meaning. Before many questions at once, it lets the processor wait for
// memory for all of them at the same time.
func (x *Index) Fetch(hash uint32) uint32 {
	if x.size == 0 {
		return 0
	}
	entries := x.table(hash).entries
	return entries[int(hash)&(len(entries)-1)].hash
}

// Find gives the record of that hash for which is gives true, 0 if there is
// none.
func (x *Index) Find(hash uint32, is func(record uint32) bool) uint32 {
	if x.size == 0 {
		return 0
	}
	entries := x.table(hash).entries
	for i := int(hash); ; i++ {
		e := entries[i&(len(entries)-1)]
		if e.record == 0 || e.hash == hash && is(e.record) {
			return e.record
		}
	}
}

// Put adds a record that is not in the index yet.
func (x *Index) Put(hash, record uint32) {
	if x.dir == nil {
		x.dir = []*table{{entries: make([]entry, minTable)}}
	}
	t := x.table(hash)
	for 4*(t.used+1) > 3*len(t.entries) {
		if len(t.entries) < maxTable || t.bits >= maxBits {
			t.grow()
			continue
		}
		x.split(t, hash)
		t = x.table(hash)
	}
	t.put(entry{hash, record})
	x.size++
}

func (t *table) put(e entry) {
	t.used++
	for i := int(e.hash); ; i++ {
		if at := &t.entries[i&(len(t.entries)-1)]; at.record == 0 {
			*at = e
			return
		}
	}
}

func (t *table) grow() {
	old := t.entries
	t.entries, t.used = make([]entry, 2*len(old)), 0
	for _, e := range old {
		if e.record != 0 {
			t.put(e)
		}
	}
}

// split replaces the table of a hash by two, by the next bit.
func (x *Index) split(t *table, hash uint32) {
	if t.bits == x.bits {
		dir := make([]*table, 2*len(x.dir))
		for i, t := range x.dir {
			dir[2*i], dir[2*i+1] = t, t
		}
		x.dir = dir
		x.bits++
	}
	var half [2]*table
	for i := range half {
		half[i] = &table{entries: make([]entry, len(t.entries)), bits: t.bits + 1}
	}
	for _, e := range t.entries {
		if e.record != 0 {
			half[e.hash>>(31-t.bits)&1].put(e)
		}
	}
	width := 1 << (x.bits - t.bits) // of the table's places in the directory
	first := int(hash>>(32-x.bits)) &^ (width - 1)
	for i := range width {
		x.dir[first+i] = half[i/(width/2)]
	}
}

// Delete removes a record of that hash, and reports whether it was there.
func (x *Index) Delete(hash, record uint32) bool {
	if x.size == 0 {
		return false
	}
	t := x.table(hash)
	entries := t.entries
	mask := len(entries) - 1
	free := int(hash)
	for ; entries[free&(len(entries)-1)] != (entry{hash, record}); free++ {
		if entries[free&(len(entries)-1)].record == 0 {
			return false
		}
	}
	// Entries that would not be found beyond the hole move into it.
	for i := free + 1; ; i++ {
		e := entries[i&(len(entries)-1)]
		if e.record == 0 {
			break
		}
		if (i-int(e.hash))&mask >= (i-free)&mask {
			entries[free&(len(entries)-1)] = e
			free = i
		}
	}
	entries[free&(len(entries)-1)] = entry{}
	t.used--
	x.size--
	return true
}

// Len gives the number of records.
func (x *Index) Len() int { return x.size }
