package dialect

import "strings"

// A siteTable remembers the operations that became calls of helpers, so that
// an error can name the operand and the line of its operator, as C Lua does.
type siteTable []site

// A site is one operation.
type site struct {
	callLine int32 // of its first token: where the machine sees the call
	line     int32 // of the operator, the last one for ..
	op       helper
	operands []operandName
}

// An operandName describes an operand: kind is "local", "upvalue", "global",
// "field" or "method"; empty for anything else.
type operandName struct{ kind, name string }

// site adds the operation of e.
func (p *parser) site(op helper, e *expr, token token, operands ...*expr) {
	s := site{callLine: int32(e.line), line: int32(token.line), op: op}
	for i, operand := range operands {
		if name := p.describe(operand); name.kind != "" {
			if s.operands == nil {
				s.operands = make([]operandName, len(operands))
			}
			s.operands[i] = name
		}
	}
	if s.operands != nil || s.line != s.callLine {
		p.sites = append(p.sites, s)
	}
}

func (p *parser) concatSite(e *expr, ops []token, operands []expr) {
	s := site{callLine: int32(e.line), line: int32(ops[len(ops)-1].line), op: helperConcat}
	s.operands = make([]operandName, len(operands))
	for i := range operands {
		s.operands[i] = p.describe(&operands[i])
	}
	p.sites = append(p.sites, s)
}

func (p *parser) describe(e *expr) operandName {
	kind := ""
	switch e.shape {
	case shapeVariable:
		switch {
		case e.local == 0:
			kind = "global"
		case p.locals[e.local].fn != p.fn:
			kind = "upvalue"
		default:
			kind = "local"
		}
	case shapeIndexed:
		kind = "field"
	}
	if kind == "" || e.nameAt == e.nameEnd {
		return operandName{}
	}
	return operandName{kind, strings.Clone(p.nameOf(*e))}
}

// find returns the line of the operator and the name of an operand of the
// operation op, called on a line with the given number of operands. Where
// several operations fit, it tells only what they agree on.
func (t siteTable) find(op helper, callLine, operand, operands int) (line int, name operandName) {
	found := false
	for i := range t {
		s := &t[i]
		if int(s.callLine) != callLine || s.op != op || s.operands != nil && len(s.operands) != operands {
			continue
		}
		var n operandName
		if s.operands != nil {
			n = s.operands[operand]
		}
		if !found {
			found, line, name = true, int(s.line), n
			continue
		}
		if line != int(s.line) {
			line = callLine
		}
		if name != n {
			name = operandName{}
		}
	}
	if !found {
		line = callLine
	}
	return line, name
}
