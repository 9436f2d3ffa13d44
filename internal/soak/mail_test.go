package soak_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// randomMail makes a mail, sound or broken, small or large enough for the
// spool. Line ends are CRLF.
func randomMail(r *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: ann@sender.example\r\nTo: bob@rcpt.example\r\nSubject: mail %d\r\n", r.IntN(1e6))
	for range r.IntN(5) {
		fmt.Fprintf(&b, "X-Other: %s\r\n\t%s\r\n", noise(r, r.IntN(60)), noise(r, 5))
	}
	randomPart(&b, r, r.IntN(4))
	return b.String()
}

func randomPart(b *strings.Builder, r *rand.Rand, depth int) {
	if depth > 0 {
		boundary := fmt.Sprintf("b%d", r.IntN(3)) // sometimes one for several depths
		fmt.Fprintf(b, "Content-Type: multipart/mixed; boundary=%s\r\n\r\n", boundary)
		for range r.IntN(4) {
			fmt.Fprintf(b, "\r\n--%s\r\n", boundary)
			randomPart(b, r, depth-1)
		}
		if r.IntN(5) > 0 {
			fmt.Fprintf(b, "\r\n--%s--\r\n", boundary)
		}
		return
	}
	switch r.IntN(4) {
	case 0:
		b.WriteString("Content-Transfer-Encoding: base64\r\n")
	case 1:
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n")
	}
	b.WriteString("\r\n")
	lines := r.IntN(20)
	if r.IntN(20) == 0 {
		lines = 2000
	}
	for range lines {
		b.WriteString(noise(r, r.IntN(100)))
		b.WriteString([]string{"\r\n", "\r\n", " needle =41=\r\n", "\r\n.\r\n"}[r.IntN(4)])
	}
}

// noise gives n bytes without line ends.
func noise(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		if b[i] = byte(r.IntN(256)); b[i] == '\r' || b[i] == '\n' || b[i] == 0 {
			b[i] = 'x'
		}
	}
	return string(b)
}

// unmarked takes the fields that policies add out of a mail's header.
func unmarked(mail string) string {
	var b strings.Builder
	rest := mail
	for rest != "" {
		line, after, found := strings.Cut(rest, "\n")
		if line == "\r" || line == "" || !found {
			break
		}
		if !strings.HasPrefix(line, mark) {
			b.WriteString(line)
			b.WriteByte('\n')
		}
		rest = after
	}
	b.WriteString(rest)
	return b.String()
}
