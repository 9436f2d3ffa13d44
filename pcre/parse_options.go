package pcre

// parseOptions parses (?imsxnJU-…) and (?i:…) from after "(?".
func (p *parser) parseOptions(start int) (*node, bool) {
	f := p.flags
	if p.accept("^") {
		f &^= flagI | flagM | flagS | flagX | flagXX | flagN | flagR | flagsASCII
	}
	on := true
	for {
		if !p.more() {
			p.fail(ErrMissingParen, p.pos)
		}
		c := p.src[p.pos]
		p.pos++
		if c == ')' {
			p.flags = f
			return nil, false
		}
		if c == ':' {
			return p.groupWith(start, f), true
		}
		if c == '-' && on {
			on = false
			continue
		}
		bits := p.optionBits(c, on)
		if bits == 0 {
			p.fail(ErrUnknownGroup, p.pos)
		}
		if on {
			f |= bits
			if bits == flagX {
				f &^= flagXX
			}
		} else {
			f &^= bits
		}
	}
}

func (p *parser) groupWith(start int, f flags) *node {
	saved := p.flags
	p.flags = f
	n := p.group(start)
	p.flags = saved
	return n
}

// optionBits returns the flags that an option letter, already consumed, stands for.
func (p *parser) optionBits(c byte, on bool) flags {
	switch c {
	case 'i':
		return flagI
	case 'm':
		return flagM
	case 's':
		return flagS
	case 'n':
		return flagN
	case 'J':
		return flagJ
	case 'U':
		return flagU
	case 'r':
		return flagR
	case 'x':
		more := p.accept("x")
		for p.accept("x") {
		}
		if more || !on {
			return flagX | flagXX
		}
		return flagX
	case 'a':
		return p.asciiBits()
	}
	return 0
}

func (p *parser) asciiBits() flags {
	switch {
	case p.accept("D"):
		return flagAsciiD
	case p.accept("S"):
		return flagAsciiS
	case p.accept("W"):
		return flagAsciiW
	case p.accept("P"):
		return flagAsciiP | flagAsciiT
	case p.accept("T"):
		return flagAsciiT
	}
	return flagsASCII
}
