package dialect

import "strconv"

// expressionStatement parses a call or an assignment.
func (p *parser) expressionStatement() {
	e := p.suffixed()
	if e.shape == shapeCall {
		return
	}
	var buffer [4]expr
	targets := append(buffer[:0], e)
	for {
		t := &targets[len(targets)-1]
		if t.shape != shapeVariable && t.shape != shapeIndexed {
			p.failHere("syntax error")
		}
		if t.shape == shapeIndexed {
			p.reserve(1)
			if t.nameEnd == 0 {
				p.reserve(1) // the key
			}
		}
		if !p.accept(tkComma) {
			break
		}
		targets = append(targets, p.suffixed())
	}
	for i := range targets {
		if n := targets[i].use; n > 0 {
			p.out.Uses[n-1].Assigned = true
		}
	}
	p.expect(tkAssign)
	p.assignedValues(targets)
}

// assignedValues parses the right side of an assignment. A value for a field
// "__index" goes through a helper, which stores the value that stands for an
// absent one instead of nil.
func (p *parser) assignedValues(targets []expr) {
	for n := 0; ; n++ {
		start := p.tok.start
		e := p.expression()
		if p.out != nil && n < len(targets) {
			p.outlineAssignment(&targets[n], &e)
		}
		p.reserve(1)
		last := p.tok.kind != tkComma
		for i := n; i < len(targets) && (i == n || last); i++ {
			if t := &targets[i]; t.indexEnd > 0 && !(i == n && p.neverNil(t, &e)) {
				p.edits.before(start, p.call(helperIndexWrite)+strconv.Itoa(i-n+1)+",")
				p.edits.after(p.lastEnd, ")")
			}
		}
		if !p.accept(tkComma) {
			return
		}
	}
}

// outlineAssignment notes that e is assigned to target.
func (p *parser) outlineAssignment(target, e *expr) {
	if target.use == 0 {
		return
	}
	u, v := &p.out.Uses[target.use-1], valueOf(e)
	u.Assigned, u.Use, u.Function = true, v.use, v.function
	name := u.Name
	if n := len(u.Steps); n > 0 {
		name = u.Steps[n-1].Name
	}
	p.out.nameFunction(v, name)
}

// neverNil reports whether the value e assigned to the target's field
// "__index" cannot be nil. In C.__index = C it would have failed before.
func (p *parser) neverNil(target, e *expr) bool {
	if e.nonNil {
		return true
	}
	base := p.src[target.start:target.indexAt]
	return e.shape == shapeVariable && base == p.nameOf(*e)
}
