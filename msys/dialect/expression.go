package dialect

// A shape is the syntactic form of an expression.
type shape uint8

const (
	shapeOther    shape = iota
	shapeNumber         // a literal, perhaps negated or folded
	shapeString         // a literal
	shapeConstant       // nil, true, false
	shapeFunction
	shapeTable
	shapeDots
	shapeVariable // a name
	shapeIndexed  // a field
	shapeCall
	shapeParens
)

// An expr describes an expression that has been read.
type expr struct {
	number   float64 // of a shapeNumber
	start    int32   // offset of its first token
	line     int32   // of its first token
	local    int32   // the local that a shapeVariable names, 0 for a global
	nameAt   int32   // of a variable, field or call: its name; 0..0 for none
	nameEnd  int32
	indexAt  int32       // a field "__index" at the end of the expression, of which
	indexEnd int32       // nobody knows yet whether it is read or assigned; or 0..0
	base     operandName // what has that field
	shape    shape
	nonNil   bool // it cannot be nil
	use      int  // for an outline: the number of its use, from 1
	function int  // likewise, of a shapeFunction
}

// needsRegister reports whether the value occupies a register while the
// other operand is computed.
func (p *parser) needsRegister(e *expr) bool {
	switch e.shape {
	case shapeNumber, shapeString, shapeConstant:
		return false
	case shapeVariable:
		return e.local == 0 || p.locals[e.local].fn != p.fn
	}
	return true
}

func (p *parser) nameOf(e expr) string { return p.src[e.nameAt:e.nameEnd] }

func (p *parser) expression() expr { return p.subExpression(0) }

// expressions parses a list, each of whose values takes a register.
func (p *parser) expressions() {
	if p.out == nil {
		for {
			p.expression()
			p.reserve(1)
			if !p.accept(tkComma) {
				return
			}
		}
	}
	var values []value
	for more := true; more; more = p.accept(tkComma) {
		e := p.expression()
		values = append(values, valueOf(&e))
		p.reserve(1)
	}
	p.out.values = values
}

// subExpression parses the operators that bind tighter than limit.
func (p *parser) subExpression(limit int8) expr {
	p.enterLevel()
	outer := p.fn.peak
	p.fn.peak = p.fn.registers
	var e expr
	switch p.tok.kind {
	case tkNot, tkSub, tkLen, tkTilde, tkBang:
		e = p.unary()
	default:
		e = p.simpleExpression()
	}
	for jumps := 0; ; {
		op := p.tok
		if b := bindings[op.kind]; b.left <= limit {
			break
		}
		if op.kind == tkConcat {
			e = p.concatenation(e)
			continue
		}
		if op.kind == tkAnd || op.kind == tkOr {
			p.jump(&jumps)
		}
		e = p.binary(e, op)
	}
	p.fn.peak = max(outer, p.fn.peak)
	p.leaveLevel()
	return e
}

func (p *parser) simpleExpression() expr {
	t := p.tok
	e := expr{start: t.start, line: t.line, nonNil: true}
	switch t.kind {
	case tkNumber:
		e.shape = shapeNumber
		e.number = numeralValue(p.src[t.start:t.end])
	case tkString:
		e.shape = shapeString
	case tkNil:
		e.shape, e.nonNil = shapeConstant, false
	case tkTrue, tkFalse:
		e.shape = shapeConstant
	case tkDots:
		if !p.fn.vararg {
			p.failHere("cannot use '...' outside a vararg function")
		}
		p.fn.usesDots = true
		e.shape, e.nonNil = shapeDots, false
	case tkLBrace:
		p.constructor()
		e.shape = shapeTable
		return e
	case tkFunction:
		p.next()
		if p.out != nil {
			e.function = len(p.out.Functions) + 1
		}
		p.functionBody(t.line, false)
		e.shape = shapeFunction
		return e
	default:
		e = p.suffixed()
		p.readIndex(&e)
		return e
	}
	p.next()
	return e
}

// constructor parses a table constructor.
func (p *parser) constructor() {
	line := p.tok.line
	p.next()
	registers := p.fn.registers
	p.reserve(1)
	for items := 0; p.tok.kind != tkRBrace; {
		switch {
		case p.tok.kind == tkLBracket:
			p.next()
			p.expression()
			p.expect(tkRBracket)
			p.expect(tkAssign)
			p.reserve(1)
			p.expression()
			p.fn.registers--
		case p.tok.kind == tkName && p.peek().kind == tkAssign:
			if p.tok.id == nameGoto {
				p.edits.replace(p.tok.start, p.tok.end, `["goto"]`)
			}
			name := p.tok
			p.next()
			p.next()
			e := p.expression()
			if p.out != nil {
				p.out.nameFunction(valueOf(&e), p.src[name.start:name.end])
			}
		default:
			p.expression()
			if items++; items%50 == 0 { // the machine stores them in portions
				p.fn.registers = registers + 1
			} else {
				p.reserve(1)
			}
		}
		if !p.accept(tkComma) && !p.accept(tkSemicolon) {
			break
		}
	}
	p.expectClose(tkRBrace, tkLBrace, line)
	p.fn.registers = registers
}
