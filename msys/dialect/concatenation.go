package dialect

// maxOperands is the greatest number of operands that one concat helper
// call is given: each takes a register.
const maxOperands = 200

// maxLiterals is the length of a chain of literals that the compiler, which
// nests as deep, is left to.
const maxLiterals = 50

// concatenation parses a chain of .. after its first operand and makes it a
// call of the concat helper, which bounds the length of the result. A chain
// of literals stays as it is.
func (p *parser) concatenation(first expr) expr {
	registers := p.fn.registers
	e := expr{start: first.start, line: first.line, nonNil: true}
	var opBuffer [8]token
	var operandBuffer [8]expr
	ops, operands := opBuffer[:0], append(operandBuffer[:0], first)
	literal := first.isLiteral()
	p.reserve(1)
	for p.tok.kind == tkConcat {
		if len(operands) >= maxOperands || p.fn.registers >= maxRegisters-4 {
			// What is there becomes the first operand of another call.
			p.callConcat(&e, ops, operands)
			p.fn.registers = registers + 1
			ops, operands = ops[:0], append(operands[:0], expr{})
			literal = false
		}
		ops = append(ops, p.tok)
		p.next()
		operand := p.subExpression(bindings[tkConcat].left)
		operands = append(operands, operand)
		literal = literal && operand.isLiteral()
		p.reserve(1)
	}
	p.fn.registers = registers
	if !literal || len(operands) > maxLiterals {
		p.callConcat(&e, ops, operands)
	}
	return e
}

// callConcat makes a chain that has been read a call of the concat helper.
func (p *parser) callConcat(e *expr, ops []token, operands []expr) {
	p.shift()
	p.edits.before(e.start, p.call(helperConcat))
	for _, op := range ops {
		p.edits.replace(op.start, op.end, ",")
	}
	p.edits.after(p.lastEnd, ")")
	p.site(helperConcat, e, ops[len(ops)-1], operands...)
}

func (e *expr) isLiteral() bool { return e.shape == shapeString || e.shape == shapeNumber }
