package pcre

import (
	"math/bits"
	"slices"
	"unicode"
)

// A runeRange is an inclusive range of code points.
type runeRange struct{ lo, hi rune }

// A charSet is a set of characters: of bytes in byte mode, of code points in
// UTF mode. It is immutable once the parser has built it.
type charSet struct {
	bits   [4]uint64   // 0 to 255
	ranges []runeRange // from 256 on, sorted, disjoint, not adjacent; UTF mode only
	high   highPart    // UTF mode: what it holds from 0x80 on
}

// highPart says which of the code points from 0x80 on a set holds.
type highPart uint8

const (
	highNone highPart = iota
	highAll
	highSome
)

func (s *charSet) hasByte(b byte) bool { return s.bits[b>>6]&(1<<(b&63)) != 0 }

func (s *charSet) has(r rune) bool {
	if uint32(r) < 256 {
		return s.bits[r>>6]&(1<<(uint(r)&63)) != 0
	}
	lo, hi := 0, len(s.ranges)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		switch rg := s.ranges[m]; {
		case r < rg.lo:
			hi = m
		case r > rg.hi:
			lo = m + 1
		default:
			return true
		}
	}
	return false
}

func (s *charSet) add(lo, hi rune) {
	if lo < 256 {
		top := min(hi, 255)
		for w := lo >> 6; w <= top>>6; w++ {
			mask := ^uint64(0)
			if w == lo>>6 {
				mask &= ^uint64(0) << (uint(lo) & 63)
			}
			if w == top>>6 {
				mask &= ^uint64(0) >> (63 - uint(top)&63)
			}
			s.bits[w] |= mask
		}
		lo = 256
	}
	if lo <= hi {
		s.ranges = append(s.ranges, runeRange{lo, hi})
	}
}

func (s *charSet) addSet(t *charSet) {
	for i := range s.bits {
		s.bits[i] |= t.bits[i]
	}
	if len(t.ranges) > 0 {
		s.ranges = append(s.ranges, t.ranges...)
	}
}

func (s *charSet) addTable(t *unicode.RangeTable) {
	for _, r := range t.R16 {
		s.addStride(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		s.addStride(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
}

func (s *charSet) addStride(lo, hi, stride rune) {
	if stride == 1 {
		s.add(lo, hi)
		return
	}
	for r := lo; r <= hi; r += stride {
		s.add(r, r)
	}
}

// normalize sorts and merges the ranges; without utf it drops them.
func (s *charSet) normalize(utf bool) {
	if !utf {
		s.ranges = nil
		return
	}
	slices.SortFunc(s.ranges, func(a, b runeRange) int { return int(a.lo - b.lo) })
	out := s.ranges[:0]
	for _, r := range s.ranges {
		if n := len(out); n > 0 && r.lo <= out[n-1].hi+1 {
			out[n-1].hi = max(out[n-1].hi, r.hi)
		} else {
			out = append(out, r)
		}
	}
	s.ranges = out
	s.high = s.highPart()
}

func (s *charSet) highPart() highPart {
	all := s.bits[2] == ^uint64(0) && s.bits[3] == ^uint64(0) && len(s.ranges) == 1 &&
		s.ranges[0] == runeRange{256, unicode.MaxRune}
	switch {
	case all:
		return highAll
	case s.bits[2]|s.bits[3] == 0 && len(s.ranges) == 0:
		return highNone
	}
	return highSome
}

// complement returns the characters that a normalized s does not hold.
func (s *charSet) complement(utf bool) *charSet {
	c := &charSet{}
	for i := range s.bits {
		c.bits[i] = ^s.bits[i]
	}
	if utf {
		next := rune(256)
		for _, r := range s.ranges {
			if r.lo > next {
				c.ranges = append(c.ranges, runeRange{next, r.lo - 1})
			}
			next = r.hi + 1
		}
		if next <= unicode.MaxRune {
			c.ranges = append(c.ranges, runeRange{next, unicode.MaxRune})
		}
		c.high = c.highPart()
	}
	return c
}

// intersect returns the characters that both normalized sets hold.
func (s *charSet) intersect(t *charSet, utf bool) *charSet {
	c := &charSet{}
	for i := range s.bits {
		c.bits[i] = s.bits[i] & t.bits[i]
	}
	i, j := 0, 0
	for i < len(s.ranges) && j < len(t.ranges) {
		a, b := s.ranges[i], t.ranges[j]
		if lo, hi := max(a.lo, b.lo), min(a.hi, b.hi); lo <= hi {
			c.ranges = append(c.ranges, runeRange{lo, hi})
		}
		if a.hi < b.hi {
			i++
		} else {
			j++
		}
	}
	c.normalize(utf)
	return c
}

func (s *charSet) union(t *charSet, utf bool) *charSet {
	c := &charSet{bits: s.bits, ranges: slices.Clone(s.ranges)}
	c.addSet(t)
	c.normalize(utf)
	return c
}

// single returns the only character of the set, if it has exactly one below 256 and none above.
func (s *charSet) single() (rune, bool) {
	if len(s.ranges) > 0 {
		return 0, false
	}
	n, at := 0, 0
	for i, w := range s.bits {
		if w != 0 {
			n += bits.OnesCount64(w)
			at = i*64 + bits.TrailingZeros64(w)
		}
	}
	return rune(at), n == 1
}
