package dialect

import lua "github.com/Shopify/go-lua"

// tailCall makes the call that a return statement of a function with "..."
// ends with, from start on, an ordinary call: "return f(x)" becomes
// "return values(f(x))".
//
// The machine puts the frame of a function that is called at the end in the
// place of the caller's. If the caller has "..." and got more arguments than
// the called function has registers, it computes a frame of negative length
// (stack.go, callInfo.setTop) and panics.
func (p *parser) tailCall(start int32) {
	p.shift()
	p.edits.before(start, p.call(helperValues))
	p.edits.after(p.lastEnd, ")")
}

// values gives its arguments.
func values(l *lua.State) int { return l.Top() }
