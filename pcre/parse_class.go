package pcre

import "strings"

// parseBracket parses a character class in brackets.
func (p *parser) parseBracket() (n *node, repeatable bool) {
	start := p.pos
	switch {
	case p.accept("[[:<:]]"):
		return p.wordEdge(false), true
	case p.accept("[[:>:]]"):
		return p.wordEdge(true), true
	}
	if _, _, ok := p.peekPOSIX(); ok {
		if p.src[start+1] == ':' {
			p.fail(ErrPOSIXOutsideClass, start)
		}
		p.fail(ErrPOSIXCollating, start)
	}
	s := p.parseClass()
	if r, ok := s.single(); ok && (!p.opts.UTF || r < 0x80) {
		return &node{op: opChar, r: r}, true
	}
	return p.setNode(s), true
}

// wordEdge returns the node for the start or the end of a word.
func (p *parser) wordEdge(end bool) *node {
	s := &charSet{}
	addClass(s, classWord, p.opts.UCP)
	s.normalize(p.opts.UTF)
	edge := p.assertion(assertWord)
	edge.ucp = p.opts.UCP
	word := &node{op: opLook, look: look{behind: end}, subs: []*node{p.setNode(s)}}
	return concat([]*node{edge, word})
}

// peekPOSIX looks for [:name:] and its like at the current position.
func (p *parser) peekPOSIX() (body string, end int, ok bool) {
	if p.pos+1 >= len(p.src) || p.src[p.pos] != '[' {
		return "", 0, false
	}
	kind := p.src[p.pos+1]
	if kind != ':' && kind != '.' && kind != '=' {
		return "", 0, false
	}
	for i := p.pos + 2; i+1 < len(p.src); i++ {
		switch c := p.src[i]; {
		case c == kind && p.src[i+1] == ']':
			return p.src[p.pos+2 : i], i + 2, true
		case c == ']', c == '\\', c == '[':
			return "", 0, false
		case !isLetter(c) && !(c == '^' && i == p.pos+2):
			return "", 0, false
		}
	}
	return "", 0, false
}

// A classItem is one member of a class.
type classItem struct {
	r   rune
	set *charSet // nil for a single character
	end int      // offset after the item
}

// parseClass parses a class from its opening bracket.
func (p *parser) parseClass() *charSet {
	p.pos++
	p.skipClassIgnored()
	negative := !p.quote && p.accept("^")
	s := &charSet{}
	classes := &charSet{}
	first := true
	for {
		p.skipClassIgnored()
		if !p.more() {
			p.fail(ErrMissingBracket, p.pos)
		}
		if p.src[p.pos] == ']' && !first && !p.quote {
			p.pos++
			break
		}
		first = false
		p.addItem(s, classes)
	}
	return p.finishClass(s, classes, negative)
}

// finishClass joins the characters and the predefined classes of a class;
// case concerns the former only.
func (p *parser) finishClass(s, classes *charSet, negative bool) *charSet {
	if p.has(flagI) {
		p.folding().close(s)
	}
	s.addSet(classes)
	s.normalize(p.opts.UTF)
	if negative {
		s = s.complement(p.opts.UTF)
	}
	return s
}

// skipClassIgnored skips \Q, \E and, with xx, blanks inside of a class.
func (p *parser) skipClassIgnored() {
	for p.more() {
		switch {
		case p.quote:
			if !p.accept(`\E`) {
				return
			}
			p.quote = false
		case p.accept(`\Q`):
			p.quote = true
		case p.accept(`\E`):
		case p.has(flagXX) && (p.src[p.pos] == ' ' || p.src[p.pos] == '\t'):
			p.pos++
		default:
			return
		}
	}
}

// addItem adds one character, range or class.
func (p *parser) addItem(s, classes *charSet) {
	lo := p.classItem()
	p.skipClassIgnored()
	if p.quote || !p.peekString("-") {
		p.addOne(s, classes, lo)
		return
	}
	hyphen := p.pos
	p.pos++
	p.skipClassIgnored()
	if !p.more() {
		p.fail(ErrMissingBracket, p.pos)
	}
	if p.src[p.pos] == ']' && !p.quote {
		p.addOne(s, classes, lo)
		s.add('-', '-')
		return
	}
	if lo.set != nil {
		p.fail(ErrClassRange, hyphen)
	}
	hi := p.classItem()
	switch {
	case hi.set != nil:
		p.fail(ErrClassRange, hi.end)
	case hi.r < lo.r:
		p.fail(ErrRangeOrder, p.pos-1)
	}
	s.add(lo.r, hi.r)
}

func (p *parser) addOne(s, classes *charSet, it classItem) {
	if it.set != nil {
		classes.addSet(it.set)
	} else {
		s.add(it.r, it.r)
	}
}

// classItem parses one character or predefined class.
func (p *parser) classItem() classItem {
	if !p.quote {
		switch p.src[p.pos] {
		case '[':
			if body, end, ok := p.peekPOSIX(); ok {
				set := p.posixClass(body, end)
				return classItem{set: set, end: p.pos}
			}
		case '\\':
			return p.classEscapeItem()
		}
	}
	r := p.char()
	return classItem{r: r, end: p.pos}
}

func (p *parser) classEscapeItem() classItem {
	p.pos++
	if !p.more() {
		p.fail(ErrTrailingBackslash, p.pos)
	}
	if set := p.classEscape(); set != nil {
		return classItem{set: set, end: p.pos}
	}
	switch p.src[p.pos] {
	case 'b':
		p.pos++
		return classItem{r: '\b', end: p.pos}
	case 'N':
		if !p.peekString("N{U+") {
			p.fail(ErrNotInClass, p.pos+1)
		}
	case 'B', 'R', 'X':
		p.fail(ErrClassEscape, p.pos+1)
	}
	r := p.escapedChar(true)
	return classItem{r: r, end: p.pos}
}

// posixClass returns the set for [:name:] or [:^name:] and moves past it.
func (p *parser) posixClass(body string, end int) *charSet {
	if p.src[p.pos+1] != ':' {
		p.fail(ErrPOSIXCollating, p.pos)
	}
	name, negative := strings.CutPrefix(body, "^")
	s := &charSet{}
	unicodeProps := p.opts.UCP && !p.has(flagAsciiP)
	if !addPOSIX(s, name, unicodeProps, !p.has(flagAsciiT), p.has(flagI)) {
		p.fail(ErrUnknownPOSIX, p.pos)
	}
	p.pos = end
	s.normalize(p.opts.UTF)
	if negative {
		s = s.complement(p.opts.UTF)
	}
	return s
}
