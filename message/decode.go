package message

import (
	"io"

	"github.com/gomsys/gomsys/message/internal/rope"
	"github.com/gomsys/gomsys/message/internal/transfer"
)

// decoder takes a transfer encoding off piece by piece. It appends to dst; last
// tells that src ends the body.
type decoder interface {
	Decode(dst, src []byte, last bool) []byte
}

// newDecoder gives the decoder of an encoding, nil for those that keep bytes.
func newDecoder(e Encoding) decoder {
	switch e {
	case EncodingBase64:
		return &transfer.Base64{}
	case EncodingQuotedPrintable:
		return &transfer.QuotedPrintable{}
	}
	return nil
}

// decodeAll gives the decoded bytes of s: those of s itself if the encoding
// keeps them and they are in memory.
func decodeAll(s rope.Span, e Encoding) ([]byte, error) {
	d := newDecoder(e)
	if d == nil {
		return s.Bytes()
	}
	if b, ok := s.Memory(); ok {
		return d.Decode(nil, b, true), nil
	}
	var out []byte
	err := s.Chunks(make([]byte, readChunk), func(b []byte) error {
		out = d.Decode(out, b, false)
		return nil
	})
	return d.Decode(out, nil, true), err
}

// Decoded gives a reader of the body with its transfer encoding taken off, as
// it is now. It also is an [io.WriterTo]. Broken encoding never fails: what
// makes no sense is kept or skipped.
func (p *Part) Decoded() io.Reader {
	n, err := p.enter()
	if err != nil {
		return rope.Span{}.Reader()
	}
	defer n.leave()
	return &decodedReader{s: n.bodySpan(), d: newDecoder(n.transferEncoding()), o: n.message().o}
}

// decodedReader decodes a span bit by bit.
type decodedReader struct {
	s    rope.Span
	d    decoder
	o    *settings // lends buffers
	off  int64
	in   []byte
	out  []byte // decoded, up to where it has been read
	buf  []byte // all of the room behind out
	last bool
}

// Read implements [io.Reader].
func (r *decodedReader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// buffer gives a buffer that may have been used before.
func (o *settings) buffer() *[]byte {
	if b, ok := o.buffers.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, readChunk+64)
	return &b
}

// fill decodes the next piece.
func (r *decodedReader) fill() error {
	if r.last {
		return io.EOF
	}
	piece := r.s.Slice(r.off, r.off+readChunk)
	b, inMemory := piece.Memory()
	if !inMemory {
		if r.in == nil {
			r.in = make([]byte, readChunk)
		}
		b = r.in[:piece.Len()]
		if n, err := piece.ReadAt(b, 0); n < len(b) {
			return unexpectedEOF(err)
		}
	}
	r.off += piece.Len()
	r.last = r.off >= r.s.Len()
	if r.d == nil {
		r.out = b
		return nil
	}
	r.buf = r.d.Decode(r.buf[:0], b, r.last)
	r.out = r.buf
	return nil
}

// WriteTo implements [io.WriterTo].
func (r *decodedReader) WriteTo(w io.Writer) (int64, error) {
	if len(r.buf) == 0 && r.d != nil {
		lent := r.o.buffer()
		r.buf = (*lent)[:0]
		defer func() {
			*lent = r.buf[:0]
			r.o.buffers.Put(lent)
			r.buf = nil
		}()
	}
	var done int64
	for {
		n, err := w.Write(r.out)
		done += int64(n)
		if err != nil {
			return done, err
		}
		r.out = nil
		if err := r.fill(); err != nil {
			if err == io.EOF {
				err = nil
			}
			return done, err
		}
	}
}
