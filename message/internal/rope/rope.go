// Package rope holds immutable byte sequences made of pieces of memory and
// temporary files, so that content can be cut and joined without copying.
//
// Ropes and spans are safe for concurrent use.
package rope

import (
	"bytes"
	"fmt"
	"io"
	"sort"
)

// Rope is an immutable sequence of bytes.
type Rope struct {
	pieces []piece
	starts []int64 // offset of each piece; nil when there is only one
	size   int64
	single [1]piece // room for a rope of one piece
}

// piece is a run of bytes in memory, or in a file if file is set.
type piece struct {
	mem  []byte
	file *Spool
	off  int64
	n    int64
}

// FromBytes makes a rope of b, which must not change afterwards.
func FromBytes(b []byte) *Rope {
	if len(b) == 0 {
		return &Rope{}
	}
	return ofPiece(piece{mem: b, n: int64(len(b))})
}

// FromSpool makes a rope of the whole content of s.
func FromSpool(s *Spool) *Rope {
	if s.size == 0 {
		return &Rope{}
	}
	return ofPiece(piece{file: s, n: s.size})
}

func ofPiece(p piece) *Rope {
	r := &Rope{size: p.n}
	r.single[0] = p
	r.pieces = r.single[:]
	return r
}

// Len gives the number of bytes.
func (r *Rope) Len() int64 {
	if r == nil {
		return 0
	}
	return r.size
}

// All gives the span of the whole rope.
func (r *Rope) All() Span {
	if r == nil {
		return Span{}
	}
	return Span{r, 0, r.size}
}

// Spools calls f with every temporary file that holds bytes of r.
func (r *Rope) Spools(f func(*Spool)) {
	if r == nil {
		return
	}
	for i := range r.pieces {
		if s := r.pieces[i].file; s != nil {
			f(s)
		}
	}
}

// memory gives the bytes if they are in one piece of memory.
func (r *Rope) memory() ([]byte, bool) {
	switch {
	case r == nil || len(r.pieces) == 0:
		return nil, true
	case len(r.pieces) == 1 && r.pieces[0].file == nil:
		return r.pieces[0].mem, true
	}
	return nil, false
}

// find gives the index of the piece that holds offset off.
func (r *Rope) find(off int64) int {
	if r.starts == nil {
		return 0
	}
	return sort.Search(len(r.starts), func(i int) bool { return r.starts[i] > off }) - 1
}

func (r *Rope) start(i int) int64 {
	if r.starts == nil {
		return 0
	}
	return r.starts[i]
}

// ReadAt implements [io.ReaderAt].
func (r *Rope) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("rope: negative offset %d", off)
	}
	if r == nil || off >= r.size {
		return 0, io.EOF
	}
	n := 0
	for i := r.find(off); i < len(r.pieces) && n < len(p); i++ {
		m, err := r.pieces[i].readAt(p[n:], off-r.start(i))
		n += m
		off += int64(m)
		if err != nil {
			return n, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (p *piece) readAt(b []byte, off int64) (int, error) {
	b = b[:min(int64(len(b)), p.n-off)]
	if p.file == nil {
		return copy(b, p.mem[off:]), nil
	}
	n, err := p.file.f.ReadAt(b, p.off+off)
	if n == len(b) {
		return n, nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, fmt.Errorf("reading spooled content: %w", err)
}

// cut gives the part of p from off, n bytes long.
func (p *piece) cut(off, n int64) piece {
	if p.file == nil {
		return piece{mem: p.mem[off : off+n : off+n], n: n}
	}
	return piece{file: p.file, off: p.off + off, n: n}
}

func (p *piece) writeTo(w io.Writer) (int64, error) {
	if p.file != nil {
		return io.Copy(w, io.NewSectionReader(p.file.f, p.off, p.n))
	}
	n, err := w.Write(p.mem)
	if err == nil && n < len(p.mem) {
		err = io.ErrShortWrite
	}
	return int64(n), err
}

// Equal reports whether two spans have the same bytes.
func Equal(a, b Span) (bool, error) {
	if a.Len() != b.Len() {
		return false, nil
	}
	if a == b {
		return true, nil
	}
	am, ok1 := a.Memory()
	bm, ok2 := b.Memory()
	if ok1 && ok2 {
		return bytes.Equal(am, bm), nil
	}
	var x, y [32 << 10]byte
	for off := int64(0); off < a.n; {
		n := min(int64(len(x)), a.n-off)
		if _, err := a.ReadAt(x[:n], off); err != nil && err != io.EOF {
			return false, err
		}
		if _, err := b.ReadAt(y[:n], off); err != nil && err != io.EOF {
			return false, err
		}
		if !bytes.Equal(x[:n], y[:n]) {
			return false, nil
		}
		off += n
	}
	return true, nil
}
