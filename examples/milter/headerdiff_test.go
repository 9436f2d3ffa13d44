package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mtaHeader is the header of an MTA's message. Some MTAs count fields that
// were deleted until the message ends.
type mtaHeader struct {
	fields       []field // deleted ones have no name
	names        []string
	countDeleted bool
}

func newMTAHeader(fields []field, countDeleted bool) *mtaHeader {
	h := &mtaHeader{fields: slices.Clone(fields), countDeleted: countDeleted}
	for _, f := range fields {
		h.names = append(h.names, f.name)
	}
	return h
}

// place gives the position of the field with that index, -1 if there is none.
func (h *mtaHeader) place(index int, name string) int {
	for i, f := range h.fields {
		if f.name == "" && !h.countDeleted || name != "" && !strings.EqualFold(h.names[i], name) {
			continue
		}
		if index--; index == 0 {
			return i
		}
	}
	return -1
}

func (h *mtaHeader) apply(t *testing.T, e edit) {
	t.Helper()
	at := len(h.fields)
	switch e.kind {
	case editChange:
		i := h.place(e.index, e.field.name)
		if i < 0 {
			t.Fatalf("no field for %+v", e)
		}
		h.fields[i] = e.field
		if e.field.value == "" {
			h.fields[i] = field{}
		}
		return
	case editInsert:
		if at = h.place(e.index, ""); at < 0 {
			t.Fatalf("no field for %+v", e)
		}
	}
	h.fields = slices.Insert(h.fields, at, e.field)
	h.names = slices.Insert(h.names, at, e.field.name)
}

func (h *mtaHeader) result() []field {
	return slices.DeleteFunc(slices.Clone(h.fields), func(f field) bool { return f.name == "" })
}

func checkDiff(t *testing.T, old, new []field) {
	t.Helper()
	edits := diffHeader(old, new)
	for _, countDeleted := range []bool{false, true} {
		h := newMTAHeader(old, countDeleted)
		for _, e := range edits {
			h.apply(t, e)
		}
		if diff := cmp.Diff(new, h.result(), cmp.AllowUnexported(field{}), equateEmpty); diff != "" {
			t.Errorf("%v -> %v by %+v, deleted fields counted: %v (-want +got):\n%s", old, new, edits, countDeleted, diff)
		}
	}
	if most := len(old) + len(new) - 2*len(longestMatch(old, new)); len(edits) > most {
		t.Errorf("%v -> %v takes %d edits, %d would do", old, new, len(edits), most)
	}
}

var equateEmpty = cmp.Transformer("all", func(list []field) string {
	var s strings.Builder
	for _, f := range list {
		s.WriteString(f.String())
	}
	return s.String()
})

// FuzzDiffHeader makes headers of bytes: the low bits are the name, some more
// the value.
func FuzzDiffHeader(f *testing.F) {
	for _, seed := range [][2]string{
		{"", ""}, {"", "\x01"}, {"\x01", ""}, {"\x01\x02\x03", "\x03\x02\x01"}, {"\x01\x11\x21", "\x01\x31\x21\x41"},
		{"\x01\x05\x02\x05", "\x05\x12\x05\x01"}, {"\x41\x42\x43\x41", "\x01\x41\x03\x02"}, {"\x01\x01\x01\x01", "\x01\x11\x01"},
	} {
		f.Add(seed[0], seed[1])
	}
	fields := func(s string) []field {
		var list []field
		for _, b := range []byte(s) {
			value := " "
			if v := b >> 4 & 7; v > 0 {
				value += string('0' + rune(v))
			}
			list = append(list, field{[]string{"A", "a", "B", "C"}[b&3], value})
		}
		return list
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 100 || len(b) > 100 {
			return
		}
		checkDiff(t, fields(a), fields(b))
	})
}

// Headers of very many fields take the quick way.
func TestDiffLongHeader(t *testing.T) {
	var old, new []field
	for i := range 3000 {
		f := field{"X", " " + strings.Repeat("x", i%7)}
		old = append(old, f)
		if i%3 > 0 {
			new = append(new, f)
		}
		if i%100 == 0 {
			new = append(new, field{"Y", " 1"})
		}
	}
	h := newMTAHeader(old, false)
	for _, e := range diffHeader(append([]field{{"Z", " 0"}}, old...), append([]field{{"Z", " 1"}}, new...)) {
		if e.field.name != "Z" {
			if e.kind == editInsert {
				e.index--
			}
			h.apply(t, e)
		}
	}
	if diff := cmp.Diff(new, h.result(), equateEmpty); diff != "" {
		t.Error("the edits do not give the new header")
	}
}
