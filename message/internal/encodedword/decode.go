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
		d.gap = s[:next]
		n := d.word(s[next:])
		if n == 0 {
			d.text(s[:next+2])
			n = 2
		}
		s = s[next+n:]
		next = strings.Index(s, "=?")
	}
	d.text(s)
	d.flush()
	return string(d.out)
}

// decoder joins adjacent words of one charset before it converts them, since
// mailers split characters between words. What it has not converted yet lies
// at the end of out, from done on.
type decoder struct {
	out     []byte
	done    int
	name    string // the charset of what is not converted
	charset charset.Charset
	inWord  bool   // the last thing seen was a word
	gap     string // the text before the word that is looked at
}

// flush converts what is left.
func (d *decoder) flush() {
	if tail := d.out[d.done:]; len(tail) > 0 {
		text := d.charset.Decode(tail)
		if len(text) != len(tail) || &text[0] != &tail[0] {
			d.out = append(d.out[:d.done], text...)
		}
	}
	d.done = len(d.out)
}

func (d *decoder) text(s string) {
	if s == "" {
		return
	}
	d.flush()
	d.out = append(d.out, s...)
	d.done = len(d.out)
	d.inWord = false
}

// maxText bounds the text of an encoded-word. RFC 2047 allows much less, but
// mailers do not mind.
const maxText = 8 << 10

// word takes the encoded-word at the start of s, and the gap before it. It
// gives the word's length, 0 if there is none.
func (d *decoder) word(s string) int {
	rest := s[2:]
	mark := strings.IndexByte(rest, '?')
	if mark < 1 || mark+2 >= len(rest) || rest[mark+2] != '?' {
		return 0
	}
	name, _, _ := strings.Cut(rest[:mark], "*") // RFC 2231: language
	if strings.ContainsAny(name, " \t=\"<>()") {
		return 0
	}
	text := rest[mark+3 : min(len(rest), mark+3+maxText)]
	end := strings.Index(text, "?=")
	if end < 0 {
		return 0
	}
	set := d.charset
	if d.name == "" || !strings.EqualFold(d.name, name) {
		var known bool
		if set, known = charset.Lookup(name); !known {
			return 0
		}
	}
	content, ok := appendContent(d.out, rest[mark+1], text[:end])
	if !ok {
		return 0
	}
	gap := d.gap
	if d.inWord && strings.Trim(gap, " \t\r\n") == "" {
		gap = ""
	}
	if gap != "" || d.done < len(d.out) && !strings.EqualFold(d.name, name) {
		d.text(gap)
		d.flush()
		content, _ = appendContent(d.out, rest[mark+1], text[:end])
	}
	d.out = content
	d.name, d.charset, d.inWord = name, set, true
	return 2 + mark + 3 + end + 2
}

// appendContent appends what a word with that encoding and text stands for.
func appendContent(out []byte, encoding byte, text string) ([]byte, bool) {
	switch encoding {
	case 'q', 'Q':
		return appendQ(out, text)
	case 'b', 'B':
		return appendB(out, text)
	}
	return nil, false
}

func appendQ(out []byte, s string) ([]byte, bool) {
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

func appendB(out []byte, s string) ([]byte, bool) {
	s = strings.TrimRight(strings.ReplaceAll(s, " ", ""), "=")
	out, err := base64.RawStdEncoding.AppendDecode(out, []byte(s))
	return out, err == nil
}
