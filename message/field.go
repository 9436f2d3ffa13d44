package message

import (
	"bytes"
	"strings"

	"github.com/gomsys/gomsys/message/internal/encodedword"
)

// Field is a field of a header block as it was written. A line that is not a
// field has no name.
type Field struct {
	raw   []byte // with its line end
	name  int32  // length of the name
	colon int32
	off   int32 // in the block it was parsed from, -1 if new
}

// Name gives the name as written, "" for a malformed line.
func (f Field) Name() string { return string(f.raw[:f.name]) }

// Raw gives the bytes of the field with its line end, which must not be
// changed.
func (f Field) Raw() []byte { return f.raw }

// RawValue gives the value unfolded: the lines trimmed and joined with single
// spaces, nothing decoded.
func (f Field) RawValue() string { return unfold(f.raw[f.valueStart():]) }

// Value gives the value unfolded and with its encoded-words (RFC 2047) in
// UTF-8.
func (f Field) Value() string { return encodedword.Decode(f.RawValue()) }

func (f Field) valueStart() int {
	if f.name == 0 {
		return 0
	}
	return int(f.colon) + 1
}

// is reports whether the field has that name, in any case.
func (f *Field) is(name string) bool {
	return int(f.name) == len(name) && equalFoldASCII(f.raw[:f.name], name)
}

func equalFoldASCII(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		if c, d := b[i], s[i]; c != d && (c|0x20 != d|0x20 || c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// unfold joins the lines of a value.
func unfold(v []byte) string {
	v = trimBlanks(trimLineEnd(v))
	i := bytes.IndexByte(v, '\n')
	if i < 0 {
		return string(v)
	}
	return unfoldLines(v, i)
}

// unfoldLines joins the lines of v, the first of which ends at i.
func unfoldLines(v []byte, i int) string {
	var b strings.Builder
	b.Grow(len(v))
	for {
		line := v
		if i >= 0 {
			line = v[:i]
		}
		if line = trimBlanks(trimLineEnd(line)); len(line) > 0 {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.Write(line)
		}
		if i < 0 {
			return b.String()
		}
		v = v[i+1:]
		i = bytes.IndexByte(v, '\n')
	}
}

// trimLineEnd takes away the line end, with all carriage returns before it.
func trimLineEnd(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
	}
	for len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return b
}

func trimBlanks(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// parseField reads the name of a field; end is that of its first line.
func parseField(raw []byte, end int, off int) Field {
	f := Field{raw: raw, off: int32(off)}
	colon := bytes.IndexByte(raw[:end], ':')
	if colon <= 0 {
		return f
	}
	n := colon
	for n > 0 && isBlank(raw[n-1]) {
		n--
	}
	if validName(raw[:n]) {
		f.name, f.colon = int32(n), int32(colon)
	}
	return f
}

// validName reports whether name is one that RFC 5322 allows.
func validName[T ~[]byte | ~string](name T) bool {
	for i := 0; i < len(name); i++ {
		if c := name[i]; c <= ' ' || c >= 0x7F || c == ':' {
			return false
		}
	}
	return len(name) > 0
}
