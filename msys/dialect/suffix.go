package dialect

// suffixed parses a name or parenthesized expression and the fields, indices
// and calls that follow it. A last field "__index" is left open: readIndex
// or an assignment decides about it.
func (p *parser) suffixed() expr {
	registers := p.fn.registers
	e := p.primary()
	for {
		switch p.tok.kind {
		case tkDot:
			p.readIndex(&e)
			p.reserveBase(registers)
			p.field(&e)
		case tkLBracket:
			p.readIndex(&e)
			p.reserveBase(registers)
			p.index(&e)
		case tkColon:
			p.readIndex(&e)
			p.reserveBase(registers)
			p.methodCall(&e)
		case tkLParen, tkString, tkLBrace:
			p.readIndex(&e)
			p.reserveBase(registers)
			if p.out != nil {
				p.out.step(&e, OutlineStep{Kind: StepCall, Line: int(p.tok.line), Text: p.firstString()})
			}
			p.arguments()
			e.shape = shapeCall
		default:
			p.fn.registers = registers
			return e
		}
		e.nonNil = false
	}
}

// reserveBase counts the register that holds the value to be indexed or called.
func (p *parser) reserveBase(registers int) {
	p.fn.registers = registers
	p.reserve(1)
}

func (p *parser) primary() expr {
	t := p.tok
	e := expr{start: t.start, line: t.line}
	switch t.kind {
	case tkName:
		p.next()
		e.shape = shapeVariable
		e.nameAt, e.nameEnd = t.start, t.end
		e.local = p.use(t)
		if p.out != nil {
			e.use = p.out.use(p.src[t.start:t.end], e.local, t.line) + 1
		}
	case tkLParen:
		p.next()
		inner := p.expression()
		p.expectClose(tkRParen, tkLParen, t.endLine)
		e.shape, e.nonNil = shapeParens, inner.nonNil
	default:
		p.failHere("unexpected symbol")
	}
	return e
}

// field parses ".name".
func (p *parser) field(e *expr) {
	dot := p.tok.start
	p.next()
	name := p.name()
	if name.id == nameIndex {
		e.base = p.describe(e)
	}
	e.shape, e.local = shapeIndexed, 0
	e.nameAt, e.nameEnd = name.start, name.end
	if p.out != nil {
		p.out.step(e, OutlineStep{Kind: StepField, Name: p.src[name.start:name.end], Line: int(name.line)})
	}
	switch name.id {
	case nameIndex:
		e.indexAt, e.indexEnd = dot, name.end
	case nameGoto:
		p.replaceRange(dot, name.end, `["goto"]`)
	}
}

// index parses "[key]".
func (p *parser) index(e *expr) {
	open := p.tok.start
	p.next()
	key := p.expression()
	keyEnd := p.lastEnd
	if p.tok.kind != tkRBracket {
		p.failExpected(tkRBracket)
	}
	p.next()
	base := p.describe(e)
	e.shape, e.local = shapeIndexed, 0
	e.nameAt, e.nameEnd = 0, 0
	if p.out != nil {
		s := OutlineStep{Kind: StepIndex, Line: int(p.tok.line)}
		if key.shape == shapeString {
			if text := literal(p.src[key.start:keyEnd]); text != "" {
				s = OutlineStep{Kind: StepField, Name: text, Line: s.Line}
			}
		}
		p.out.step(e, s)
	}
	if key.shape == shapeString {
		e.nameAt, e.nameEnd = key.start+1, keyEnd-1
		if p.nameOf(*e) == "__index" {
			e.indexAt, e.indexEnd, e.base = open, p.lastEnd, base
		}
	}
}

// methodCall parses ":name arguments".
func (p *parser) methodCall(e *expr) {
	colon := p.tok.start
	p.next()
	name := p.name()
	e.nameAt, e.nameEnd = name.start, name.end
	if p.out != nil {
		p.out.step(e, OutlineStep{Kind: StepMethod, Name: p.src[name.start:name.end], Line: int(name.line), Text: p.firstString()})
	}
	if name.id == nameGoto {
		p.gotoCall(e, colon)
	} else {
		p.reserve(1)
		p.arguments()
	}
	e.shape, e.local = shapeCall, 0
}

// gotoCall parses the arguments of a method named goto, which the machine
// cannot call by name: x:goto(y) becomes a helper's call (x,y).
func (p *parser) gotoCall(e *expr, colon int32) {
	p.shift()
	p.edits.before(e.start, p.call(helperGotoMethod))
	open := p.tok
	p.reserve(1)
	if open.kind != tkLParen {
		p.replaceRange(colon, e.nameEnd, ",")
		p.arguments()
		p.edits.after(p.lastEnd, ")")
		return
	}
	separator := ","
	if p.peek().kind == tkRParen {
		separator = ""
	}
	p.replaceRange(colon, e.nameEnd, separator)
	p.edits.replace(open.start, open.end, "")
	p.arguments()
}

// firstString gives the first argument of the call whose arguments begin at
// the current token, if it is a literal string without escapes.
func (p *parser) firstString() string {
	t := p.tok
	if t.kind == tkLParen {
		t = *p.peek()
	}
	if t.kind != tkString {
		return ""
	}
	return literal(p.src[t.start:t.end])
}

// arguments parses the arguments of a call.
func (p *parser) arguments() {
	switch p.tok.kind {
	case tkString:
		p.next()
	case tkLBrace:
		p.constructor()
	case tkLParen:
		opened := p.tok.line
		p.next()
		if p.tok.kind != tkRParen {
			p.expressions()
		}
		p.expectClose(tkRParen, tkLParen, opened)
	default:
		p.failHere("function arguments expected")
	}
}

// readIndex makes an open field "__index" of e a read: the value that stands
// for an absent one is not to be seen.
func (p *parser) readIndex(e *expr) {
	if e.indexEnd == 0 {
		return
	}
	p.shift()
	p.edits.before(e.start, p.call(helperIndexRead))
	p.replaceRange(e.indexAt, e.indexEnd, ")")
	p.addSite(helperIndexRead, e.line, e.line, e.base)
	e.indexAt, e.indexEnd = 0, 0
}
