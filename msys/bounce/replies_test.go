package bounce

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// knownReply is a line of testdata/replies.tsv.
type knownReply struct {
	line, code int
	text       string
}

func knownReplies(t testing.TB) []knownReply {
	t.Helper()
	f, err := os.Open("testdata/replies.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []knownReply
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		code, text, ok := strings.Cut(line, "\t")
		number, err := strconv.Atoi(code)
		if !ok || err != nil {
			t.Fatalf("testdata/replies.tsv:%d: bad line", n)
		}
		out = append(out, knownReply{n, number, strings.ReplaceAll(text, `\n`, "\r\n")})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func newClassifier(t testing.TB, o *Options) *Classifier {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestKnownReplies(t *testing.T) {
	c := newClassifier(t, nil)
	replies := knownReplies(t)
	if len(replies) < 400 {
		t.Errorf("only %d replies", len(replies))
	}
	seen := map[string]bool{}
	for _, r := range replies {
		if seen[r.text] {
			t.Errorf("line %d: given twice", r.line)
		}
		seen[r.text] = true
		class, rule := c.Explain(r.text, "")
		if class.Code != r.code {
			t.Errorf("line %d: %s, want %d (%s)\n\t%s", r.line, class, r.code, rule, r.text)
		}
		if flat, _ := c.Explain(strings.ReplaceAll(r.text, "\r\n", " "), ""); flat.Code != r.code {
			t.Errorf("line %d as one line: %s, want %d\n\t%s", r.line, flat, r.code, r.text)
		}
	}
}
