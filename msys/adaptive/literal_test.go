package adaptive

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/pcre"
)

func TestLiteralOf(t *testing.T) {
	tests := []struct {
		pattern string
		want    literal
	}{
		{"^450 tempfail", literal{prefix: "450 tempfail"}},
		{`^421 4\.7\.0 \[TS01\] Messages from (?<IP>\d+\.\d+) temporarily deferred`, literal{"421 4.7.0 [TS01] Messages from ", " temporarily deferred"}},
		{`^4[25]1 Message temporarily deferred - (\d+\.)?\d+`, literal{"4", "1 Message temporarily deferred - "}},
		{`http://postmaster\.example/errors/554rlyb1\.html`, literal{contains: "http://postmaster.example/errors/554rlyb1.html"}},
		{"^554 .*postmaster.*(BL)", literal{"554 ", "postmaster"}},
		{"abc?de+fgh", literal{contains: "fgh"}},
		{"ab{0,3}c", literal{contains: "a"}},
		{"ab{x}", literal{}},
		{"a|b", literal{}},
		{"(a|b)cd", literal{contains: "cd"}},
		{"(?i)abc", literal{}},
		{"abc(?i:d)", literal{}},
		{"(*UTF)abc", literal{}},
		{`\Qa|b\E`, literal{}},
		{`a\x41`, literal{}},
		{`ab[]x)]c(d[)]e)f`, literal{contains: "ab"}},
		{"a^bc", literal{contains: "bc"}},
		{"", literal{}},
		{"ab(", literal{}},
		{`ab\`, literal{}},
		{"a(?#|)b", literal{}},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, literalOf(tt.pattern), cmp.AllowUnexported(literal{})); d != "" {
			t.Errorf("%q (-want +got)\n%s", tt.pattern, d)
		}
	}
}

// FuzzLiteral checks that the literal never keeps a rule from a reply that its
// pattern matches.
func FuzzLiteral(f *testing.F) {
	f.Add(`^4[25]1 deferred - (\d+\.)?\d+`, "421 deferred - 4.16")
	f.Add("ab{0,3}c+", "ac")
	f.Add("a{,2}b", "b")
	f.Add("a++b*?c??", "ab")
	f.Add("[]a]b{1}(?<n>[)]x)", "abbb")
	f.Add("^(?:a|^)b", "b")
	f.Add(`^*a`, "a")
	f.Add(`(?=^)a`, "xa")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := pcre.CompileWith(pattern, patternOptions())
		if err != nil {
			return
		}
		l := literalOf(pattern)
		if re.MatchString(text) && !l.allows(text) {
			t.Errorf("%q matches %q, which has not %+v", pattern, text, l)
		}
	})
}
