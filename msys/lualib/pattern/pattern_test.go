package pattern_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/cputime"
	"github.com/gomsys/gomsys/msys/lualib/pattern"
)

func text(start, end int) pattern.Capture { return pattern.Capture{Start: start, End: end} }
func position(at int) pattern.Capture {
	return pattern.Capture{Start: at, End: at, Position: true}
}

func TestFind(t *testing.T) {
	tests := []struct {
		s, pat string
		from   int
		want   *pattern.Match
	}{
		{"hello world", "wor", 0, &pattern.Match{Start: 6, End: 9}},
		{"hello world", "o", 5, &pattern.Match{Start: 7, End: 8}},
		{"hello", "^l", 2, &pattern.Match{Start: 2, End: 3}},
		{"hello", "^e", 0, nil},
		{"hello", "", 5, &pattern.Match{Start: 5, End: 5}},
		{"hello", "", 6, nil},
		{"hello", "", -1, nil},
		{"", "", 0, &pattern.Match{}},
		{"a.b", "%.", 0, &pattern.Match{Start: 1, End: 2}},
		{"a\x00b", "%z", 0, &pattern.Match{Start: 1, End: 2}},
		{"a\x00b", "\x00b", 0, &pattern.Match{Start: 1, End: 3}},
		{"a\x00b\x00", "[\x00]$", 0, &pattern.Match{Start: 3, End: 4}},
		{"caf\xe9", "[\xe0-\xef]", 0, &pattern.Match{Start: 3, End: 4}},
		{"caf\xc3\xa9", "%a+", 0, &pattern.Match{Start: 0, End: 3}},
		{"x = 12", "(%a)%s*=%s*(%d+)", 0, &pattern.Match{Start: 0, End: 6,
			Captures: []pattern.Capture{text(0, 1), text(4, 6)}}},
		{"abc", "()b()", 0, &pattern.Match{Start: 1, End: 2,
			Captures: []pattern.Capture{position(1), position(2)}}},
		{"abc", "((a)(b))", 0, &pattern.Match{Start: 0, End: 2,
			Captures: []pattern.Capture{text(0, 2), text(0, 1), text(1, 2)}}},
		{`say "it's" now`, `(["'])(.-)%1`, 0, &pattern.Match{Start: 4, End: 10,
			Captures: []pattern.Capture{text(4, 5), text(5, 9)}}},
		{"()()a", "()%1", 0, nil},
		{"f(a(b)c) d)", "%b()", 0, &pattern.Match{Start: 1, End: 8}},
		{"f(a(b)c", "%b()", 0, &pattern.Match{Start: 3, End: 6}},
		{"''x''", "%b''", 0, &pattern.Match{Start: 0, End: 2}},
		{"THE (quick) fox", "%f[%a]%a+%f[%A]", 1, &pattern.Match{Start: 5, End: 10}},
		{"abc", "%f[%z]", 0, &pattern.Match{Start: 3, End: 3}},
		{"aaab", "a*ab", 0, &pattern.Match{Start: 0, End: 4}},
		{"aaab", "a+ab", 1, &pattern.Match{Start: 1, End: 4}},
		{"aaab", "a-b", 0, &pattern.Match{Start: 0, End: 4}},
		{"aaa", "a-", 0, &pattern.Match{}},
		{"aaa", "^a-$", 0, &pattern.Match{Start: 0, End: 3}},
		{"ab", "a?ab", 0, &pattern.Match{Start: 0, End: 2}},
		{"x*y", "x*y", 0, &pattern.Match{Start: 2, End: 3}},
		{"a**", "a**", 0, &pattern.Match{Start: 0, End: 2}},
		{"$5", "$5", 0, &pattern.Match{Start: 0, End: 2}},
		{"a^b", "a^b", 0, &pattern.Match{Start: 0, End: 3}},
		{"]", "[]]", 0, &pattern.Match{Start: 0, End: 1}},
		{"a]", "[^]]", 0, &pattern.Match{Start: 0, End: 1}},
		{"-", "[a-]", 0, &pattern.Match{Start: 0, End: 1}},
		{"b-", "[%a-z]+", 0, &pattern.Match{Start: 0, End: 2}},
		{"b", "[a-%%]", 0, nil},
		{"z", "[a-%z]", 0, &pattern.Match{Start: 0, End: 1}},
		{"^", "[%^]", 0, &pattern.Match{Start: 0, End: 1}},
		{"^", "[a^]", 0, &pattern.Match{Start: 0, End: 1}},
		{"  key = value  ", "^%s*(.-)%s*$", 0, &pattern.Match{Start: 0, End: 15,
			Captures: []pattern.Capture{text(2, 13)}}},
		{"a=1, b=2", "(%w+)=(%w+)", 1, &pattern.Match{Start: 5, End: 8,
			Captures: []pattern.Capture{text(5, 6), text(7, 8)}}},
		{"!~", "%g%g", 0, &pattern.Match{Start: 0, End: 2}},
		{"\x7f\n", "%c+", 0, &pattern.Match{Start: 0, End: 2}},
		{"aB1_", "%l%u%d%p", 0, &pattern.Match{Start: 0, End: 4}},
		{"fG", "%x%X", 0, &pattern.Match{Start: 0, End: 2}},
	}
	for _, tt := range tests {
		got, err := pattern.Find(tt.s, tt.pat, tt.from)
		if err != nil {
			t.Errorf("Find(%q, %q, %d): %v", tt.s, tt.pat, tt.from, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Find(%q, %q, %d): -want +got\n%s", tt.s, tt.pat, tt.from, diff)
		}
	}
}

func TestFaults(t *testing.T) {
	tests := []struct{ pat, want string }{
		{"[a", "malformed pattern (missing ']')"},
		{"[]", "malformed pattern (missing ']')"},
		{"[^]", "malformed pattern (missing ']')"},
		{"[a%]", "malformed pattern (missing ']')"},
		{"[a%", "malformed pattern (missing ']')"},
		{"%", "malformed pattern (ends with '%')"},
		{"a%", "malformed pattern (ends with '%')"},
		{"%b", "malformed pattern (missing arguments to '%b')"},
		{"%bx", "malformed pattern (missing arguments to '%b')"},
		{"%f", "missing '[' after '%f' in pattern"},
		{"%fa", "missing '[' after '%f' in pattern"},
		{"%f[a", "malformed pattern (missing ']')"},
		{"a)", "invalid pattern capture"},
		{"(a", "unfinished capture"},
		{"%1", "invalid capture index %1"},
		{"(a%1)", "invalid capture index %1"},
		{"()%0", "invalid capture index %0"},
		{"()%2", "invalid capture index %2"},
		{strings.Repeat("()", 33), "too many captures"},
	}
	for _, tt := range tests {
		_, err := pattern.Find("a", tt.pat, 0)
		var syntax *pattern.SyntaxError
		if !errors.As(err, &syntax) || syntax.Msg != tt.want {
			t.Errorf("Find(%q) gives the error %v, want %q", tt.pat, err, tt.want)
		}
		if err := pattern.Compile(tt.pat).Err(); !errors.As(err, &syntax) || syntax.Msg != tt.want {
			t.Errorf("Compile(%q).Err() is %v, want %q", tt.pat, err, tt.want)
		}
	}
	if err := pattern.Compile("^(a+)[^b]%1$").Err(); err != nil {
		t.Errorf("Err of a good pattern is %v", err)
	}
}

// C Lua meets a fault only when the match gets to it, so scripts that never
// do keep running.
func TestFaultIsMetLate(t *testing.T) {
	m, err := pattern.Find("xyz", "a[", 0)
	if m != nil || err != nil {
		t.Errorf("got %v, %v; want no match and no error", m, err)
	}
	if _, err := pattern.Find("xyza", "a[", 0); err == nil {
		t.Error("the fault was not met")
	}
}

func TestUnanchored(t *testing.T) {
	var m pattern.Matcher
	m.Init(pattern.CompileUnanchored("^a"), "a^a", 0)
	if found, err := m.Find(0); !found || err != nil || m.Start() != 1 || m.End() != 3 {
		t.Errorf("got %v, %v at %d to %d; want the match at 1 to 3", found, err, m.Start(), m.End())
	}
}

func TestCost(t *testing.T) {
	long := strings.Repeat("a", 1_000_000)
	tests := []struct {
		name, s, pat string
		want         error // nil: ends without a match or with one, in good time
	}{
		{"exponential", strings.Repeat("a", 40), strings.Repeat("a?", 40) + strings.Repeat("a", 40) + "b", pattern.ErrTooComplex},
		{"exponential, unlike followers", strings.Repeat("a", 28), strings.Repeat("a?", 28) + strings.Repeat("[ab]", 29), pattern.ErrTooComplex},
		{"many open repetitions", long, strings.Repeat(".?", 200_000), pattern.ErrTooComplex},
		{"open repetitions within the limit", long, strings.Repeat(".?", 5000), nil},
		{"a million bytes greedy", long, "^a*.?$", nil},
		{"a million bytes greedy, in vain", long, "^a*.?b$", nil},
		{"a million bytes lazy", long, "^a-.?$", nil},
		{"a million bytes lazy, in vain", long, "^a-b", nil},
		{"a leading run of every start", long, ".-b", nil},
		{"trailing spaces", strings.Repeat(" ", 1_000_000) + "x", "%s+$", nil},
		{"a leading capture of every start", long, "(a*)b", nil},
		{"three nested runs", strings.Repeat("a", 20_000), "a*a*a*b", pattern.ErrTooComplex},
		{"nested runs, unlike followers", strings.Repeat("a", 20_000), "(.*)x?(.*)x?(.*)x?%1c", pattern.ErrTooComplex},
	}
	for _, tt := range tests {
		d := cputime.Of(func() {
			_, err := pattern.Find(tt.s, tt.pat, 0)
			if !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("%s: the error is %v, want %v", tt.name, err, tt.want)
			}
		})
		if d > 60*time.Second {
			t.Errorf("%s: took %v", tt.name, d)
		}
	}
}

