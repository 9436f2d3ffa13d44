package rope

import (
	"io"
)

// Span is a range of a [Rope]. The zero value is empty. Spans are compared
// with == for being the same range.
type Span struct {
	r      *Rope
	off, n int64
}

// OfBytes gives a span of b, which must not change afterwards.
func OfBytes(b []byte) Span { return FromBytes(b).All() }

// Len gives the number of bytes.
func (s Span) Len() int64 { return s.n }

// Empty reports whether there are no bytes.
func (s Span) Empty() bool { return s.n == 0 }

// Rope gives the rope that s is a range of, nil for the zero value.
func (s Span) Rope() *Rope { return s.r }

// Offset gives where s begins in its rope.
func (s Span) Offset() int64 { return s.off }

// Slice gives the bytes from off up to end, both relative to s and clamped
// to it.
func (s Span) Slice(off, end int64) Span {
	end = min(max(end, 0), s.n)
	off = min(max(off, 0), end)
	return Span{s.r, s.off + off, end - off}
}

// Memory gives the bytes without copying, if they lie in one piece of memory.
func (s Span) Memory() ([]byte, bool) {
	if s.n == 0 {
		return nil, true
	}
	if m, ok := s.r.memory(); ok {
		return m[s.off : s.off+s.n : s.off+s.n], true
	}
	i := s.r.find(s.off)
	p := &s.r.pieces[i]
	if off := s.off - s.r.start(i); p.file == nil && off+s.n <= p.n {
		return p.mem[off : off+s.n : off+s.n], true
	}
	return nil, false
}

// Bytes gives the bytes: those of the rope itself if they lie in one piece of
// memory, else a copy. The caller must not change them.
func (s Span) Bytes() ([]byte, error) {
	if m, ok := s.Memory(); ok {
		return m, nil
	}
	b := make([]byte, s.n)
	if n, err := s.ReadAt(b, 0); int64(n) < s.n {
		return b[:n], err
	}
	return b, nil
}

// ReadAt implements [io.ReaderAt].
func (s Span) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= s.n {
		return 0, io.EOF
	}
	short := int64(len(p)) > s.n-off
	if short {
		p = p[:s.n-off]
	}
	n, err := s.r.ReadAt(p, s.off+off)
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

// Reader gives a reader of the bytes.
func (s Span) Reader() *io.SectionReader { return io.NewSectionReader(s, 0, s.n) }

// WriteTo writes the bytes piece by piece.
func (s Span) WriteTo(w io.Writer) (int64, error) {
	var done int64
	err := s.each(func(p piece) error {
		n, err := p.writeTo(w)
		done += n
		return err
	})
	return done, err
}

// Chunks calls f with the bytes in order, in slices of memory; those of files
// are read through buf. The slices are valid during the call only.
func (s Span) Chunks(buf []byte, f func([]byte) error) error {
	return s.each(func(p piece) error {
		if p.file == nil {
			return f(p.mem)
		}
		for off := int64(0); off < p.n; {
			n, err := p.readAt(buf, off)
			if err != nil {
				return err
			}
			if err := f(buf[:n]); err != nil {
				return err
			}
			off += int64(n)
		}
		return nil
	})
}

// each calls f with the pieces of s, cut to it.
func (s Span) each(f func(piece) error) error {
	if s.n == 0 {
		return nil
	}
	off, left := s.off, s.n
	for i := s.r.find(off); left > 0; i++ {
		p := &s.r.pieces[i]
		from := off - s.r.start(i)
		n := min(left, p.n-from)
		if err := f(p.cut(from, n)); err != nil {
			return err
		}
		off += n
		left -= n
	}
	return nil
}
