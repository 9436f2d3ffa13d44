package message

import (
	"bytes"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// window gives content line by line: all of it at once if it lies in memory,
// else through a buffer.
type window struct {
	s     rope.Span
	buf   []byte
	base  int64 // of buf in s
	i     int   // of the line at hand in buf
	mark  int64 // bytes from here on stay in buf, as many as limit; -1 for none
	limit int64
	lost  bool // there were more
	eof   bool // buf reaches the end
	err   error
	own   []byte // what buf is part of, unless the content lies in memory
}

const windowSize = 64 << 10

func newWindow(s rope.Span) window {
	w := window{s: s, mark: -1}
	if b, ok := s.Memory(); ok {
		w.buf, w.eof = b, true
	}
	return w
}

// pos gives the offset of the line at hand.
func (w *window) pos() int64 { return w.base + int64(w.i) }

// ready makes sure that as much of the line at hand as may be a delimiter is
// in the buffer.
func (w *window) ready() {
	for !w.eof && len(w.buf)-w.i < maxDelimiter {
		w.fill()
	}
}

// skipLine steps over the line at hand.
func (w *window) skipLine() {
	for {
		if n := bytes.IndexByte(w.buf[w.i:], '\n'); n >= 0 {
			w.i += n + 1
			return
		}
		w.i = len(w.buf)
		if w.eof {
			return
		}
		w.fill()
	}
}

// lineEndBefore gives the length of the line end before the line at hand.
func (w *window) lineEndBefore() int {
	switch {
	case w.i >= 2 && w.buf[w.i-2] == '\r' && w.buf[w.i-1] == '\n':
		return 2
	case w.i >= 1 && w.buf[w.i-1] == '\n':
		return 1
	}
	return 0
}

// keep makes the bytes from an offset on stay in the buffer until release, as
// long as they are not more than limit.
func (w *window) keep(from, limit int64) { w.mark, w.limit, w.lost = from, limit, false }

func (w *window) release() { w.mark = -1 }

// fill reads more. What stands more than a line end before the line at hand
// goes, unless it is marked.
func (w *window) fill() {
	keep := max(w.i-2, 0)
	if w.mark >= 0 && w.pos()-w.mark > w.limit {
		w.mark, w.lost = -1, true
	}
	if w.mark >= 0 {
		keep = min(keep, int(w.mark-w.base))
	}
	rest := w.buf[keep:]
	if size := max(windowSize, 2*len(rest)); cap(w.own) < size {
		w.own = make([]byte, 0, size)
	}
	buf := w.own[:len(rest)]
	copy(buf, rest)
	w.base += int64(keep)
	w.i -= keep
	n, err := w.s.ReadAt(buf[len(buf):cap(buf)], w.base+int64(len(buf)))
	w.buf = buf[:len(buf)+n]
	if w.base+int64(len(w.buf)) >= w.s.Len() {
		w.eof = true
	} else if err != nil {
		w.eof, w.err = true, err
	}
}
