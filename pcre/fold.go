package pcre

import (
	"sort"
	"sync"
	"unicode"
)

// foldable lists every code point from 256 on that has another case.
var foldable = sync.OnceValue(func() []rune {
	var rs []rune
	for _, rng := range []*unicode.RangeTable{unicode.L, unicode.M, unicode.Nl, unicode.So} {
		var s charSet
		s.addTable(rng)
		for _, r := range s.ranges {
			for c := r.lo; c <= r.hi; c++ {
				if unicode.SimpleFold(c) != c {
					rs = append(rs, c)
				}
			}
		}
	}
	sort.Slice(rs, func(i, j int) bool { return rs[i] < rs[j] })
	return rs
})

// A folding says which characters count as the same without regard to case.
type folding struct {
	utf        bool
	restricted bool // ASCII characters fold to ASCII characters only
}

// each calls f for every other case of r.
func (f folding) each(r rune, fn func(rune)) {
	if !f.utf {
		if c := r | 0x20; 'a' <= c && c <= 'z' && r < 0x80 {
			fn(r ^ 0x20)
		}
		return
	}
	for c := unicode.SimpleFold(r); c != r; c = unicode.SimpleFold(c) {
		if f.restricted && (c < 0x80) != (r < 0x80) {
			continue
		}
		fn(c)
	}
}

// cased reports whether r has another case.
func (f folding) cased(r rune) bool {
	found := false
	if r < 0x80 {
		c := r | 0x20
		return 'a' <= c && c <= 'z'
	}
	f.each(r, func(rune) { found = true })
	return found
}

// equal reports whether a and b are the same without regard to case.
func (f folding) equal(a, b rune) bool {
	if a == b {
		return true
	}
	same := false
	f.each(a, func(c rune) { same = same || c == b })
	return same
}

// close adds the other cases of every character in s.
func (f folding) close(s *charSet) {
	orig := *s
	if !f.utf {
		const lowerMask = (1<<26 - 1) << ('a' - 64)
		up, low := s.bits[1]&(lowerMask>>32), s.bits[1]&lowerMask
		s.bits[1] |= up<<32 | low>>32
		return
	}
	add := func(c rune) { s.add(c, c) }
	for c := rune(0); c < 256; c++ {
		if orig.has(c) {
			f.each(c, add)
		}
	}
	if len(orig.ranges) == 0 {
		return
	}
	all := foldable()
	for _, r := range orig.ranges {
		i := sort.Search(len(all), func(i int) bool { return all[i] >= r.lo })
		for ; i < len(all) && all[i] <= r.hi; i++ {
			f.each(all[i], add)
		}
	}
}
