package dkimsig

import (
	"bytes"
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
	case strings.EqualFold(s, "simple"):
		return Simple, true
	case strings.EqualFold(s, "relaxed"):
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
	header, _ = ParseCanon(strings.Trim(h, blanks))
	if both {
		body, _ = ParseCanon(strings.Trim(b, blanks))
	}
	return header, body
}

// AppendHeader appends the canonical form of a raw header field to dst, with
// its CRLF. A line end of the field that is not CRLF counts as one.
func (c Canon) AppendHeader(dst, field []byte) []byte {
	if c == Relaxed {
		return appendRelaxed(dst, field)
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
	name, value, _ := bytes.Cut(field, []byte{':'})
	dst = append(dst, bytes.ToLower(bytes.TrimRight(name, blanks))...)
	dst = append(dst, ':')
	space, begun := false, false
	for _, b := range value {
		switch b {
		case '\r', '\n':
			// folds vanish; the blank after one is white space of its own
		case ' ', '\t':
			space = true
		default:
			if space && begun {
				dst = append(dst, ' ')
			}
			dst, space, begun = append(dst, b), false, true
		}
	}
	return append(dst, '\r', '\n')
}
