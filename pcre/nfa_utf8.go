package pcre

import "unicode/utf8"

// A byteRange is an inclusive range of bytes.
type byteRange struct{ lo, hi byte }

// A tailKey identifies a state that consumes a range of bytes.
type tailKey struct {
	r    byteRange
	next int32
}

// chars adds what consumes one character of s.
func (b *nfaBuilder) chars(s *charSet, next int32) int32 {
	if !b.t.utf {
		return b.bytes(s.bits, next)
	}
	var starts []int32
	ascii := byteSet{s.bits[0], s.bits[1]}
	if ascii != (byteSet{}) {
		starts = append(starts, b.bytes(ascii, next))
	}
	b.tails = map[tailKey]int32{}
	switch s.high {
	case highAll:
		// The subject is known to be valid.
		for n, lead := range []byteRange{{0xc2, 0xdf}, {0xe0, 0xef}, {0xf0, 0xf4}} {
			seq := []byteRange{lead, {0x80, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}}
			starts = append(starts, b.sequence(seq[:n+2], next))
		}
	case highSome:
		b.highRanges(s, func(lo, hi rune) {
			splitUTF8(lo, hi, func(seq []byteRange) {
				starts = append(starts, b.sequence(seq, next))
			})
		})
	}
	if len(starts) == 0 {
		return b.add(nfaState{op: nfaFail})
	}
	at := starts[len(starts)-1]
	for i := len(starts) - 2; i >= 0; i-- {
		at = b.add(nfaState{op: nfaSplit, x: starts[i], y: at})
	}
	return at
}

// highRanges calls fn for the ranges of s from 0x80 on.
func (b *nfaBuilder) highRanges(s *charSet, fn func(lo, hi rune)) {
	for r := rune(0x80); r < 0x100; r++ {
		if !s.has(r) {
			continue
		}
		lo := r
		for r+1 < 0x100 && s.has(r+1) {
			r++
		}
		fn(lo, r)
	}
	for _, rg := range s.ranges {
		fn(rg.lo, rg.hi)
	}
}

// sequence adds states that consume one byte of each range, sharing tails.
func (b *nfaBuilder) sequence(seq []byteRange, next int32) int32 {
	for i := range seq {
		r := seq[len(seq)-1-i]
		if b.reverse {
			r = seq[i]
		}
		key := tailKey{r, next}
		at, ok := b.tails[key]
		if !ok {
			var s byteSet
			s.addRange(r.lo, r.hi)
			at = b.bytes(s, next)
			b.tails[key] = at
		}
		next = at
	}
	return next
}

// splitUTF8 calls fn with sequences of byte ranges that together are the UTF-8
// forms of the code points from lo to hi, which are 0x80 or more.
func splitUTF8(lo, hi rune, fn func([]byteRange)) {
	for _, top := range []rune{0x7ff, 0xd7ff, 0xdfff, 0xffff, utf8.MaxRune} {
		if lo > hi {
			return
		}
		if lo > top {
			continue
		}
		end := min(hi, top)
		if top != 0xdfff { // no surrogates
			splitSameLength(lo, end, fn)
		}
		lo = end + 1
	}
}

// splitSameLength is splitUTF8 for code points whose forms are of one length.
func splitSameLength(lo, hi rune, fn func([]byteRange)) {
	for shift := 6; shift < 24; shift += 6 {
		mask := rune(1)<<shift - 1
		if lo&^mask == hi&^mask {
			break
		}
		if lo&mask != 0 {
			splitSameLength(lo, lo|mask, fn)
			splitSameLength((lo|mask)+1, hi, fn)
			return
		}
		if hi&mask != mask {
			splitSameLength(lo, hi&^mask-1, fn)
			splitSameLength(hi&^mask, hi, fn)
			return
		}
	}
	var a, z [4]byte
	n := utf8.EncodeRune(a[:], lo)
	utf8.EncodeRune(z[:], hi)
	seq := make([]byteRange, n)
	for i := range seq {
		seq[i] = byteRange{a[i], z[i]}
	}
	fn(seq)
}
