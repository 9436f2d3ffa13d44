package dkimsig

import (
	"encoding/binary"
	"math/bits"
)

// shortRun is the length of a run below which it is faster to copy what
// follows it as well than to pass each run on where it lies.
const shortRun = 128

// word is how many bytes squeeze looks at together, maxLines how many line ends
// and a space fit into one.
const (
	word     = 8
	maxLines = 3
)

// squeeze copies the relaxed form of a beginning of p to the buffer and gives
// the length of that beginning. p begins with text and has more than word
// bytes.
func (w *BodyWriter) squeeze(p []byte) int {
	w.begin()
	if w.n > len(w.buf)/2 {
		w.flush()
	}
	dst := w.buf[w.n:]
	i, n := 0, 0
	for i+word < len(p) && n+2*word <= len(dst) {
		from, to := p[i:i+word+1:i+word+1], dst[n:n+word:n+word]
		x, next := binary.LittleEndian.Uint64(from), binary.LittleEndian.Uint64(from[1:])
		binary.LittleEndian.PutUint64(to, x)
		m := suspects(x, next)
		if m == 0 {
			i, n = i+word, n+word
			continue
		}
		k := bits.TrailingZeros64(m) / 8
		i, n = i+k, n+k
		if !isBlank(p[i]) {
			i, n = i+1, n+1 // a control that means nothing
			continue
		}
		if dst[n-1] == ' ' {
			i, n = i-1, n-1
		}
		lines := 0
		for ; i < len(p) && isBlank(p[i]); i++ {
			if b := p[i]; b == '\r' || b == '\n' && p[i-1] != '\r' {
				lines++
			}
		}
		last := p[i-1]
		space := last == ' ' || last == '\t'
		if i == len(p) || lines > maxLines {
			w.n, w.lines, w.space, w.cr = w.n+n, int64(lines), space, last == '\r'
			return i
		}
		for ; lines > 0; lines-- {
			dst[n], dst[n+1] = '\r', '\n'
			n += len(crlf)
		}
		if space {
			dst[n] = ' '
			n++
		}
	}
	if n > 0 && dst[n-1] == ' ' {
		n, w.space = n-1, true
	}
	w.n += n
	return i
}

// suspects has the high bit set of each byte of x that is a control, or a
// space before another; next are the bytes one further on. Only the lowest is
// sure, as subtraction carries on.
func suspects(x, next uint64) uint64 {
	xs := x - ones*' ' // spaces are 0, controls negative
	pair := xs | (next - ones*' ')
	return ((pair-ones)&^pair | xs) &^ x & (ones << 7)
}
