package charset

import (
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// NewReader gives a reader of text in UTF-8, as [Charset.Decode] converts it.
// open gives a reader of the text in the charset; it may be called twice.
func (c Charset) NewReader(open func() io.Reader) (io.Reader, error) {
	switch c.kind {
	case utf8Text:
		return transform.NewReader(open(), runes.ReplaceIllFormed()), nil
	case other:
		return &lenientReader{r: transform.NewReader(open(), c.enc.NewDecoder())}, nil
	case ascii, unknown:
		ok, err := validUTF8(open())
		if err != nil {
			return nil, err
		}
		if ok {
			return open(), nil
		}
	}
	return transform.NewReader(open(), charmap.ISO8859_1.NewDecoder()), nil
}

// lenientReader gives U+FFFD for a character that is cut off at the end.
type lenientReader struct {
	r    io.Reader
	tail string
	cut  bool
}

func (l *lenientReader) Read(p []byte) (int, error) {
	if l.cut {
		n := copy(p, l.tail)
		if l.tail = l.tail[n:]; n == 0 && len(p) > 0 {
			return 0, io.EOF
		}
		return n, nil
	}
	n, err := l.r.Read(p)
	if err == transform.ErrShortSrc {
		l.cut, l.tail, err = true, "\uFFFD", nil
	}
	return n, err
}

// validUTF8 reads r to its end and reports whether it is UTF-8.
func validUTF8(r io.Reader) (bool, error) {
	buf := make([]byte, 32<<10)
	have := 0
	for {
		n, err := r.Read(buf[have:])
		have += n
		done := 0
		for done < have && (utf8.FullRune(buf[done:have]) || err == io.EOF) {
			r, size := utf8.DecodeRune(buf[done:have])
			if r == utf8.RuneError && size == 1 {
				return false, nil
			}
			done += size
		}
		have = copy(buf, buf[done:have])
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// NewWriter gives a writer that converts UTF-8 to the charset and writes it to
// w. What the charset has no place for gives [ErrUnencodable]. Close ends the
// text; it does not close w.
func (c Charset) NewWriter(w io.Writer) io.WriteCloser {
	switch c.kind {
	case utf8Text:
		return nopCloser{w}
	case latin1:
		return encodingWriter{transform.NewWriter(w, charmap.ISO8859_1.NewEncoder())}
	case other:
		return encodingWriter{transform.NewWriter(w, c.enc.NewEncoder())}
	}
	return asciiWriter{w}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

type asciiWriter struct{ w io.Writer }

func (a asciiWriter) Write(p []byte) (int, error) {
	if !IsASCII(p) {
		return 0, ErrUnencodable
	}
	return a.w.Write(p)
}

func (asciiWriter) Close() error { return nil }

type encodingWriter struct{ w *transform.Writer }

func (e encodingWriter) Write(p []byte) (int, error) {
	n, err := e.w.Write(p)
	return n, unencodable(err)
}

func (e encodingWriter) Close() error { return unencodable(e.w.Close()) }

// repertoire is what the errors of x/text for lacking characters implement.
type repertoire interface{ Replacement() byte }

func unencodable(err error) error {
	if _, ok := err.(repertoire); ok || err == encoding.ErrInvalidUTF8 {
		return ErrUnencodable
	}
	return err
}
