package dkimsig

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// ones is a word of eight bytes that are 1.
const ones = 0x0101010101010101

// run gives the length of the longest beginning of p that is canonical as it
// stands and ends with text. p begins with text: neither with a line end nor,
// if c is relaxed, with white space.
func (c Canon) run(p []byte) int {
	n := 0
	if c == Relaxed {
		n = relaxedRun(p, ones)
	} else {
		n = simpleRun(p)
	}
	for p[n-1] == '\r' || p[n-1] == '\n' || c == Relaxed && p[n-1] == ' ' {
		n--
	}
	return n
}

// simpleRun gives the length of the bytes of p before a line end that is not
// CRLF.
func simpleRun(p []byte) int {
	n, lines := 0, 0
	for n < len(p) {
		i := bytes.IndexByte(p[n:], '\n')
		if i < 0 {
			n = len(p)
			break
		}
		if i += n; i == 0 || p[i-1] != '\r' {
			n = i
			break
		}
		lines++
		n = i + 1
	}
	if bytes.Count(p[:n], crlf[:1]) == lines {
		return n
	}
	for i := 0; ; i++ { // some CR stands alone
		k := bytes.IndexByte(p[i:n], '\r')
		if k < 0 {
			return n
		}
		if i += k; i+1 == n || p[i+1] != '\n' {
			return i
		}
	}
}

// relaxedRun gives the length of the bytes of p before a line end that is not
// CRLF and before white space that must change. ones is the constant, in a
// register.
//
// It looks at 16 bytes at a time, for controls and for a space behind a space.
// Masks have the high bit of a byte set where there is one; only the lowest is
// sure, as subtraction carries on.
func relaxedRun(p []byte, ones uint64) int {
	spaces, highs := ones<<5, ones<<7
	i := 1
	for i+17 <= len(p) {
		w := p[i : i+17 : i+17]
		x, y := binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[8:])
		xs, ys := x-spaces, y-spaces                            // spaces are 0, controls negative
		xx := xs | (binary.LittleEndian.Uint64(w[1:]) - spaces) // two spaces are 0
		yy := ys | (binary.LittleEndian.Uint64(w[9:]) - spaces)
		low := ((xx-ones)&^xx | xs) &^ x & highs
		high := ((yy-ones)&^yy | ys) &^ y & highs
		if low|high == 0 {
			i += 16
			continue
		}
		if low == 0 {
			low = high
			i += 8
		}
		i += bits.TrailingZeros64(low) / 8
		switch b := p[i]; {
		case b == '\r' && p[i+1] == '\n' && p[i-1] != ' ':
			if i += 2; i+1 < len(p) && p[i] == '\r' && p[i+1] == '\n' {
				i += 2 // an empty line
			}
		case b == '\t' || b == '\r' || b == '\n' || b == ' ' && p[i+1] == ' ':
			return i
		default:
			i++
		}
	}
	for ; i < len(p); i++ {
		last, b := p[i-1], p[i]
		if b == '\t' || last == ' ' && (b == ' ' || b == '\r' || b == '\n') || (last == '\r') != (b == '\n') {
			break
		}
	}
	return i
}
