package json

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str parses the string at i, which begins with quote.
func (p *parser) str(quote byte) (string, bool) {
	p.i++
	start := p.i
	ascii := true
	for p.i < len(p.s) {
		b := p.s[p.i]
		switch {
		case b == quote:
			s := p.s[start:p.i]
			if p.strict && !ascii && !p.checkUTF8(start) {
				return "", false
			}
			p.i++
			return s, true
		case b == '\\':
			return p.escapedString(start, quote)
		case b < ' ' && p.strict:
			p.fail(CodeString)
			return "", false
		case b >= utf8.RuneSelf:
			ascii = false
		}
		p.i++
	}
	p.fail(CodeEOF)
	return "", false
}

// checkUTF8 checks the text from start to i.
func (p *parser) checkUTF8(start int) bool {
	s := p.s[start:p.i]
	if utf8.ValidString(s) {
		return true
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			p.i = start + i
			break
		}
		i += size
	}
	p.fail(CodeString)
	return false
}

// escapedString parses the rest of a string whose first escape sequence is at
// i.
func (p *parser) escapedString(start int, quote byte) (string, bool) {
	var b strings.Builder
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == quote || c == '\\':
			if p.strict && !p.checkUTF8(start) {
				return "", false
			}
			b.WriteString(p.s[start:p.i])
			if c == quote {
				p.i++
				return b.String(), true
			}
			if !p.escape(&b) {
				return "", false
			}
			start = p.i
			continue
		case c < ' ' && p.strict:
			p.fail(CodeString)
			return "", false
		}
		p.i++
	}
	p.fail(CodeEOF)
	return "", false
}

// escape parses the escape sequence at i.
func (p *parser) escape(b *strings.Builder) bool {
	p.i++
	if p.i >= len(p.s) {
		p.fail(CodeEOF)
		return false
	}
	switch c := p.s[p.i]; c {
	case '"', '\\', '/':
		b.WriteByte(c)
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'u':
		return p.unicodeEscape(b)
	default:
		if c != '\'' || p.strict {
			p.fail(CodeString)
			return false
		}
		b.WriteByte(c)
	}
	p.i++
	return true
}

// unicodeEscape parses a \u sequence, and a second one that completes a
// surrogate pair; i is at the u.
func (p *parser) unicodeEscape(b *strings.Builder) bool {
	p.i++
	r, ok := p.hex4()
	if !ok {
		return false
	}
	for utf16.IsSurrogate(r) {
		if !strings.HasPrefix(p.s[p.i:], `\u`) {
			r = utf8.RuneError
			break
		}
		p.i += 2
		low, ok := p.hex4()
		if !ok {
			return false
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			r = pair
			break
		}
		b.WriteRune(utf8.RuneError)
		r = low
	}
	b.WriteRune(r)
	return true
}

func (p *parser) hex4() (rune, bool) {
	var r rune
	for range 4 {
		if p.i >= len(p.s) {
			p.fail(CodeEOF)
			return 0, false
		}
		c := p.s[p.i]
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			p.fail(CodeString)
			return 0, false
		}
		p.i++
	}
	return r, true
}
