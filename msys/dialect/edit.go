package dialect

import (
	"slices"
	"strings"
)

// An edit replaces cut bytes of the source at offset at by text.
type edit struct {
	at, cut int32
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

func (l *editList) before(at int32, text string) { *l = append(*l, edit{at, 0, placeBefore, text}) }
func (l *editList) after(at int32, text string)  { *l = append(*l, edit{at, 0, placeAfter, text}) }

func (l *editList) replace(start, end int32, text string) {
	*l = append(*l, edit{start, end - start, placeToken, text})
}

func (l *editList) replaceInside(start, end int32, text string) {
	*l = append(*l, edit{start, end - start, placeInside, text})
}

// replaceRange replaces several tokens, but keeps the line ends between them
// (and a space after those, lest the next one pairs with the last).
func (x *lexer) replaceRange(start, end int32, text string) {
	between := x.src[start:end]
	if strings.ContainsAny(between, "\r\n") {
		text += strings.Map(func(r rune) rune {
			if r == '\r' || r == '\n' {
				return r
			}
			return ' '
		}, between) + " "
	}
	x.edits.replace(start, end, text)
}

// apply returns src with the edits made. An edit that replaces a range of
// several tokens overrules those inside; of two that replace the same token
// the later one counts. Where an edit would make two words of the text run
// together, a space keeps them apart.
func (l editList) apply(src string) string {
	const orderBits = 29
	const orderMask = 1<<orderBits - 1
	keys := make([]uint64, len(l)) // offset, place and order of an edit
	extra := 0
	for i, e := range l {
		order := uint64(i)
		if e.place == placeBefore {
			order = orderMask - order
		}
		keys[i] = (uint64(e.at)<<3|uint64(e.place))<<orderBits | order
		extra += len(e.text) + 2
	}
	slices.Sort(keys)
	var out strings.Builder
	out.Grow(len(src) + extra)
	pos, glued := int32(0), false // glued: the output ends with an edit's word
	for i, key := range keys {
		order := key & orderMask
		if place(key>>orderBits&7) == placeBefore {
			order = orderMask - order
		}
		e := &l[order]
		if e.at < pos || e.place >= placeToken && i+1 < len(keys) && keys[i+1]>>(orderBits+3) == uint64(e.at) {
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
	if glued && int(pos) < len(src) && isWordByte(src[pos]) {
		out.WriteByte(' ')
	}
	out.WriteString(src[pos:])
	return out.String()
}

// isWordByte reports whether c may be part of a name or number in the output
// (helper names have bytes above 127).
func isWordByte(c byte) bool { return c >= 0x80 || classes[c]&(classAlpha|classDigit) != 0 }
