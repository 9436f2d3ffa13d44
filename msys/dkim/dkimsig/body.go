package dkimsig

import (
	"io"
	"math"
)

// BodyWriter passes the canonical form of a message body on. Write the body
// in pieces of any size, then call Close. A lone CR or LF counts as CRLF.
// Runs of bytes that are canonical as they stand are passed on without being
// copied.
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
	buf   [4096]byte // short runs on their way
}

// NewBodyWriter makes a BodyWriter that passes at most limit bytes on to w;
// a negative limit is none.
func NewBodyWriter(w io.Writer, c Canon, limit int64) *BodyWriter {
	b := &BodyWriter{}
	b.Reset(w, c, limit)
	return b
}

// Reset makes the BodyWriter what NewBodyWriter makes.
func (w *BodyWriter) Reset(to io.Writer, c Canon, limit int64) {
	if limit < 0 {
		limit = math.MaxInt64
	}
	w.w, w.canon, w.left, w.total = to, c, limit, 0
	w.cr, w.space, w.lines, w.some, w.n, w.err = false, false, 0, false, 0, nil
}

// Write takes a piece of the body.
func (w *BodyWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && w.err == nil {
		switch b := p[0]; {
		case b == '\n' && w.cr:
			w.cr = false
			p = p[1:]
		case b == '\r' || b == '\n':
			w.cr, w.space = b == '\r', false
			w.lines++
			p = p[1:]
		case (b == ' ' || b == '\t') && w.canon == Relaxed:
			w.cr, w.space = false, true
			p = p[1:]
		default:
			end := w.canon.run(p[:min(len(p), block)])
			if w.canon == Relaxed && end < shortRun && len(p) > word {
				end = w.squeeze(p)
			} else {
				w.text(p[:end])
			}
			p = p[end:]
		}
	}
	return n, w.err
}

// text takes bytes that are canonical and neither begin nor end with white
// space or a line end.
func (w *BodyWriter) text(p []byte) {
	w.begin()
	w.emit(p)
}

// begin passes on what was held back until text follows.
func (w *BodyWriter) begin() {
	for ; w.lines > 0; w.lines-- {
		w.emit(crlf)
	}
	if w.space {
		w.emit(space)
	}
	w.cr, w.space, w.some = false, false, true
}

// block is how much is looked at before it is passed on: what fits into the
// fastest memory.
const block = 16 << 10

var (
	space = []byte{' '}
	crlf  = []byte("\r\n")
)

func (w *BodyWriter) emit(p []byte) {
	if len(p) > len(w.buf)-w.n {
		w.flush()
		if len(p) > len(w.buf)/2 {
			w.pass(p)
			return
		}
	}
	w.n += copy(w.buf[w.n:], p)
}

func (w *BodyWriter) flush() {
	w.pass(w.buf[:w.n])
	w.n = 0
}

func (w *BodyWriter) pass(p []byte) {
	w.total += int64(len(p))
	if int64(len(p)) > w.left {
		p = p[:w.left]
	}
	w.left -= int64(len(p))
	if len(p) > 0 && w.err == nil {
		_, w.err = w.w.Write(p)
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
