package pcre

import "strings"

// parseGroup parses everything that begins with an opening parenthesis, except comments.
func (p *parser) parseGroup() (n *node, repeatable bool) {
	start := p.pos
	switch {
	case p.peekString("(*"):
		if next := start + 2; next < len(p.src) && (isLetter(p.src[next]) || p.src[next] == ':') {
			return p.parseStar()
		}
		p.pos++
		p.fail(ErrNothingToRepeat, start+2)
	case p.accept("(?"):
		return p.parseSpecialGroup(start)
	}
	p.pos++
	if p.has(flagN) {
		return p.group(start), true
	}
	return p.capture(start, ""), true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// enter counts a nesting level, leave ends it.
func (p *parser) enter(start int) {
	p.depth++
	if p.depth > maxNesting {
		p.fail(ErrTooDeep, start)
	}
}

// branches parses the alternatives of a group up to and including its closing parenthesis.
func (p *parser) branches(start int, reset bool) []*node {
	p.enter(start)
	saved := p.flags
	first, highest := p.ncap, p.ncap
	var alts []*node
	for {
		alts = append(alts, p.parseSequence())
		highest = max(highest, p.ncap)
		if !p.more() || p.src[p.pos] != '|' {
			break
		}
		p.pos++
		if reset {
			p.ncap = first
		}
	}
	p.ncap = highest
	p.expect(')', ErrMissingParen)
	p.flags = saved
	p.depth--
	return alts
}

// group parses the rest of a group that does not capture.
func (p *parser) group(start int) *node { return alternate(p.branches(start, false)) }

// capture parses the rest of a capturing group.
func (p *parser) capture(start int, name string) *node {
	p.ncap++
	num := p.ncap
	if num > maxRepeatCount {
		p.fail(ErrTooLarge, start)
	}
	for len(p.groupNames) <= num {
		p.groupNames = append(p.groupNames, "")
	}
	if name != "" {
		p.define(name, num, p.pos-1)
	}
	return &node{op: opCapture, n: num, subs: []*node{p.group(start)}, name: name}
}

// parseSpecialGroup parses from after "(?".
func (p *parser) parseSpecialGroup(start int) (n *node, repeatable bool) {
	if !p.more() {
		p.fail(ErrMissingParen, p.pos)
	}
	c := p.src[p.pos]
	p.pos++
	switch c {
	case ':':
		return p.group(start), true
	case '|':
		return alternate(p.branches(start, true)), true
	case '>':
		return p.atomic(start), true
	case '=':
		return p.lookaround(start, look{}), true
	case '!':
		if p.accept(")") {
			return &node{op: opFail}, true
		}
		return p.lookaround(start, look{negative: true}), true
	case '*':
		return p.lookaround(start, look{nonAtomic: true}), true
	case '<':
		return p.parseAngle(start)
	case '\'':
		return p.capture(start, p.groupName('\'')), true
	case 'P':
		return p.parsePython(start)
	case '&':
		return p.call(0, p.groupName(')')), true
	case 'R':
		p.expect(')', ErrRecursionSyntax)
		return p.call(0, ""), true
	case '(':
		return p.parseConditional(start), true
	case '[':
		return p.parseExtendedClass(start), true
	case 'C':
		p.skipCallout()
		return nil, false
	}
	p.pos--
	if n := p.numberedCall(c); n != nil {
		return n, true
	}
	return p.parseOptions(start)
}

// numberedCall parses (?1), (?+1) and (?-1) from the sign or digit on.
func (p *parser) numberedCall(c byte) *node {
	digit := func(i int) bool { return i < len(p.src) && '0' <= p.src[i] && p.src[i] <= '9' }
	switch {
	case c == '+' && !digit(p.pos+1):
		p.fail(ErrDigitExpected, p.pos+1)
	case c == '-' && !digit(p.pos+1) || c != '+' && c != '-' && !digit(p.pos):
		return nil
	}
	num, _ := p.signedNumber()
	n := p.call(num, "")
	p.expect(')', ErrRecursionSyntax)
	return n
}

func (p *parser) atomic(start int) *node {
	return &node{op: opAtomic, subs: []*node{p.group(start)}}
}

func (p *parser) lookaround(start int, l look) *node {
	return &node{op: opLook, look: l, subs: []*node{p.group(start)}}
}

// parseAngle parses from after "(?<".
func (p *parser) parseAngle(start int) (*node, bool) {
	if !p.more() {
		p.fail(ErrUnknownLookbehind, p.pos)
	}
	switch p.src[p.pos] {
	case '=':
		p.pos++
		return p.lookaround(start, look{behind: true}), true
	case '!':
		p.pos++
		return p.lookaround(start, look{behind: true, negative: true}), true
	case '*':
		p.pos++
		return p.lookaround(start, look{behind: true, nonAtomic: true}), true
	}
	return p.capture(start, p.groupName('>')), true
}

// parsePython parses from after "(?P".
func (p *parser) parsePython(start int) (*node, bool) {
	switch {
	case p.accept("<"):
		return p.capture(start, p.groupName('>')), true
	case p.accept("="):
		return p.backref(0, p.groupName(')')), true
	case p.accept(">"):
		return p.call(0, p.groupName(')')), true
	}
	p.fail(ErrUnknownGroupP, min(p.pos+1, len(p.src)))
	return nil, false
}

// skipCallout skips a callout from after "(?C"; callouts do nothing.
func (p *parser) skipCallout() {
	if !p.more() {
		p.fail(ErrCalloutParen, p.pos)
	}
	closing := p.src[p.pos]
	switch closing {
	case '`', '\'', '"', '^', '%', '#', '$', '{':
		if closing == '{' {
			closing = '}'
		}
		p.pos++
		for {
			end := strings.IndexByte(p.src[p.pos:], closing)
			if end < 0 {
				p.fail(ErrCalloutParen, len(p.src))
			}
			p.pos += end + 1
			if !p.more() || p.src[p.pos] != closing {
				break
			}
			p.pos++
		}
	default:
		v, end := p.peekNumber(p.pos)
		p.pos = end
		if v > 255 {
			p.fail(ErrCalloutNumber, p.pos)
		}
	}
	p.expect(')', ErrCalloutParen)
}
