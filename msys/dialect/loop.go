package dialect

// genericFor parses a for statement from the first comma or "in" to "do".
// The values after "in" go through a helper when the first may be an object
// with an __iter event.
func (p *parser) genericFor(first token) {
	var names [8]token
	list := append(names[:0], first)
	for p.accept(tkComma) {
		list = append(list, p.name())
	}
	p.expect(tkIn)
	start := p.tok.start
	plain := p.isPlainIterator(p.expression())
	p.reserve(1)
	if p.accept(tkComma) {
		p.expressions()
	}
	if !plain {
		p.edits.before(start, p.call(helperIter))
		p.edits.after(p.lastEnd, ")")
	}
	p.expect(tkDo)
	p.fn.locals += 3 // the machine's own
	p.fn.registers += 3
	for _, name := range list {
		p.declare(name)
		p.reserve(1)
	}
}

// isPlainIterator reports whether a value is a function for sure, or the
// result of a call that returns iterators.
func (p *parser) isPlainIterator(e expr) bool {
	switch e.shape {
	case shapeFunction:
		return true
	case shapeVariable:
		return p.nameOf(e) == "next"
	case shapeCall:
		switch p.nameOf(e) {
		case "pairs", "ipairs", "gmatch", "gfind", "lines", "wrap":
			return true
		}
	}
	return false
}
