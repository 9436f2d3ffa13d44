package dialect

import (
	"cmp"
	"slices"
	"strings"
)

// An edit replaces cut bytes of the source at offset at by text.
type edit struct {
	at, cut int
	place   place
	text    string
}

// A place orders the edits at one offset: what closes an expression that
// ends there, then what opens those that start there, then the replacement
// of the token itself.
type place uint8

const (
	placeFirst  place = iota // what opens the whole chunk
	placeAfter               // in the order of creation: inner expressions end first
	placeLast                // what closes the whole chunk
	placeBefore              // in reverse order: outer expressions start first
	placeToken
	placeInside // a part of a string: nothing may be added to it
)

// An editList collects the splices of one chunk.
type editList []edit

func (l *editList) before(at int, text string) { *l = append(*l, edit{at, 0, placeBefore, text}) }
func (l *editList) after(at int, text string)  { *l = append(*l, edit{at, 0, placeAfter, text}) }
func (l *editList) replace(start, end int, text string) {
	*l = append(*l, edit{start, end - start, placeToken, text})
}

func (l *editList) replaceInside(start, end int, text string) {
	*l = append(*l, edit{start, end - start, placeInside, text})
}

// apply returns src with the edits made. An edit that replaces a range of
// several tokens overrules those inside; of two that replace the same token
// the later one counts. Where an edit would make two words of the text run
// together, a space keeps them apart.
func (l editList) apply(src string) string {
	type ordered struct {
		edit
		order int
	}
	sorted := make([]ordered, len(l))
	extra := 0
	for i, e := range l {
		sorted[i] = ordered{e, i}
		if e.place == placeBefore {
			sorted[i].order = -i
		}
		extra += len(e.text) + 2
	}
	slices.SortFunc(sorted, func(a, b ordered) int {
		if c := cmp.Compare(a.at, b.at); c != 0 {
			return c
		}
		if c := cmp.Compare(a.place, b.place); c != 0 {
			return c
		}
		return cmp.Compare(a.order, b.order)
	})
	var out strings.Builder
	out.Grow(len(src) + extra)
	pos, glued := 0, false // glued: the output ends with an edit's word
	for i, e := range sorted {
		if e.at < pos {
			continue
		}
		if e.place >= placeToken && i+1 < len(sorted) && sorted[i+1].at == e.at {
			continue
		}
		if e.at > pos {
			if glued && isWordByte(src[pos]) {
				out.WriteByte(' ')
			}
			out.WriteString(src[pos:e.at])
			glued = false
		}
		pos = max(pos, e.at+e.cut)
		if e.text == "" {
			continue
		}
		if e.place != placeInside {
			if n := out.Len(); n > 0 && isWordByte(out.String()[n-1]) && isWordByte(e.text[0]) {
				out.WriteByte(' ')
			}
			glued = isWordByte(e.text[len(e.text)-1])
		}
		out.WriteString(e.text)
	}
	if glued && pos < len(src) && isWordByte(src[pos]) {
		out.WriteByte(' ')
	}
	out.WriteString(src[pos:])
	return out.String()
}

// isWordByte reports whether c may be part of a name or number in the output
// (helper names have bytes above 127).
func isWordByte(c byte) bool { return c >= 0x80 || classes[c]&(classAlpha|classDigit) != 0 }
