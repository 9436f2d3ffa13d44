package pcre

import "unicode/utf8"

func (p *parser) controlChar() rune {
	if !p.more() {
		p.fail(ErrTrailingControl, p.pos)
	}
	c := p.src[p.pos]
	if c < ' ' || c > '~' {
		p.fail(ErrControlNotASCII, p.pos)
	}
	p.pos++
	if 'a' <= c && c <= 'z' {
		c -= 32
	}
	return rune(c ^ 0x40)
}

// checkChar refuses characters that the mode has no room for.
func (p *parser) checkChar(v int64, octal bool) rune {
	switch {
	case !p.opts.UTF && v > 255 && !p.asBytes:
		if octal {
			p.fail(ErrOctalTooLarge, p.pos)
		}
		p.fail(ErrCodePointTooLarge, p.pos)
	case v > utf8.MaxRune:
		p.fail(ErrCodePointTooLarge, p.pos)
	case v >= 0xd800 && v <= 0xdfff:
		p.fail(ErrSurrogate, p.pos)
	}
	return rune(v)
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (p *parser) hexChar() rune {
	if p.peekString("{") {
		return p.bracedNumber(16, ErrNotHex)
	}
	v := 0
	for i := 0; i < 2 && p.more() && hexDigit(p.src[p.pos]) >= 0; i++ {
		v = v*16 + hexDigit(p.src[p.pos])
		p.pos++
	}
	return p.checkChar(int64(v), false)
}

func (p *parser) octalChar(digits int) rune {
	v := 0
	for i := 0; i < digits && p.more() && '0' <= p.src[p.pos] && p.src[p.pos] <= '7'; i++ {
		v = v*8 + int(p.src[p.pos]-'0')
		p.pos++
	}
	return p.checkChar(int64(v), true)
}

func (p *parser) bracedOctal() rune {
	if !p.peekString("{") {
		p.fail(ErrMissingBrace, p.pos)
	}
	return p.bracedNumber(8, ErrNotOctal)
}

func (p *parser) unicodeNumber() rune {
	if !p.accept("{U+") {
		p.fail(ErrUnsupportedEscape, p.pos)
	}
	if !p.opts.UTF {
		p.fail(ErrUnicodeNumberNeedsUTF8, p.pos)
	}
	p.pos--
	return p.bracedNumber(16, ErrNotHex)
}

// bracedNumber parses {digits}, the opening character being the next byte.
func (p *parser) bracedNumber(base int, bad ErrorCode) rune {
	i := p.skipBlanks(p.pos + 1)
	var v int64
	from := i
	for i < len(p.src) {
		d := hexDigit(p.src[i])
		if d < 0 || d >= base {
			break
		}
		if v <= utf8.MaxRune {
			v = v*int64(base) + int64(d)
		}
		i++
	}
	digits := i - from
	i = p.skipBlanks(i)
	if digits == 0 || i >= len(p.src) || p.src[i] != '}' {
		p.fail(bad, min(i+1, len(p.src)))
	}
	p.pos = i + 1
	return p.checkChar(v, false)
}
