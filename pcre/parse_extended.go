package pcre

const maxClassNesting = 15

// parseExtendedClass parses (?[…]), a class with set operators, from after "(?[".
func (p *parser) parseExtendedClass(start int) *node {
	x := &extendedClass{p: p, start: start}
	s := x.expression(0)
	if !p.accept("])") {
		p.fail(ErrExtendedClassEnd, p.pos)
	}
	return p.setNode(s)
}

// An extendedClass parses the set expression of a (?[…]).
type extendedClass struct {
	p     *parser
	start int
}

// skip skips white space, \Q\E and \E, and wants something to follow.
func (x *extendedClass) skip() {
	p := x.p
	for p.more() {
		switch {
		case p.accept(`\Q\E`), p.accept(`\E`):
		case p.src[p.pos] == ' ' || p.src[p.pos] == '\t' || p.src[p.pos] == '\n':
			p.pos++
		default:
			return
		}
	}
	p.fail(ErrExtendedClassEnd, p.pos)
}

// expression parses operands joined by +, |, -, ^ and, binding tighter, &.
func (x *extendedClass) expression(depth int) *charSet {
	utf := x.p.opts.UTF
	s := x.term(depth)
	for {
		x.skip()
		op := x.p.src[x.p.pos]
		switch op {
		case '+', '|', '-', '^':
			x.p.pos++
		default:
			return s
		}
		t := x.term(depth)
		switch op {
		case '+', '|':
			s = s.union(t, utf)
		case '-':
			s = s.intersect(t.complement(utf), utf)
		case '^':
			both := s.intersect(t, utf)
			s = s.union(t, utf).intersect(both.complement(utf), utf)
		}
	}
}

func (x *extendedClass) term(depth int) *charSet {
	s := x.operand(depth)
	for {
		x.skip()
		if !x.p.accept("&") {
			return s
		}
		s = s.intersect(x.operand(depth), x.p.opts.UTF)
	}
}

func (x *extendedClass) operand(depth int) *charSet {
	p := x.p
	x.skip()
	if depth > maxClassNesting {
		p.fail(ErrTooDeep, p.pos)
	}
	switch c := p.src[p.pos]; c {
	case '!':
		p.pos++
		return x.operand(depth + 1).complement(p.opts.UTF)
	case '(':
		p.pos++
		s := x.expression(depth + 1)
		if !p.accept(")") {
			p.fail(ErrExtendedClassSyntax, p.pos)
		}
		return s
	case '[':
		if body, end, ok := p.peekPOSIX(); ok {
			return p.posixClass(body, end)
		}
		saved := p.flags
		p.flags |= flagXX
		s := p.parseClass()
		p.flags = saved
		return s
	case '\\':
		s, classes := &charSet{}, &charSet{}
		p.addOne(s, classes, p.classEscapeItem())
		return p.finishClass(s, classes, false)
	}
	p.fail(ErrExtendedClassSyntax, p.pos)
	return nil
}
