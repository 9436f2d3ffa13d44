package pcre

// parseQuantifier applies the quantifier that follows n, if there is one.
func (p *parser) parseQuantifier(n *node, repeatable bool) *node {
	p.skipIgnored()
	if !p.more() || p.quote {
		return n
	}
	lo, hi, end, ok := p.peekQuantifier()
	if !ok {
		return n
	}
	if !repeatable {
		p.fail(ErrNothingToRepeat, end)
	}
	p.pos = end
	mode := greedy
	if p.has(flagU) {
		mode = lazy
	}
	p.skipIgnored()
	switch {
	case p.quote:
	case p.accept("+"):
		mode = possessive
	case p.accept("?"):
		mode ^= lazy
	}
	return p.repeat(n, lo, hi, mode)
}

// peekQuantifier looks for a quantifier at the current position; end is where it ends.
func (p *parser) peekQuantifier() (lo, hi, end int, ok bool) {
	switch p.src[p.pos] {
	case '*':
		return 0, maxRepeat, p.pos + 1, true
	case '+':
		return 1, maxRepeat, p.pos + 1, true
	case '?':
		return 0, 1, p.pos + 1, true
	case '{':
		return p.peekBraces()
	}
	return 0, 0, 0, false
}

// peekBraces looks for {n}, {n,}, {,m} or {n,m}; blanks may surround the numbers.
func (p *parser) peekBraces() (lo, hi, end int, ok bool) {
	i := p.skipBlanks(p.pos + 1)
	from := i
	lo, i = p.peekNumber(i)
	hasLow := i > from
	i = p.skipBlanks(i)
	hi = lo
	hasHigh := false
	if i < len(p.src) && p.src[i] == ',' {
		i = p.skipBlanks(i + 1)
		from = i
		hi, i = p.peekNumber(i)
		hasHigh = i > from
		if !hasHigh {
			hi = maxRepeat
		}
		i = p.skipBlanks(i)
	}
	if i >= len(p.src) || p.src[i] != '}' || !hasLow && !hasHigh {
		return 0, 0, 0, false
	}
	if lo > maxRepeatCount || hi > maxRepeatCount {
		p.fail(ErrQuantifierTooBig, i)
	}
	if hi != maxRepeat && hi < lo {
		p.fail(ErrQuantifierOrder, i)
	}
	return lo, hi, i + 1, true
}

func (p *parser) skipBlanks(i int) int {
	for i < len(p.src) && (p.src[i] == ' ' || p.src[i] == '\t') {
		i++
	}
	return i
}

// peekNumber reads decimal digits at i, saturating above maxRepeatCount.
func (p *parser) peekNumber(i int) (v, end int) {
	for i < len(p.src) && '0' <= p.src[i] && p.src[i] <= '9' {
		if v <= maxRepeatCount {
			v = v*10 + int(p.src[i]-'0')
		}
		i++
	}
	return v, i
}

// repeat returns n repeated.
func (p *parser) repeat(n *node, lo, hi int, mode repeatMode) *node {
	switch {
	case lo == 1 && hi == 1:
		if mode == possessive && n.op != opChar && n.op != opSet {
			return &node{op: opAtomic, subs: []*node{n}, offset: n.offset}
		}
		return n
	case n.op == opLook && stateful(n):
		// A second look can differ from the first, a third does not.
		if hi == maxRepeat {
			hi = lo + 1
		}
	case n.op == opLook || n.op == opCond && n.cond == condFalse:
		// Repeating an assertion changes nothing but whether it is required.
		lo, hi = min(lo, 1), 1
		if lo == 1 {
			return n
		}
	}
	return &node{op: opRepeat, subs: []*node{n}, min: lo, max: hi, mode: mode, offset: n.offset}
}

// stateful reports whether how n matches depends on, or changes, more than the position.
func stateful(n *node) bool {
	switch n.op {
	case opCapture, opBackref, opCall, opCond, opVerb, opKeep:
		return true
	}
	for _, s := range n.subs {
		if stateful(s) {
			return true
		}
	}
	return false
}
