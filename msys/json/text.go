package json

import (
	"strconv"
	"unicode/utf8"
)

const (
	// DefaultMaxText is the most bytes that a value's text may have unless
	// set otherwise.
	DefaultMaxText = 128 << 20
	// maxTextDepth is how deeply containers may be nested to be written.
	maxTextDepth = 100_000
)

// Format says how to write. Nil is the default: one line with a blank after
// every separator and inside brackets, as in { "a": 1, "b": [ 1, 2.5 ] }.
type Format struct {
	// Compact leaves the blanks out.
	Compact bool
	// Indent, if not empty, puts every element on a line of its own, with one
	// Indent for each level before it.
	Indent string
	// EscapeSlash writes every slash as \/.
	EscapeSlash bool
	// MaxText is the most bytes of text. If zero, [DefaultMaxText]; if
	// negative, there is no limit.
	MaxText int
}

// Append appends the value's JSON text to dst. The error is [ErrTooLarge] or
// [ErrTooDeep].
func (v *Value) Append(dst []byte, f *Format) ([]byte, error) {
	if f == nil {
		f = &Format{}
	}
	w := writer{dst: dst, f: f, limit: f.MaxText}
	switch {
	case w.limit == 0:
		w.limit = DefaultMaxText
	case w.limit < 0:
		w.limit = int(^uint(0)>>1) - len(dst)
	}
	w.limit += len(dst)
	if err := w.value(v, 0); err != nil {
		return dst, err
	}
	return w.dst, nil
}

// String gives the value's text on one line, except that a string is given
// bare, without quotes. It is empty if the text exceeds the limits of
// [Value.Append].
func (v *Value) String() string {
	if v.Kind() == KindString {
		return v.str
	}
	text, err := v.Append(nil, nil)
	if err != nil {
		return ""
	}
	return string(text)
}

// MarshalJSON gives the value's text in compact form, for encoding/json.
func (v *Value) MarshalJSON() ([]byte, error) { return v.Append(nil, &Format{Compact: true}) }

// UnmarshalJSON makes the value what data holds, for encoding/json.
func (v *Value) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data, &Options{Strict: true})
	if err != nil {
		return err
	}
	*v = *parsed
	return nil
}

// writer writes a value.
type writer struct {
	dst   []byte
	f     *Format
	limit int
}

func (w *writer) value(v *Value, depth int) error {
	switch v.Kind() {
	case KindNull:
		w.dst = append(w.dst, "null"...)
	case KindBool:
		w.dst = strconv.AppendBool(w.dst, v.bits != 0)
	case KindInt:
		w.dst = strconv.AppendInt(w.dst, int64(v.bits), 10)
	case KindDouble:
		w.dst = appendDouble(w.dst, v.Float())
	case KindString:
		w.dst = appendString(w.dst, v.str, w.f.EscapeSlash)
	case KindArray, KindObject:
		return w.container(v, depth+1)
	}
	if len(w.dst) > w.limit {
		return ErrTooLarge
	}
	return nil
}

func (w *writer) container(v *Value, depth int) error {
	if depth > maxTextDepth {
		return ErrTooDeep
	}
	brackets := "[]"
	if v.kind == KindObject {
		brackets = "{}"
	}
	w.dst = append(w.dst, brackets[0])
	for i, item := range v.body.items {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.separate(depth)
		if v.kind == KindObject {
			w.dst = appendString(w.dst, v.body.keys[i], w.f.EscapeSlash)
			w.dst = append(w.dst, ':')
			if !w.f.Compact {
				w.dst = append(w.dst, ' ')
			}
		}
		if err := w.value(item, depth); err != nil {
			return err
		}
	}
	if len(v.body.items) > 0 || w.f.Indent == "" {
		w.separate(depth - 1)
	}
	w.dst = append(w.dst, brackets[1])
	if len(w.dst) > w.limit {
		return ErrTooLarge
	}
	return nil
}

// separate writes the white space before an element or a closing bracket.
func (w *writer) separate(depth int) {
	switch {
	case w.f.Indent != "":
		w.dst = append(w.dst, '\n')
		for range depth {
			w.dst = append(w.dst, w.f.Indent...)
		}
	case !w.f.Compact:
		w.dst = append(w.dst, ' ')
	}
}

// unescaped tells the bytes that stand for themselves in a string.
var unescaped = func() (t [256]bool) {
	for i := ' '; i < utf8.RuneSelf; i++ {
		t[i] = i != '"' && i != '\\' && i != '/'
	}
	return t
}()

func appendString(dst []byte, s string, escapeSlash bool) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		b := s[i]
		if unescaped[b] || b == '/' && !escapeSlash {
			i++
			continue
		}
		if b >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		dst = appendEscape(append(dst, s[start:i]...), b)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, b byte) []byte {
	switch b {
	case '\b':
		b = 'b'
	case '\f':
		b = 'f'
	case '\n':
		b = 'n'
	case '\r':
		b = 'r'
	case '\t':
		b = 't'
	case '"', '\\', '/':
	default:
		const hex = "0123456789abcdef"
		return append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
	}
	return append(dst, '\\', b)
}
