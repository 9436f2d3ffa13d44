package delivery_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// FuzzParseReply: a reply reads back from its own text, whatever it was.
func FuzzParseReply(f *testing.F) {
	for _, s := range []string{"250 2.0.0 ok", "450-a\r\n450 b", "550-a\n551 b", "250", "2500", "", "451 [internal] x", "250-\n250-\n", "\r\n", "250\t", "299--x", "250 250 250"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := delivery.ParseReply(s)
		if r.Code != 0 && (r.Code < 200 || r.Code > 599) {
			t.Fatalf("code %d", r.Code)
		}
		if r.Internal != strings.Contains(s, "[internal]") {
			t.Fatalf("internal: %v", r.Internal)
		}
		text := r.String()
		if r.Code != 0 && strings.Contains(text, "\n") {
			t.Fatalf("%q is not one line", text)
		}
		if len(r.TextLines()) == 0 {
			t.Fatal("no lines")
		}
		if again := delivery.ParseReply(text); again.Code != r.Code && r.Code != 0 {
			t.Fatalf("%q reads as %d", text, again.Code)
		}
	})
}

// FuzzFindPushPart: the body is the end of the content, and what stands before
// it are fields.
func FuzzFindPushPart(f *testing.F) {
	for _, s := range []string{"X-Device-Token: ab\n\n{}", "\n\nX: y\n{\"a: b\": 1}", "{}", "", "X: y", ":\n", "X: y\r\n\r\n\r\n{}", "\"a\": b\n\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if bytes.Contains(content, []byte("--")) {
			return // may be a boundary of something
		}
		raw := append([]byte("Content-Type: message/vnd.msys.apn\r\nContent-Transfer-Encoding: binary\r\n\r\n"), content...)
		m, err := message.ParseBytes(raw, message.Envelope{}, nil)
		if err != nil {
			return
		}
		defer m.Close()
		p, err := delivery.FindPushPart(m, "message/vnd.msys.apn")
		if err != nil || p == nil {
			t.Fatalf("%v %v", p, err)
		}
		if !bytes.HasSuffix(content, p.Body) {
			t.Fatalf("body %q of %q", p.Body, content)
		}
		before := content[:len(content)-len(p.Body)]
		for line := range bytes.Lines(before) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.Contains(line, []byte(":")) {
				t.Fatalf("%q is no field", line)
			}
		}
		if v := p.Header("X-Device-Token"); strings.ContainsAny(v, "\r\n") {
			t.Fatalf("value %q", v)
		}
	})
}
