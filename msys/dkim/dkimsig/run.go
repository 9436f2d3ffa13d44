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
// It looks at 16 bytes at a time, for controls and for a space before a space.
// Masks have the high bit of a byte set where there is one; only the lowest is
// sure, as subtraction carries on.
func relaxedRun(p []byte, ones uint64) int {
	i := asciiRun(p, 1, ones*' ', ones*(' '+1), ones<<7)
	for i+17 <= len(p) {
		w := p[i : i+17 : i+17]
		low := suspects(binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[1:]))
		high := suspects(binary.LittleEndian.Uint64(w[8:]), binary.LittleEndian.Uint64(w[9:]))
		if low|high == 0 {
			i += 16
			continue
		}
		if low == 0 {
			low = high
			i += 8
		}
		i += bits.TrailingZeros64(low) / 8
		n := unchanged(p, i)
		if n == 0 {
			return i
		}
		i += n
	}
	for ; i < len(p); i++ {
		last, b := p[i-1], p[i]
		if b == '\t' || last == ' ' && (b == ' ' || b == '\r' || b == '\n') || (last == '\r') != (b == '\n') {
			break
		}
	}
	return i
}

// asciiRun goes on from i like relaxedRun, but ends before bytes that are not
// ASCII and somewhat before the end of p. The masks that are quicker for ASCII
// take the constants that they are made of as arguments.
func asciiRun(p []byte, i int, spaces, above, highs uint64) int {
	for i+17 <= len(p) {
		w := p[i : i+17 : i+17]
		x, y := binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[8:])
		low := (x - spaces | x | (x | binary.LittleEndian.Uint64(w[1:])) - above) & highs
		high := (y - spaces | y | (y | binary.LittleEndian.Uint64(w[9:])) - above) & highs
		if low|high == 0 {
			i += 16
			continue
		}
		if low == 0 {
			low = high
			i += 8
		}
		i += bits.TrailingZeros64(low) / 8
		n := unchanged(p, i)
		if n == 0 || p[i] >= 0x80 {
			return i
		}
		i += n
	}
	return i
}

// unchanged gives how many of the two bytes at i, the first of which is a
// suspect, are canonical.
func unchanged(p []byte, i int) int {
	switch b := p[i]; {
	case b == '\r' && p[i+1] == '\n' && p[i-1] != ' ':
		return 2
	case b == '\t' || b == '\r' || b == '\n' || b == ' ' && p[i+1] == ' ':
		return 0
	}
	return 1
}
