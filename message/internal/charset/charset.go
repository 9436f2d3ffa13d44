// Package charset converts text between the character sets of mail and UTF-8.
package charset

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// ErrUnencodable reports text with a character that the charset lacks.
var ErrUnencodable = errors.New("character not in charset")

type kind uint8

const (
	unknown kind = iota
	ascii
	utf8Text
	latin1
	other
)

// Charset is a character set. The zero value is one that is not known, which
// decodes like US-ASCII.
type Charset struct {
	kind kind
	enc  encoding.Encoding
}

// Lookup finds a charset by its IANA or WHATWG name, in any case. The second
// result tells whether it is known.
func Lookup(name string) (Charset, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "":
		return Charset{}, false
	case "utf-8", "utf8", "unicode-1-1-utf-8":
		return Charset{kind: utf8Text}, true
	case "us-ascii", "ascii", "ansi_x3.4-1968", "ansi_x3.4-1986", "iso646-us", "646":
		return Charset{kind: ascii}, true
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1":
		return Charset{kind: latin1}, true
	case "utf-32":
		return Charset{other, utf32.UTF32(utf32.BigEndian, utf32.UseBOM)}, true
	case "utf-32be":
		return Charset{other, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)}, true
	case "utf-32le":
		return Charset{other, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)}, true
	}
	if enc, err := ianaindex.MIME.Encoding(name); err == nil && usable(enc) {
		return Charset{other, enc}, true
	}
	if enc, err := htmlindex.Get(name); err == nil && usable(enc) {
		return Charset{other, enc}, true
	}
	return Charset{}, false
}

func usable(enc encoding.Encoding) bool { return enc != nil && enc != encoding.Replacement }

// ASCIICompatible tells whether ASCII text is the same bytes in the charset.
func (c Charset) ASCIICompatible() bool {
	if c.kind != other {
		return true
	}
	b, err := c.enc.NewEncoder().Bytes([]byte("az09+~"))
	return err == nil && string(b) == "az09+~"
}

// Decode converts b to UTF-8. It never fails: bytes without a meaning become
// U+FFFD, except that 8-bit text in US-ASCII or an unknown charset is taken
// for UTF-8 if it is valid, else for ISO-8859-1. The result may be b itself.
func (c Charset) Decode(b []byte) []byte {
	switch c.kind {
	case latin1:
		return decodeLatin1(b)
	case utf8Text:
		if utf8.Valid(b) {
			return b
		}
		out, _, _ := transform.Bytes(runes.ReplaceIllFormed(), b)
		return out
	case other:
		out, err := decode(c.enc, b)
		if err == nil {
			return out
		}
	}
	if utf8.Valid(b) {
		return b
	}
	return decodeLatin1(b)
}

// decode reports an error for text that the decoder refuses as a whole.
func decode(enc encoding.Encoding, b []byte) ([]byte, error) {
	out, n, err := transform.Bytes(enc.NewDecoder(), b)
	if err != nil && n > 0 {
		return append(out, "\uFFFD"...), nil
	}
	return out, err
}

func decodeLatin1(b []byte) []byte {
	high := 0
	for _, c := range b {
		high += int(c >> 7)
	}
	if high == 0 {
		return b
	}
	out := make([]byte, 0, len(b)+high)
	for _, c := range b {
		if c < 0x80 {
			out = append(out, c)
		} else {
			out = append(out, 0xC0|c>>6, 0x80|c&0x3F)
		}
	}
	return out
}

// Encode converts UTF-8 text to the charset. If it has no place for a
// character, or b is not valid UTF-8, the error is [ErrUnencodable]. The
// result may be b itself.
func (c Charset) Encode(b []byte) ([]byte, error) {
	switch c.kind {
	case utf8Text:
		return b, nil
	case latin1:
		return encodeLatin1(b)
	case other:
		if !utf8.Valid(b) {
			return nil, ErrUnencodable
		}
		out, err := c.enc.NewEncoder().Bytes(b)
		if err != nil {
			return nil, ErrUnencodable
		}
		return out, nil
	}
	if !IsASCII(b) {
		return nil, ErrUnencodable
	}
	return b, nil
}

func encodeLatin1(b []byte) ([]byte, error) {
	if IsASCII(b) {
		return b, nil
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r > 0xFF || (r == utf8.RuneError && n == 1) {
			return nil, ErrUnencodable
		}
		out = append(out, byte(r))
		i += n
	}
	return out, nil
}

// IsASCII tells whether all bytes are below 128.
func IsASCII[T ~[]byte | ~string](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
