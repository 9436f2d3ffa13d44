package pcre

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A patternMaker makes random patterns and subjects for them.
type patternMaker struct {
	*rand.Rand
	utf  bool
	full bool // all of PCRE, not only what is regular
}

func (m *patternMaker) pick(s ...string) string { return s[m.Intn(len(s))] }

func (m *patternMaker) atom(depth int) string {
	if depth > 0 {
		switch m.Intn(10) {
		case 0, 1, 2:
			return "(" + m.alternatives(depth-1) + ")"
		case 3:
			return m.pick("(?:", "(?i:", "(?s:", "(?>") + m.alternatives(depth-1) + ")"
		case 4:
			if m.full {
				return m.pick("(?=", "(?!", "(?|", "(?(1)a|", "(?(?=a)") + m.sequence(depth-1) + ")"
			}
		}
	}
	switch m.Intn(8) {
	case 0:
		return m.pick("[ab]", "[^a]", "[a-c]", `[^\n]`, `[\w-]`, "[^bc]", `[\s\d]`)
	case 1:
		return m.pick(".", `\w`, `\d`, `\s`, `\W`, `\N`, `\S`)
	case 2:
		return m.pick("^", "$", `\b`, `\B`, `\A`, `\z`, `\Z`, "(?m:^)", "(?m:$)", "(?=a)", "(?!b)", "(?<=[ab])", `(?<!\n)`, `(?!\s)`)
	case 3:
		if m.utf {
			return m.pick("é", "[é-í]", "☃", "(?i:É)", "[^é]", "(?i:k)")
		}
		if m.full {
			return m.pick(`\1`, `(?1)?`, `\K`, `(*SKIP)`, `(*PRUNE)`, `(*COMMIT)`, `(*THEN)`, `(*ACCEPT)`, `\R`)
		}
	}
	return m.pick("a", "b", "c", "A", "ab", "abc", "1", " ", `\n`)
}

func (m *patternMaker) sequence(depth int) string {
	var s strings.Builder
	for range 1 + m.Intn(3) {
		a := m.atom(depth)
		s.WriteString(a)
		if m.Intn(3) == 0 && !strings.HasSuffix(a, "?") && !strings.ContainsAny(a[:1], "^$") && (a[0] != '\\' || strings.Contains(`wdsWNSn1R`, a[1:])) && !strings.HasPrefix(a, "(*") {
			s.WriteString(m.pick("*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*", "+"))
			s.WriteString(m.pick("", "", "", "?", "+"))
		}
	}
	return s.String()
}

func (m *patternMaker) alternatives(depth int) string {
	s := m.sequence(depth)
	for m.Intn(3) == 0 {
		s += "|" + m.sequence(depth)
	}
	if m.Intn(12) == 0 {
		s += "|"
	}
	if m.Intn(15) == 0 {
		s = "|" + s
	}
	return s
}

func (m *patternMaker) subject() []byte {
	var s strings.Builder
	for range m.Intn(14) {
		if m.utf && m.Intn(3) == 0 {
			s.WriteString(m.pick("é", "É", "ê", "☃", "K", "😀"))
			continue
		}
		s.WriteString(m.pick("a", "a", "b", "b", "c", "A", "B", "1", " ", "\n", "ab", "abc", "_", "-"))
	}
	return []byte(s.String())
}

// all makes every flag combination that matters likely.
func (m *patternMaker) flags() Flags {
	if m.Intn(2) == 0 {
		return 0
	}
	return Flags(m.Intn(int(Anchored)*2)) & Flags(m.Intn(256))
}

// compareEngines matches a regular pattern in every way there is, and reports
// what differs from plain backtracking.
func compareEngines(re *Regexp, b []byte, start int, fl Flags) error {
	e := re.engineFor(b)
	r := e.regular()
	if r == nil {
		return nil
	}
	want := len(re.names)
	once := e.prog.anchored || fl&Anchored != 0
	var m machine
	opts := Options{StepLimit: 1 << 20, MemoryLimit: defaultMemoryLimit}
	m.vm.reset(e.prog, b, start, fl, &opts, context.Background())
	ok, err := m.vm.search(start, once)
	if err != nil {
		return nil // takes too long
	}
	var ref []int
	if ok {
		m.fromRegisters(want)
		ref = append(ref, m.loc...)
	}
	from, to, res := r.find(b, start, fl, once, true)
	if found := res == scanFound; found != ok || found && (from != ref[0] || to != ref[1]) {
		return fmt.Errorf("automaton: %v %d:%d, backtracking %v", found, from, to, ref)
	}
	if _, _, res := r.find(b, start, fl, once, false); (res == scanFound) != ok {
		return fmt.Errorf("automaton without bounds: %v, backtracking %v", res, ref)
	}
	found, err := e.slow(context.Background(), &m, r, b, start, fl, once, want)
	if err != nil {
		return nil // likewise, for the pattern's own limits
	}
	if found != ok || found && !cmp.Equal(m.loc, ref) {
		return fmt.Errorf("pike: %v %v, backtracking %v", found, m.loc, ref)
	}
	loc, err := re.MatchAt(nil, b, start, fl)
	if errors.Is(err, ErrStepLimit) {
		return nil
	}
	if err != nil || !cmp.Equal(loc, ref) {
		return fmt.Errorf("MatchAt: %v %v, backtracking %v", loc, err, ref)
	}
	if start == 0 && fl == 0 {
		e.warm.Store(r)
		if res := e.glance(b); res != scanGaveUp && (res == scanFound) != ok {
			return fmt.Errorf("glance: %v, backtracking %v", res, ref)
		}
	}
	return nil
}

// TestEnginesAgree compares the ways of matching on random patterns.
func TestEnginesAgree(t *testing.T) {
	rounds := 20000
	if testing.Short() || raceEnabled {
		rounds = 2000
	}
	regular, bad := 0, 0
	for i := range rounds {
		m := &patternMaker{Rand: rand.New(rand.NewSource(int64(i))), utf: i%3 == 0}
		pattern := m.alternatives(3)
		re, err := CompileWith(pattern, &Options{UTF: m.utf, CaseInsensitive: m.Intn(5) == 0, MultiLine: m.Intn(5) == 0})
		if err != nil {
			t.Fatalf("%s: %v", pattern, err)
		}
		if re.main.regular() != nil {
			regular++
		}
		for range 6 {
			b := m.subject()
			start := 0
			if !m.utf {
				start = m.Intn(len(b) + 1)
			}
			fl := m.flags()
			if err := compareEngines(re, b, start, fl); err != nil {
				t.Errorf("%d: /%s/ %+v on %q from %d flags %b: %v", i, pattern, re.opts, b, start, fl, err)
				if bad++; bad > 10 {
					t.Fatal("too many failures")
				}
				break
			}
		}
	}
	t.Logf("%d of %d patterns were regular", regular, rounds)
	if regular < rounds/2 {
		t.Errorf("only %d of %d patterns were regular", regular, rounds)
	}
}
