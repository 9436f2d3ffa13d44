package rope

// Builder joins spans into a rope. The zero value is ready to use. Spans that
// follow each other in the same rope are joined into one piece.
type Builder struct {
	spans []Span
	size  int64
}

// Add appends s.
func (b *Builder) Add(s Span) {
	if s.n == 0 {
		return
	}
	b.size += s.n
	if k := len(b.spans); k > 0 {
		if last := &b.spans[k-1]; last.r == s.r && last.off+last.n == s.off {
			last.n += s.n
			return
		}
	}
	if b.spans == nil {
		b.spans = make([]Span, 0, 6)
	}
	b.spans = append(b.spans, s)
}

// AddBytes appends p, which must not change afterwards.
func (b *Builder) AddBytes(p []byte) {
	if len(p) > 0 {
		b.Add(OfBytes(p))
	}
}

// Len gives the number of bytes so far.
func (b *Builder) Len() int64 { return b.size }

// Span gives what was added so far as one span: one of the added spans
// itself if there is no other.
func (b *Builder) Span() Span {
	switch len(b.spans) {
	case 0:
		return Span{}
	case 1:
		return b.spans[0]
	}
	r := &Rope{size: b.size, pieces: make([]piece, 0, len(b.spans))}
	for _, s := range b.spans {
		_ = s.each(func(p piece) error {
			r.pieces = append(r.pieces, p)
			return nil
		})
	}
	if len(r.pieces) > 1 {
		r.starts = make([]int64, len(r.pieces))
		var at int64
		for i := range r.pieces {
			r.starts[i] = at
			at += r.pieces[i].n
		}
	}
	return r.All()
}
