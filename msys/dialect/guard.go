package dialect

// The machine reuses the last closure of a function expression when its
// upvalues look the same: it compares the values of closed upvalues instead
// of the variables, and open ones by their place on the stack, whichever
// thread's stack that is. Closures of different calls, even of different
// threads, then share variables. It is kept from that by a guard: an upvalue
// that holds NaN, which never equals itself. Functions mention it where
// control never comes.
//
// A function that stands in the main chunk outside any loop, and uses no
// local variable of the chunk, needs no guard: it is made once each time that
// the chunk runs, and all that may happen is that two runs get the same one.

const deepNesting = 16

// guard adds the mention to the function body that was just read; the
// current token is its "end".
func (p *parser) guard(bodyAt int32, last lastStatement) {
	p.needs |= 1 << helperGuard
	mention := helperGuard.name() + "=nil"
	switch {
	case last.returnAt >= 0 && p.fn.depth <= deepNesting:
		p.edits.before(last.returnAt, "do ")
		p.edits.before(p.tok.start, "end "+mention+" ")
	case last.label || last.returnAt >= 0:
		// No statement may follow a label at the end: it would put the
		// label into the scope of locals that a goto must not enter. And
		// blocks around the returns of deeply nested functions would use
		// up the levels that the compiler allows.
		p.edits.after(bodyAt, "goto "+hiddenLabel+" "+mention+" ::"+hiddenLabel+":: ")
	default:
		p.edits.before(p.tok.start, "do return end "+mention+" ")
	}
}
