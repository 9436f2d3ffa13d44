package pcre

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReplaceAll(t *testing.T) {
	for _, c := range []struct{ pattern, src, repl, want string }{
		{`(\d)(\d)?`, "a1b22", `<$1\2>`, "a<1>b<22>"},
		{`a`, "aaa", "b", "bbb"},
		{`(?<n>a)(b)`, "ab", `${n}${2}${0}$0\0`, "ababababb"[:2] + "ababab"},
		{`(a)`, "a", `$12`, ""},
		{`(a)`, "a", `${1}2`, "a2"},
		{`a`, "a", `\\ \$ \x \n $name $`, `\ $ x n name `},
		{`a`, "a", `${none}${`, "{"},
		{`a*`, "baac", "x", "xbxxcx"},
		{`(?J)(?<n>a)|(?<n>b)`, "ab", "[${n}]", "[a][b]"},
		{`$`, "a\n", ".", "a.\n."},
		{`b`, "aaa", "x", "aaa"},
	} {
		re := MustCompile(c.pattern)
		if got := re.ReplaceAllString(c.src, c.repl); got != c.want {
			t.Errorf("/%s/ on %q by %q: got %q, want %q", c.pattern, c.src, c.repl, got, c.want)
		}
		src := []byte(c.src)
		got := re.ReplaceAll(src, []byte(c.repl))
		if string(got) != c.want {
			t.Errorf("/%s/ on %q by %q: got %q, want %q", c.pattern, c.src, c.repl, got, c.want)
		}
		for i := range got {
			got[i] = 'z'
		}
		if string(src) != c.src {
			t.Errorf("/%s/: the result shares memory with the source", c.pattern)
		}
	}
}

func TestReplaceVariants(t *testing.T) {
	re := MustCompile(`\w`)
	upper := func(s string) string { return strings.ToUpper(s) }
	got := []string{
		re.ReplaceAllLiteralString("a-b", "$0"),
		string(re.ReplaceAllLiteral([]byte("a-b"), []byte("$0"))),
		re.ReplaceAllStringFunc("a-b", upper),
		string(re.ReplaceAllFunc([]byte("a-b"), func(b []byte) []byte { return []byte(upper(string(b))) })),
		string(re.Expand([]byte("x"), "$0!", []byte("a-b"), []int{2, 3})),
	}
	if d := cmp.Diff([]string{"$0-$0", "$0-$0", "A-B", "A-B", "xb!"}, got); d != "" {
		t.Error(d)
	}
}

func TestReplace(t *testing.T) {
	ctx := context.Background()
	re := MustCompile(`a`)
	src := []byte("aaa")
	to := func(s string) func([]byte, []int) ([]byte, error) {
		return func(dst []byte, _ []int) ([]byte, error) { return append(dst, s...), nil }
	}
	out, err := re.Replace(ctx, src, 2, to("b"))
	if string(out) != "bba" || err != nil {
		t.Errorf("%q %v", out, err)
	}
	out, err = re.Replace(ctx, src, 0, to("b"))
	if string(out) != "aaa" || err != nil {
		t.Errorf("%q %v", out, err)
	}
	bad := errors.New("bad")
	out, err = re.Replace(ctx, src, -1, func(dst []byte, _ []int) ([]byte, error) { return dst, bad })
	if string(out) != "aaa" || !errors.Is(err, bad) {
		t.Errorf("%q %v", out, err)
	}
	slow, _ := CompileWith(`(?=a)(?:a|aa)+\1?(b)`, &Options{StepLimit: 100})
	long := []byte(strings.Repeat("a", 100))
	out, err = slow.Replace(ctx, long, -1, to("x"))
	if string(out) != string(long) || !errors.Is(err, ErrStepLimit) && err != nil {
		t.Errorf("%q %v", out, err)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		n          int
		want       []string
	}{
		{",", "a,b,,c", -1, []string{"a", "b", "", "c"}},
		{",", "a,b,c", 2, []string{"a", "b,c"}},
		{",", "a,b,c", 0, nil},
		{",", "", -1, []string{""}},
		{",", ",a,", -1, []string{"", "a", ""}},
		{"", "abc", -1, []string{"a", "b", "c"}},
		{"x*", "axbc", -1, []string{"a", "b", "c"}},
	} {
		got := MustCompile(c.pattern).Split(c.s, c.n)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("/%s/ on %q: %s", c.pattern, c.s, d)
		}
	}
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		limit      int
		want       string
	}{
		{",", ",a,,b, ", -1, "a|b| "},
		{`\s+`, "", -1, ""},
		{`\.`, "a.b.c", 2, "a|b.c"},
		{`\.`, "a.b.c", 1, "a.b.c"},
		{`\.`, "a.b.c", 0, ""},
		{``, "abc", -1, "a|b|c"},
		{`b*`, "abbc", -1, "a|c"},
	} {
		got, err := MustCompile(c.pattern).Fields(context.Background(), []byte(c.s), c.limit)
		var all []string
		for _, g := range got {
			all = append(all, string(g))
		}
		if strings.Join(all, "|") != c.want || err != nil {
			t.Errorf("/%s/ on %q: got %q %v, want %q", c.pattern, c.s, all, err, c.want)
		}
	}
}

func TestQuoteMeta(t *testing.T) {
	for _, s := range []string{"", "abc", `a.b*c\d[x]{2}^$|()?+#- ` + "\t\né", "a#b c"} {
		re, err := CompileWith(QuoteMeta(s), &Options{Extended: true})
		if err != nil || re.FindString(s) != s {
			t.Errorf("%q: %v", s, err)
		}
	}
}
