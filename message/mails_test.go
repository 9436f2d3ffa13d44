package message

import (
	"bytes"
	"strings"
	"testing"
)

// simpleMail has an encoded name, a folded subject and a line with a dot.
const simpleMail = "From: =?utf-8?q?J=C3=B6rg?= <jorg+x@Example.COM>\r\n" +
	"subject:  hello\r\n world\r\n" +
	"\r\n" +
	"line1\r\n.dot\r\nbye\r\n"

// mixedMail has three parts, a preamble, a padded delimiter and an epilogue.
const mixedMail = "From: a@x.example\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=b\r\n" +
	"\r\n" +
	"preamble\r\n" +
	"--b\r\n" +
	"Content-Type: text/plain\r\n" +
	"\r\n" +
	"caf\r\n" +
	"--b  \r\n" +
	"Content-Type: text/html; charset=iso-8859-1\r\n" +
	"Content-Transfer-Encoding: base64\r\n" +
	"\r\n" +
	"PGI+Y2Fm6TwvYj4=\r\n" +
	"--b\r\n" +
	"Content-Type: application/pdf; name=a.pdf\r\n" +
	"Content-Transfer-Encoding: base64\r\n" +
	"\r\n" +
	"JVBERg==\r\n" +
	"--b--\r\n" +
	"epilogue\r\n"

func parse(t testing.TB, mail string) *Message {
	t.Helper()
	m, err := ParseBytes([]byte(mail), Envelope{From: "s@x.example", To: "r@y.example"}, nil)
	if err != nil {
		t.Fatalf("parsing: %v", err)
	}
	return m
}

func raw(t testing.TB, m *Message) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatalf("writing: %v", err)
	}
	if int64(b.Len()) != m.Size() {
		t.Errorf("Size() = %d, written %d", m.Size(), b.Len())
	}
	return b.String()
}

func rendered(t testing.TB, m *Message, f RenderFlags) string {
	t.Helper()
	var b bytes.Buffer
	n, err := m.Render(&b, f)
	if err != nil {
		t.Fatalf("rendering: %v", err)
	}
	if int64(b.Len()) != n {
		t.Errorf("Render gives %d, written %d", n, b.Len())
	}
	return b.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lfOnly gives a mail with bare line feeds.
func lfOnly(mail string) string { return strings.ReplaceAll(mail, "\r\n", "\n") }
