package dialect

// A functionName is the name of a function statement, "a.b:c".
type functionName struct {
	last       token
	method     bool
	assignment bool // it must be written as an assignment, "a.b.c = function"
	gotoMethod bool // the method is called goto
}

// functionStatement parses "function a.b:c(...) ... end".
func (p *parser) functionStatement(line int32) {
	keyword := p.tok
	p.next()
	name := p.functionName()
	p.reserve(2)
	if !name.assignment {
		p.functionBody(line, name.method)
		return
	}
	p.edits.replace(keyword.start, keyword.end, "")
	if name.method && !name.gotoMethod {
		p.methodAsField(name.last)
	}
	p.edits.after(p.lastEnd, "=function")
	if name.method && p.tok.kind == tkLParen {
		self := "self,"
		if p.peek().kind == tkRParen {
			self = "self"
		}
		p.edits.after(p.tok.end, self)
	}
	p.functionBody(line, name.method)
}

// functionName parses "a.b:c". The machine knows neither goto as a name nor
// the call that reads a field "__index" in a function statement.
func (p *parser) functionName() (n functionName) {
	first := p.name()
	n.last = first
	local := p.use(first)
	n.assignment = local == 0 && first.id == nameGoto
	if p.out != nil {
		p.outlineName(first, local)
		defer func() { p.outlineFunction(n) }()
	}
	for !n.method && (p.tok.kind == tkDot || p.tok.kind == tkColon) {
		n.method = p.tok.kind == tkColon
		dot := p.tok.start
		p.next()
		n.last = p.name()
		if p.out != nil {
			u := &p.out.Uses[len(p.out.Uses)-1]
			u.Steps = append(u.Steps, OutlineStep{Kind: StepField, Name: p.src[n.last.start:n.last.end], Line: int(n.last.line)})
		}
		more := !n.method && (p.tok.kind == tkDot || p.tok.kind == tkColon)
		switch {
		case n.last.id == nameGoto:
			p.replaceRange(dot, n.last.end, `["goto"]`)
			n.assignment, n.gotoMethod = true, n.method
		case n.last.id == nameIndex && more:
			p.readIndex(&expr{start: first.start, line: first.line, indexAt: dot, indexEnd: n.last.end})
			n.assignment = true
		}
	}
	return n
}

// outlineName notes the name that a function statement assigns.
func (p *parser) outlineName(first token, local int32) {
	n := p.out.use(p.src[first.start:first.end], local, first.line)
	u := &p.out.Uses[n]
	u.Assigned, u.Function = true, len(p.out.Functions)
}

// outlineFunction notes the name of the function whose body comes next.
func (p *parser) outlineFunction(n functionName) {
	p.out.next = p.src[n.last.start:n.last.end]
}

// methodAsField turns the ":name" that ends at name into ".name".
func (p *parser) methodAsField(name token) {
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
	p.fn = f
	if p.out != nil {
		around := p.out.open(line, method)
		defer func() { p.out.fn = around }()
	}
	mark := len(p.visible)
	if p.tok.kind != tkLParen {
		p.failExpected(tkLParen)
	}
	p.next()
	if method {
		n := p.scopes.declare(f, nameSelf)
		if p.out != nil {
			p.out.declare(n, "self", line)
			p.out.parameter()
		}
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
		if p.out != nil {
			p.out.declare(implicit, "arg", line)
		}
		f.locals-- // it seldom comes to exist
	}
	p.next()
	last := p.statements()
	if implicit != 0 && p.locals[implicit].used && !f.usesDots {
		p.edits.after(bodyAt, "local arg="+p.call(helperArg)+"...)")
	}
	if f.captures || outer.outer != nil || outer.loops > 0 || outer.labels {
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
			if p.out != nil {
				p.out.parameter()
			}
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
