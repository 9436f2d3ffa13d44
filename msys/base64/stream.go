package base64

import (
	"encoding/base64"
	"io"

	"golang.org/x/text/transform"
)

// NewEncoder gives a writer that encodes what is written to it into w. Close
// writes the rest; it does not close w.
func NewEncoder(w io.Writer, o *EncodeOptions) io.WriteCloser {
	if o == nil {
		o = &EncodeOptions{}
	}
	if o.Fold {
		w = &folder{w: w}
	}
	enc := base64.NewEncoder(base64.StdEncoding, w)
	if o.Charset == nil {
		return enc
	}
	return &converter{transform.NewWriter(enc, o.Charset.NewEncoder()), enc}
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

// folder breaks what is written into lines.
type folder struct {
	w      io.Writer
	column int
	buf    []byte
}

// Write writes p with line breaks put in.
func (f *folder) Write(p []byte) (int, error) {
	total := len(p)
	f.buf = f.buf[:0]
	for len(p) > 0 {
		if f.column == LineLength {
			f.buf = append(f.buf, '\r', '\n')
			f.column = 0
		}
		n := min(LineLength-f.column, len(p))
		f.buf = append(f.buf, p[:n]...)
		f.column += n
		p = p[n:]
	}
	if _, err := f.w.Write(f.buf); err != nil {
		return 0, err
	}
	return total, nil
}

// NewDecoder gives a reader of the bytes that the base64 text of r stands for,
// under the rules of [Decode].
func NewDecoder(r io.Reader, o *DecodeOptions) io.Reader {
	d := &decoder{r: r, in: make([]byte, 4096)}
	if o == nil || o.Charset == nil {
		return d
	}
	return o.Charset.NewDecoder().Reader(d)
}

// decoder reads base64 from r in pieces.
type decoder struct {
	r       io.Reader
	sextets sextets
	in, out []byte
	rest    []byte // decoded, not yet read
	err     error
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
	d.rest, d.err = d.sextets.decode(d.out[:0], d.in[:n])
	if d.err == nil && readErr == io.EOF {
		d.rest, d.err = d.sextets.finish(d.rest)
	}
	d.out = d.rest
	if d.err == nil {
		d.err = readErr
	}
}
