// Package encodedword has the encoded-words of header fields (RFC 2047).
package encodedword

import (
	"encoding/base64"
	"strings"

	"github.com/gomsys/gomsys/message/internal/charset"
)

// Decode gives s with its encoded-words in UTF-8, wherever they stand. White
// space between two of them vanishes. A word in an unknown charset, or badly
// encoded, stays as it is; other bytes pass through.
func Decode(s string) string {
	next := strings.Index(s, "=?")
	if next < 0 {
		return s
	}
	d := decoder{out: make([]byte, 0, len(s))}
	for next >= 0 {
		w, ok := parse(s[next:])
		if !ok {
			d.text(s[:next+2])
			s = s[next+2:]
			next = strings.Index(s, "=?")
			continue
		}
		d.gap(s[:next])
		d.word(w)
		s = s[next+w.length:]
		next = strings.Index(s, "=?")
	}
	d.text(s)
	d.flush()
	return string(d.out)
}

// decoder joins adjacent words of one charset before it converts them, since
// mailers split characters between words.
type decoder struct {
	out     []byte
	pending []byte
	charset string
	inWord  bool // the last thing seen was a word
}

func (d *decoder) flush() {
	if len(d.pending) > 0 {
		set, _ := charset.Lookup(d.charset)
		d.out = append(d.out, set.Decode(d.pending)...)
		d.pending = d.pending[:0]
	}
}

func (d *decoder) text(s string) {
	if s == "" {
		return
	}
	d.flush()
	d.out = append(d.out, s...)
	d.inWord = false
}

// gap takes the text before a word.
func (d *decoder) gap(s string) {
	if !d.inWord || strings.Trim(s, " \t\r\n") != "" {
		d.text(s)
	}
}

func (d *decoder) word(w word) {
	if !strings.EqualFold(d.charset, w.charset) {
		d.flush()
		d.charset = w.charset
	}
	d.pending = append(d.pending, w.content...)
	d.inWord = true
}

// maxText bounds the text of an encoded-word. RFC 2047 allows much less, but
// mailers do not mind.
const maxText = 8 << 10

type word struct {
	charset string
	content []byte
	length  int
}

// parse reads the encoded-word at the start of s.
func parse(s string) (word, bool) {
	rest := s[2:]
	mark := strings.IndexByte(rest, '?')
	if mark < 1 || mark+2 >= len(rest) || rest[mark+2] != '?' {
		return word{}, false
	}
	name, _, _ := strings.Cut(rest[:mark], "*") // RFC 2231: language
	if strings.ContainsAny(name, " \t=\"<>()") {
		return word{}, false
	}
	encoding := rest[mark+1]
	text := rest[mark+3 : min(len(rest), mark+3+maxText)]
	end := strings.Index(text, "?=")
	if end < 0 {
		return word{}, false
	}
	w := word{charset: name, length: 2 + mark + 3 + end + 2}
	var ok bool
	switch encoding {
	case 'q', 'Q':
		w.content, ok = decodeQ(text[:end])
	case 'b', 'B':
		w.content, ok = decodeB(text[:end])
	}
	if ok {
		_, ok = charset.Lookup(name)
	}
	return w, ok
}

func decodeQ(s string) ([]byte, bool) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '_':
			out = append(out, ' ')
		case '=':
			if i+2 >= len(s) {
				return nil, false
			}
			hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
			if hi|lo > 15 {
				return nil, false
			}
			out = append(out, hi<<4|lo)
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out, true
}

func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xFF
}

func decodeB(s string) ([]byte, bool) {
	s = strings.TrimRight(strings.ReplaceAll(s, " ", ""), "=")
	out, err := base64.RawStdEncoding.DecodeString(s)
	return out, err == nil
}
