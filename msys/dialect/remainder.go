package dialect

import "math"

// A modSite is a % whose form depends on facts that are settled when the
// whole chunk is read: the edits that make it a helper's call are made
// already.
type modSite struct {
	fact  fact // of the left operand
	open  int  // index of the edits
	comma int
	close int
}

// remainder translates left % right. The machine's own % is C's remainder:
// it has the sign of the left operand. That is right when the left operand
// is not negative and the right one is a positive literal; when the left one
// is a number at least, arithmetic can correct it; otherwise a helper must.
func (p *parser) remainder(e, left *expr, op token, right *expr) {
	integral := right.isPositiveLiteral() && right.number == math.Trunc(right.number) && right.number < 1<<53
	if left.shape == shapeNumber && right.shape == shapeNumber {
		e.fact.class = classNumber
		return // the compiler folds it, rightly
	}
	if integral {
		e.fact = left.fact
		if e.fact.class != classAny {
			e.fact.class = classNonNegative
		}
	}
	n := len(p.edits)
	p.edits.before(e.start, helperMod.call())
	p.edits.replace(op.start, op.end, ",")
	p.edits.after(p.lastEnd, ")")
	if integral && left.fact.class == classNonNegative {
		p.mods = append(p.mods, modSite{fact: left.fact, open: n, comma: n + 1, close: n + 2})
	} else {
		p.needs |= 1 << helperMod
	}
	p.site(helperMod, e, op, left, right)
}

// settle decides the form of every % that waits for facts.
func (p *parser) settle() {
	for _, m := range p.mods {
		if !p.holds(m.fact) {
			p.needs |= 1 << helperMod
			continue
		}
		p.edits[m.open].text = ""
		p.edits[m.comma].text = "%"
		p.edits[m.close].text = ""
	}
}
