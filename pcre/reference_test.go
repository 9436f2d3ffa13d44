package pcre

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// A reference matches a syntax tree by the book: a function per node, with what
// comes after it as a continuation. It knows no verbs.
type reference struct {
	b      []byte
	origin int
	fl     Flags
	utf    bool
	groups [][]*node
	budget int
}

// refState is what a path through the pattern has collected. It is copied on change.
type refState struct {
	caps  []int
	start int
	call  int // group being called, -1 if none
	depth int
}

type refNext func(pos int, s refState) bool

var errTooSlow = errors.New("too slow for the reference")

// refMatch returns the offsets of the leftmost match.
func refMatch(pattern string, o Options, b []byte, start int, fl Flags) ([]int, error) {
	ps, err := parse(pattern, o.withDefaults())
	if err != nil {
		return nil, err
	}
	t := newGroupTable(ps)
	r := &reference{b: b, origin: start, fl: fl, utf: ps.opts.UTF, groups: t.groups, budget: 200000}
	if ps.opts.UTF && !utf8.Valid(b) {
		return nil, errTooSlow
	}
	for at := start; at <= len(b); at++ {
		if r.utf && at < len(b) && !utf8.RuneStart(b[at]) {
			continue
		}
		var loc []int
		s := refState{caps: slices.Repeat([]int{-1}, 2*(ps.ncap+1)), start: at, call: -1}
		r.node(ps.root, at, s, func(pos int, s refState) bool {
			if pos == s.start && (fl&NotEmpty != 0 || fl&NotEmptyAtStart != 0 && pos == start) {
				return false
			}
			loc = append([]int{s.start, pos}, s.caps[2:]...)
			return true
		})
		if r.budget < 0 {
			return nil, errTooSlow
		}
		if loc != nil || fl&Anchored != 0 {
			return loc, nil
		}
	}
	return nil, nil
}

// first runs n by itself and returns where its first way leads.
func (r *reference) first(n *node, pos int, s refState) (end int, out refState, ok bool) {
	end, out = pos, s
	ok = r.node(n, pos, s, func(p int, s refState) bool {
		end, out = p, s
		return true
	})
	return end, out, ok
}

func (r *reference) node(n *node, pos int, s refState, next refNext) bool {
	if r.budget--; r.budget < 0 {
		return true
	}
	switch n.op {
	case opEmpty:
		return next(pos, s)
	case opChar, opSet, opByte:
		if w := r.char(n, pos); w > 0 {
			return next(pos+w, s)
		}
		return false
	case opConcat:
		return r.concat(n.subs, pos, s, next)
	case opAlternate:
		for _, sub := range n.subs {
			if r.node(sub, pos, s, next) {
				return true
			}
		}
		return false
	case opRepeat:
		if n.mode == possessive {
			plain := *n
			plain.mode = greedy
			end, s, ok := r.first(&plain, pos, s)
			return ok && next(end, s)
		}
		return r.repeat(n, 0, pos, s, next)
	case opCapture:
		return r.node(n.subs[0], pos, s, func(p int, s refState) bool {
			s.caps = slices.Clone(s.caps)
			s.caps[2*n.n], s.caps[2*n.n+1] = pos, p
			return next(p, s)
		})
	case opAtomic:
		end, s, ok := r.first(n.subs[0], pos, s)
		return ok && next(end, s)
	case opLook:
		s, ok := r.look(n, pos, s)
		return ok && next(pos, s)
	case opBackref:
		return r.backref(n, pos, s, next)
	case opCall:
		return r.call(n, pos, s, next)
	case opCond:
		return r.cond(n, pos, s, next)
	case opAssert:
		return r.assert(n, pos) && next(pos, s)
	case opKeep:
		s.start = pos
		return next(pos, s)
	}
	return false
}

func (r *reference) concat(subs []*node, pos int, s refState, next refNext) bool {
	if len(subs) == 0 {
		return next(pos, s)
	}
	return r.node(subs[0], pos, s, func(p int, s refState) bool {
		return r.concat(subs[1:], p, s, next)
	})
}

func (r *reference) repeat(n *node, count, pos int, s refState, next refNext) bool {
	again := func() bool {
		return r.node(n.subs[0], pos, s, func(p int, s refState) bool {
			if p == pos && n.max == maxRepeat && count+1 >= n.min {
				return next(p, s)
			}
			return r.repeat(n, count+1, p, s, next)
		})
	}
	switch {
	case count < n.min:
		return again()
	case count == n.max:
		return next(pos, s)
	case n.mode == lazy:
		return next(pos, s) || again()
	}
	return again() || next(pos, s)
}

func (r *reference) char(n *node, pos int) int {
	if pos >= len(r.b) {
		return 0
	}
	c, w := rune(r.b[pos]), 1
	if r.utf {
		c, w = utf8.DecodeRune(r.b[pos:])
	}
	if n.op == opChar && c == n.r || n.op == opSet && n.set.has(c) || n.op == opByte {
		return w
	}
	return 0
}

