package message

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message/internal/rope"
)

func top(t testing.TB, m *Message, a Access) *Part {
	t.Helper()
	p, err := m.MIME(a)
	must(t, err)
	return p
}

// parts gives all parts in document order.
func parts(t testing.TB, m *Message) []*Part {
	t.Helper()
	var out []*Part
	for p := top(t, m, Writable); p != nil; p = p.Thread() {
		out = append(out, p)
	}
	return out
}

func read(t testing.TB, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	must(t, err)
	return string(b)
}

// outline writes the tree with the types and bodies of the parts.
func outline(t testing.TB, p *Part, indent string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(indent + p.Type().MIMEType)
	if !p.IsContainer() {
		b.WriteString(" " + strings.TrimSpace(strings.ReplaceAll(read(t, p.Body()), "\r\n", "|")))
	}
	b.WriteString("\n")
	for c := p.First(); c != nil; c = c.Next() {
		b.WriteString(outline(t, c, indent+"  "))
	}
	return b.String()
}

func TestMIMERoundTrip(t *testing.T) {
	for name, mail := range wholeMails {
		for _, threshold := range []int{-1, 1} {
			o := &Options{LargeMessageThreshold: threshold, SpoolDir: t.TempDir()}
			m, err := Parse(context.Background(), strings.NewReader(mail), Envelope{}, o)
			must(t, err)
			if p, err := m.MIME(Writable); err == nil {
				for ; p != nil; p = p.Thread() {
					p.Type()
				}
			}
			if got := raw(t, m); got != mail {
				t.Errorf("%s: got %q", name, got)
			}
			must(t, m.Close())
		}
	}
}

func TestTree(t *testing.T) {
	m := parse(t, mixedMail)
	want := "multipart/mixed\n  text/plain caf\n  text/html PGI+Y2Fm6TwvYj4=\n  application/pdf JVBERg==\n"
	if diff := cmp.Diff(want, outline(t, top(t, m, ReadOnly), "")); diff != "" {
		t.Error(diff)
	}
	all := parts(t, m)
	if len(all) != 4 {
		t.Fatalf("%d parts", len(all))
	}
	pdf := all[3]
	wantType := ContentType{MIMEType: "application/pdf", Encoding: "base64", Filename: "a.pdf", Attachment: true}
	if diff := cmp.Diff(wantType, pdf.Type()); diff != "" {
		t.Error(diff)
	}
	wantType = ContentType{MIMEType: "text/plain", Charset: "us-ascii", Encoding: "7bit"}
	if diff := cmp.Diff(wantType, all[1].Type()); diff != "" {
		t.Error(diff)
	}
	if pdf.Parent() != all[0] || pdf.Next() != nil || all[1].Next() != all[2] || all[0].First() != all[1] || all[0].Parent() != nil {
		t.Error("handles differ")
	}
	if all[0].Boundary() != "b" || all[1].Boundary() != "" || pdf.Encoding() != EncodingBase64 {
		t.Error("wrong boundary or encoding")
	}
	if got := read(t, pdf.Decoded()); got != "%PDF" {
		t.Errorf("decoded %q", got)
	}
	ro := top(t, m, ReadOnly)
	if ro == all[0] || ro != top(t, m, ReadOnly) || ro.First().Writable() {
		t.Error("read-only handles")
	}
	if _, err := ro.AppendChild(all[1]); err != ErrNotWritable {
		t.Errorf("error %v", err)
	}
	if err := ro.First().Header().Set("X", "1"); err != ErrNotWritable {
		t.Errorf("error %v", err)
	}
	if err := ro.First().SetText("x", "", ""); err != ErrNotWritable {
		t.Errorf("error %v", err)
	}
	if err := ro.First().Unlink(); err != ErrNotWritable {
		t.Errorf("error %v", err)
	}
	if m.Fault() != MIMEOK {
		t.Errorf("fault %v", m.Fault())
	}
	if _, err := New(nil, mailTime).MIME(Writable); err != ErrNoContent {
		t.Errorf("error %v", err)
	}
}

