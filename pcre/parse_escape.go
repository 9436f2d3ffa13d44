package pcre

import "strings"

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
