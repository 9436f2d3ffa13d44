package httpclient_test

import (
	"strings"
	"testing"

	httpclient "github.com/gomsys/gomsys/msys/http"
)

// blank takes out what the ends of values lose: white space.
var blank = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", "\v", "", "\f", "", "\u0085", "", "\u00a0", "")

// FuzzParseHeaders checks that parsing never loses a value that it names, and
// that what it gives, written as headers, is read again as the same.
func FuzzParseHeaders(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\n", "Set-Cookie: a\r\nset-cookie: b", "A: 1\r\n folded\r\n", " lost\r\n:x\r\nX :", "A:\r\n\tb: c\r\n\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fields := httpclient.ParseHeaders(text)
		var lines []string
		seen := map[string]bool{}
		for name, value := range fields.All() {
			got, ok := fields.Get(strings.ToLower(name))
			if !ok || got != value || seen[strings.ToLower(name)] {
				t.Fatalf("%q: %q, %v", name, got, ok)
			}
			seen[strings.ToLower(name)] = true
			for _, v := range strings.Split(value, "\n") {
				lines = append(lines, name+": "+v)
			}
		}
		again := httpclient.ParseHeaders(lines...)
		for name, value := range fields.All() {
			if got, _ := again.Get(name); blank.Replace(got) != blank.Replace(value) {
				t.Fatalf("%q: %q, then %q", name, value, got)
			}
		}
	})
}
