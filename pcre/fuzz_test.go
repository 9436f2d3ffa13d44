package pcre

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fuzzOptions makes options out of a byte.
func fuzzOptions(bits byte) Options {
	return Options{
		CaseInsensitive: bits&1 != 0, MultiLine: bits&2 != 0, DotAll: bits&4 != 0, Extended: bits&8 != 0,
		UTF: bits&16 != 0, UCP: bits&32 != 0, AtomicRecursion: bits&64 != 0, Ungreedy: bits&128 != 0,
		StepLimit: 100000, MemoryLimit: 1 << 20,
	}
}

func seedPatterns(f *testing.F) []string {
	var seeds []string
	for _, p := range mailPatterns {
		seeds = append(seeds, p.pattern)
	}
	return append(seeds, `(a+)+$`, `(?<n>a)(?P=n)\g{-1}(?R)?`, `(?|(a)|(b))\1`, `(?(?=a)b|c)(?(1)a)`, `(?>a|ab)++c`,
		`(*COMMIT)a(*SKIP:x)(*MARK:x)(*THEN)b|(*ACCEPT)`, `(?<=a|bc)\Kd`, `(?[ [a-z] & ![b] ])`, `\p{Lu}\x{263a}\o{101}[[:alpha:]\Q]\E]`,
		`(?x) a # b`, `a{,3}b{2,}?c{1,2}+`, `(?(DEFINE)(?<d>\d))(?&d)`, `\R\X\h\N`, `(?i-s:a(?m)b)`, `(?=(a)\1)*`)
}

// FuzzCompile compiles anything, and matches with what compiles: nothing may
// panic, hang, or report offsets outside of the subject.
func FuzzCompile(f *testing.F) {
	for i, p := range seedPatterns(f) {
		f.Add(p, "Some text, a@b.example 123 aaab", byte(i))
	}
	f.Fuzz(func(t *testing.T, pattern, subject string, bits byte) {
		o := fuzzOptions(bits)
		began := time.Now()
		re, err := CompileWith(pattern, &o)
		if err != nil {
			se, ok := err.(*SyntaxError)
			if !ok || se.Offset < 0 || se.Offset > len(pattern) || se.Msg == "" {
				t.Fatalf("error %#v", err)
			}
			return
		}
		for range warmUses + 1 {
			loc, err := re.MatchAt(nil, []byte(subject), 0, 0)
			if err == nil && loc != nil {
				checkOffsets(t, loc, len(subject), 2*(re.NumSubexp()+1))
			}
		}
		re.FindAllStringIndex(subject, 5)
		if d := time.Since(began); d > 10*time.Second {
			t.Fatalf("took %v", d)
		}
	})
}

func checkOffsets(t *testing.T, loc []int, n, want int) {
	t.Helper()
	if len(loc) != want {
		t.Fatalf("%d offsets, want %d", len(loc), want)
	}
	for i, v := range loc {
		if v < -1 || v > n || (v < 0) != (loc[i^1] < 0) {
			t.Fatalf("offsets %v", loc)
		}
	}
}

