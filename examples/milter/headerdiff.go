package main

import "strings"

// editKind is what an edit does to a header.
type editKind int

const (
	editAppend editKind = iota // a field at the bottom
	editInsert                 // a field before the one at index
	editChange                 // the value of a field, "" deletes it
)

// edit is one modification of a header, as MTAs make it. index counts from 1,
// without the Received field of the MTA itself: all fields for editInsert,
// those of the name for editChange.
type edit struct {
	kind  editKind
	index int
	field field
}

// diffHeader gives the edits that make new of old, in an order in which the
// indexes are right at every MTA: first what is appended, then what is
// inserted from the bottom up, then what is changed and deleted from the
// bottom up. Index 1 is below the MTA's own Received field, which is in front
// of all.
//
// A field that changes keeps its place if the new one has the same name and
// stands in the same gap between fields that stay.
func diffHeader(old, new []field) []edit {
	kept := matchFields(old, new)
	var appended, inserted, changed []edit
	// middle is old with what is inserted, as it is when changes begin; at
	// tells where the fields of old are in it.
	type slot struct {
		name   string
		change *field
	}
	var middle []slot
	o, n := 0, 0
	gap := func(oldEnd, newEnd int) {
		for o < oldEnd || n < newEnd {
			pair := newEnd
			if o < oldEnd {
				for pair = n; pair < newEnd && !canChange(old[o], new[pair]); {
					pair++
				}
				if pair == newEnd { // nothing to become: deleted
					middle = append(middle, slot{old[o].name, &field{name: old[o].name}})
					o++
					continue
				}
			}
			for ; n < pair; n++ {
				if o == len(old) {
					appended = append(appended, edit{editAppend, 0, new[n]})
				} else {
					inserted = append(inserted, edit{editInsert, o + 1, new[n]})
				}
				middle = append(middle, slot{name: new[n].name})
			}
			if o < oldEnd {
				middle = append(middle, slot{old[o].name, &new[n]})
				o, n = o+1, n+1
			}
		}
	}
	for _, k := range kept {
		gap(k.old, k.new)
		middle = append(middle, slot{name: old[k.old].name})
		o, n = k.old+1, k.new+1
	}
	gap(len(old), len(new))
	count := map[string]int{}
	for _, s := range middle {
		key := strings.ToLower(s.name)
		count[key]++
		if s.change != nil {
			changed = append(changed, edit{editChange, count[key], *s.change})
		}
	}
	edits := appended
	for i := len(inserted) - 1; i >= 0; i-- {
		edits = append(edits, inserted[i])
	}
	for i := len(changed) - 1; i >= 0; i-- {
		edits = append(edits, changed[i])
	}
	return edits
}

// canChange reports whether one edit makes a field of another. A change to an
// empty value would delete.
func canChange(old, new field) bool {
	return old.name == new.name && strings.TrimLeft(new.value, " \t") != ""
}

// match is a field that stays: its places in the old and new header.
type match struct{ old, new int }

// maxLCS bounds the work of finding the fewest edits, in pairs of fields.
const maxLCS = 1 << 22

// matchFields finds the fields that stay, in order: as many as possible, or
// in very long headers those that are found first.
func matchFields(old, new []field) []match {
	head := 0
	for head < len(old) && head < len(new) && old[head] == new[head] {
		head++
	}
	tail := 0
	for tail < len(old)-head && tail < len(new)-head && old[len(old)-1-tail] == new[len(new)-1-tail] {
		tail++
	}
	kept := make([]match, 0, len(old))
	for i := range head {
		kept = append(kept, match{i, i})
	}
	a, b := old[head:len(old)-tail], new[head:len(new)-tail]
	find := longestMatch
	if len(a)*len(b) > maxLCS {
		find = firstMatch
	}
	for _, m := range find(a, b) {
		kept = append(kept, match{m.old + head, m.new + head})
	}
	for i := tail; i > 0; i-- {
		kept = append(kept, match{len(old) - i, len(new) - i})
	}
	return kept
}

// longestMatch finds a longest common subsequence.
func longestMatch(a, b []field) []match {
	width := len(b) + 1
	length := make([]int32, (len(a)+1)*width) // of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	var list []match
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			list = append(list, match{i, j})
			i, j = i+1, j+1
		case length[(i+1)*width+j] >= length[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return list
}

// firstMatch takes for each field of b the next one of a that is the same.
func firstMatch(a, b []field) []match {
	places := map[field][]int{}
	for i, f := range a {
		places[f] = append(places[f], i)
	}
	var list []match
	next := 0
	for j, f := range b {
		p := places[f]
		for len(p) > 0 && p[0] < next {
			p = p[1:]
		}
		places[f] = p
		if len(p) > 0 {
			list = append(list, match{p[0], j})
			next = p[0] + 1
		}
	}
	return list
}
