package pcre

import (
	"context"
	"sync"
)

// A regular matches a pattern that is regular, in time linear in the subject.
// Its parts are made when they are first needed.
type regular struct {
	root    *node
	t       *groupTable
	newline byte
	pre     *prefilter
	length  int    // bytes of every match, -1 if they differ
	literal finder // the pattern, if it is just this text

	search   *dfa        // the end of the leftmost match from an offset on
	anchored func() *dfa // the end of the match at an offset
	back     func() *dfa // the start of the match that has an end; nil if that is too large
	captures func() *nfa // with capture slots; nil if that is too large
	pikes    sync.Pool   // of *pike
}

// newRegular returns the matcher for a pattern, nil if the pattern is not regular.
func newRegular(root *node, t *groupTable, pre *prefilter) *regular {
	m := buildNFA(root, t, false, false)
	if m == nil {
		return nil
	}
	r := &regular{root: root, t: t, newline: newlineByte(t.newline), pre: pre, length: -1}
	if lo, hi := t.width(root); lo == hi && !t.utf {
		r.length = lo
	}
	if text, whole := t.appendPrefix(nil, root); whole && len(text) > 0 {
		r.length, r.literal = len(text), newFinder(text)
	}
	r.search = newDFA(m, r.newline, false, true, r.pre != nil)
	r.anchored = sync.OnceValue(func() *dfa { return newDFA(m, r.newline, false, false, false) })
	r.back = sync.OnceValue(func() *dfa {
		if m := buildNFA(root, t, true, false); m != nil {
			return newDFA(m, r.newline, true, false, false)
		}
		return nil
	})
	r.captures = sync.OnceValue(func() *nfa { return buildNFA(root, t, false, true) })
	return r
}

func newlineByte(n Newline) byte {
	switch n {
	case NewlineCR:
		return '\r'
	case NewlineNUL:
		return 0
	}
	return '\n'
}

// find finds the leftmost match from start on, or at start if once. With
// bounds, it also says where the match begins.
func (r *regular) find(b []byte, start int, fl Flags, once, bounds bool) (from, to int, res scanResult) {
	if once {
		_, to, res = r.anchored().forward(b, start, fl, !bounds, nil)
		return start, to, res
	}
	if len(r.literal.text) > 0 {
		if from = r.literal.next(b, start); from < 0 {
			return 0, 0, scanNone
		}
		return from, from + r.length, scanFound
	}
	low, to, res := r.search.forward(b, start, fl, !bounds, r.pre)
	if res != scanFound || !bounds {
		return 0, to, res
	}
	if r.length >= 0 {
		return to - r.length, to, res
	}
	back := r.back()
	if back == nil {
		return 0, 0, scanGaveUp
	}
	from, res = back.backward(b, low, to, fl)
	return from, to, res
}

// submatches finds the leftmost match with its captures. It is slow, but
// always works.
func (r *regular) submatches(ctx context.Context, limit int, b []byte, start int, fl Flags, once bool, loc []int32) (bool, error) {
	p, _ := r.pikes.Get().(*pike)
	if p == nil {
		p = &pike{}
	}
	defer r.pikes.Put(p)
	p.reset(ctx, r.captures(), r.newline, len(loc), limit)
	for i := range loc {
		loc[i] = -1
	}
	ok := p.search(b, start, fl, once, loc)
	p.ctx = nil
	return ok, p.err
}