func TestOffsets(t *testing.T) {
	m := parse(t, mixedMail)
	all := parts(t, m)
	at := func(s string) int64 { return int64(strings.Index(mixedMail, s)) }
	want := Offsets{
		Header: 0, Body: at("preamble"), Preamble: at("preamble"), PreambleLen: 8,
		BodyEnd: at("epilogue"), EpilogueEnd: int64(len(mixedMail)),
	}
	if diff := cmp.Diff(want, all[0].Offsets()); diff != "" {
		t.Error(diff)
	}
	want = Offsets{
		Header: at("Content-Type: text/html"), Body: at("PGI"), Preamble: at("PGI"),
		BodyEnd: at("\r\n--b\r\nContent-Type: application"), EpilogueEnd: at("\r\n--b\r\nContent-Type: application"),
	}
	if diff := cmp.Diff(want, all[2].Offsets()); diff != "" {
		t.Error(diff)
	}
}

func TestPartEditChangesOnlyItsBytes(t *testing.T) {
	m := parse(t, mixedMail)
	all := parts(t, m)
	must(t, all[1].Header().Append("X-P", "1"))
	must(t, all[2].SetBody(context.Background(), strings.NewReader("QQ==\r\n")))
	must(t, all[0].Header().Prepend("Received", "x"))
	want := "Received: x\r\n" + strings.Replace(strings.Replace(mixedMail, "text/plain\r\n", "text/plain\r\nX-P: 1\r\n", 1), "PGI+Y2Fm6TwvYj4=", "QQ==\r\n", 1)
	if diff := cmp.Diff(want, raw(t, m)); diff != "" {
		t.Error(diff)
	}
	if got := read(t, m.Body()); !strings.HasSuffix(want, "\r\n\r\n"+got) || !strings.HasPrefix(got, "preamble") {
		t.Errorf("body %q", got)
	}
	if !all[1].Changed() || all[3].Changed() {
		t.Error("wrong marks")
	}
	c, err := m.Copy()
	must(t, err)
	if diff := cmp.Diff(outline(t, top(t, m, ReadOnly), ""), outline(t, top(t, c, ReadOnly), "")); diff != "" {
		t.Error(diff)
	}
}

func newPart(t testing.TB, m *Message, typ, body string) *Part {
	t.Helper()
	p, err := m.NewPart(context.Background(), typ, strings.NewReader(body), 0)
	must(t, err)
	return p
}

func wantPlaced(t *testing.T, want bool) func(bool, error) {
	t.Helper()
	return func(got bool, err error) {
		t.Helper()
		must(t, err)
		if got != want {
			t.Errorf("placed: %v", got)
		}
	}
}

func TestAppendChild(t *testing.T) {
	m := parse(t, mixedMail)
	p := newPart(t, m, "text/plain", "Hi\r\nrest")
	must(t, p.SetBodyRange(0, 4))
	if err := p.SetBodyRange(0, 9); err != ErrInvalidRange {
		t.Errorf("error %v", err)
	}
	root := top(t, m, Writable)
	wantPlaced(t, true)(root.AppendChild(p))
	wantPlaced(t, false)(root.AppendChild(p))
	wantPlaced(t, false)(root.First().AppendChild(newPart(t, m, "text/plain", "")))
	wantPlaced(t, false)(root.AppendChild(root))
	want := strings.Replace(mixedMail, "\r\n--b--", "\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n\r\n--b--", 1)
	if diff := cmp.Diff(want, raw(t, m)); diff != "" {
		t.Error(diff)
	}
	if err := root.First().SetBodyRange(0, 0); err != ErrNotWritable {
		t.Errorf("error %v", err)
	}
}

func TestInsert(t *testing.T) {
	m := parse(t, mixedMail)
	all := parts(t, m)
	wantPlaced(t, true)(newPart(t, m, "x/first", "1").InsertBefore(all[1]))
	wantPlaced(t, true)(newPart(t, m, "x/last", "9").InsertAfter(all[3]))
	wantPlaced(t, true)(newPart(t, m, "x/mid", "5").InsertAfter(all[2]))
	wantPlaced(t, true)(func() (bool, error) { return all[0].PrependChild(newPart(t, m, "x/zero", "0")) }())
	wantPlaced(t, false)(newPart(t, m, "x/top", "").InsertAfter(all[0]))
	want := "multipart/mixed\n  x/zero 0\n  x/first 1\n  text/plain caf\n  text/html PGI+Y2Fm6TwvYj4=\n  x/mid 5\n  application/pdf JVBERg==\n  x/last 9\n"
	if diff := cmp.Diff(want, outline(t, all[0], "")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, outline(t, top(t, parse(t, raw(t, m)), ReadOnly), "")); diff != "" {
		t.Error("after parsing again", diff)
	}
}

