package message

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// addMails seeds a fuzz target with the awkward mails and others.
func addMails(f *testing.F, add func(mail []byte)) {
	f.Helper()
	files, err := filepath.Glob("testdata/awkward/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		mail, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(mail) < 4096 {
			add(mail)
		}
	}
	for _, mail := range wholeMails {
		add([]byte(mail))
	}
}

// windowed gives options under which content is read through a file.
func windowed() *Options { return &Options{LargeMessageThreshold: 1, StreamWindow: 32} }

// FuzzMIMETree checks that reading a message changes no byte, and that it falls
// into the same parts whether it lies in memory or in a file.
func FuzzMIMETree(f *testing.F) {
	addMails(f, func(mail []byte) { f.Add(mail) })
	f.Fuzz(func(t *testing.T, mail []byte) {
		m, err := ParseBytes(mail, Envelope{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		spooled, err := Parse(context.Background(), bytes.NewReader(mail), Envelope{}, windowed())
		if err != nil {
			t.Fatal(err)
		}
		defer spooled.Close()
		p, q := firstPart(m), firstPart(spooled)
		total := int64(0)
		for p != nil && q != nil {
			if p.Type() != q.Type() || p.Offsets() != q.Offsets() {
				t.Fatalf("%+v %+v in memory, %+v %+v in a file", p.Type(), p.Offsets(), q.Type(), q.Offsets())
			}
			checkPart(t, p)
			if !p.IsContainer() {
				total += p.Raw().Size()
			}
			p, q = p.Thread(), q.Thread()
		}
		if (p == nil) != (q == nil) {
			t.Fatal("not the same number of parts")
		}
		if total > int64(len(mail)) {
			t.Error("parts overlap")
		}
		if _, err := m.Text(); err != nil {
			t.Error(err)
		}
		if raw(t, m) != string(mail) || raw(t, spooled) != string(mail) {
			t.Error("bytes changed")
		}
	})
}

// checkPart checks that the pieces of a part lie within it.
func checkPart(t *testing.T, p *Part) {
	t.Helper()
	whole, body, head := read(t, p.Raw()), read(t, p.Body()), string(p.Header().Bytes())
	if !strings.HasPrefix(whole, head) || !strings.HasSuffix(whole, body) || len(head)+len(body) > len(whole) {
		t.Errorf("part %q has header %q and body %q", whole, head, body)
	}
	o := p.Offsets()
	if o.Header > o.Body || o.Body > o.BodyEnd || o.BodyEnd > o.EpilogueEnd {
		t.Errorf("offsets %+v", o)
	}
	for _, field := range p.Header().Fields() {
		_ = field.Value()
	}
	p.Header().Addresses("From")
	read(t, p.Decoded())
}

// FuzzHeader checks that setting a field changes no other field and not the
// body, and that no value brings in another field.
func FuzzHeader(f *testing.F) {
	addMails(f, func(mail []byte) { f.Add(mail, "X-New", "value\r\nEvil: 1", byte(1)) })
	f.Add([]byte(simpleMail), "From", "Jörg <j@x>, \"Ü\" (ä) <a@b>", byte(0))
	f.Add([]byte(simpleMail), "Subject", strings.Repeat("long ö ", 50), byte(2))
	f.Add([]byte(simpleMail), "Subject", strings.Repeat("x", 2000)+"\r\n a\x00", byte(0))
	f.Fuzz(func(t *testing.T, mail []byte, name, value string, mode byte) {
		m, err := ParseBytes(mail, Envelope{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(value) > 5000 || strings.EqualFold(name, "Content-Type") {
			return
		}
		before := m.Header().Fields()
		body := read(t, m.Body())
		hm := HeaderMode(mode % 3)
		if err := map[HeaderMode]func(string, ...string) error{
			Replace: m.Header().Set, Append: m.Header().Append, Prepend: m.Header().Prepend,
		}[hm](name, value); err != nil {
			if err != ErrInvalidHeaderName || raw(t, m) != string(mail) {
				t.Fatalf("%v, content %q", err, raw(t, m))
			}
			return
		}
		want := before
		if hm == Replace {
			want = without(before, name)
		}
		again := parse(t, raw(t, m))
		after := again.Header().Fields()
		if len(after) != len(want)+1 {
			t.Fatalf("%d fields have become %d: %q", len(want), len(after), again.Header().Bytes())
		}
		if len(want) > 0 && !startsWithField(want[0].Raw()) {
			return // malformed lines have moved behind a field
		}
		added := after[len(after)-1]
		rest := after[:len(after)-1]
		if hm == Prepend {
			added, rest = after[0], after[1:]
		}
		if added.Name() != name {
			t.Errorf("new field %q", added.Raw())
		}
		for _, line := range bytes.SplitAfter(added.Raw(), []byte("\n")) {
			if len(line) > 1000 || len(line) > 0 && len(bytes.TrimSpace(line)) == 0 {
				t.Errorf("line %q in %q", line, added.Raw())
			}
		}
		for i := range rest {
			if !bytes.Equal(bytes.TrimRight(rest[i].Raw(), "\r\n"), bytes.TrimRight(want[i].Raw(), "\r\n")) {
				t.Errorf("field %q has become %q", want[i].Raw(), rest[i].Raw())
			}
		}
		if got := read(t, again.Body()); got != body {
			t.Errorf("body %q has become %q", body, got)
		}
	})
}

// FuzzRender checks that a change of one part leaves the others as they are and
// the tree in shape, and that the wire form turns back into the content.
func FuzzRender(f *testing.F) {
	addMails(f, func(mail []byte) { f.Add(mail, byte(1), "new body") })
	f.Fuzz(func(t *testing.T, mail []byte, which byte, body string) {
		m, err := ParseBytes(mail, Envelope{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkWire(t, m)
		var all []*Part
		var bodies []string
		for p := firstPart(m); p != nil; p = p.Thread() {
			all = append(all, p)
			bodies = append(bodies, read(t, p.Body()))
		}
		if len(all) == 0 || strings.Contains(body, "--") {
			return
		}
		n := int(which) % len(all)
		if all[n].IsContainer() {
			return
		}
		must(t, all[n].SetBody(context.Background(), strings.NewReader(body)))
		for i, p := range all {
			if i != n && !p.IsContainer() && read(t, p.Body()) != bodies[i] {
				t.Errorf("part %d was changed with part %d", i, n)
			}
		}
		tree := sketch(all[0])
		again := parse(t, raw(t, m))
		if p := firstPart(again); p != nil && again.Fault() == MIMEOK && sketch(p) != tree {
			t.Errorf("tree %s has become %s", tree, sketch(p))
		}
		checkWire(t, m)
	})
}

// checkWire checks that a builder takes the wire form for the content.
func checkWire(t *testing.T, m *Message) {
	t.Helper()
	content := raw(t, m)
	built := New(nil, mailTime)
	b, err := built.Builder(0)
	must(t, err)
	_, err = m.Render(b, 0)
	must(t, err)
	must(t, b.Close())
	if got := raw(t, built); got != content && got != content+"\r\n" {
		t.Errorf("content %q, from its wire form %q", content, got)
	}
}
