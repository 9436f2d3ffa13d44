package message

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// readMode says how content is read.
type readMode int

const (
	readLineEnds   readMode = iota // as a parser, minding lone line feeds
	readVerbatim                   // as it is
	readTerminated                 // without the terminator at the end, if there is one
)

const readChunk = 32 << 10

// read reads r to its end, into memory or a temporary file.
func (s *settings) read(ctx context.Context, r io.Reader, mode readMode) (rope.Span, error) {
	if r == nil {
		return rope.Span{}, nil
	}
	w := s.writer()
	if l, ok := r.(interface{ Len() int }); ok {
		w.Grow(int64(l.Len()) + 1) // room to see the end
	}
	var f *lineEnds
	if mode == readLineEnds && (s.LoneLFInBody != LoneLFIgnore || s.LoneLFInHeaders != LoneLFIgnore) {
		f = s.newLineEnds()
	}
	if err := copyInto(ctx, w, r, f); err != nil {
		w.Abandon()
		return rope.Span{}, fmt.Errorf("message: reading content: %w", err)
	}
	span := w.Span()
	if mode == readTerminated {
		return trimTerminator(span)
	}
	return span, nil
}

func (s *settings) writer() *rope.Writer {
	return &rope.Writer{Limit: int64(s.LargeMessageThreshold), Dir: s.SpoolDir}
}

func copyInto(ctx context.Context, w *rope.Writer, r io.Reader, f *lineEnds) error {
	size := readChunk
	if l, ok := r.(interface{ Len() int }); ok {
		size = min(size, l.Len()+1)
	}
	var buf []byte
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f == nil {
			if room := w.Room(); room != nil {
				n, err := r.Read(room)
				w.Fill(n)
				if err == io.EOF {
					return nil
				}
				if err != nil {
					return err
				}
				continue
			}
		}
		if buf == nil {
			buf = make([]byte, size)
		}
		n, err := r.Read(buf)
		chunk := buf[:n]
		if f != nil {
			var ferr error
			if chunk, ferr = f.filter(chunk, err == io.EOF); ferr != nil {
				return ferr
			}
		}
		if _, werr := w.Write(chunk); werr != nil {
			return werr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// trimTerminator takes away the dot line that ends s, if there is one.
func trimTerminator(s rope.Span) (rope.Span, error) {
	const terminator = "\r\n.\r\n"
	tail, err := s.Slice(s.Len()-int64(len(terminator)), s.Len()).Bytes()
	if err != nil {
		return s, err
	}
	if string(tail) == terminator {
		s = s.Slice(0, s.Len()-3)
	}
	return s, nil
}

// checkLineEnds does in memory what read does with line ends.
func (s *settings) checkLineEnds(b []byte) ([]byte, error) {
	if s.LoneLFInBody == LoneLFIgnore && s.LoneLFInHeaders == LoneLFIgnore {
		return b, nil
	}
	return s.newLineEnds().filter(b, true)
}

// lineEnds checks or mends lone line feeds and carriage returns in a stream.
type lineEnds struct {
	rules  [2]LoneLF // for headers and for the body
	body   int       // 1 once the empty line has been seen
	cr     bool      // the last byte was a carriage return, not passed on yet
	filled bool      // there are bytes in this line
}

func (s *settings) newLineEnds() *lineEnds {
	return &lineEnds{rules: [2]LoneLF{s.LoneLFInHeaders, s.LoneLFInBody}}
}

// filter gives p with its line ends mended. last tells that p ends the stream.
func (f *lineEnds) filter(p []byte, last bool) ([]byte, error) {
	out := make([]byte, 0, len(p)+len(p)/32+2)
	for len(p) > 0 || last && f.cr {
		if f.cr {
			lone := len(p) == 0 || p[0] != '\n'
			var err error
			if out, err = f.end(out, lone, "\r"); err != nil {
				return nil, err
			}
			if !lone {
				p = p[1:]
			}
			continue
		}
		i := bytes.IndexAny(p, "\r\n")
		if i != 0 {
			f.filled = true
		}
		if i < 0 {
			return append(out, p...), nil
		}
		out = append(out, p[:i]...)
		if p[i] == '\r' {
			f.cr = true
		} else {
			var err error
			if out, err = f.end(out, true, "\n"); err != nil {
				return nil, err
			}
		}
		p = p[i+1:]
	}
	return out, nil
}

// end writes a line end, or a lone half of one.
func (f *lineEnds) end(out []byte, lone bool, half string) ([]byte, error) {
	f.cr = false
	rule := f.rules[f.body]
	text := "\r\n"
	if lone {
		switch {
		case rule == LoneLFPedantic && half == "\n":
			return nil, ErrLoneLF
		case rule != LoneLFFix:
			text = half
		}
	}
	if text != "\r" {
		if !f.filled {
			f.body = 1
		}
		f.filled = false
	} else {
		f.filled = true
	}
	return append(out, text...), nil
}

// readFull fills b as far as r has bytes; reaching the end is no error.
func readFull(r io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return n, err
}
