package dialect

func (p *parser) chunkBlock() {
	p.fn = &function{vararg: true}
	if p.out != nil {
		p.out.open(1, false)
	}
	p.next()
	p.statements()
	if p.tok.kind != tkEOF {
		p.failExpected(tkEOF)
	}
}

// block parses the statements of a block and ends the scope of its locals.
func (p *parser) block() {
	mark := len(p.visible)
	p.statements()
	p.leave(p.fn, mark)
}

func (p *parser) blockEnds() bool {
	switch p.tok.kind {
	case tkElse, tkElseif, tkEnd, tkEOF, tkUntil:
		return true
	}
	return false
}

// A lastStatement tells what ends a block.
type lastStatement struct {
	returnAt int32 // offset of its return statement, -1 for none
	label    bool
}

func (p *parser) statements() (last lastStatement) {
	last.returnAt = -1
	for !p.blockEnds() {
		k := p.tok.kind
		if k == tkReturn {
			last = lastStatement{returnAt: p.tok.start}
			p.returnStatement()
			return last
		}
		if k != tkSemicolon {
			last.label = k == tkDoubleColon
		}
		p.enterLevel()
		p.fn.peak = p.fn.registers
		p.statement()
		p.fn.registers = p.fn.locals // temporaries do not outlive a statement
		p.leaveLevel()
	}
	return last
}

func (p *parser) statement() {
	line := p.tok.line
	switch p.tok.kind {
	case tkSemicolon:
		p.next()
	case tkIf:
		p.ifStatement(line)
	case tkWhile:
		p.next()
		p.expression()
		p.expect(tkDo)
		p.loopBody(tkWhile, line)
	case tkDo:
		p.next()
		p.block()
		p.expectClose(tkEnd, tkDo, line)
	case tkFor:
		p.forStatement(line)
	case tkRepeat:
		p.repeatStatement(line)
	case tkFunction:
		p.functionStatement(line)
	case tkLocal:
		p.next()
		if p.accept(tkFunction) {
			name := p.name()
			n := p.declare(name)
			if p.out != nil {
				p.out.next = p.src[name.start:name.end]
				p.out.Locals[p.out.locals[n]].Function = len(p.out.Functions)
			}
			p.reserve(1)
			p.functionBody(line, false)
		} else {
			p.localStatement()
		}
	case tkDoubleColon:
		p.next()
		p.name()
		p.expect(tkDoubleColon)
		p.fn.labels = true
	case tkBreak:
		p.jump(&p.fn.jumps)
		p.next()
		if p.fn.loops == 0 {
			p.failHere("no loop to break")
		}
	case tkName:
		if p.tok.id == nameGoto && p.peek().kind == tkName {
			p.jump(&p.fn.jumps)
			p.next()
			p.next()
			return
		}
		p.expressionStatement()
	default:
		p.expressionStatement()
	}
}

// loopBody parses the block of a loop up to its end.
func (p *parser) loopBody(opening kind, line int32) {
	p.fn.loops++
	p.block()
	p.fn.loops--
	p.expectClose(tkEnd, opening, line)
}

func (p *parser) ifStatement(line int32) {
	p.next()
	for arms := 0; ; {
		p.jump(&arms)
		p.expression()
		p.expect(tkThen)
		p.block()
		if !p.accept(tkElseif) {
			break
		}
	}
	if p.accept(tkElse) {
		p.block()
	}
	p.expectClose(tkEnd, tkIf, line)
}

func (p *parser) repeatStatement(line int32) {
	p.next()
	mark := len(p.visible)
	p.fn.loops++
	p.statements()
	p.fn.loops--
	p.expectClose(tkUntil, tkRepeat, line)
	p.expression() // sees the locals of the body
	p.leave(p.fn, mark)
}

func (p *parser) forStatement(line int32) {
	p.next()
	first := p.name()
	mark := len(p.visible)
	switch p.tok.kind {
	case tkAssign:
		p.numericFor(first)
	case tkComma, tkIn:
		p.genericFor(first)
	default:
		p.failHere("'=' or 'in' expected")
	}
	p.loopBody(tkFor, line)
	p.leave(p.fn, mark)
	p.fn.locals -= 3
}

func (p *parser) numericFor(name token) {
	p.next()
	p.expression()
	p.reserve(1)
	p.expect(tkComma)
	p.expression()
	p.reserve(1)
	if p.accept(tkComma) {
		p.expression()
	}
	p.reserve(2)
	p.expect(tkDo)
	p.fn.locals += 3 // the machine's own
	p.declare(name)
}

func (p *parser) localStatement() {
	var names [8]token
	list := append(names[:0], p.name())
	for p.accept(tkComma) {
		list = append(list, p.name())
	}
	var values []value
	if p.accept(tkAssign) {
		p.expressions()
		if p.out != nil {
			values = p.out.values
		}
	}
	p.fn.registers = p.fn.locals
	for i, name := range list {
		n := p.declare(name)
		if i < len(values) {
			l := &p.out.Locals[p.out.locals[n]]
			l.Use, l.Function = values[i].use, values[i].function
			p.out.nameFunction(values[i], l.Name)
		}
		p.reserve(1)
	}
}

func (p *parser) returnStatement() {
	p.next()
	if !p.blockEnds() && p.tok.kind != tkSemicolon {
		start := p.tok.start
		e := p.expression()
		p.reserve(1)
		switch {
		case p.accept(tkComma):
			p.expressions()
		case e.shape == shapeCall && p.fn.vararg:
			p.tailCall(start)
		}
	}
	p.accept(tkSemicolon)
}
