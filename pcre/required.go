package pcre

// required returns the longest literal that every match contains, nil if none is known.
func (t *groupTable) required(n *node) []byte {
	r := requiredFinder{utf: t.utf}
	r.walk(n)
	r.flush()
	return r.best
}

type requiredFinder struct {
	utf       bool
	cur, best []byte
}

// flush ends the current run of literal characters.
func (r *requiredFinder) flush() {
	if len(r.cur) > len(r.best) {
		r.best = append(r.best[:0], r.cur...)
	}
	r.cur = r.cur[:0]
}

// walk visits what every match goes through, in order. It reports false where
// a match may end early.
func (r *requiredFinder) walk(n *node) bool {
	switch n.op {
	case opChar:
		r.cur = appendChar(r.cur, n.r, r.utf)
		return true
	case opConcat:
		for _, s := range n.subs {
			if !r.walk(s) {
				return false
			}
		}
		return true
	case opCapture, opAtomic:
		return r.walk(n.subs[0])
	case opRepeat:
		if n.min > 0 {
			ok := r.walk(n.subs[0])
			r.flush()
			return ok && !mayAccept(n.subs[0])
		}
	case opAssert, opKeep, opEmpty:
		return true
	}
	r.flush()
	return !mayAccept(n)
}

// mayAccept reports whether (*ACCEPT) can end the match inside of n.
func mayAccept(n *node) bool {
	switch n.op {
	case opVerb:
		return n.verb == verbAccept
	case opLook:
		return false
	}
	for _, s := range n.subs {
		if mayAccept(s) {
			return true
		}
	}
	return false
}
