package openarc

import (
	"slices"
	"strings"
	"testing"
)

func TestParseResults(t *testing.T) {
	for _, tt := range []struct {
		value    string
		instance int
		payload  string
	}{
		{" i=1; mx.test; spf=pass\r\n", 1, "mx.test; spf=pass"},
		{"i=12;mx.test;\r\n\tspf=pass (a\r\n b)\r\n", 12, "mx.test;\tspf=pass (a b)"},
		{" (c (d) \\) ) i (x) = (y)\r\n 3 (z) ; mx", 3, "mx"},
		{" i=1;", 1, ""},
		{" i=1", 0, ""},
		{" i=; mx", 0, "mx"},
		{" i=1x; mx", 0, ""},
		{" i=123; mx", 0, "mx"},
		{" I=1; mx", 0, ""},
		{" mx; i=1; spf=pass", 0, ""},
		{" (i=1; mx", 0, ""},
		{"", 0, ""},
		{"\\", 0, ""},
		{"(\\", 0, ""},
		{"()i=1;", 1, ""},
	} {
		if n, payload := parseResults(tt.value); n != tt.instance || payload != tt.payload {
			t.Errorf("%q: %d, %q; want %d, %q", tt.value, n, payload, tt.instance, tt.payload)
		}
	}
}

func TestSplitClauses(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  []string
	}{
		{"mx; a=b; c=d", []string{"mx", "a=b", "c=d"}},
		{`mx; a="x;\"y"; c=(;(;)\);) d`, []string{"mx", `a="x;\"y"`, `c=(;(;)\);) d`}},
		{"mx", []string{"mx"}},
		{"", []string{""}},
		{"mx;", []string{"mx", ""}},
		{`mx; a="b; c`, []string{"mx", `a="b; c`}},
		{`mx) ; a`, []string{"mx)", "a"}},
	} {
		if got := splitClauses(tt.value); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.value, got, tt.want)
		}
	}
	if got := stripComments("a (b \\) (c)) d (e"); got != "a  d" {
		t.Errorf("%q", got)
	}
}

// FuzzParse parses values of fields: what there is of results can be written
// and read again, and clauses are the value, parted.
func FuzzParse(f *testing.F) {
	for _, s := range []string{" i=1; mx.test; spf=pass", "(a)i=(b)2(c);", `mx; a="x;y" (;)`, "i=1;a;;b", "a=b;c=d;", "\\\"("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if n, payload := parseResults(value); n > 0 {
			if k, again := parseResults("i=" + string(rune('0'+n/10)) + string(rune('0'+n%10)) + ";" + payload); k != n || again != payload {
				t.Errorf("%q: %d %q, again %d %q", value, n, payload, k, again)
			}
		}
		flat := func(s string) string { return strings.Join(strings.Fields(s), "") }
		line := unfold(value)
		if got := strings.Join(splitClauses(line), ";"); flat(got) != flat(line) {
			t.Errorf("%q parts to %q", line, got)
		}
		serverName(line)
		if s := parseSignature(field("ARC-Seal", "ARC-Seal:"+value)); s.err == nil {
			l := (&Verifier{}).limits()
			if s.checkSeal(l) == nil && (s.alg == "" || len(s.tags.Get("d")) == 0) {
				t.Errorf("%q is accepted", value)
			}
			if s.checkMessage(l) == nil && (len(s.names) == 0 || len(s.names) > maxNames) {
				t.Errorf("%q is accepted", value)
			}
		}
	})
}

func TestFoldResults(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, tt := range []struct{ text, want string }{
		{"A: i=1; mx; spf=pass", "A: i=1; mx; spf=pass"},
		{"A: i=1; mx;\r\n spf=pass;\n\tdkim=pass", "A: i=1; mx;\r\n spf=pass;\r\n\tdkim=pass"},
		{"A: i=1; mx\r\nX: y\rz\r\n \r\n", "A: i=1; mx X: y z"},
		{"A: i=1; mx\x00", "A: i=1; mx"},
		{"A: i=1; mx; " + strings.Repeat("spf=pass; ", 10), "A: i=1; mx; spf=pass; spf=pass; spf=pass; spf=pass; spf=pass; spf=pass;\r\n\tspf=pass; spf=pass; spf=pass; spf=pass;"},
		{"A: i=1; " + long + "; spf=pass", "A: i=1;\r\n\t" + long + ";\r\n\tspf=pass"},
		{long + "; " + long, long + ";\r\n\t" + long},
		{"A: " + strings.Repeat("ab ", 400), "A: " + strings.TrimRight(strings.Repeat("ab ", 331), " ") + "\r\n\t" + strings.TrimRight(strings.Repeat("ab ", 69), " ")},
		{"A:" + strings.Repeat("x", 1500), "A:" + strings.Repeat("x", 996) + "\r\n\t" + strings.Repeat("x", 504)},
	} {
		if got := foldResults(tt.text); got != tt.want {
			t.Errorf("%.80q gives\n%q, want\n%q", tt.text, got, tt.want)
		}
	}
}
