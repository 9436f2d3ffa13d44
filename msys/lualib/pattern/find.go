package pattern

import (
	"strconv"
	"strings"
)

// Find searches for the first match that begins at from or later; an anchored
// pattern is tried at from alone. It reports whether there is one, whose
// place and captures can then be asked for. The error is ErrTooComplex or a
// *SyntaxError. It is not found when from is outside 0 to the subject's
// length.
func (m *Matcher) Find(from int) (bool, error) {
	p := m.p
	if p == nil || from < 0 || from > len(m.s) {
		return false, nil
	}
	if p.anchored {
		return m.at(from)
	}
	for pos := from; pos <= len(m.s); pos++ {
		if pos = p.candidate(m.s, pos); pos < 0 {
			return false, nil
		}
		if found, err := m.at(pos); found || err != nil {
			return found, err
		}
		if p.lead != nil {
			pos = p.lead.run(m.s, pos)
		}
	}
	return false, nil
}

// at tries a match that begins at pos.
func (m *Matcher) at(pos int) (bool, error) {
	end, err := m.match(pos)
	if err != nil || end < 0 {
		return false, err
	}
	m.start, m.end = pos, end
	return true, nil
}

// candidate returns the first place from pos on where a match may begin, or
// -1.
func (p *Pattern) candidate(s string, pos int) int {
	switch {
	case p.prefix != "":
		i := strings.Index(s[pos:], p.prefix)
		if i < 0 {
			return -1
		}
		return pos + i
	case !p.first.known:
		return pos
	case p.first.set != nil:
		for set := p.first.set; pos < len(s); pos++ {
			if set[s[pos]] {
				return pos
			}
		}
	}
	if p.first.end {
		return len(s)
	}
	return -1
}

// Start returns the offset of the match that Find found last.
func (m *Matcher) Start() int { return m.start }

// End returns the offset after that match.
func (m *Matcher) End() int { return m.end }

// NumCaptures returns the number of captures in the pattern.
func (m *Matcher) NumCaptures() int {
	if m.p == nil {
		return 0
	}
	return len(m.p.captures)
}

// Capture is what a capture of the pattern matched.
type Capture struct {
	Start, End int  // offsets into the subject
	Position   bool // a position capture, (): only Start counts
}

// Capture returns capture i of the last match, counted from 0. The error is a
// *SyntaxError: there is no such capture, or the pattern does not close it.
func (m *Matcher) Capture(i int) (Capture, error) {
	if i < 0 || i >= m.NumCaptures() {
		return Capture{}, &SyntaxError{Msg: "invalid capture index %" + strconv.Itoa(i+1)}
	}
	switch m.p.captures[i] {
	case captureUnfinished:
		return Capture{}, m.p.fault("unfinished capture")
	case capturePosition:
		at := m.spans[i].start
		return Capture{Start: at, End: at, Position: true}, nil
	}
	return Capture{Start: m.spans[i].start, End: m.spans[i].end}, nil
}

// Match is a match of a pattern in a subject.
type Match struct {
	Start, End int // offsets into the subject
	Captures   []Capture
}

// Find returns the first match of pat in s that begins at from or later, or
// nil when there is none. Programs that search often with one pattern use
// [Compile] and a [Matcher].
func Find(s, pat string, from int) (*Match, error) {
	var m Matcher
	m.Init(Compile(pat), s, 0)
	if found, err := m.Find(from); !found {
		return nil, err
	}
	match := &Match{Start: m.start, End: m.end}
	for i := range m.NumCaptures() {
		c, err := m.Capture(i)
		if err != nil {
			return nil, err
		}
		match.Captures = append(match.Captures, c)
	}
	return match, nil
}
