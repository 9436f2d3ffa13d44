package pcre

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	re := MustCompile(`(?<k>[a-z]+)=(?<v>\d+)?(!)?`)
	const s = "to=1 cc= bcc=22!"
	b := []byte(s)
	check := func(name string, got, want any) {
		t.Helper()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	check("Match", re.Match(b) && re.MatchString(s), true)
	check("Find", string(re.Find(b)), "to=1")
	check("FindString", re.FindString(s), "to=1")
	check("FindIndex", re.FindIndex(b), []int{0, 4})
	check("FindStringIndex", re.FindStringIndex(s), []int{0, 4})
	check("FindSubmatchIndex", re.FindSubmatchIndex(b), []int{0, 4, 0, 2, 3, 4, -1, -1})
	check("FindStringSubmatchIndex", re.FindStringSubmatchIndex(s), []int{0, 4, 0, 2, 3, 4, -1, -1})
	check("FindSubmatch", re.FindSubmatch(b), [][]byte{[]byte("to=1"), []byte("to"), []byte("1"), nil})
	check("FindStringSubmatch", re.FindStringSubmatch(s), []string{"to=1", "to", "1", ""})
	check("FindAllString", re.FindAllString(s, -1), []string{"to=1", "cc=", "bcc=22!"})
	check("FindAllString 2", re.FindAllString(s, 2), []string{"to=1", "cc="})
	check("FindAllString 0", re.FindAllString(s, 0), []string(nil))
	check("FindAll", re.FindAll(b, 1), [][]byte{[]byte("to=1")})
	check("FindAllIndex", re.FindAllIndex(b, -1), [][]int{{0, 4}, {5, 8}, {9, 16}})
	check("FindAllStringIndex", re.FindAllStringIndex(s, -1), [][]int{{0, 4}, {5, 8}, {9, 16}})
	check("FindAllSubmatchIndex", re.FindAllSubmatchIndex(b, 1), [][]int{{0, 4, 0, 2, 3, 4, -1, -1}})
	check("FindAllStringSubmatchIndex", re.FindAllStringSubmatchIndex(s, 1), [][]int{{0, 4, 0, 2, 3, 4, -1, -1}})
	check("FindAllSubmatch", re.FindAllSubmatch(b, 1), [][][]byte{{[]byte("to=1"), []byte("to"), []byte("1"), nil}})
	check("FindAllStringSubmatch", re.FindAllStringSubmatch(s, 1), [][]string{{"to=1", "to", "1", ""}})
	check("String", re.String(), `(?<k>[a-z]+)=(?<v>\d+)?(!)?`)
	check("NumSubexp", re.NumSubexp(), 3)
	check("SubexpNames", re.SubexpNames(), []string{"", "k", "v", ""})
	check("SubexpIndex", re.SubexpIndex("v"), 2)
	check("SubexpIndex none", re.SubexpIndex("x"), -1)

	none := MustCompile("z")
	check("no match", []any{none.Find(b), none.FindString(s), none.FindIndex(b), none.FindSubmatch(b),
		none.FindStringSubmatch(s), none.FindAll(b, -1), none.FindAllSubmatchIndex(b, -1)},
		[]any{[]byte(nil), "", []int(nil), [][]byte(nil), []string(nil), [][]byte(nil), [][]int(nil)})

	dup := MustCompile(`(?J)(?<n>a)|(?<n>b)`)
	check("SubexpIndexes", dup.SubexpIndexes("n"), []int{1, 2})
}

