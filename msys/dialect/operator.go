package dialect

import "math"

// operatorHelpers are the helpers of the operators that the machine lacks or
// gets wrong.
var operatorHelpers = [kindCount]helper{
	tkMod: helperMod, tkIntDiv: helperIntDiv,
	tkBitAnd: helperBitAnd, tkBitOr: helperBitOr, tkBitXor: helperBitXor, tkShl: helperShl, tkShr: helperShr,
}

// unary parses a unary operator and its operand.
func (p *parser) unary() expr {
	op := p.tok
	p.next()
	operand := p.subExpression(unaryPriority)
	e := expr{start: op.start, line: op.line}
	switch op.kind {
	case tkSub:
		if operand.shape == shapeNumber {
			e.shape, e.number = shapeNumber, -operand.number
		}
	case tkBang:
		p.edits.replace(op.start, op.end, "not ")
		e.nonNil = true
	case tkNot:
		e.nonNil = true
	case tkTilde:
		if operand.shape == shapeNumber {
			p.fold(&e, float64(^toInt64(operand.number)))
			break
		}
		p.shift()
		p.edits.replace(op.start, op.end, p.call(helperBitNot))
		p.edits.after(p.lastEnd, ")")
		p.site(helperBitNot, &e, op, operand)
	}
	return e
}

// binary parses an operator other than .. and its right operand.
func (p *parser) binary(left expr, op token) expr {
	registers := p.fn.registers
	if p.needsRegister(&left) || operatorHelpers[op.kind] != 0 {
		p.reserve(1)
	}
	p.next()
	if op.kind == tkAnd || op.kind == tkOr {
		p.fn.registers = registers
	}
	right := p.subExpression(bindings[op.kind].right)
	p.fn.registers = registers
	e := expr{start: left.start, line: left.line}
	switch op.kind {
	case tkBangEq:
		p.edits.replace(op.start, op.end, "~=")
	case tkMod:
		// Between two literals the compiler gets it right; at run time the
		// result has the wrong sign.
		if left.shape != shapeNumber || right.shape != shapeNumber {
			p.callOperator(helperMod, &e, &left, op, &right)
		}
	case tkIntDiv, tkBitAnd, tkBitOr, tkBitXor, tkShl, tkShr:
		if left.shape == shapeNumber && right.shape == shapeNumber {
			if v := foldOperator(op.kind, left.number, right.number); !math.IsInf(v, 0) && !math.IsNaN(v) {
				p.fold(&e, v)
				break
			}
		}
		p.callOperator(operatorHelpers[op.kind], &e, &left, op, &right)
	}
	return e
}

// callOperator makes an operation between operands already read a call of h.
func (p *parser) callOperator(h helper, e, left *expr, op token, right *expr) {
	p.shift()
	p.edits.before(e.start, p.call(h))
	p.edits.replace(op.start, op.end, ",")
	p.edits.after(p.lastEnd, ")")
	p.site(h, e, op, *left, *right)
}

// foldOperator computes an operation between two literals.
func foldOperator(op kind, a, b float64) float64 {
	if op == tkIntDiv {
		return math.Floor(a / b)
	}
	x, y := toInt64(a), toInt64(b)
	switch op {
	case tkBitAnd:
		return float64(x & y)
	case tkBitOr:
		return float64(x | y)
	case tkBitXor:
		return float64(x ^ y)
	case tkShl:
		return float64(shiftLeft(x, y))
	}
	return float64(shiftRight(x, y))
}

// fold replaces an expression of literals by its value.
func (p *parser) fold(e *expr, value float64) {
	e.shape, e.number, e.nonNil = shapeNumber, value, true
	p.replaceRange(e.start, p.lastEnd, formatNumeral(value))
}
