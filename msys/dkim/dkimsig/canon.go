package dkimsig

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// Canon is a canonicalization (RFC 6376 section 3.4).
type Canon int

// The canonicalizations.
const (
	Unknown Canon = iota - 1
	Simple
	Relaxed
)

// ParseCanon reads "simple" or "relaxed", in any case.
func ParseCanon(s string) (Canon, bool) {
	switch {
	case equalFold(s, "simple"):
		return Simple, true
	case equalFold(s, "relaxed"):
		return Relaxed, true
	}
	return Unknown, false
}

// String gives "simple", "relaxed" or "unknown".
func (c Canon) String() string {
	switch c {
	case Simple:
		return "simple"
	case Relaxed:
		return "relaxed"
	}
	return "unknown"
}

// ParseCanons reads the value of c=: one canonicalization for the header, or
// two parted by a slash. Missing ones are simple. An unknown one is Unknown.
func ParseCanons(s string) (header, body Canon) {
	if s == "" {
		return Simple, Simple
	}
	h, b, both := strings.Cut(s, "/")
	header, _ = ParseCanon(trimBlanks(h))
	if both {
		body, _ = ParseCanon(trimBlanks(b))
	}
	return header, body
}

// AppendHeader appends the canonical form of a raw header field to dst, with
// its CRLF. A line end of the field that is not CRLF counts as one.
func (c Canon) AppendHeader(dst, field []byte) []byte {
	if c == Relaxed {
		return appendRelaxed(dst, field)
	}
	if n := len(field) - len(crlf); n > 0 && field[0] != '\r' && field[0] != '\n' && bytes.HasSuffix(field, crlf) && Simple.run(field) == n {
		return append(dst, field...)
	}
	for len(field) > 0 {
		i := bytes.IndexAny(field, "\r\n")
		if i < 0 {
			dst = append(dst, field...)
			return append(dst, '\r', '\n')
		}
		dst = append(append(dst, field[:i]...), '\r', '\n')
		if field[i] == '\r' && i+1 < len(field) && field[i+1] == '\n' {
			i++
		}
		field = field[i+1:]
	}
	return dst
}

func appendRelaxed(dst, field []byte) []byte {
	name, value, _ := bytes.Cut(field, colon)
	for len(name) > 0 && isBlank(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	for _, b := range name {
		dst = append(dst, lowerByte(b))
	}
	dst = append(dst, ':')
	dst = appendUnfolded(dst, value)
	return append(dst, '\r', '\n')
}

// appendUnfolded appends a value with its white space, and what is left of it
// where folds vanish, as single spaces between words.
func appendUnfolded(dst, value []byte) []byte {
	start := len(dst)
	out := slices.Grow(dst, len(value)+word)
	out = out[:cap(out)]
	n, i := start, 0
	for i < len(value) && isBlank(value[i]) {
		i++
	}
	for i < len(value) {
		if i+word < len(value) {
			from, to := value[i:i+word+1:i+word+1], out[n:n+word:n+word]
			x, next := binary.LittleEndian.Uint64(from), binary.LittleEndian.Uint64(from[1:])
			binary.LittleEndian.PutUint64(to, x)
			m := suspects(x, next)
			if m == 0 {
				i, n = i+word, n+word
				continue
			}
			k := bits.TrailingZeros64(m) / 8
			i, n = i+k, n+k
		}
		if !isBlank(value[i]) {
			out[n] = value[i]
			i, n = i+1, n+1
			continue
		}
		space := false
		for ; i < len(value) && isBlank(value[i]); i++ {
			space = space || value[i] == ' ' || value[i] == '\t'
		}
		if space && out[n-1] != ' ' {
			out[n] = ' '
			n++
		}
	}
	if n > start && out[n-1] == ' ' {
		n--
	}
	return out[:n]
}

var colon = []byte{':'}

// lowerByte gives an ASCII letter in lower case.
func lowerByte(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b | 0x20
	}
	return b
}