// TestFindAllEmpty shows that empty matches follow Perl's rules.
func TestFindAllEmpty(t *testing.T) {
	for _, c := range []struct {
		pattern, subject string
		want             [][]int
	}{
		{`a*`, "baac", [][]int{{0, 0}, {1, 3}, {3, 3}, {4, 4}}},
		{``, "ab", [][]int{{0, 0}, {1, 1}, {2, 2}}},
		{`a|`, "aba", [][]int{{0, 1}, {1, 1}, {2, 3}, {3, 3}}},
		{`\b`, "ab c", [][]int{{0, 0}, {2, 2}, {3, 3}, {4, 4}}},
		{`(?<=\G.)`, "abc", [][]int{{1, 1}, {2, 2}, {3, 3}}},
		{`a\K`, "aa", [][]int{{1, 1}, {2, 2}}},
		{`(?=a\K)`, "aa", [][]int{{1, 0}, {2, 1}}},
	} {
		got := MustCompile(c.pattern).FindAllIndex([]byte(c.subject), 10)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("/%s/ on %q: %s", c.pattern, c.subject, d)
		}
	}
	utf, err := CompileWith(`x*`, &Options{UTF: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]int{{0, 0}, {2, 2}, {5, 5}}, utf.FindAllIndex([]byte("é☃"), -1)); d != "" {
		t.Error(d)
	}
}

func TestMustCompilePanics(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "missing )") {
			t.Errorf("recovered %v", r)
		}
	}()
	MustCompile("(")
}

func TestMatchAt(t *testing.T) {
	for _, c := range []struct {
		pattern, subject string
		start            int
		fl               Flags
		want             []int
	}{
		{`^a`, "aa", 0, 0, []int{0, 1}},
		{`^a`, "aa", 0, NotBOL, nil},
		{`^a`, "aa", 1, 0, nil},
		{`\Aa`, "aa", 0, NotBOL, []int{0, 1}},
		{`(?m)^a`, "a\na", 0, NotBOL, []int{2, 3}},
		{`a$`, "aa", 0, NotEOL, nil},
		{`a$`, "aa\n", 0, NotEOL, nil},
		{`a\Z`, "aa\n", 0, NotEOL, []int{1, 2}},
		{`(?m)a$`, "a\na", 0, NotEOL, []int{0, 1}},
		{`a*`, "baa", 0, NotEmpty, []int{1, 3}},
		{`a*`, "baa", 0, NotEmptyAtStart, []int{1, 3}},
		{`a*?`, "aab", 0, NotEmpty, []int{0, 1}},
		{`x*`, "ab", 0, NotEmptyAtStart, []int{1, 1}},
		{`x*`, "ab", 0, NotEmpty, nil},
		{`b`, "ab", 0, Anchored, nil},
		{`b`, "ab", 1, Anchored, []int{1, 2}},
		{`(?<=a)b`, "ab", 1, 0, []int{1, 2}},
		{`\bb`, "ab", 1, 0, nil},
		{`\Gb`, "abb", 1, 0, []int{1, 2}},
		{`b`, "abb", 2, 0, []int{2, 3}},
		{`$`, "ab", 2, 0, []int{2, 2}},
	} {
		re := MustCompile(c.pattern)
		for range 2 * warmUses { // by backtracking, then by automata
			got, err := re.MatchAt(nil, []byte(c.subject), c.start, c.fl)
			if err != nil || !cmp.Equal(got, c.want) {
				t.Errorf("/%s/ on %q from %d flags %b: got %v %v, want %v", c.pattern, c.subject, c.start, c.fl, got, err, c.want)
				break
			}
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes pools forget")
	}
	subject := []byte("From: Some One <some.one@mail.example.com> via list-out")
	for _, p := range []string{`[\w.]+@[\w.]+`, `(\w)\1`, `^From: (.*?) <([^>]+)>`, `(?i)list`} {
		re := MustCompile(p)
		loc := make([]int, 0, 16)
		for range 2 * warmUses {
			re.Match(subject)
		}
		if n := testing.AllocsPerRun(100, func() {
			re.Match(subject)
			loc, _ = re.MatchAt(loc[:0], subject, 0, 0)
		}); n > 0 {
			t.Errorf("/%s/: %v allocations", p, n)
		}
	}
}
