package transfer

import (
	"encoding/base64"
	"io"
)

const lineLength = 76

const upperHex = "0123456789ABCDEF"

// EncodeBase64 gives src in lines of 76 characters, each ended with CRLF.
func EncodeBase64(src []byte) []byte {
	size := base64.StdEncoding.EncodedLen(len(src))
	return appendBase64(make([]byte, 0, size+2*(size/lineLength+1)), src)
}

const base64Line = lineLength / 4 * 3 // bytes in a line

func appendBase64(dst, src []byte) []byte {
	for len(src) > 0 {
		n := min(base64Line, len(src))
		dst = base64.StdEncoding.AppendEncode(dst, src[:n])
		dst = append(dst, '\r', '\n')
		src = src[n:]
	}
	return dst
}

// EncodeQuotedPrintable gives src in lines of at most 76 characters. CRLF and
// LF stay as line ends, written CRLF; a CR alone is escaped.
func EncodeQuotedPrintable(src []byte) []byte {
	q := quoter{}
	dst, _ := q.append(make([]byte, 0, len(src)+len(src)/8+2), src, true)
	return dst
}

// quoter encodes quoted-printable bit by bit.
type quoter struct{ column int }

// append encodes src as far as its meaning does not depend on bytes to come,
// and gives how many bytes it took. last tells that src ends the text.
func (q *quoter) append(dst, src []byte, last bool) ([]byte, int) {
	const ahead = 3 // a blank and a line end
	for i := 0; i < len(src); i++ {
		if !last && len(src)-i < ahead {
			return dst, i
		}
		if n := lineEnd(src[i:]); n > 0 {
			dst = append(dst, '\r', '\n')
			q.column = 0
			i += n - 1
			continue
		}
		dst = q.byte(dst, src[i], i+1 == len(src) || lineEnd(src[i+1:]) > 0)
	}
	return dst, len(src)
}

// byte encodes a byte that is no line end; atEnd tells that one follows.
func (q *quoter) byte(dst []byte, c byte, atEnd bool) []byte {
	width := 1
	if plain := c > ' ' && c < 0x7F && c != '='; !plain && (!isBlank(c) || atEnd) {
		width = 3
	}
	room := lineLength - 1
	if atEnd {
		room = lineLength
	}
	if q.column+width > room {
		dst = append(dst, '=', '\r', '\n')
		q.column = 0
	}
	q.column += width
	if width == 1 {
		return append(dst, c)
	}
	return append(dst, '=', upperHex[c>>4], upperHex[c&15])
}

// encoder is a writer that encodes.
type encoder struct {
	w      io.Writer
	encode func(dst, src []byte, last bool) ([]byte, int)
	in     []byte // not encoded yet
	out    []byte
}

// NewBase64Encoder gives a writer of base64 into w, in the form of
// [EncodeBase64]. Close ends the text; it does not close w.
func NewBase64Encoder(w io.Writer) io.WriteCloser {
	return &encoder{w: w, encode: func(dst, src []byte, last bool) ([]byte, int) {
		n := len(src)
		if !last {
			n -= n % base64Line
		}
		return appendBase64(dst, src[:n]), n
	}}
}

// NewQuotedPrintableEncoder gives a writer of quoted-printable into w, in the
// form of [EncodeQuotedPrintable]. Close ends the text; it does not close w.
func NewQuotedPrintableEncoder(w io.Writer) io.WriteCloser {
	q := &quoter{}
	return &encoder{w: w, encode: q.append}
}

func (e *encoder) Write(p []byte) (int, error) {
	e.in = append(e.in, p...)
	if err := e.flush(false); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (e *encoder) Close() error { return e.flush(true) }

func (e *encoder) flush(last bool) error {
	var n int
	e.out, n = e.encode(e.out[:0], e.in, last)
	e.in = e.in[:copy(e.in, e.in[n:])]
	if len(e.out) == 0 {
		return nil
	}
	_, err := e.w.Write(e.out)
	return err
}
