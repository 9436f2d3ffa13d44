package dkimsig

import (
	"bytes"
	"io"
	"math"
)

// BodyWriter passes the canonical form of a message body on. Write the body
// in pieces of any size, then call Close. A lone CR or LF counts as CRLF.
type BodyWriter struct {
	w     io.Writer
	canon Canon
	left  int64 // bytes that may still be passed on
	total int64

	cr    bool  // the last byte was CR
	space bool  // relaxed: white space that may be at a line's end
	lines int64 // line ends held back, as they may be trailing empty lines
	some  bool  // something other than empty lines was seen
	n     int
	err   error
	buf   [8192]byte
}

// NewBodyWriter makes a BodyWriter that passes at most limit bytes on to w;
// a negative limit is none.
func NewBodyWriter(w io.Writer, c Canon, limit int64) *BodyWriter {
	if limit < 0 {
		limit = math.MaxInt64
	}
	return &BodyWriter{w: w, canon: c, left: limit}
}

// Write takes a piece of the body.
func (w *BodyWriter) Write(p []byte) (int, error) {
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
		if end > 0 {
			w.text(p[:end])
		}
		if end == len(p) {
			break
		}
		w.cr = p[end] == '\r'
		w.lines++
		w.space = false
		p = p[end+1:]
	}
	return n, w.err
}

// text takes bytes of a line, without line ends.
func (w *BodyWriter) text(p []byte) {
	if w.canon != Relaxed {
		w.breaks()
		w.emit(p)
		return
	}
	for len(p) > 0 {
		if p[0] == ' ' || p[0] == '\t' {
			w.space = true
			p = p[1:]
			continue
		}
		w.breaks()
		if w.space {
			w.space = false
			w.emit(space)
		}
		end := plain(p)
		w.emit(p[:end])
		p = p[end:]
	}
}

var (
	space = []byte{' '}
	crlf  = []byte("\r\n")
)

// plain gives the length of the text before white space that must be changed
// or may stand at the line's end.
func plain(p []byte) int {
	if bytes.IndexByte(p, '\t') < 0 {
		if bytes.IndexByte(p, ' ') < 0 {
			return len(p)
		}
		if p[len(p)-1] != ' ' && !bytes.Contains(p, doubled) {
			return len(p)
		}
	}
	for i, b := range p {
		if b == '\t' || b == ' ' && (i+1 == len(p) || p[i+1] == ' ' || p[i+1] == '\t') {
			return i
		}
	}
	return len(p)
}

var doubled = []byte("  ")

// breaks passes the line ends that were held back on.
func (w *BodyWriter) breaks() {
	for ; w.lines > 0; w.lines-- {
		w.emit(crlf)
	}
	w.some = true
}

func (w *BodyWriter) emit(p []byte) {
	w.total += int64(len(p))
	if int64(len(p)) > w.left {
		p = p[:w.left]
	}
	w.left -= int64(len(p))
	for len(p) > 0 && w.err == nil {
		if w.n == len(w.buf) {
			w.flush()
		}
		k := copy(w.buf[w.n:], p)
		w.n += k
		p = p[k:]
	}
}

func (w *BodyWriter) flush() {
	if w.n > 0 && w.err == nil {
		_, w.err = w.w.Write(w.buf[:w.n])
		w.n = 0
	}
}

// Close ends the body and passes the rest on. It does not close the writer
// below.
func (w *BodyWriter) Close() error {
	w.lines = 0
	if w.some || w.canon == Simple {
		w.emit(crlf)
	}
	w.flush()
	return w.err
}

// Total gives the length of the canonical body after Close, be it limited or
// not.
func (w *BodyWriter) Total() int64 { return w.total }
