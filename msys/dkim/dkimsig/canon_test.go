package dkimsig_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

var (
	lineEnds = regexp.MustCompile(`\r\n|\r|\n`)
	blanks   = regexp.MustCompile(`[ \t]+`)
	folds    = regexp.MustCompile(`[\r\n]`)
)

// slowBody is the canonical form of a body made the plain way, line by line.
func slowBody(c dkimsig.Canon, body string) string {
	lines := lineEnds.Split(body, -1)
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if c == dkimsig.Relaxed {
		for i, line := range lines {
			line = blanks.ReplaceAllString(line, " ")
			lines[i] = strings.TrimSuffix(line, " ")
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		if c == dkimsig.Simple {
			return "\r\n"
		}
		return ""
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

// canonicalBody writes a body in pieces of n bytes.
func canonicalBody(t testing.TB, c dkimsig.Canon, body string, n int, limit int64) (string, int64) {
	t.Helper()
	var b bytes.Buffer
	w := dkimsig.NewBodyWriter(&b, c, limit)
	for rest := body; rest != ""; {
		k := min(n, len(rest))
		if got, err := w.Write([]byte(rest[:k])); err != nil || got != k {
			t.Fatalf("Write gave %d, %v", got, err)
		}
		rest = rest[k:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.Total()
}

// TestBody has the examples of RFC 6376 section 3.4.5 and what goes wrong in
// mail.
func TestBody(t *testing.T) {
	for _, tt := range []struct{ body, simple, relaxed string }{
		{"", "\r\n", ""},
		{"\r\n", "\r\n", ""},
		{" \r\n\t\r\n", " \r\n\t\r\n", ""},
		{" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
		{"no line end", "no line end\r\n", "no line end\r\n"},
		{"blank at the end ", "blank at the end \r\n", "blank at the end\r\n"},
		{"a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd\r\n", "a\r\nb\r\nc\r\nd\r\n"},
		{"a\r\r\nb\n\rc\r", "a\r\n\r\nb\r\n\r\nc\r\n", "a\r\n\r\nb\r\n\r\nc\r\n"},
		{"\r\n\r\nlate", "\r\n\r\nlate\r\n", "\r\n\r\nlate\r\n"},
		{"\tindented\r\n", "\tindented\r\n", " indented\r\n"},
		{"caf\xe9  \xff\x00\x0b!\r\n \r\n", "caf\xe9  \xff\x00\x0b!\r\n \r\n", "caf\xe9 \xff\x00\x0b!\r\n"},
		{"long enough for words of eight bytes and more \r\nand\tso  on\r\n", "long enough for words of eight bytes and more \r\nand\tso  on\r\n",
			"long enough for words of eight bytes and more\r\nand so on\r\n"},
	} {
		for n := 1; n < 20; n++ {
			if got, total := canonicalBody(t, dkimsig.Simple, tt.body, n, -1); got != tt.simple || total != int64(len(got)) {
				t.Errorf("simple %q in pieces of %d: %q", tt.body, n, got)
			}
			if got, total := canonicalBody(t, dkimsig.Relaxed, tt.body, n, -1); got != tt.relaxed || total != int64(len(got)) {
				t.Errorf("relaxed %q in pieces of %d: %q", tt.body, n, got)
			}
		}
		if tt.simple != slowBody(dkimsig.Simple, tt.body) || tt.relaxed != slowBody(dkimsig.Relaxed, tt.body) {
			t.Errorf("the slow twin is wrong about %q", tt.body)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	for limit, want := range map[int64]string{0: "", 1: "a", 3: "a\r\n", 4: "a\r\nb", 100: "a\r\nb\r\n"} {
		if got, total := canonicalBody(t, dkimsig.Relaxed, "a \r\nb\r\n\r\n", 2, limit); got != want || total != 6 {
			t.Errorf("limit %d: %q, total %d", limit, got, total)
		}
	}
}

// randomBody makes a body of what canonicalization cares for.
func randomBody(r *rand.Rand, n int) string {
	tokens := []string{" ", "  ", "\t", "\r\n", "\r\n\r\n", "\n", "\r", "!", "a", "word", "a line of text that is somewhat longer", "\x0c", "\x0b", "\xc3\xa9", "\x00", "\x21\x01"}
	weights := r.IntN(4) // how often there is more than plain lines
	var b strings.Builder
	for b.Len() < n {
		if r.IntN(4) >= weights {
			b.WriteString("plain words in a line\r\n"[r.IntN(12):])
			continue
		}
		b.WriteString(tokens[r.IntN(len(tokens))])
	}
	return b.String()
}

// TestBodyTwin compares with the slow twin, over the edges of blocks too.
func TestBodyTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		body := randomBody(r, r.IntN(600))
		compareBodies(t, body, 1+r.IntN(40))
	}
	for range 5 {
		compareBodies(t, randomBody(r, 40<<10), 33<<10)
	}
}

func compareBodies(t testing.TB, body string, n int) {
	t.Helper()
	for _, c := range []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed} {
		got, total := canonicalBody(t, c, body, n, -1)
		if want := slowBody(c, body); got != want || total != int64(len(want)) {
			t.Fatalf("%s of %.200q in pieces of %d:\n%s", c, body, n, cmp.Diff(want, got))
		}
		limit := total * 2 / 3
		if part, all := canonicalBody(t, c, body, n, limit); part != got[:limit] || all != total {
			t.Fatalf("%s of %.200q in pieces of %d, %d bytes of it:\n%s", c, body, n, limit, cmp.Diff(got[:limit], part))
		}
	}
}

func FuzzBody(f *testing.F) {
	f.Add("a  b\t\r\n \n\r\r\n", 3)
	f.Add("a line that is longer than sixteen bytes \r\nand one  more", 100)
	f.Fuzz(func(t *testing.T, body string, n int) {
		if n < 1 || len(body) > 1<<16 {
			return
		}
		compareBodies(t, body, n)
	})
}

// slowHeader is the relaxed form of a field made the plain way.
func slowHeader(field string) string {
	name, value, _ := strings.Cut(field, ":")
	value = folds.ReplaceAllString(value, "")
	value = blanks.ReplaceAllString(value, " ")
	lower := []byte(strings.TrimRight(name, " \t\r\n"))
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower) + ":" + strings.Trim(value, " ") + "\r\n"
}

// TestHeader has the examples of RFC 6376 section 3.4.5 and broken fields.
func TestHeader(t *testing.T) {
	for _, tt := range []struct{ field, simple, relaxed string }{
		{"A: X\r\n", "A: X\r\n", "a:X\r\n"},
		{"B : Y\t\r\n\tZ  \r\n", "B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n"},
		{"Subject: two\n words\n", "Subject: two\r\n words\r\n", "subject:two words\r\n"},
		{"Subject:\r\n", "Subject:\r\n", "subject:\r\n"},
		{"Subject: \r\n \r\n", "Subject: \r\n \r\n", "subject:\r\n"},
		{"X: a\rb", "X: a\r\nb\r\n", "x:ab\r\n"},
		{"X-Long-Name: a value that is long enough  to be looked at in words\r\n\tand goes on \t here\r\n",
			"X-Long-Name: a value that is long enough  to be looked at in words\r\n\tand goes on \t here\r\n",
			"x-long-name:a value that is long enough to be looked at in words and goes on here\r\n"},
		{"X: \xe9\xff\r\n", "X: \xe9\xff\r\n", "x:\xe9\xff\r\n"},
	} {
		if got := string(dkimsig.Simple.AppendHeader(nil, []byte(tt.field))); got != tt.simple {
			t.Errorf("simple %q: %q", tt.field, got)
		}
		if got := string(dkimsig.Relaxed.AppendHeader([]byte("before"), []byte(tt.field))); got != "before"+tt.relaxed {
			t.Errorf("relaxed %q: %q", tt.field, got)
		}
	}
}

func FuzzHeader(f *testing.F) {
	f.Add("Subject: a  b\r\n\tc \r\n")
	f.Fuzz(func(t *testing.T, field string) {
		if got, want := string(dkimsig.Relaxed.AppendHeader(nil, []byte(field))), slowHeader(field); got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
		again := dkimsig.Simple.AppendHeader(nil, []byte(field))
		if got := dkimsig.Simple.AppendHeader(nil, again); !bytes.Equal(got, again) {
			t.Errorf("%q: simple twice gives %q", field, got)
		}
	})
}

func TestCanons(t *testing.T) {
	for s, want := range map[string]string{
		"": "simple/simple", "relaxed": "relaxed/simple", "Relaxed/SIMPLE": "relaxed/simple", "simple/relaxed": "simple/relaxed",
		"loose": "unknown/simple", "relaxed/": "relaxed/unknown", "relaxed / relaxed": "relaxed/relaxed", "/": "unknown/unknown",
	} {
		h, b := dkimsig.ParseCanons(s)
		if got := h.String() + "/" + b.String(); got != want {
			t.Errorf("%q: %s", s, got)
		}
	}
}