func TestUnlink(t *testing.T) {
	m := parse(t, mixedMail)
	var pdf *Part
	seen := 0
	for p := top(t, m, Writable); p != nil; p = p.Thread() {
		seen++
		if p.Type().MIMEType == "text/html" {
			pdf = p
			must(t, p.Unlink())
			must(t, p.Unlink())
		}
	}
	if seen != 4 {
		t.Errorf("%d parts seen", seen)
	}
	i, j := strings.Index(mixedMail, "\r\n--b  "), strings.Index(mixedMail, "\r\n--b\r\nContent-Type: application")
	if diff := cmp.Diff(mixedMail[:i]+mixedMail[j:], raw(t, m)); diff != "" {
		t.Error(diff)
	}
	other := parse(t, mixedMail)
	wantPlaced(t, true)(top(t, other, Writable).AppendChild(pdf))
	if pdf.Message() != other {
		t.Error("wrong owner")
	}
	must(t, m.Close())
	if got := raw(t, other); !strings.Contains(got, "JVBERg==\r\n--b\r\nContent-Type: text/html") || !strings.HasSuffix(got, "epilogue\r\n") {
		t.Errorf("got %q", got)
	}
	if err := top(t, other, Writable).Unlink(); err != ErrTopPart {
		t.Errorf("error %v", err)
	}
	for c := top(t, other, Writable).First(); c != nil; c = top(t, other, Writable).First() {
		must(t, c.Unlink())
	}
	if got := read(t, other.Body()); got != "preamble\r\n--b\r\n\r\n--b--\r\nepilogue\r\n" {
		t.Errorf("without children %q", got)
	}
}

func TestStale(t *testing.T) {
	edits := map[string]func(m *Message) error{
		"content": func(m *Message) error { return m.SetContent(context.Background(), strings.NewReader(simpleMail)) },
		"body":    func(m *Message) error { return m.SetBody(context.Background(), strings.NewReader("x")) },
		"text":    func(m *Message) error { return m.SetText("x", "", "") },
		"type":    func(m *Message) error { return m.Header().Set("Content-Type", "text/plain") },
	}
	for name, edit := range edits {
		m := parse(t, mixedMail)
		all := parts(t, m)
		must(t, edit(m))
		if err := all[1].Header().Set("X", "1"); err != ErrStale {
			t.Errorf("%s: error %v", name, err)
		}
		if err := all[1].Err(); err != ErrStale {
			t.Errorf("%s: error %v", name, err)
		}
		if all[1].Next() != nil || all[1].Type() != (ContentType{}) || all[1].Raw().Size() != 0 {
			t.Errorf("%s: stale part gives something", name)
		}
		if err := all[0].Err(); (err == ErrStale) != (name == "content") {
			t.Errorf("%s: top: error %v", name, err)
		}
	}
}

func TestContentTypeChange(t *testing.T) {
	m := parse(t, mixedMail)
	first := parts(t, m)[1]
	must(t, m.Header().Set("Content-Type", "multipart/related; boundary=b"))
	must(t, first.Err()) // still the same parts
	must(t, m.Header().Set("Content-Type", "multipart/mixed; boundary=c"))
	if first.Err() != ErrStale || top(t, m, Writable).First() != nil || m.Fault() != MIMEInvalid {
		t.Error("parts of the old boundary remain")
	}
	must(t, m.Header().Set("Content-Type", "multipart/mixed; boundary=b"))
	if got := len(parts(t, m)); got != 4 {
		t.Errorf("%d parts", got)
	}
}

