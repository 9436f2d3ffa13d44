package pcre

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
)

// An engine is what one reading of a pattern, as bytes or as UTF-8, compiles to.
type engine struct {
	prog    *program
	opts    Options
	regular func() *regular         // nil if the pattern is not regular
	uses    atomic.Uint32           // short subjects matched so far, up to warmUses
	warm    atomic.Pointer[regular] // regular's result once it is in use
}

const (
	// A pattern's automata are made when it turns out to be used: on the
	// first long subject, or after warmUses short ones.
	warmUses     = 8
	shortSubject = 256

	// Matching a regular pattern by backtracking is often the fastest way to
	// its captures. It is given up after so many steps, plus so many per byte.
	quickSteps        = 500
	quickStepsPerByte = 4
)

func newEngine(ps *parsed) (*engine, error) {
	t := newGroupTable(ps)
	t.markNullable(ps.root)
	t.settle(ps.root, t.calls)
	prog, err := generate(ps, t)
	if err != nil {
		return nil, err
	}
	root := ps.root
	return &engine{
		prog:    prog,
		opts:    ps.opts,
		regular: sync.OnceValue(func() *regular { return newRegular(root, t, prog.pre) }),
	}, nil
}

// A machine is the working memory of a match.
type machine struct {
	vm       vm
	loc      []int   // result: pairs of offsets
	slots    []int32 // the same, from the automata
	required int     // where what every match contains is known to be; -1 if not known
}

// exec matches once. m.loc receives the offsets of the first want groups,
// group 0 being the match.
func (e *engine) exec(ctx context.Context, m *machine, b []byte, start int, fl Flags, want int) (bool, error) {
	switch {
	case start < 0 || start > len(b):
		return false, ErrBadOffset
	case e == nil:
		return false, nil
	case len(b) > math.MaxInt32-1:
		return false, ErrSubjectTooLong
	}
	p := e.prog
	once := p.anchored || fl&Anchored != 0
	if p.atStart {
		if start > 0 {
			return false, nil
		}
		once = true
	}
	fl |= p.flags
	if len(b)-start < p.minLength || len(p.required.text) > 0 && !m.containsRequired(b, &p.required, start) {
		return false, nil
	}
	if len(b)-start < shortSubject && e.uses.Load() < warmUses {
		e.uses.Add(1)
		if ok, done := e.quick(m, b, start, fl, once, want); done {
			return ok, nil
		}
	}
	if r := e.regular(); r != nil {
		e.warm.Store(r)
		return e.linear(ctx, m, r, b, start, fl, once, want)
	}
	m.vm.reset(p, b, start, fl, &e.opts, ctx)
	ok, err := m.vm.search(start, once)
	if ok {
		m.fromRegisters(want)
	}
	return ok, err
}

// glance says whether a short subject matches, if the automaton of a pattern in
// use can tell at once; scanGaveUp leaves it to exec.
func (e *engine) glance(b []byte) scanResult {
	if e == nil || len(b) >= shortSubject {
		return scanGaveUp
	}
	r := e.warm.Load()
	if r == nil {
		return scanGaveUp
	}
	p := e.prog
	// A prefilter rejects most subjects as fast as the text that every match contains.
	if len(b) < p.minLength || r.pre == nil && len(p.required.text) > 0 && p.required.next(b, 0) < 0 {
		return scanNone
	}
	_, _, res := r.find(b, 0, p.flags, p.anchored || p.atStart, false)
	return res
}

// containsRequired reports whether b contains f's text from start on, remembering where.
func (m *machine) containsRequired(b []byte, f *finder, start int) bool {
	if m.required >= start {
		return true
	}
	at := f.next(b, start)
	m.required = at
	return at >= 0
}

func (m *machine) fromRegisters(want int) {
	m.loc = m.loc[:0]
	for g := range want {
		m.loc = append(m.loc, int(m.vm.regs[regStart(g)]), int(m.vm.regs[regEnd(g)]))
	}
}

// quick tries to match by backtracking within few steps. done says whether
// that led to a result.
func (e *engine) quick(m *machine, b []byte, start int, fl Flags, once bool, want int) (ok, done bool) {
	opts := Options{
		StepLimit:   quickSteps + quickStepsPerByte*(len(b)-start),
		MemoryLimit: defaultMemoryLimit,
	}
	m.vm.reset(e.prog, b, start, fl, &opts, nil)
	ok, err := m.vm.search(start, once)
	if err != nil {
		return false, false
	}
	if ok {
		m.fromRegisters(want)
	}
	return ok, true
}

// linear matches a regular pattern.
func (e *engine) linear(ctx context.Context, m *machine, r *regular, b []byte, start int, fl Flags, once bool, want int) (bool, error) {
	if want > 1 && (once || len(b)-start < shortSubject) {
		if ok, done := e.quick(m, b, start, fl, once, want); done {
			return ok, nil
		}
	}
	from, to, res := r.find(b, start, fl, once, want > 0)
	switch {
	case res == scanNone:
		return false, nil
	case res == scanGaveUp:
		from = start
	case want == 0:
		return true, nil
	case want == 1:
		m.loc = append(m.loc[:0], from, to)
		return true, nil
	default:
		// The match is known; the captures remain.
		once = true
		if from > start {
			fl &^= NotEmptyAtStart
		}
		if ok, done := e.quick(m, b, from, fl, true, want); done && ok {
			return true, nil
		}
	}
	return e.slow(ctx, m, r, b, from, fl, once, want)
}

// slow matches by following all paths of the automaton at once. A pattern
// with too many captures for that is matched by backtracking.
func (e *engine) slow(ctx context.Context, m *machine, r *regular, b []byte, start int, fl Flags, once bool, want int) (bool, error) {
	if r.captures() == nil {
		m.vm.reset(e.prog, b, start, fl, &e.opts, ctx)
		ok, err := m.vm.search(start, once)
		if ok {
			m.fromRegisters(want)
		}
		return ok, err
	}
	n := 2 * max(want, 1)
	if cap(m.slots) < n {
		m.slots = make([]int32, n)
	}
	m.slots = m.slots[:n]
	ok, err := r.submatches(ctx, e.opts.StepLimit, b, start, fl, once, m.slots)
	if !ok {
		return false, err
	}
	m.loc = m.loc[:0]
	for _, s := range m.slots[:2*want] {
		m.loc = append(m.loc, int(s))
	}
	return true, nil
}
