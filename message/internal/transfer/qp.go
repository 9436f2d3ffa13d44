package transfer

import "bytes"

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
		src = d.refill(src, last)
	}
	if cap(dst)-len(dst) < len(src) {
		dst = append(make([]byte, 0, len(dst)*2+len(src)), dst...)
	}
	for len(src) > 0 {
		line, rest := src, []byte(nil)
		whole := false
		if i := bytes.IndexByte(src, '\n'); i >= 0 {
			line, rest, whole = src[:i+1], src[i+1:], true
		} else if !last {
			line = d.hold(src)
			return escapes(dst, line)
		}
		dst = decodeLine(dst, line, whole)
		src = rest
	}
	return dst
}

// refill puts what was held back in front of src.
func (d *QuotedPrintable) refill(src []byte, last bool) []byte {
	held := d.held
	d.held = nil
	joined := make([]byte, 0, len(held)+len(src))
	return append(append(joined, held...), src...)
}

// hold keeps the end of an unfinished line as far as its meaning is open.
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

// decodeLine decodes a line with its end, if whole, or the last of the text.
func decodeLine(dst, line []byte, whole bool) []byte {
	end := len(line)
	if whole {
		end--
		if end > 0 && line[end-1] == '\r' {
			end--
		}
	}
	text := end
	for text > 0 && isBlank(line[text-1]) {
		text--
	}
	if text > 0 && line[text-1] == '=' {
		return escapes(dst, line[:text-1])
	}
	dst = escapes(dst, line[:text])
	return append(dst, line[end:]...)
}

// escapes copies text with its escapes decoded.
func escapes(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '=')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		if i+2 < len(text) {
			if hi, lo := hexDigits[text[i+1]], hexDigits[text[i+2]]; hi|lo < 16 {
				dst = append(dst, hi<<4|lo)
				text = text[i+3:]
				continue
			}
		}
		dst = append(dst, '=')
		text = text[i+1:]
	}
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
