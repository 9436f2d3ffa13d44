package bounce

import "strings"

// rule is a line of a set of rules.
type rule struct {
	domain string // lower case; "" for all, "*.x" for all below x
	code   int
	text   string // as written
	rank   int    // its place in the set
}

// ruleset is a list of rules of which the first that matches counts; those of
// the receiving domain come before those for all.
type ruleset struct {
	rules     []rule
	automaton *automaton
}

// newRuleset compiles rules whose patterns have "|" for any run of characters.
func newRuleset(rules []rule) *ruleset {
	patterns := make([][]fragment, len(rules))
	for i, r := range rules {
		rules[i].rank = i
		patterns[i] = parsePattern(r.text)
	}
	return &ruleset{rules, newAutomaton(patterns)}
}

// newWordRuleset is newRuleset for patterns in which \< and \> stand for the
// beginning and end of a word.
func newWordRuleset(rules []rule) *ruleset {
	patterns := make([][]fragment, len(rules))
	for i, r := range rules {
		rules[i].rank = i
		patterns[i] = parsePattern(r.text)
		for k := range patterns[i] {
			patterns[i][k].cutEdges()
		}
	}
	return &ruleset{rules, newAutomaton(patterns)}
}

// parsePattern splits a pattern into its fragments in the form that texts are
// brought into.
func parsePattern(pattern string) []fragment {
	var out []fragment
	for part := range strings.SplitSeq(pattern, "|") {
		if text := string(normalize(nil, part)); text != "" {
			out = append(out, fragment{text: text})
		}
	}
	return out
}

func (f *fragment) cutEdges() {
	if rest, ok := strings.CutPrefix(f.text, `\<`); ok {
		f.text = rest
		f.word |= wordStart
	}
	if rest, ok := strings.CutSuffix(f.text, `\>`); ok {
		f.text = rest
		f.word |= wordEnd
	}
}

// find gives the rule that counts for a text, normalized, and a receiving
// domain in lower case.
func (s *ruleset) find(text []byte, domain string) (rule, bool) {
	if s == nil || len(s.rules) == 0 {
		return rule{}, false
	}
	ofDomain, global := len(s.rules), len(s.rules)
	s.automaton.match(text, func(i int) bool {
		switch d := s.rules[i].domain; {
		case d == "":
			global = min(global, i)
		case domain != "" && i < ofDomain && matchesDomain(d, domain):
			ofDomain = i
		}
		return ofDomain > 0
	})
	switch {
	case ofDomain < len(s.rules):
		return s.rules[ofDomain], true
	case global < len(s.rules):
		return s.rules[global], true
	}
	return rule{}, false
}

func matchesDomain(pattern, domain string) bool {
	if suffix, ok := strings.CutPrefix(pattern, "*"); ok {
		return len(domain) > len(suffix) && strings.HasSuffix(domain, suffix)
	}
	return pattern == domain
}
