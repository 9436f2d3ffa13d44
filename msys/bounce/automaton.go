package bounce

import "sync"

// automaton finds all patterns of a set of rules in one pass over a text
// (Aho and Corasick's construction). A pattern is a sequence of fragments that
// must follow one another in the text, with anything between them.
type automaton struct {
	classes [256]uint8 // of bytes that no fragment tells apart
	width   int        // number of classes
	next    []int32    // of state and class
	found   [][]piece  // by state: the fragments that end there
	rules   int
	scratch sync.Pool // of *progress
}

// piece is a fragment of a rule.
type piece struct {
	rule   int32
	index  int16 // of the fragment in its rule
	last   bool
	length int16
	word   wordEdges
}

// wordEdges says where a fragment must not be part of a longer word.
type wordEdges uint8

const (
	wordStart wordEdges = 1 << iota
	wordEnd
)

// fragment is a part of a pattern.
type fragment struct {
	text string
	word wordEdges
}

// progress is how far the rules have matched in one pass.
type progress struct {
	pass  uint32
	rules []ruleProgress
}

type ruleProgress struct {
	pass uint32 // the pass that the rest belongs to
	next int16  // the fragment that is to be found next
	end  int32  // where the one before it ended
}

// newAutomaton builds the automaton of patterns; the rules are known by their
// place.
func newAutomaton(patterns [][]fragment) *automaton {
	a := &automaton{rules: len(patterns)}
	a.width = 1
	for _, p := range patterns {
		for _, f := range p {
			for i := range len(f.text) {
				if a.classes[f.text[i]] == 0 {
					a.classes[f.text[i]] = uint8(a.width)
					a.width++
				}
			}
		}
	}
	a.addState()
	for rule, p := range patterns {
		for i, f := range p {
			s := a.insert(f.text)
			a.found[s] = append(a.found[s], piece{int32(rule), int16(i), i == len(p)-1, int16(len(f.text)), f.word})
		}
	}
	a.link()
	a.scratch.New = func() any { return &progress{rules: make([]ruleProgress, a.rules)} }
	return a
}

func (a *automaton) addState() int32 {
	a.next = append(a.next, make([]int32, a.width)...)
	a.found = append(a.found, nil)
	return int32(len(a.found) - 1)
}

// insert adds the states of a text and gives the last of them.
func (a *automaton) insert(text string) int32 {
	s := int32(0)
	for i := range len(text) {
		at := int(s)*a.width + int(a.classes[text[i]])
		if a.next[at] == 0 {
			t := a.addState()
			a.next[at] = t
		}
		s = a.next[at]
	}
	return s
}

// link completes the transitions, state by state in order of depth: where a
// state has none, it takes that of the longest proper suffix.
func (a *automaton) link() {
	fail := make([]int32, len(a.found))
	var queue []int32
	for c := range a.width {
		if s := a.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		f := fail[s]
		a.found[s] = append(a.found[s], a.found[f]...)
		for c := range a.width {
			at, suffix := int(s)*a.width+c, a.next[int(f)*a.width+c]
			if t := a.next[at]; t != 0 {
				fail[t] = suffix
				queue = append(queue, t)
			} else {
				a.next[at] = suffix
			}
		}
	}
}

// match calls hit with every rule that matches somewhere in text, perhaps more
// than once, until it returns false.
func (a *automaton) match(text []byte, hit func(rule int) bool) {
	if a.rules == 0 {
		return
	}
	p := a.scratch.Get().(*progress)
	defer a.scratch.Put(p)
	if p.pass++; p.pass == 0 {
		clear(p.rules)
		p.pass = 1
	}
	s := int32(0)
	for i, b := range text {
		s = a.next[int(s)*a.width+int(a.classes[b])]
		for _, f := range a.found[s] {
			if f.word != 0 && !f.word.fit(text, i+1-int(f.length), i+1) {
				continue
			}
			if p.advance(f, int32(i+1)) && !hit(int(f.rule)) {
				return
			}
		}
	}
}

// advance notes that a fragment was found that ends there, and reports whether
// its rule has matched.
func (p *progress) advance(f piece, end int32) bool {
	if f.index == 0 && f.last {
		return true
	}
	r := &p.rules[f.rule]
	if r.pass != p.pass {
		*r = ruleProgress{pass: p.pass}
	}
	if f.index != r.next || end-int32(f.length) < r.end {
		return false
	}
	r.next++
	r.end = end
	return f.last
}

// fit reports whether text[start:end] is not part of a longer word.
func (w wordEdges) fit(text []byte, start, end int) bool {
	return (w&wordStart == 0 || start == 0 || !isWordByte(text[start-1])) &&
		(w&wordEnd == 0 || end == len(text) || !isWordByte(text[end]))
}

func isWordByte(b byte) bool { return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b >= 0x80 }
