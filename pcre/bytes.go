package pcre

import (
	"math/bits"
	"unicode/utf8"
)

// A byteSet is a set of bytes.
type byteSet [4]uint64

var allBytes = byteSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

func (s *byteSet) has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }

func (s *byteSet) add(b byte) { s[b>>6] |= 1 << (b & 63) }

func (s *byteSet) addRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s.add(byte(b))
	}
}

func (s *byteSet) union(t *byteSet) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s *byteSet) disjoint(t *byteSet) bool {
	return s[0]&t[0]|s[1]&t[1]|s[2]&t[2]|s[3]&t[3] == 0
}

func (s *byteSet) len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// leadBytes returns the bytes that the characters of s can begin with.
func (s *charSet) leadBytes(utf bool) byteSet {
	if !utf {
		return s.bits
	}
	b := byteSet{s.bits[0], s.bits[1]}
	if s.high == highAll {
		b.addRange(0xc2, 0xf4)
		return b
	}
	for r := rune(0x80); r < 0x100; r++ {
		if s.has(r) {
			b.add(leadByte(r))
		}
	}
	for _, rg := range s.ranges {
		b.addRange(leadByte(rg.lo), leadByte(rg.hi))
	}
	return b
}

func leadByte(r rune) byte {
	switch {
	case r < 0x80:
		return byte(r)
	case r < 0x800:
		return 0xc0 | byte(r>>6)
	case r < 0x10000:
		return 0xe0 | byte(r>>12)
	}
	return 0xf0 | byte(r>>18)
}

// charLen returns the length of the UTF-8 character that begins with b.
func charLen(b byte) int {
	switch {
	case b < utf8.RuneSelf:
		return 1
	case b < 0xe0:
		return 2
	case b < 0xf0:
		return 3
	}
	return 4
}

// appendChar appends the bytes of a literal character.
func appendChar(dst []byte, r rune, utf bool) []byte {
	if utf {
		return utf8.AppendRune(dst, r)
	}
	return append(dst, byte(r))
}
