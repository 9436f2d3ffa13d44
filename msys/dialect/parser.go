package dialect

import "strconv"

// A parser translates one chunk. Its methods that parse something begin at
// the current token and leave the one after it.
type parser struct {
	lexer
	scopes
	fn        *function
	functions []*function // by depth, from 1
	levels    int
	needs     helperSet
	sites     siteTable
	out       *outliner // nil unless an outline is asked for
}

// enterLevel counts a level of nested syntax; leaveLevel ends it.
func (p *parser) enterLevel() {
	if p.levels++; p.levels > maxLevels {
		p.fail(p.tok.endLine, "", "chunk has too many syntax levels")
	}
}

func (p *parser) leaveLevel() { p.levels-- }

// reserve counts n more registers in use. The machine's compiler would not
// notice when there are too many.
func (p *parser) reserve(n int) {
	p.fn.registers += n
	p.fn.peak = max(p.fn.peak, p.fn.registers)
	p.checkRegisters()
}

// shift counts a register below those of the current expression: it became
// the argument of a helper.
func (p *parser) shift() {
	p.fn.peak++
	p.checkRegisters()
}

func (p *parser) checkRegisters() {
	if p.fn.peak > maxRegisters {
		p.failHere("function or expression too complex")
	}
}

// jump counts a jump in a list of them whose length is n so far: the
// compiler's time grows with the square of that.
func (p *parser) jump(n *int) {
	if *n++; *n > maxJumps {
		p.failHere("control structure too long")
	}
}

func (p *parser) accept(k kind) bool {
	if p.tok.kind != k {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(k kind) {
	if p.tok.kind != k {
		p.failExpected(k)
	}
	p.next()
}

func (p *parser) failExpected(k kind) {
	p.failHere("'" + spelling[k] + "' expected")
}

// expectClose requires the token that closes the open one of line.
func (p *parser) expectClose(closing, opening kind, line int32) {
	if p.tok.kind == closing {
		p.next()
		return
	}
	if line == p.tok.endLine {
		p.failExpected(closing)
	}
	p.failHere("'" + spelling[closing] + "' expected (to close '" + spelling[opening] + "' at line " + strconv.Itoa(int(line)) + ")")
}

// name requires a name and returns its token.
func (p *parser) name() token {
	if p.tok.kind != tkName {
		p.failExpected(tkName)
	}
	t := p.tok
	p.next()
	return t
}

// declare makes a new local variable of the current function.
func (p *parser) declare(name token) int32 {
	if p.fn.locals >= maxLocals {
		p.failLimit("local variables", maxLocals)
	}
	if name.id == nameGoto {
		p.edits.replace(name.start, name.end, hiddenGoto)
	}
	n := p.scopes.declare(p.fn, name.id)
	if p.out != nil {
		p.out.declare(n, p.src[name.start:name.end], name.line)
	}
	return n
}

func (p *parser) failLimit(what string, limit int) {
	where := "main function"
	if p.fn.line > 0 {
		where = "function at line " + strconv.Itoa(int(p.fn.line))
	}
	p.fail(p.tok.endLine, "", where+" has more than "+strconv.Itoa(limit)+" "+what)
}

// use resolves a name that is read or assigned: the local that it means, 0
// for a global.
func (p *parser) use(name token) int32 {
	n := p.resolve(name.id)
	if n != 0 {
		p.locals[n].used = true
		for f := p.fn; f != p.locals[n].fn; f = f.outer {
			f.captures = true
		}
	}
	if name.id == nameGoto {
		if n != 0 {
			p.edits.replace(name.start, name.end, hiddenGoto)
		} else {
			p.edits.replace(name.start, name.end, `_ENV["goto"]`)
		}
	}
	return n
}