func TestMake(t *testing.T) {
	m := parse(t, simpleMail)
	a, err := m.NewBoundary()
	must(t, err)
	b, err := m.NewBoundary(parse(t, mixedMail))
	must(t, err)
	if a == b || len(a) != 38 || !strings.HasPrefix(a, "_msys_") || strings.Trim(a, "_msy0123456789abcdef") != "" {
		t.Errorf("boundaries %q, %q", a, b)
	}
	for _, typ := range []string{"text/plain", "", "multipart", "multipart/"} {
		if _, err := m.NewContainer(typ, ""); err != ErrInvalidType {
			t.Errorf("%q: error %v", typ, err)
		}
	}
	for _, boundary := range []string{strings.Repeat("x", 71), "a\r\nb", "ends with ", "ü", `a"b`} {
		if _, err := m.NewContainer("multipart/mixed", boundary); err != ErrInvalidBoundary {
			t.Errorf("%q: error %v", boundary, err)
		}
	}
	if _, err := m.NewPart(context.Background(), "text", nil, 0); err != ErrInvalidType {
		t.Errorf("error %v", err)
	}
	c, err := m.NewContainer(`multipart/related; type="text/html"; boundary=old`, "new b")
	must(t, err)
	if got := c.Header().Get("Content-Type"); got != `multipart/related; type="text/html"; boundary="new b"` {
		t.Errorf("type %q", got)
	}
	p, err := m.NewPart(context.Background(), "text/plain; charset=utf-8", strings.NewReader("w7Y="), EncodingBase64)
	must(t, err)
	if got, err := p.Text(); err != nil || len(got) != 1 || got[0] != "ö" {
		t.Errorf("text %q, %v", got, err)
	}
	wantPlaced(t, true)(c.AppendChild(p))
	if got, want := read(t, c.Raw()), "Content-Type: multipart/related; type=\"text/html\"; boundary=\"new b\"\r\n\r\n"+
		"--new b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nw7Y=\r\n--new b--\r\n"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestSetTop(t *testing.T) {
	m := parse(t, "From: a@b\r\nContent-Type: text/plain\r\nX: 1\r\n\r\nbody\r\n")
	old := top(t, m, Writable)
	c, err := m.NewContainer("multipart/mixed", "bb")
	must(t, err)
	must(t, c.Header().Append("X", "mine"))
	wantPlaced(t, true)(c.AppendChild(newPart(t, m, "text/plain", "new")))
	wantPlaced(t, true)(m.SetTop(c))
	want := "From: a@b\r\nContent-Type: multipart/mixed; boundary=\"bb\"\r\nX: mine\r\nMIME-Version: 1.0\r\n\r\n" +
		"--bb\r\nContent-Type: text/plain\r\n\r\nnew\r\n--bb--\r\n"
	if diff := cmp.Diff(want, raw(t, m)); diff != "" {
		t.Error(diff)
	}
	if top(t, m, Writable) != c || old.Err() != ErrStale {
		t.Error("wrong top")
	}
	wantPlaced(t, false)(m.SetTop(c))
	wantPlaced(t, false)(m.SetTop(c.First()))
}

func TestEmptyPartsGetLineEnds(t *testing.T) {
	m := parse(t, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b--")
	all := parts(t, m)
	if len(all) != 3 {
		t.Fatalf("%d parts", len(all))
	}
	must(t, all[1].Header().Append("X", "1"))
	must(t, all[2].SetBody(context.Background(), strings.NewReader("body")))
	want := "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: 1\r\n\r\n--b\r\n\r\nbody\r\n--b--"
	if diff := cmp.Diff(want, raw(t, m)); diff != "" {
		t.Error(diff)
	}
}

func TestDescendEmbedded(t *testing.T) {
	mail := "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n" + mixedMail +
		"\r\n--o\r\n\r\nlast\r\n--o--\r\n"
	m := parse(t, mail)
	if got := len(parts(t, m)); got != 3 {
		t.Errorf("%d parts", got)
	}
	m, err := ParseBytes([]byte(mail), Envelope{}, &Options{DescendEmbedded: true})
	must(t, err)
	all := parts(t, m)
	if len(all) != 7 {
		t.Fatalf("%d parts:\n%s", len(all), outline(t, all[0], ""))
	}
	if got := all[2].Header().Get("From"); got != "a@x.example" {
		t.Errorf("inner from %q", got)
	}
	must(t, all[2].Header().Set("From", "new"))
	if got, want := raw(t, m), strings.Replace(strings.Replace(mail, "From: a@x.example\r\n", "", 1), "boundary=b\r\n", "boundary=b\r\nFrom: new\r\n", 1); got != want {
		t.Error(cmp.Diff(want, got))
	}
	wantPlaced(t, false)(all[1].AppendChild(newPart(t, m, "text/plain", "")))
	m, err = ParseBytes([]byte("Content-Type: message/rfc822\r\n\r\n"+simpleMail), Envelope{}, &Options{DescendEmbedded: true})
	must(t, err)
	if got := parts(t, m); len(got) != 2 || got[1].Header().Get("Subject") != "hello world" {
		t.Errorf("%d parts", len(got))
	}
}

func TestLimits(t *testing.T) {
	var deep strings.Builder
	for i := range 150 {
		b := strings.Repeat("x", i+1)
		deep.WriteString("Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n")
	}
	m := parse(t, deep.String())
	if got := len(parts(t, m)); got != 101 || m.Fault() != MIMETooLarge {
		t.Errorf("%d parts, fault %v", got, m.Fault())
	}
	wide := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 20) + "--b--\r\n"
	m, err := ParseBytes([]byte(wide), Envelope{}, &Options{MaxMIMEParts: 10})
	must(t, err)
	all := parts(t, m)
	if len(all) != 10 || m.Fault() != MIMETooLarge {
		t.Errorf("%d parts, fault %v", len(all), m.Fault())
	}
	if got := read(t, all[9].Body()); !strings.HasSuffix(got, "--b--\r\n") {
		t.Errorf("last part %q", got)
	}
	if raw(t, m) != wide {
		t.Error("bytes changed")
	}
	m, err = ParseBytes([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nA: "+strings.Repeat("x\r\n ", 100)+"\r\n\r\nb\r\n--b--\r\n"),
		Envelope{}, &Options{MaxHeaderBytes: 100})
	must(t, err)
	if parts(t, m); m.Fault() != MIMETooLarge {
		t.Errorf("fault %v", m.Fault())
	}
	if m := parse(t, "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx"); m.Fault() != MIMEInvalid || len(parts(t, m)) != 1 {
		t.Errorf("fault %v", m.Fault())
	}
}

// TestSpooledTree checks that content in a file falls into the same parts.
func TestSpooledTree(t *testing.T) {
	big := strings.Repeat("0123456789abcdef\r\n", 20000)
	mail := strings.Replace(mixedMail, "caf\r\n", big, 1) + strings.Repeat("x", 100000)
	inMemory := parse(t, mail)
	o := &Options{LargeMessageThreshold: 100, SpoolDir: t.TempDir()}
	inFile, err := Parse(context.Background(), strings.NewReader(mail), Envelope{}, o)
	must(t, err)
	defer inFile.Close()
	if diff := cmp.Diff(outline(t, top(t, inMemory, ReadOnly), ""), outline(t, top(t, inFile, ReadOnly), "")); diff != "" {
		t.Error(diff)
	}
	must(t, top(t, inFile, Writable).First().Header().Append("X", "1"))
	must(t, top(t, inMemory, Writable).First().Header().Append("X", "1"))
	if raw(t, inFile) != raw(t, inMemory) {
		t.Error("edited content differs")
	}
}

func TestDecodedReader(t *testing.T) {
	content := bytes.Repeat([]byte("some content, öäü and more\x00"), 10000)
	for _, e := range []Encoding{Encoding7Bit, EncodingBase64, EncodingQuotedPrintable, EncodingBinary} {
		encoded, err := resolve(nil).encodeTransfer(rope.OfBytes(content), e)
		must(t, err)
		body, err := encoded.Bytes()
		must(t, err)
		if e == EncodingQuotedPrintable {
			body = append(body, "=\r\n"...)
		}
		for _, threshold := range []int{-1, 1} {
			m := New(&Options{LargeMessageThreshold: threshold, SpoolDir: t.TempDir()}, mailTime)
			p, err := m.NewPart(context.Background(), "x/y", bytes.NewReader(body), e)
			must(t, err)
			if got := read(t, struct{ io.Reader }{p.Decoded()}); got != string(content) {
				t.Errorf("%v: read something else", e)
			}
			var b bytes.Buffer
			_, err = io.Copy(&b, p.Decoded())
			must(t, err)
			if !bytes.Equal(b.Bytes(), content) {
				t.Errorf("%v: written something else", e)
			}
			must(t, m.Close())
		}
	}
}