func TestStepLimit(t *testing.T) {
	var m pattern.Matcher
	m.Init(pattern.Compile("(a*)(a*)(a*)%1%2c"), strings.Repeat("a", 100), 1000)
	if _, err := m.Find(0); !errors.Is(err, pattern.ErrTooComplex) {
		t.Errorf("the error is %v", err)
	}
	if _, err := m.Find(50); !errors.Is(err, pattern.ErrTooComplex) {
		t.Errorf("the next search of the same subject begins with new steps: %v", err)
	}
}

func TestAppendExpand(t *testing.T) {
	tests := []struct{ s, pat, repl, want, err string }{
		{"ab", "(a)(b)", "%2%1", "ba", ""},
		{"ab", "a", "<%0%1>", "<aa>", ""},
		{"ab", "()b", "%1", "2", ""},
		{"ab", "b", "%%%-", "%-", ""},
		{"ab", "b", "50%", "50%", ""},
		{"ab", "b", "\x00%0\x00", "\x00b\x00", ""},
		{"ab", "b", "%2", "", "invalid capture index %2"},
		{"ab", "(b)", "%3", "", "invalid capture index %3"},
		{"ab", "(b", "%1", "", "unfinished capture"},
		{"ab", "(b", "x", "x", ""},
	}
	for _, tt := range tests {
		var m pattern.Matcher
		m.Init(pattern.Compile(tt.pat), tt.s, 0)
		if found, err := m.Find(0); !found || err != nil {
			t.Fatalf("Find(%q, %q): %v, %v", tt.s, tt.pat, found, err)
		}
		got, err := m.AppendExpand(nil, tt.repl)
		msg := ""
		var syntax *pattern.SyntaxError
		if errors.As(err, &syntax) {
			msg = syntax.Msg
		}
		if string(got) != tt.want && tt.err == "" || msg != tt.err {
			t.Errorf("%q %q: got %q, %q; want %q, %q", tt.pat, tt.repl, got, msg, tt.want, tt.err)
		}
	}
}

func TestZeroMatcher(t *testing.T) {
	var m pattern.Matcher
	if found, err := m.Find(0); found || err != nil || m.NumCaptures() != 0 {
		t.Errorf("got %v, %v", found, err)
	}
	if _, err := m.Capture(0); err == nil {
		t.Error("a capture of nothing")
	}
}

func TestNoAllocations(t *testing.T) {
	p := pattern.Compile("(%w+)%s*[=:]%s*(%d-)%.")
	s := "some text in front: key = 12345.67"
	var m pattern.Matcher
	n := testing.AllocsPerRun(100, func() {
		m.Init(p, s, 0)
		if found, _ := m.Find(0); !found {
			t.Fatal("not found")
		}
	})
	if n != 0 {
		t.Errorf("a search allocates %v times", n)
	}
}
