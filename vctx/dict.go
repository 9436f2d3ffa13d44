package vctx

import (
	"iter"
	"slices"
	"sort"
)

// Dict is a dictionary of strings that keeps its keys in the order in which
// they were added. It may be changed while it is iterated over. The zero value
// is empty and ready for use. A Dict is not safe for concurrent use and must
// not be copied.
type Dict struct {
	index   map[string]int // key to position in entries; nil while there are few
	live    int            // keys
	entries []dictEntry    // in the order of seq, removed ones included
	seq     uint64         // of the newest entry
}

type dictEntry struct {
	key, value string
	seq        uint64
	removed    bool
}

// Get gives the value of key, "" if it is absent.
func (d *Dict) Get(key string) string {
	value, _ := d.Lookup(key)
	return value
}

// Lookup gives the value of key and whether it is there.
func (d *Dict) Lookup(key string) (string, bool) {
	i := d.find(key)
	if i < 0 {
		return "", false
	}
	return d.entries[i].value, true
}

// fewEntries is how many entries are searched without an index.
const fewEntries = 16

// find gives the position of key in entries, or -1.
func (d *Dict) find(key string) int {
	if d.index != nil {
		if i, ok := d.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		if e := &d.entries[i]; e.key == key && !e.removed {
			return i
		}
	}
	return -1
}

// makeIndex makes the index of the entries.
func (d *Dict) makeIndex() {
	d.index = make(map[string]int, 2*len(d.entries))
	for i := range d.entries {
		if e := &d.entries[i]; !e.removed {
			d.index[e.key] = i
		}
	}
}

// Set sets a key and reports whether that changed anything. A key that is
// there already keeps its place.
func (d *Dict) Set(key, value string) (changed bool) {
	if i := d.find(key); i >= 0 {
		if d.entries[i].value == value {
			return false
		}
		d.entries[i].value = value
		return true
	}
	d.seq++
	d.live++
	switch {
	case d.index != nil:
		d.index[key] = len(d.entries)
	case d.entries == nil:
		d.entries = make([]dictEntry, 0, fewEntries/2)
	}
	d.entries = append(d.entries, dictEntry{key: key, value: value, seq: d.seq})
	if d.index == nil && len(d.entries) > fewEntries {
		d.makeIndex()
	}
	return true
}

// Delete removes a key and reports whether it was there.
func (d *Dict) Delete(key string) bool {
	i := d.find(key)
	if i < 0 {
		return false
	}
	d.live--
	delete(d.index, key)
	d.entries[i] = dictEntry{seq: d.entries[i].seq, removed: true}
	if len(d.entries) > 2*d.live+8 {
		d.compact()
	}
	return true
}

func (d *Dict) compact() {
	d.entries = slices.DeleteFunc(d.entries, func(e dictEntry) bool { return e.removed })
	if d.index != nil {
		d.makeIndex()
	}
}

// Keys lists the keys in the order in which they were added.
func (d *Dict) Keys() []string {
	keys := make([]string, 0, d.live)
	for key := range d.All() {
		keys = append(keys, key)
	}
	return keys
}

// Len gives the number of keys.
func (d *Dict) Len() int { return d.live }

// Clear removes all keys.
func (d *Dict) Clear() {
	clear(d.index)
	d.live = 0
	clear(d.entries)
	d.entries = d.entries[:0]
}

// All iterates over the keys and values in the order in which the keys were
// added. Keys that are added meanwhile are visited, removed ones are not.
func (d *Dict) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		it := d.Iterator()
		for {
			key, value, ok := it.Next()
			if !ok || !yield(key, value) {
				return
			}
		}
	}
}

// Iterator gives an iterator that stands before the first key.
func (d *Dict) Iterator() *DictIterator { return &DictIterator{dict: d} }

// DictIterator walks over a Dict as [Dict.All] does, one step per call.
type DictIterator struct {
	dict *Dict
	pos  int    // where to look next, right unless the dictionary was compacted
	last uint64 // seq of the entry that was given last
}

// Next gives the next key and its value; ok is false at the end, also when it
// is called again there.
func (it *DictIterator) Next() (key, value string, ok bool) {
	entries := it.dict.entries
	if it.pos > len(entries) || it.pos > 0 && entries[it.pos-1].seq != it.last {
		it.pos = sort.Search(len(entries), func(i int) bool { return entries[i].seq > it.last })
	}
	for ; it.pos < len(entries); it.pos++ {
		if e := entries[it.pos]; !e.removed {
			it.pos++
			it.last = e.seq
			return e.key, e.value, true
		}
	}
	if it.pos > 0 {
		it.last = entries[it.pos-1].seq
	}
	return "", "", false
}
