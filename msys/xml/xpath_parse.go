package xml

import (
	"fmt"
	"slices"
	"strconv"
)

// maxNesting bounds the nesting of an expression.
const maxNesting = 250

// xpathParser parses an expression by recursive descent, one method for each
// level of precedence.
type xpathParser struct {
	lexer
	tok   token
	depth int
}

func (p *xpathParser) parse() (expr, *xpathFault) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	e, err := p.or()
	if err == nil && p.tok.kind != endToken {
		err = p.unexpected()
	}
	return e, err
}

func (p *xpathParser) advance() (err *xpathFault) {
	p.tok, err = p.next()
	return err
}

func (p *xpathParser) unexpected() *xpathFault {
	if p.tok.kind == endToken {
		return &xpathFault{p.tok.offset, "expression is incomplete"}
	}
	return &xpathFault{p.tok.offset, fmt.Sprintf("unexpected %q", p.tok.text)}
}

// is reports whether the token is that symbol.
func (p *xpathParser) is(symbol string) bool {
	return p.tok.kind == symbolToken && p.tok.text == symbol
}

// accept skips a symbol if it is there.
func (p *xpathParser) accept(symbol string) (bool, *xpathFault) {
	if !p.is(symbol) {
		return false, nil
	}
	return true, p.advance()
}

func (p *xpathParser) expect(symbol string) *xpathFault {
	if !p.is(symbol) {
		return p.unexpected()
	}
	return p.advance()
}

// binaryLevels are the operators by precedence, the weakest first.
var binaryLevels = [][]string{
	{"or"}, {"and"}, {"=", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "div", "mod"},
}

func (p *xpathParser) or() (expr, *xpathFault) {
	if p.depth++; p.depth > maxNesting {
		return nil, &xpathFault{p.tok.offset, "expression nested too deeply"}
	}
	e, err := p.binary(0)
	p.depth--
	return e, err
}

// binary parses operators of a level of precedence and all stronger ones.
func (p *xpathParser) binary(level int) (expr, *xpathFault) {
	if level == len(binaryLevels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for n := 0; p.tok.kind == symbolToken && slices.Contains(binaryLevels[level], p.tok.text); n++ {
		if n > maxNesting {
			return nil, &xpathFault{p.tok.offset, "too many operators in a row"}
		}
		op := p.tok.text
		if err := p.advance(); err != nil {
			return nil, err
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		left = newBinary(op, left, right)
	}
	return left, nil
}

func (p *xpathParser) unary() (expr, *xpathFault) {
	minus := 0
	for {
		found, err := p.accept("-")
		if err != nil {
			return nil, err
		}
		if !found {
			break
		}
		minus++
	}
	e, err := p.union()
	if err != nil || minus == 0 {
		return e, err
	}
	return negation{e, minus%2 == 1}, nil
}

func (p *xpathParser) union() (expr, *xpathFault) {
	e, err := p.path()
	if err != nil || !p.is("|") {
		return e, err
	}
	u := union{e}
	for p.is("|") {
		at := p.tok.offset
		if err := p.advance(); err != nil {
			return nil, err
		}
		next, err := p.path()
		if err != nil {
			return nil, err
		}
		if !e.givesNodes() || !next.givesNodes() {
			return nil, &xpathFault{at, "'|' needs nodes on both sides"}
		}
		u = append(u, next)
	}
	return u, nil
}

// path parses a location path, or another expression that predicates and a
// path may follow.
func (p *xpathParser) path() (expr, *xpathFault) {
	switch p.tok.kind {
	case literalToken, numberToken, functionToken:
		if p.tok.kind == functionToken && isNodeType(p.tok.text) {
			return p.locationPath(nil)
		}
	case nameToken, axisToken:
		return p.locationPath(nil)
	case symbolToken:
		if p.tok.text != "(" && p.tok.text != "$" {
			return p.locationPath(nil)
		}
	}
	return p.filter()
}

// filter parses a primary expression with predicates and a path after it.
func (p *xpathParser) filter() (expr, *xpathFault) {
	at := p.tok.offset
	e, err := p.primary()
	if err != nil {
		return nil, err
	}
	if p.is("[") {
		if !e.givesNodes() {
			return nil, &xpathFault{at, "only nodes can be filtered"}
		}
		predicates, err := p.predicates()
		if err != nil {
			return nil, err
		}
		e = filtered{e, predicates}
	}
	if !p.is("/") && !p.is("//") {
		return e, nil
	}
	if !e.givesNodes() {
		return nil, &xpathFault{at, "a path can only begin at nodes"}
	}
	return p.locationPath(e)
}

func (p *xpathParser) primary() (expr, *xpathFault) {
	t := p.tok
	switch {
	case t.kind == literalToken:
		return constant{t.text}, p.advance()
	case t.kind == numberToken:
		n, _ := strconv.ParseFloat(t.text, 64) // only out of range can fail
		return constant{n}, p.advance()
	case t.kind == functionToken:
		return p.call()
	case p.is("("):
		if err := p.advance(); err != nil {
			return nil, err
		}
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		return e, p.expect(")")
	case p.is("$"):
		return nil, &xpathFault{t.offset, "there are no variables"}
	}
	return nil, p.unexpected()
}

func (p *xpathParser) call() (expr, *xpathFault) {
	name := p.tok
	f, known := functions[name.text]
	if !known {
		return nil, &xpathFault{name.offset, fmt.Sprintf("unknown function %s", name.text)}
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var args []expr
	for !p.is(")") {
		if len(args) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		arg, err := p.or()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) < f.min || f.max >= 0 && len(args) > f.max {
		return nil, &xpathFault{name.offset, fmt.Sprintf("wrong number of arguments for %s", name.text)}
	}
	if f.nodes && len(args) > 0 && !args[0].givesNodes() {
		return nil, &xpathFault{name.offset, fmt.Sprintf("%s needs nodes", name.text)}
	}
	return call{name.text, f, args}, p.advance()
}
