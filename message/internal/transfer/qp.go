package transfer

import (
	"encoding/binary"
	"math/bits"
)

// QuotedPrintable decodes a stream of quoted-printable text. Blanks before a
// line end go; an equals sign that begins neither an escape nor a soft line
// break stays as it is.
type QuotedPrintable struct {
	held []byte // an unfinished line end, escape or run of blanks
}

// maxHeld bounds the blanks that are held back until the line end shows.
const maxHeld = 1 << 10

// Decode appends the bytes that src stands for to dst, and holds back what
// depends on bytes to come. last tells that src ends the stream.
func (d *QuotedPrintable) Decode(dst, src []byte, last bool) []byte {
	if len(d.held) > 0 {
		src = append(append(make([]byte, 0, len(d.held)+len(src)), d.held...), src...)
		d.held = d.held[:0]
	}
	if !last {
		src = d.hold(src)
	}
	if cap(dst)-len(dst) < len(src)+step {
		dst = append(make([]byte, 0, len(dst)*2+len(src)+step), dst...)
	}
	return decodeQuoted(dst, src, last)
}

// hold keeps the end of src as far as its meaning is open.
func (d *QuotedPrintable) hold(src []byte) []byte {
	n := len(src)
	for n > 0 && len(src)-n < maxHeld && (isBlank(src[n-1]) || src[n-1] == '\r') {
		n--
	}
	switch {
	case n >= 1 && src[n-1] == '=':
		n--
	case n >= 2 && n == len(src) && src[n-2] == '=':
		n -= 2
	}
	d.held = append(d.held, src[n:]...)
	return src[:n]
}

const step = 16 // bytes that are looked at together

// decodeQuoted decodes src into the room behind dst, which must be a step more
// than src is long. final tells that the text ends with src.
func decodeQuoted(dst, src []byte, final bool) []byte {
	out := dst[len(dst):cap(dst)]
	o, i := 0, 0 // bytes written and read
	floor := 0   // what stands before it cannot be blanks before a line end
	for i < len(src) {
		switch src[i] {
		case '=':
			if i+2 < len(src) {
				if v := hexDigits[src[i+1]]<<4 | hexDigits[src[i+2]]; hexDigits[src[i+1]]|hexDigits[src[i+2]] < 16 {
					out[o] = v
					o++
					i += 3
					floor = o
					continue
				}
			}
			if n := softBreak(src[i:], final); n > 0 {
				i += n
			} else {
				out[o] = '='
				o++
				i++
			}
			floor = o
		case '\n':
			o = endLine(out, o, floor)
			i++
			floor = o
		default:
			n := copyPlain(out[o:], src[i:])
			o += n
			i += n
		}
	}
	for final && o > floor && isBlank(out[o-1]) {
		o--
	}
	return dst[:len(dst)+o]
}

// copyPlain copies src up to the first line feed or equals sign to dst, which
// must be longer by a step, and gives the number of bytes. Two words at a time
// cover most of what stands between two of them, so that branches are few.
func copyPlain(dst, src []byte) int {
	n := 0
	for len(src)-n >= step {
		s, d := src[n:n+step:n+step], dst[n:n+step:n+step]
		a, b := binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[8:])
		binary.LittleEndian.PutUint64(d, a)
		binary.LittleEndian.PutUint64(d[8:], b)
		found := specials(a) | specials(b)<<8 | 1<<step
		plain := bits.TrailingZeros32(uint32(found))
		n += plain
		if plain < step {
			return n
		}
	}
	for ; n < len(src) && src[n] != '=' && src[n] != '\n'; n++ {
		dst[n] = src[n]
	}
	return n
}

// specials gives a bit for each byte of w that is a line feed or an equals sign.
// Bits above the lowest may be wrong.
func specials(w uint64) uint64 {
	const low, high = 0x0101010101010101, 0x8080808080808080
	x, y := w^low*'=', w^low*'\n'
	m := ((x-low)&^x | (y-low)&^y) & high
	return m >> 7 * 0x0102040810204080 >> 56
}

// endLine writes a line feed behind o bytes of out, after it has taken away the
// blanks in front of it, and gives the new number.
func endLine(out []byte, o, floor int) int {
	cr := o > floor && out[o-1] == '\r'
	if cr {
		o--
	}
	for o > floor && isBlank(out[o-1]) {
		o--
	}
	if cr {
		out[o] = '\r'
		o++
	}
	out[o] = '\n'
	return o + 1
}

// softBreak gives the length of the soft line break at the start of s, 0 if
// there is none. The end of the text is a line end, too.
func softBreak(s []byte, final bool) int {
	n := 1
	for n < len(s) && isBlank(s[n]) {
		n++
	}
	if n == len(s) {
		if final {
			return n
		}
		return 0
	}
	if end := lineEnd(s[n:]); end > 0 {
		return n + end
	}
	return 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

var hexDigits = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xFF
	}
	for i := range 10 {
		t['0'+i] = byte(i)
	}
	for i := range 6 {
		t['a'+i], t['A'+i] = byte(10+i), byte(10+i)
	}
	return t
}()
