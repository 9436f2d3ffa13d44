package pcre

import (
	"unicode"
	"unicode/utf8"
)

// graphemeLen returns the length of the extended grapheme cluster that b, which
// is not empty, begins with (UAX #29). In byte mode only CR LF is more than a byte.
func graphemeLen(b []byte, utf bool) int {
	if len(b) > 1 && b[0] == '\r' && b[1] == '\n' {
		return 2
	}
	if !utf {
		return 1
	}
	r, n := utf8.DecodeRune(b)
	if graphemeControl(r) {
		return n
	}
	flags := one(regionalIndicator(r))
	prev := r
	joined := false // prev is a joiner after a pictograph
	pictograph := unicode.Is(unicode.So, r)
	for n < len(b) {
		c, w := utf8.DecodeRune(b[n:])
		switch {
		case graphemeControl(c):
			return n
		case graphemeExtends(c):
			joined = c == 0x200d && pictograph
			if c == 0x200d || unicode.Is(unicode.Mc, c) {
				flags = 2
			}
		case joined && unicode.Is(unicode.So, c), hangulContinues(prev, c), graphemePrepends(prev):
			joined = false
			pictograph = unicode.Is(unicode.So, c)
		case flags == 1 && regionalIndicator(c):
			flags = 2
		default:
			return n
		}
		prev = c
		n += w
	}
	return n
}

func graphemeControl(r rune) bool {
	switch {
	case r < 0x300:
		return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xad
	case r == 0x200c || r == 0x200d || graphemePrepends(r) || r >= 0xe0020 && r <= 0xe007f:
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs)
}

func graphemeExtends(r rune) bool {
	if r < 0x300 {
		return false
	}
	return r == 0x200c || r == 0x200d || unicode.Is(unicode.M, r) ||
		r >= 0x1f3fb && r <= 0x1f3ff || r == 0xff9e || r == 0xff9f || r >= 0xe0020 && r <= 0xe007f
}

func graphemePrepends(r rune) bool {
	return r >= 0x600 && unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

func regionalIndicator(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

type hangulKind uint8

const (
	hangulNone hangulKind = iota
	hangulL
	hangulV
	hangulT
	hangulLV
	hangulLVT
)

func hangul(r rune) hangulKind {
	switch {
	case r < 0x1100:
		return hangulNone
	case r <= 0x115f, r >= 0xa960 && r <= 0xa97c:
		return hangulL
	case r <= 0x11a7, r >= 0xd7b0 && r <= 0xd7c6:
		return hangulV
	case r <= 0x11ff, r >= 0xd7cb && r <= 0xd7fb:
		return hangulT
	case r >= 0xac00 && r <= 0xd7a3:
		if (r-0xac00)%28 == 0 {
			return hangulLV
		}
		return hangulLVT
	}
	return hangulNone
}

// hangulContinues reports whether a syllable that has come to a goes on with c.
func hangulContinues(a, c rune) bool {
	next := hangul(c)
	switch hangul(a) {
	case hangulL:
		return next == hangulL || next == hangulV || next == hangulLV || next == hangulLVT
	case hangulLV, hangulV:
		return next == hangulV || next == hangulT
	case hangulLVT, hangulT:
		return next == hangulT
	}
	return false
}
