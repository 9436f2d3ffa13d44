package pcre

import (
	"strings"
	"unicode/utf8"
)

// parseEscape parses an item that begins with a backslash.
func (p *parser) parseEscape() (n *node, repeatable bool) {
	start := p.pos
	p.pos++
	if !p.more() {
		p.fail(ErrTrailingBackslash, p.pos)
	}
	if n, repeatable, ok := p.parseNamedEscape(p.src[p.pos]); ok {
		return n, repeatable
	}
	switch c := p.src[p.pos]; {
	case c == 'g':
		return p.parseG()
	case c == 'k':
		return p.parseK()
	case '1' <= c && c <= '9':
		if n := p.decimalBackref(); n != nil {
			n.offset = start
			return n, true
		}
	}
	return p.literal(p.escapedChar(false)), true
}

// parseNamedEscape parses the escapes that stand for classes and assertions.
func (p *parser) parseNamedEscape(c byte) (n *node, repeatable, ok bool) {
	if s := p.classEscape(); s != nil {
		return p.setNode(s), true, true
	}
	p.pos++
	switch c {
	case 'N':
		if !p.peekString("{U+") {
			if p.peekString("{") && !p.quantifierFollows() {
				p.fail(ErrUnsupportedEscape, p.pos)
			}
			return p.notNewline(), true, true
		}
	case 'C':
		return &node{op: opByte}, true, true
	case 'R':
		return p.newlineSequence(), true, true
	case 'X':
		return &node{op: opGrapheme}, true, true
	case 'K':
		return &node{op: opKeep}, false, true
	case 'A':
		return p.assertion(assertTextStart), false, true
	case 'Z':
		return p.assertion(assertFinalEnd), false, true
	case 'z':
		return p.assertion(assertTextEnd), false, true
	case 'G':
		return p.assertion(assertMatchStart), false, true
	case 'b', 'B':
		n := p.assertion(assertWord)
		if c == 'B' {
			n.assert = assertNotWord
		}
		n.ucp = p.opts.UCP && !p.has(flagAsciiW)
		return n, false, true
	}
	p.pos--
	return nil, false, false
}

func (p *parser) quantifierFollows() bool {
	_, _, _, ok := p.peekBraces()
	return ok
}

// classEscape parses \d and its like, the backslash already consumed; nil if it is something else.
func (p *parser) classEscape() *charSet {
	c := p.src[p.pos]
	s := &charSet{}
	switch c {
	case 'd', 'D':
		addClass(s, classDigit, p.opts.UCP && !p.has(flagAsciiD))
	case 's', 'S':
		addClass(s, classSpace, p.opts.UCP && !p.has(flagAsciiS))
	case 'w', 'W':
		addClass(s, classWord, p.opts.UCP && !p.has(flagAsciiW))
	case 'h', 'H':
		addClass(s, classHorizontal, false)
	case 'v', 'V':
		addClass(s, classVertical, false)
	case 'p', 'P':
		return p.parseProperty()
	default:
		return nil
	}
	p.pos++
	s.normalize(p.opts.UTF)
	if c < 'a' {
		s = s.complement(p.opts.UTF)
	}
	return s
}

// parseProperty parses \p{…} from the p on.
func (p *parser) parseProperty() *charSet {
	negative := p.src[p.pos] == 'P'
	p.pos++
	if !p.more() {
		p.fail(ErrPropertySyntax, p.pos)
	}
	var name string
	if p.src[p.pos] == '{' {
		end := strings.IndexByte(p.src[p.pos:], '}')
		if end < 0 {
			p.fail(ErrPropertySyntax, len(p.src))
		}
		name = p.src[p.pos+1 : p.pos+end]
		p.pos += end + 1
		name = strings.Trim(name, " \t")
		if rest, ok := strings.CutPrefix(name, "^"); ok {
			name, negative = rest, !negative
		}
	} else {
		name = p.src[p.pos : p.pos+1]
		p.pos++
	}
	s := &charSet{}
	if !propertySet(s, name, p.has(flagI)) {
		p.fail(ErrUnknownProperty, p.pos)
	}
	s.normalize(p.opts.UTF)
	if negative {
		s = s.complement(p.opts.UTF)
	}
	return s
}

// decimalBackref parses \1 … if it is a back reference and not an octal number.
func (p *parser) decimalBackref() *node {
	v, end := p.peekNumber(p.pos)
	if v >= 10 && p.src[p.pos] < '8' && v > p.ncap {
		return nil
	}
	if v > maxRepeatCount {
		p.fail(ErrNumberTooBig, end)
	}
	p.pos = end
	return p.backref(v, "")
}

// escapedChar parses an escape that stands for one character, from after the backslash.
func (p *parser) escapedChar(inClass bool) rune {
	start := p.pos
	c := p.char()
	switch c {
	case 'a':
		return 7
	case 'e':
		return 27
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'c':
		return p.controlChar()
	case 'x':
		return p.hexChar()
	case 'o':
		return p.bracedOctal()
	case 'N':
		return p.unicodeNumber()
	case '0', '1', '2', '3', '4', '5', '6', '7':
		p.pos = start
		return p.octalChar(3)
	case '8', '9':
		return c
	case 'F', 'L', 'l', 'U', 'u':
		p.fail(ErrUnsupportedEscape, p.pos)
	}
	if inClass && c == 'g' {
		return c // as Perl reads it
	}
	if c < 0x80 && isWordByte(byte(c)) && c != '_' {
		if inClass {
			p.fail(ErrClassEscape, p.pos)
		}
		p.fail(ErrUnknownEscape, p.pos)
	}
	return c
}

func isWordByte(b byte) bool { return asciiWord.hasByte(b) }

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
