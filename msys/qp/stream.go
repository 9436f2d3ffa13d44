package qp

import (
	"io"

	"golang.org/x/text/transform"
)

// NewEncoder gives a writer that encodes what is written to it into w. Close
// writes the rest; it does not close w.
func NewEncoder(w io.Writer, o *EncodeOptions) io.WriteCloser {
	if o == nil {
		o = &EncodeOptions{}
	}
	enc := &encoder{w: w, lines: lineWriter{stuff: o.DotStuffing}}
	if o.Charset == nil {
		return enc
	}
	return &converter{transform.NewWriter(enc, o.Charset.NewEncoder()), enc}
}

type encoder struct {
	w     io.Writer
	lines lineWriter
}

// Write encodes p and writes what is certain of it.
func (e *encoder) Write(p []byte) (int, error) {
	e.lines.dst = e.lines.dst[:0]
	e.lines.write(p)
	if _, err := e.w.Write(e.lines.dst); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close writes what was held back.
func (e *encoder) Close() error {
	e.lines.dst = e.lines.dst[:0]
	e.lines.finish()
	if len(e.lines.dst) == 0 {
		return nil
	}
	_, err := e.w.Write(e.lines.dst)
	return err
}

// converter puts a character set conversion before an encoder.
type converter struct {
	*transform.Writer
	next io.Closer
}

// Close ends the conversion and then the encoding.
func (c *converter) Close() error {
	err := c.Writer.Close()
	if nextErr := c.next.Close(); err == nil {
		err = nextErr
	}
	return err
}

// maxHeld bounds the memory of a decoder.
const maxHeld = 64 << 10

// NewDecoder gives a reader of the bytes that the quoted-printable text of r
// stands for, under the rules of [Decode]. A run of 64 KiB blanks counts as
// text wherever it stands.
func NewDecoder(r io.Reader, o *DecodeOptions) io.Reader {
	d := &decoder{r: r, in: make([]byte, 4096), unescaper: unescaper{maxHeld: maxHeld}}
	if o == nil || o.Charset == nil {
		return d
	}
	return o.Charset.NewDecoder().Reader(d)
}

// decoder reads quoted-printable text from r in pieces.
type decoder struct {
	r         io.Reader
	unescaper unescaper
	in, out   []byte
	rest      []byte // decoded, not yet read
	err       error
}

// Read reads decoded bytes.
func (d *decoder) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(d.rest) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// fill decodes the next piece of input; an error waits until its bytes are
// read.
func (d *decoder) fill() {
	n, readErr := d.r.Read(d.in)
	d.rest, d.err = d.unescaper.decode(d.out[:0], d.in[:n])
	if d.err == nil && readErr == io.EOF {
		d.rest, d.err = d.unescaper.finish(d.rest)
	}
	d.out = d.rest
	if d.err == nil {
		d.err = readErr
	}
}
