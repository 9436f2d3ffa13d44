package message

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/cputime"
)

// TestHostileMails checks that mails made to be slow are not: each takes far
// less than the bound unless something is quadratic.
func TestHostileMails(t *testing.T) {
	const size = 900 << 10
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var stack strings.Builder
	for i := range 100 {
		b := strings.Repeat("a", i+1)
		stack.WriteString("Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n")
	}
	for name, mail := range map[string]string{
		"words begun":         "Subject: " + fill("=?a?q?"),
		"words begun and one": "Subject: " + fill("=?a?q?") + "?=",
		"words":               "Subject: " + fill("=?a?q?=?="),
		"fields":              fill("a:\n"),
		"no fields":           "a:\n" + fill("x\n"),
		"folds":               "Subject: x" + fill("\n "),
		"parameters":          "Content-Type: multipart/mixed; " + fill("boundary*0=a;"),
		"comments":            "Content-Type: " + fill("("),
		"comments in type":    "Content-Type: text/plain; " + fill("(a)"),
		"quotes":              "Content-Type: a/b; " + fill("x=\"\\\";"),
		"delimiters":          "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + fill("--b\n"),
		"near delimiters":     stack.String() + fill("--"+strings.Repeat("a", 200)+"\n"),
		"empty lines":         "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\n\n" + fill("\n"),
		"addresses":           "From: " + fill("(a\"<@"),
		"bad base64":          "Content-Transfer-Encoding: base64\n\n" + fill("A!"),
		"bad escapes":         "Content-Transfer-Encoding: quoted-printable\n\n" + fill("= "),
	} {
		d := cputime.Of(func() {
			m, err := ParseBytes([]byte(mail), Envelope{}, nil)
			must(t, err)
			m.Header().Values("Subject")
			m.Header().Addresses("From")
			for p := firstPart(m); p != nil; p = p.Thread() {
				p.Type()
			}
			if _, err := m.Text(); err != nil {
				t.Error(err)
			}
		})
		if d > 20*time.Second {
			t.Errorf("%s: reading took %v", name, d)
		}
	}
}

// TestHostileValues checks the same for values that are set.
func TestHostileValues(t *testing.T) {
	const size = 300 << 10
	for _, unit := range []string{"x", "ö", "x ", "x  ", "\r\n ", "\r", "\"", "(", "<", "<ö>", "\"ö\" ", "ö,", "\x00"} {
		d := cputime.Of(func() {
			m := New(nil, mailTime)
			value := strings.Repeat(unit, size/len(unit))
			must(t, m.Header().Set("To", value))
			must(t, m.Header().Set("Subject", value))
			m.Header().Values("To")
		})
		if d > 20*time.Second {
			t.Errorf("%q: %v", unit, d)
		}
	}
	m := parse(t, "A: 1\r\n\r\n"+strings.Repeat("\r\nx\r\n", 3000))
	d := cputime.Of(func() {
		_, err := m.Replace(context.Background(), ScopeText, compile(t, "a?\r\n.\r\n"), "")
		must(t, err)
	})
	if d > 20*time.Second {
		t.Errorf("looking for the terminator took %v", d)
	}
}
