package message

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
)

// randomLines and randomEnds are what random mails are made of: what matters to
// the structure of a message, whole and broken.
var (
	randomLines = []string{
		"--b", "--bb", "--b--", "--bb--", "--b \t", "--", "-", "", "", "", "text", "X: y", " cont", "\t", "no colon", ":", "(",
		"Content-Type: text/plain", "content-type : message/rfc822", "Content-Type: multipart/alternative; boundary=bb",
		"Content-Type: multipart/digest; boundary=bb", "Content-Type:\r\n multipart/mixed;\r\n\tboundary=bb",
		"Content-Type: (c) multipart/mixed; boundary=b", "Content-Type: multipart/mixed",
		"Content-Transfer-Encoding: base64", "YWJj", "Content-Transfer-Encoding: quoted-printable", "a=3D=",
		"X-\xf6: 1", "a\rb", "Subject: =?utf-8?q?=C3=B6?=",
	}
	randomEnds = []string{"\r\n", "\r\n", "\r\n", "\n", "\r", ""}
)

func randomMail(r *rand.Rand) string {
	var b strings.Builder
	if r.IntN(4) > 0 {
		b.WriteString("Content-Type: multipart/mixed; boundary=b\r\n\r\n")
	}
	for range r.IntN(14) {
		b.WriteString(randomLines[r.IntN(len(randomLines))])
		b.WriteString(randomEnds[r.IntN(len(randomEnds))])
	}
	return b.String()
}

// TestRandomMails reads random mails, changes them in random places, and checks
// that the bytes that are written fall into the parts that were made.
func TestRandomMails(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		mail := randomMail(r)
		rt := randomTest{T: t, r: r, o: &Options{DescendEmbedded: r.IntN(2) == 0}}
		rt.run(mail)
		if t.Failed() {
			t.Fatalf("mail %q", mail)
		}
	}
}

type randomTest struct {
	*testing.T
	r      *rand.Rand
	o      *Options
	m      *Message
	parts  []*Part
	bodies []string // as they must be
}

func (t *randomTest) run(mail string) {
	var err error
	t.m, err = ParseBytes([]byte(mail), Envelope{}, t.o)
	must(t, err)
	for p := firstPart(t.m); p != nil; p = p.Thread() {
		checkPart(t.T, p)
		t.parts = append(t.parts, p)
		t.bodies = append(t.bodies, read(t, p.Body()))
	}
	if raw(t, t.m) != mail {
		t.Errorf("reading has changed bytes")
	}
	checkWire(t.T, t.m)
	if len(t.parts) == 0 || t.ambiguous() {
		return
	}
	for range 1 + t.r.IntN(3) {
		t.change(t.r.IntN(len(t.parts)))
	}
	t.check()
}

// ambiguous reports whether a container has the boundary of one around it.
func (t *randomTest) ambiguous() bool {
	for _, p := range t.parts {
		for q := p.Parent(); q != nil; q = q.Parent() {
			if p.Boundary() != "" && p.Boundary() == q.Boundary() {
				return true
			}
		}
	}
	return false
}

// change does something to part n.
func (t *randomTest) change(n int) {
	p := t.parts[n]
	if p.Err() != nil {
		return
	}
	switch t.r.IntN(5) {
	case 0:
		if !p.IsContainer() {
			t.bodies[n] = "new\r\nbody"
			must(t, p.SetBody(context.Background(), strings.NewReader(t.bodies[n])))
		}
	case 1:
		must(t, p.Header().Append("X-New", "1"))
	case 2:
		must(t, p.Header().Prepend("X-New", "1"))
	case 3:
		ok, err := p.AppendChild(newPart(t, t.m, "text/x-new", "abc"))
		if must(t, err); ok != (p.Boundary() != "") {
			t.Errorf("appended to part %d: %v", n, ok)
		}
	case 4:
		// a container that loses its last child is written with an empty one
		if in := p.Parent(); in != nil && in.Boundary() != "" && in.First().Next() != nil {
			must(t, p.Unlink())
		}
	}
}

// check compares what there is with what is written.
func (t *randomTest) check() {
	tree, got := t.tree(firstPart(t.m)), raw(t, t.m)
	again, err := ParseBytes([]byte(got), Envelope{}, t.o)
	must(t, err)
	if after := t.tree(firstPart(again)); after != tree {
		t.Errorf("tree %s has become %s in %q", tree, after, got)
	}
	for i, p := range t.parts {
		if p.Err() == nil && !p.IsContainer() && read(t, p.Body()) != t.bodies[i] {
			t.Errorf("body of part %d is %q, want %q", i, read(t, p.Body()), t.bodies[i])
		}
	}
	c, err := t.m.Copy()
	must(t, err)
	if raw(t, c) != got || t.tree(firstPart(c)) != tree {
		t.Errorf("copy is %q", raw(t, c))
	}
}

// tree writes a tree with the content of its leaves.
func (t *randomTest) tree(p *Part) string {
	if p == nil {
		return ""
	}
	s := p.Type().MIMEType
	if !p.IsContainer() {
		if isMultipart(s) {
			return s
		}
		return s + " " + strings.TrimSpace(read(t, p.Body()))
	}
	s += "("
	for c := p.First(); c != nil; c = c.Next() {
		s += t.tree(c) + ", "
	}
	return s + ")"
}
