package domainkeys

import (
	"bytes"
	"io"
	"strings"
)

// Canon is a canonicalization (RFC 4870 section 3.4.2).
type Canon int

// The canonicalizations.
const (
	NoFWS   Canon = iota // without white space
	Simple               // as it is
	Unknown Canon = -1
)

// ParseCanon reads "simple" or "nofws", in any case.
func ParseCanon(s string) (Canon, bool) {
	switch {
	case strings.EqualFold(s, "nofws"):
		return NoFWS, true
	case strings.EqualFold(s, "simple"):
		return Simple, true
	}
	return Unknown, false
}

// String gives "nofws", "simple" or "unknown".
func (c Canon) String() string {
	switch c {
	case NoFWS:
		return "nofws"
	case Simple:
		return "simple"
	}
	return "unknown"
}

// canonWriter passes the canonical form of a message on: its lines, CRLF
// behind each, without the empty lines at the end. A lone CR or LF counts as
// CRLF. Canonicalizing is one pass over the bytes, whatever pieces they come
// in.
type canonWriter struct {
	w     io.Writer
	canon Canon
	empty int64 // empty lines held back
	some  bool  // the line has bytes already
	cr    bool  // the last byte was CR
	n     int
	err   error
	buf   [8192]byte
}

// field writes a raw header field, which has its line end. In nofws it is one
// line, whatever its folds.
func (w *canonWriter) field(raw []byte) {
	if w.canon == Simple {
		w.Write(raw)
	} else {
		w.text(raw)
	}
	w.endLine()
}

// endLine ends a line that was begun.
func (w *canonWriter) endLine() {
	if w.some {
		w.newline()
	}
	w.cr = false
}

// Write takes a piece of the message.
func (w *canonWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && w.err == nil {
		if w.cr {
			w.cr = false
			if p[0] == '\n' {
				p = p[1:]
				continue
			}
		}
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			end = len(p)
		}
		if cr := bytes.IndexByte(p[:end], '\r'); cr >= 0 {
			end = cr
		}
		w.text(p[:end])
		if end == len(p) {
			break
		}
		w.cr = p[end] == '\r'
		w.newline()
		p = p[end+1:]
	}
	return n, w.err
}

// text takes bytes of a line.
func (w *canonWriter) text(p []byte) {
	if w.canon != Simple {
		for len(p) > 0 && kept[p[0]] == 0 {
			p = p[1:]
		}
	}
	if len(p) == 0 {
		return
	}
	for ; w.empty > 0; w.empty-- {
		w.emit(crlf)
	}
	w.some = true
	if w.canon == Simple {
		w.emit(p)
		return
	}
	for len(p) > 0 && w.err == nil {
		if w.n == len(w.buf) {
			w.flush()
		}
		piece := p[:min(len(p), len(w.buf)-w.n)]
		n := w.n
		for _, b := range piece {
			w.buf[n] = b
			n += kept[b]
		}
		w.n = n
		p = p[len(piece):]
	}
}

// kept is 1 for the bytes that nofws does not take out.
var kept = func() (k [256]int) {
	for b := range k {
		if b != ' ' && (b < '\t' || b > '\r') {
			k[b] = 1
		}
	}
	return k
}()

var crlf = []byte("\r\n")

func (w *canonWriter) newline() {
	if w.some {
		w.emit(crlf)
	} else {
		w.empty++
	}
	w.some = false
}

func (w *canonWriter) emit(p []byte) {
	for len(p) > 0 && w.err == nil {
		if w.n == len(w.buf) {
			w.flush()
		}
		k := copy(w.buf[w.n:], p)
		w.n += k
		p = p[k:]
	}
}

func (w *canonWriter) flush() {
	if w.n > 0 && w.err == nil {
		_, w.err = w.w.Write(w.buf[:w.n])
		w.n = 0
	}
}

// Close ends the message. It does not close the writer below.
func (w *canonWriter) Close() error {
	w.endLine()
	w.flush()
	return w.err
}
