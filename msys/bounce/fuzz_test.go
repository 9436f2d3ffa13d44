package bounce

import (
	"strings"
	"testing"
)

// FuzzClassifyText checks that any text gets a known class, that case and white
// space make no difference, and that a rule which decided is in the text.
func FuzzClassifyText(f *testing.F) {
	for i, r := range knownReplies(f) {
		if i%10 == 0 {
			f.Add(r.text)
		}
	}
	f.Add("550-5.1.1 a\r\n550-5.1.1 \r\n550")
	f.Add("@@a.b.com@ 450 4.1.1")
	f.Add("[internal]")
	c := newClassifier(f, &Options{CacheSize: -1})
	f.Fuzz(func(t *testing.T, text string) {
		class, rule := c.Explain(text, "example.net")
		if _, ok := c.Class(class.Code); !ok {
			t.Fatalf("%q: class %d", text, class.Code)
		}
		if again := c.ClassifyText("  "+strings.ReplaceAll(text, " ", "\r\n  ")+"\t", "example.net"); again != class && len(text) < 4000 {
			t.Fatalf("%q: %s, with other white space %s", text, class, again)
		}
		pattern, ok := strings.CutPrefix(rule, "built-in rule ")
		if !ok {
			return
		}
		pattern = strings.NewReplacer(`\<`, "", `\>`, "").Replace(pattern)
		buf := normalize(nil, limited(text, DefaultScanLimit))
		if r := parseReply(buf); !containsParts(string(clean(buf, r)), strings.Split(pattern, "|")) {
			t.Fatalf("%q: rule %q does not match", text, pattern)
		}
	})
}

// FuzzAutomaton compares the automaton with looking for each pattern.
func FuzzAutomaton(f *testing.F) {
	f.Add("ab|cd\nabc\nb\n|x|", "xxabcdx")
	f.Add("aa|a\na|aa\naaa", "aaa")
	f.Add("he\nshe\nhis\nhers", "ushers")
	f.Fuzz(func(t *testing.T, patterns, text string) {
		if len(patterns) > 200 || len(text) > 200 {
			return
		}
		var rules []rule
		for p := range strings.SplitSeq(patterns, "\n") {
			if len(parsePattern(p)) > 0 {
				rules = append(rules, rule{text: p})
			}
		}
		set := newRuleset(rules)
		normal := normalize(nil, text)
		found := make([]bool, len(rules))
		set.automaton.match(normal, func(i int) bool { found[i] = true; return true })
		for i, r := range rules {
			var parts []string
			for _, p := range parsePattern(r.text) {
				parts = append(parts, p.text)
			}
			if want := containsParts(string(normal), parts); found[i] != want {
				t.Fatalf("%q in %q: %v, want %v", r.text, normal, found[i], want)
			}
		}
	})
}