func (r *reference) look(n *node, pos int, s refState) (refState, bool) {
	out, ok := s, false
	if !n.look.behind {
		_, out, ok = r.first(n.subs[0], pos, s)
	}
	for from := 0; n.look.behind && from <= pos && !ok; from++ {
		ok = r.node(n.subs[0], from, s, func(p int, s refState) bool {
			out = s
			return p == pos
		})
	}
	if n.look.negative {
		return s, !ok
	}
	return out, ok
}

func (r *reference) backref(n *node, pos int, s refState, next refNext) bool {
	for _, g := range n.refs {
		if s.caps[2*g] < 0 {
			continue
		}
		text := r.b[s.caps[2*g]:s.caps[2*g+1]]
		end := pos + len(text)
		if end > len(r.b) {
			return false
		}
		same := string(text) == string(r.b[pos:end])
		if n.fold && r.utf {
			same = strings.EqualFold(string(text), string(r.b[pos:end]))
		} else if n.fold {
			same = bytes.Equal(lowerASCII(text), lowerASCII(r.b[pos:end]))
		}
		return same && next(end, s)
	}
	return false
}

// lowerASCII is the case folding of byte mode.
func lowerASCII(b []byte) []byte {
	b = bytes.Clone(b)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

func (r *reference) call(n *node, pos int, s refState, next refNext) bool {
	if s.depth > 40 {
		r.budget = -1
		return true
	}
	inner := s
	inner.call = n.refs[0]
	inner.depth++
	body := r.groups[n.refs[0]][0]
	if n.refs[0] > 0 {
		body = body.subs[0]
	}
	return r.node(body, pos, inner, func(p int, after refState) bool {
		back := s
		back.start = after.start
		return next(p, back)
	})
}

func (r *reference) cond(n *node, pos int, s refState, next refNext) bool {
	yes := n.cond == condTrue
	switch n.cond {
	case condGroup:
		for _, g := range n.refs {
			yes = yes || s.caps[2*g+1] >= 0
		}
	case condRecursion:
		yes = s.call >= 0
	case condLook:
		// What a matching assertion captures stays, also if it is negative.
		plain := *n.guard
		plain.look.negative = false
		s, yes = r.look(&plain, pos, s)
		yes = yes != n.guard.look.negative
	}
	if yes {
		return r.node(n.subs[0], pos, s, next)
	}
	return r.node(n.subs[1], pos, s, next)
}

func (r *reference) assert(n *node, pos int) bool {
	before := pos > 0 && isWordByte(r.b[pos-1])
	after := pos < len(r.b) && isWordByte(r.b[pos])
	atEnd, finalEnd := pos == len(r.b), pos == len(r.b)-1 && r.b[pos] == '\n'
	bol, eol := r.fl&NotBOL == 0, r.fl&NotEOL == 0
	switch n.assert {
	case assertTextStart:
		return pos == 0
	case assertTextEnd:
		return atEnd
	case assertFinalEnd:
		return atEnd || finalEnd
	case assertBegin:
		return pos == 0 && bol
	case assertDollar:
		return (atEnd || finalEnd) && eol
	case assertLineStart:
		return pos == 0 && bol || pos > 0 && !atEnd && r.b[pos-1] == '\n'
	case assertLineEnd:
		return atEnd && eol || !atEnd && r.b[pos] == '\n'
	case assertWord:
		return before != after
	case assertNotWord:
		return before == after
	case assertMatchStart:
		return pos == r.origin
	}
	return false
}

// compareReference matches with the package and with the reference.
func compareReference(pattern string, o Options, b []byte, start int, fl Flags) error {
	want, err := refMatch(pattern, o, b, start, fl)
	if err != nil {
		return nil
	}
	re, err := CompileWith(pattern, &o)
	if err != nil {
		return nil // a look-behind without a bound: the reference does not mind
	}
	got, err := re.MatchAt(nil, b, start, fl)
	if err != nil {
		return nil
	}
	if !cmp.Equal(got, want) {
		return fmt.Errorf("got %v, reference %v", got, want)
	}
	return nil
}

// TestReference compares the package with the reference on random patterns of all kinds.
func TestReference(t *testing.T) {
	rounds := 20000
	if testing.Short() || raceEnabled {
		rounds = 2000
	}
	bad := 0
	for i := range rounds {
		m := &patternMaker{Rand: rand.New(rand.NewSource(int64(i))), full: true}
		pattern := m.alternatives(3)
		if strings.Contains(pattern, "(*") || strings.Contains(pattern, `\R`) {
			continue
		}
		o := Options{CaseInsensitive: m.Intn(5) == 0, MultiLine: m.Intn(5) == 0}
		for range 5 {
			b := m.subject()
			start := m.Intn(len(b) + 1)
			fl := m.flags()
			if err := compareReference(pattern, o, b, start, fl); err != nil {
				t.Errorf("%d: /%s/ %+v on %q from %d flags %b: %v", i, pattern, o, b, start, fl, err)
				if bad++; bad > 10 {
					t.Fatal("too many failures")
				}
				break
			}
		}
	}
}