// FuzzReference compares with the reference, and the ways of matching with each other.
func FuzzReference(f *testing.F) {
	for i, p := range seedPatterns(f) {
		f.Add(p, "Some text, a@b.example 123 aaab", byte(i), uint8(i%3), uint8(0))
	}
	f.Fuzz(func(t *testing.T, pattern, subject string, bits byte, start, fl uint8) {
		if len(pattern) > 100 || len(subject) > 60 {
			return
		}
		o := fuzzOptions(bits &^ (32 | 64))
		at := min(int(start), len(subject))
		re, err := CompileWith(pattern, &o)
		if err != nil {
			return
		}
		if re.main.opts.UTF {
			at = 0
		}
		flags := Flags(fl) & (2*Anchored - 1)
		if err := compareEngines(re, []byte(subject), at, flags); err != nil {
			t.Fatal(err)
		}
		for _, beyond := range []string{"(*", `\X`, "(?*", "(?<*", "[[:<:]]", "[[:>:]]", "(?R", "(?0", `\g`, "(?(R", `\K`} {
			if strings.Contains(pattern, beyond) {
				return // the reference knows less, or counts empty matches elsewhere
			}
		}
		if re.main.opts.UTF && strings.Contains(pattern, `\C`) {
			return // it leads into the middle of characters
		}
		if err := compareReference(pattern, o, []byte(subject), at, flags); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzRegexp compares with the standard library's regexp: any pattern that it
// takes in the form in which it prints it, and the pattern as it is where that
// is sure to mean the same.
func FuzzRegexp(f *testing.F) {
	for _, p := range seedPatterns(f) {
		f.Add(p, "Some text, a@b.example 123 aaab")
	}
	f.Fuzz(func(t *testing.T, pattern, subject string) {
		if !ascii(pattern) || !ascii(subject) || len(pattern) > 200 || len(subject) > 500 {
			return
		}
		tree, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil || !sameTree(tree) {
			return
		}
		want := regexp.MustCompile(pattern).FindStringSubmatchIndex(subject)
		compareRegexp(t, tree.String(), subject, Options{UTF: true}, want)
		if plainSyntax.MatchString(pattern) && !strings.Contains(strings.ReplaceAll(pattern, "(?:", ""), "(?") {
			compareRegexp(t, pattern, subject, Options{}, want)
		}
	})
}

// plainSyntax has what both read alike: elsewhere, braces and brackets that
// are not well formed are text to the one and errors to the other.
var plainSyntax = regexp.MustCompile(`^(?:[a-zA-Z0-9 .,@|()?*+-]|\\[dDwWbBnrt.*+?])*$`)

func compareRegexp(t *testing.T, pattern, subject string, o Options, want []int) {
	t.Helper()
	re, err := CompileWith(pattern, &o)
	if err != nil {
		t.Fatalf("/%s/: %v", pattern, err)
	}
	for range warmUses + 1 {
		got, err := re.MatchAt(nil, []byte(subject), 0, 0)
		if err == nil && !cmp.Equal(got, want) {
			t.Fatalf("/%s/ on %q: got %v, regexp %v", pattern, subject, got, want)
		}
		if errors.Is(err, ErrStepLimit) {
			return
		}
	}
	if got := re.MatchString(subject); got != (want != nil) {
		t.Fatalf("/%s/ on %q: Match gives %v, regexp %v", pattern, subject, got, want)
	}
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// sameTree refuses what differs: the captures of loops over what can be empty,
// repeated assertions and some names, which are errors here, and lines, which end and begin
// elsewhere at the end of a text.
func sameTree(n *syntax.Regexp) bool {
	switch n.Op {
	case syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		if canBeEmpty(n.Sub[0]) {
			return false
		}
	case syntax.OpQuest:
		switch n.Sub[0].Op {
		case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
			return false
		}
	case syntax.OpBeginLine:
		return false
	case syntax.OpCapture:
		if len(n.Name) > maxNameLength || n.Name != "" && n.Name[0] >= '0' && n.Name[0] <= '9' {
			return false
		}
	case syntax.OpEndText:
		if n.Flags&syntax.WasDollar != 0 {
			return false
		}
	}
	for _, s := range n.Sub {
		if !sameTree(s) {
			return false
		}
	}
	return true
}

func canBeEmpty(n *syntax.Regexp) bool {
	switch n.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return canBeEmpty(n.Sub[0])
	case syntax.OpRepeat:
		return n.Min == 0 || canBeEmpty(n.Sub[0])
	case syntax.OpConcat:
		for _, s := range n.Sub {
			if !canBeEmpty(s) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, s := range n.Sub {
			if canBeEmpty(s) {
				return true
			}
		}
		return false
	}
	return true
}
