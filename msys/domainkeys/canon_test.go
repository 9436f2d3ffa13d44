package domainkeys

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// canonical gives the canonical form of a message whose body is written in
// pieces of n bytes.
func canonical(c Canon, fields []string, body string, n int) string {
	var out bytes.Buffer
	w := &canonWriter{w: &out, canon: c}
	var raw [][]byte
	for _, f := range fields {
		raw = append(raw, []byte(f))
	}
	w.message(raw)
	for len(body) > n {
		w.Write([]byte(body[:n]))
		body = body[n:]
	}
	w.Write([]byte(body))
	w.Close()
	return out.String()
}

func TestCanon(t *testing.T) {
	subject := []string{"Subject:  a \tb\r\n\tc \r\n"}
	for _, tt := range []struct {
		name          string
		fields        []string
		body          string
		simple, nofws string
	}{
		{"body", subject, "hello  you \r\n\tx\r\n", "Subject:  a \tb\r\n\tc \r\n\r\nhello  you \r\n\tx\r\n", "Subject:abc\r\n\r\nhelloyou\r\nx\r\n"},
		{"empty lines within", subject, "a\r\n\r\n \r\nb\r\n", "Subject:  a \tb\r\n\tc \r\n\r\na\r\n\r\n \r\nb\r\n", "Subject:abc\r\n\r\na\r\n\r\n\r\nb\r\n"},
		{"empty lines at the end", subject, "a\r\n\r\n\r\n", "Subject:  a \tb\r\n\tc \r\n\r\na\r\n", "Subject:abc\r\n\r\na\r\n"},
		{"blank lines at the end", subject, "a\r\n \r\n\t", "Subject:  a \tb\r\n\tc \r\n\r\na\r\n \r\n\t\r\n", "Subject:abc\r\n\r\na\r\n"},
		{"empty lines in front", subject, "\r\n\r\na", "Subject:  a \tb\r\n\tc \r\n\r\n\r\n\r\na\r\n", "Subject:abc\r\n\r\n\r\n\r\na\r\n"},
		{"no body", subject, "", "Subject:  a \tb\r\n\tc \r\n", "Subject:abc\r\n"},
		{"only empty lines", subject, "\r\n\r\n", "Subject:  a \tb\r\n\tc \r\n", "Subject:abc\r\n"},
		{"no header", nil, "a\r\n", "\r\na\r\n", "\r\na\r\n"},
		{"nothing", nil, "", "", ""},
		{"lone line ends", []string{"A: b\n c\n"}, "x\ny\rz\n\r\n", "A: b\r\n c\r\n\r\nx\r\ny\r\nz\r\n", "A:bc\r\n\r\nx\r\ny\r\nz\r\n"},
		{"field without line end", []string{"A: b", "C: d"}, "x", "A: b\r\nC: d\r\n\r\nx\r\n", "A:b\r\nC:d\r\n\r\nx\r\n"},
		{"all white space", nil, "a\x0b\x0c\tb \xa0\x00c\r\n", "\r\na\x0b\x0c\tb \xa0\x00c\r\n", "\r\nab\xa0\x00c\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, n := range []int{1, 2, 3, 5, 1000} {
				if got := canonical(Simple, tt.fields, tt.body, n); got != tt.simple {
					t.Errorf("simple, pieces of %d: %q, want %q", n, got, tt.simple)
				}
				if got := canonical(NoFWS, tt.fields, tt.body, n); got != tt.nofws {
					t.Errorf("nofws, pieces of %d: %q, want %q", n, got, tt.nofws)
				}
			}
		})
	}
}

var (
	lineEnd = regexp.MustCompile(`\r\n|\r|\n`)
	blank   = regexp.MustCompile(`[\t\v\f ]`)
)

// slowCanon is the rule, step by step.
func slowCanon(c Canon, body string) string {
	body = lineEnd.ReplaceAllString(body, "\r\n")
	if c == NoFWS {
		body = blank.ReplaceAllString(body, "")
	}
	body = strings.TrimRight(body, "\r\n")
	if body == "" {
		return ""
	}
	return "\r\n" + body + "\r\n"
}

// FuzzCanon compares the canonicalization with the slow one, whatever the
// pieces.
func FuzzCanon(f *testing.F) {
	for _, s := range []string{"", "a", "a\r\nb", "\r\n\r\n", " a \t\r\n\r\n", "\r\r\n\n", "a\rb\n\x0b\x0c"} {
		f.Add([]byte(s), byte(1))
		f.Add([]byte(s), byte(3))
	}
	f.Fuzz(func(t *testing.T, body []byte, n byte) {
		for _, c := range []Canon{Simple, NoFWS} {
			if got, want := canonical(c, nil, string(body), int(n)+1), slowCanon(c, string(body)); got != want {
				t.Errorf("%s: %q gives %q, want %q", c, body, got, want)
			}
		}
	})
}

// TestCanonLong has lines longer than the buffer.
func TestCanonLong(t *testing.T) {
	body := strings.Repeat("word word\t", 5000) + "\r\n" + strings.Repeat(" ", 20000) + "\r\nend" + strings.Repeat("\r\n", 9000)
	for _, c := range []Canon{Simple, NoFWS} {
		if got := canonical(c, nil, body, 4099); got != slowCanon(c, body) {
			t.Errorf("%s differs", c)
		}
	}
}

func TestSelectFields(t *testing.T) {
	h := header("A: 1", "B: 1", "A: 2", "C: 1", "A: 3")
	for _, tt := range []struct{ names, want string }{
		{"A", "A: 1|A: 2|A: 3"},
		{"a:B", "A: 1|A: 2|A: 3|B: 1"},
		{"C:B", "C: 1|B: 1"},
		{"A:B:A:C:A", "A: 1|B: 1|A: 2|C: 1|A: 3"},
		{"A:C:A", "A: 1|A: 2|C: 1|A: 3"},
		{"A:A:A:A:A", "A: 1|A: 2|A: 3"},
		{"X:B:X", "B: 1"},
		{"", ""},
	} {
		var got []string
		for _, raw := range selectFields(h, strings.Split(tt.names, ":")) {
			got = append(got, string(raw))
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%s gives %s, want %s", tt.names, s, tt.want)
		}
	}
}
