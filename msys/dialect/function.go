package dialect

// functionStatement parses "function a.b:c(...) ... end".
func (p *parser) functionStatement(line int32) {
	keyword := p.tok
	p.next()
	name := p.name()
	asAssignment := false // the machine does not know goto as a name
	first := p.resolve(name.id)
	switch {
	case first != 0:
		p.locals[first].used = true
		if name.id == nameGoto {
			p.edits.replace(name.start, name.end, hiddenGoto)
		}
	case name.id == nameGoto:
		p.edits.replace(name.start, name.end, `_ENV["goto"]`)
		asAssignment = true
	}
	method, hiddenMethod := false, false
	start := name.start
	for !method && (p.tok.kind == tkDot || p.tok.kind == tkColon) {
		method = p.tok.kind == tkColon
		dot := p.tok.start
		p.next()
		name = p.name()
		switch {
		case name.id == nameGoto:
			p.replaceRange(dot, name.end, `["goto"]`)
			asAssignment, hiddenMethod = true, method
		case name.id == nameIndex && (p.tok.kind == tkDot || p.tok.kind == tkColon) && !method:
			e := expr{start: start, indexAt: dot, indexEnd: name.end}
			p.readIndex(&e)
			asAssignment = true
		}
	}
	p.reserve(2)
	if asAssignment {
		p.edits.replace(keyword.start, keyword.end, "")
		if method && !hiddenMethod {
			p.asField(name)
			hiddenMethod = true
		}
		p.edits.after(p.lastEnd, "=function")
	}
	if !hiddenMethod {
		p.functionBody(line, method)
		return
	}
	if p.tok.kind != tkLParen {
		p.failExpected(tkLParen)
	}
	self := "self,"
	if p.peek().kind == tkRParen {
		self = "self"
	}
	p.edits.after(p.tok.end, self)
	p.functionBody(line, true)
}

// asField turns the ":name" that ends at name into ".name".
func (p *parser) asField(name token) {
	colon := name.start - 1
	for p.src[colon] != ':' {
		colon--
	}
	p.edits.replace(colon, colon+1, ".")
}

// functionBody parses "(parameters) block end".
func (p *parser) functionBody(line int32, method bool) {
	outer := p.fn
	f := p.open(outer, line)
	guarded := outer.outer != nil || outer.loops > 0 || outer.labels
	p.fn = f
	mark := len(p.visible)
	if p.tok.kind != tkLParen {
		p.failExpected(tkLParen)
	}
	p.next()
	if method {
		p.scopes.declare(f, nameSelf)
		p.reserve(1)
	}
	p.parameters()
	bodyAt := p.tok.end
	if p.tok.kind != tkRParen {
		p.failExpected(tkRParen)
	}
	implicit := int32(0)
	if f.vararg && p.resolveIn(f, nameArg) == 0 {
		implicit = p.scopes.declare(f, nameArg)
		f.locals-- // it seldom comes to exist
	}
	p.next()
	last := p.statements()
	if implicit != 0 && p.locals[implicit].used && !f.usesDots {
		p.edits.after(bodyAt, "local arg="+p.call(helperArg)+"...)")
	}
	if guarded {
		p.guard(bodyAt, last)
	}
	p.expectClose(tkEnd, tkFunction, line)
	p.leave(f, mark)
	p.fn = outer
	p.reserve(1)
	outer.registers--
}

// open returns a new function within outer. The one that was there before is
// used again: nothing refers to functions that have ended.
func (p *parser) open(outer *function, line int32) *function {
	depth := outer.depth + 1
	if depth > len(p.functions) {
		p.functions = append(p.functions, new(function))
	}
	f := p.functions[depth-1]
	*f = function{outer: outer, line: line, depth: depth}
	return f
}

func (p *parser) resolveIn(f *function, name nameID) int32 {
	if n := p.resolve(name); n != 0 && p.locals[n].fn == f {
		return n
	}
	return 0
}

// parameters parses the names between the parentheses.
func (p *parser) parameters() {
	if p.tok.kind == tkRParen {
		return
	}
	for {
		switch p.tok.kind {
		case tkName:
			p.declare(p.tok)
			p.reserve(1)
		case tkDots:
			p.fn.vararg = true
		default:
			p.failHere("<name> or '...' expected")
		}
		p.next()
		if p.fn.vararg || !p.accept(tkComma) {
			return
		}
	}
}
