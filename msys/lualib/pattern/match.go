package pattern

import "strings"

// maxChoices is the number of repetitions of one pattern that may be open to
// another try at the same time.
const maxChoices = 10_000

// Every search may take this many steps for each byte of its subject beyond
// its limit: what takes time in proportion to the subject never fails.
const stepsPerByte = 16

// DefaultSteps is the limit of a search that sets none. It amounts to about
// a tenth of a second.
const DefaultSteps = 10_000_000

// choice is a repetition that can be tried with another count.
type choice struct {
	pc   int // its node
	low  int // the run must not end before this place
	from int // the place where the last try ended it
}

type span struct{ start, end int }

// Matcher searches one subject for one pattern. The zero value is ready for
// Init, which may be called again and again: a Matcher that is kept makes
// searches that do not allocate.
type Matcher struct {
	p          *Pattern
	s          string
	steps      int
	start, end int
	choices    []choice
	spans      [maxCaptures]span
}

// Init makes m search s for p. The steps of all searches until the next Init
// are limited to limit and 16 for each byte of s; if limit is 0 or less, to
// DefaultSteps.
func (m *Matcher) Init(p *Pattern, s string, limit int) {
	if limit <= 0 {
		limit = DefaultSteps
	}
	m.p, m.s = p, s
	m.steps = limit + stepsPerByte*len(s)
}

// Release drops the references to the pattern and the subject, and with them
// the match, until the next Init.
func (m *Matcher) Release() {
	m.p, m.s = nil, ""
	if cap(m.choices) > 1024 {
		m.choices = nil
	}
}

// match tries the pattern at start. It returns the end of the match, or -1.
func (m *Matcher) match(start int) (int, error) {
	s, nodes, steps := m.s, m.p.nodes, m.steps
	choices := m.choices[:0]
	pos, pc := start, 0
	for {
		if steps--; steps < 0 || len(choices) > maxChoices {
			m.steps = max(steps, 0)
			return -1, ErrTooComplex
		}
		n := &nodes[pc]
		ok := true
		switch n.op {
		case opMatch:
			m.choices, m.steps = choices, steps
			return pos, nil
		case opFault:
			m.steps = steps
			return -1, n.err
		case opChar:
			ok = pos < len(s) && s[pos] == n.c
			pos++
		case opSet:
			ok = pos < len(s) && n.set[s[pos]]
			pos++
		case opLiteral:
			ok = strings.HasPrefix(s[pos:], n.lit)
			pos += len(n.lit)
			steps -= len(n.lit) >> 4
		case opOpen, opPosition:
			m.spans[n.index].start = pos
		case opClose:
			m.spans[n.index].end = pos
		case opEnd:
			ok = pos == len(s)
		case opNever:
			ok = false
		case opFrontier:
			ok = n.frontier(s, pos)
		case opBack:
			text := s[m.spans[n.index].start:m.spans[n.index].end]
			ok = strings.HasPrefix(s[pos:], text)
			pos += len(text)
			steps -= len(text) >> 4
		case opBalance:
			end := n.balance(s, pos)
			ok = end >= 0
			if ok {
				steps -= (end - pos) >> 2
			} else if pos < len(s) && s[pos] == n.c {
				steps -= (len(s) - pos) >> 2
			}
			pos = end
		case opOptional:
			if pos < len(s) && n.set[s[pos]] {
				if !n.exclusive {
					choices = append(choices, choice{pc, pos, pos})
				}
				pos++
			}
		case opGreedy:
			end := n.run(s, pos)
			steps -= (end - pos) >> 4
			low := pos + int(n.min)
			switch {
			case end < low:
				ok = false
			case n.exclusive:
				ok = n.next.allows(s, end)
				pos = end
			default:
				end = n.retreat(s, low, end, &steps)
				if end > low {
					choices = append(choices, choice{pc, low, end})
				}
				ok = end >= 0
				pos = end
			}
		case opLazy:
			end := n.advance(s, pos, &steps)
			if ok = end >= 0; ok && !n.exclusive {
				choices = append(choices, choice{pc, pos, end})
			}
			pos = end
		}
		if ok {
			pc++
			continue
		}
		if pos, pc, choices = m.another(choices, &steps); pc < 0 {
			m.choices, m.steps = choices, steps
			return -1, nil
		}
	}
}

// another takes up the latest choice that has another way. It returns where
// to go on, and a negative pc when there is none.
func (m *Matcher) another(choices []choice, steps *int) (pos, pc int, rest []choice) {
	for k := len(choices) - 1; k >= 0; k-- {
		c := &choices[k]
		n := &m.p.nodes[c.pc]
		switch n.op {
		case opOptional:
			return c.low, c.pc + 1, choices[:k]
		case opGreedy:
			end := n.retreat(m.s, c.low, c.from-1, steps)
			if end < 0 {
				continue
			}
			c.from = end
			if end == c.low {
				return end, c.pc + 1, choices[:k]
			}
			return end, c.pc + 1, choices[:k+1]
		case opLazy:
			if c.from >= len(m.s) || !n.set[m.s[c.from]] {
				continue
			}
			end := n.advance(m.s, c.from+1, steps)
			if end < 0 {
				continue
			}
			c.from = end
			return end, c.pc + 1, choices[:k+1]
		}
	}
	return 0, -1, choices[:0]
}

// run returns the end of the longest run of n's set in s from pos.
func (n *node) run(s string, pos int) int {
	if n.any {
		return len(s)
	}
	set := n.set
	for pos < len(s) && set[s[pos]] {
		pos++
	}
	return pos
}

// retreat returns the last place from low to end that the rest of the
// pattern may start at, or -1.
func (n *node) retreat(s string, low, end int, steps *int) int {
	if end < low {
		return -1
	}
	if !n.next.known {
		return end
	}
	from := end
	if n.next.only >= 0 {
		end = low + strings.LastIndexByte(s[low:min(end+1, len(s))], byte(n.next.only))
	} else {
		for end >= low && !n.next.allows(s, end) {
			end--
		}
	}
	if end < low {
		end = -1
	}
	*steps -= (from - max(end, low)) >> 4
	return end
}

// advance returns the first place from pos on that the rest of the pattern
// may start at and that only bytes of n's set come before, or -1.
func (n *node) advance(s string, pos int, steps *int) int {
	if !n.next.known {
		return pos
	}
	from := pos
	if n.any && n.next.only >= 0 {
		i := strings.IndexByte(s[pos:], byte(n.next.only))
		if i < 0 {
			*steps -= (len(s) - from) >> 4
			return -1
		}
		pos += i
	} else {
		for !n.next.allows(s, pos) {
			if pos >= len(s) || !n.set[s[pos]] {
				*steps -= (pos - from) >> 4
				return -1
			}
			pos++
		}
	}
	*steps -= (pos - from) >> 4
	return pos
}

// frontier takes the places before and after the subject as a byte 0.
func (n *node) frontier(s string, pos int) bool {
	var before, after byte
	if pos > 0 {
		before = s[pos-1]
	}
	if pos < len(s) {
		after = s[pos]
	}
	return !n.set[before] && n.set[after]
}

// balance returns the end of the balanced text at pos, or -1.
func (n *node) balance(s string, pos int) int {
	if pos >= len(s) || s[pos] != n.c {
		return -1
	}
	depth := 1
	for i := pos + 1; i < len(s); i++ {
		switch s[i] {
		case n.d:
			if depth--; depth == 0 {
				return i + 1
			}
		case n.c:
			depth++
		}
	}
	return -1
}
