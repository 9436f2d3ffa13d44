package message

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// awkwardMail is what is expected of a mail in testdata/awkward.
type awkwardMail struct {
	file  string
	tree  string   // the types; children in parentheses
	text  []string // of the text parts
	fault MIMEFault

	field  string // a field to look at; if empty, Subject
	values []string
	name   string // file name of the part that has one
}

const plainTree = "text/plain"

var (
	subjectTest = []string{"test"}
	oneTwo      = []string{"one", "two"}
	twoPlain    = "multipart/mixed(text/plain text/plain)"
)

var awkwardMails = []awkwardMail{
	// lines and header blocks
	{file: "bare-lf", tree: twoPlain, text: oneTwo, values: subjectTest},
	{file: "line-ends-mixed", tree: plainTree, text: []string{"line one\nline two\r\nline three\n"}, values: subjectTest},
	{file: "bare-cr", tree: plainTree, values: []string{"test\rFrom: a@x.example\r\rbody"}},
	{file: "no-header", tree: plainTree, text: []string{"Hello there,\r\nthis is a text without any header.\r\n"}},
	{file: "no-separator", tree: plainTree, values: subjectTest},
	{file: "header-only", tree: plainTree, values: subjectTest},
	{file: "header-only-no-line-end", tree: plainTree, values: subjectTest},
	{file: "empty-body", tree: plainTree, values: subjectTest},
	{file: "empty"},
	{file: "blank-first-line", tree: plainTree, text: []string{"From: a@x.example\r\n\r\nbody\r\n"}},
	{file: "mbox-from-line", tree: plainTree, text: []string{"body\r\n"}, values: subjectTest},
	{file: "first-line-indented", tree: plainTree, text: []string{" indented\r\nFrom: a@x.example\r\nTo: b@y.example\r\nSubject: test\r\nMIME-Version: 1.0\r\n\r\nbody\r\n"}},
	{file: "space-before-colon", tree: plainTree, text: []string{"body\r\n"}, values: subjectTest},
	{file: "no-space-after-colon", tree: plainTree, text: []string{"body\r\n"}, values: subjectTest},
	{file: "duplicate-headers", tree: plainTree, text: []string{"caf\r\n"}, values: oneTwo},
	{file: "header-utf8", tree: plainTree, text: []string{"body\r\n"}, values: []string{"Größe"}},
	{file: "header-latin1", tree: plainTree, text: []string{"body\r\n"}, values: []string{"Gr\xf6\xdfe"}},
	{file: "header-name-8bit", tree: plainTree, text: []string{"body\r\n"}, values: subjectTest},
	{file: "header-nul", tree: plainTree, text: []string{"bo\x00dy\r\n"}, values: []string{"te\x00st"}},
	{file: "header-empty-name", tree: plainTree, text: []string{"body\r\n"}, values: subjectTest},
	{file: "header-empty-value", tree: plainTree, text: []string{"body\r\n"}, field: "X-B", values: []string{""}},
	{file: "header-line-without-colon", tree: plainTree, text: []string{"body\r\n"}, field: "From", values: []string{"a@x.example"}},
	{file: "folded-with-tabs", tree: plainTree, text: []string{"body\r\n"}, values: []string{"one two three"}},
	{file: "folded-blank-line", tree: plainTree, text: []string{"body\r\n"}, values: []string{"one two"}},
	{file: "folded-at-once", tree: plainTree, text: []string{"body\r\n"}, values: subjectTest},
	{file: "header-line-long", tree: plainTree, text: []string{"body\r\n"}, values: []string{strings.TrimSpace(strings.Repeat("word ", 4000))}},

	// encoded-words and addresses
	{file: "encoded-word-split-character", tree: plainTree, text: []string{"body\r\n"}, values: []string{"Größe"}},
	{file: "encoded-word-unknown-charset", tree: plainTree, text: []string{"body\r\n"}, values: []string{"=?x-none?q?Gr=F6=DFe?= and ö"}},
	{file: "encoded-word-unterminated", tree: plainTree, text: []string{"body\r\n"}, values: []string{"=?utf-8?q?Gr=C3=B6=C3=9Fe"}},
	{file: "encoded-word-in-quotes", tree: plainTree, text: []string{"body\r\n"}, field: "From", values: []string{`"Jörg" <j@x.example>`}},
	{file: "encoded-word-with-spaces", tree: plainTree, text: []string{"body\r\n"}, values: []string{"two wordsö ß"}},
	{file: "encoded-word-glued", tree: plainTree, text: []string{"body\r\n"}, values: []string{"Re:öxß"}},
	{file: "address-unbalanced-quote", tree: plainTree, text: []string{"body\r\n"}, field: "@From", values: []string{"弗@example.com"}},
	{file: "address-group", tree: plainTree, text: []string{"body\r\n"}, field: "@To", values: []string{"a@x.example", "b@y.example"}},
	{file: "address-without-domain", tree: plainTree, text: []string{"body\r\n"}, field: "@From", values: []string{"root"}},

	// boundaries
	{file: "boundary-missing", tree: "multipart/mixed", fault: MIMEInvalid, values: subjectTest},
	{file: "boundary-empty", tree: "multipart/mixed", fault: MIMEInvalid, values: subjectTest},
	{file: "boundary-never-used", tree: "multipart/mixed()", fault: MIMEInvalid, values: subjectTest},
	{file: "boundary-not-closed", tree: twoPlain, text: []string{"one", "two\r\n"}, values: subjectTest},
	{file: "boundary-prefix-of-other", tree: "multipart/mixed(text/plain multipart/alternative(text/plain) text/plain)", text: []string{"one", "two", "three"}, values: subjectTest},
	{file: "boundary-same-nested", tree: "multipart/mixed(text/plain multipart/alternative(text/plain) text/plain)", text: []string{"one", "two", "three"}, values: subjectTest},
	{file: "boundary-inner-not-closed", tree: "multipart/mixed(multipart/alternative(text/plain) text/plain)", text: oneTwo, values: subjectTest},
	{file: "boundary-padded", tree: twoPlain, text: oneTwo, values: subjectTest},
	{file: "boundary-lookalikes", tree: twoPlain, text: []string{"--bb\r\n--b-\r\n--b--x\r\n --b\r\n--B\r\n-b\r\none", "two"}, values: subjectTest},
	{file: "boundary-unquoted-signs", tree: twoPlain, text: oneTwo, values: subjectTest},
	{file: "boundary-with-space", tree: twoPlain, text: oneTwo, values: subjectTest},
	{file: "boundary-in-two-sections", tree: "multipart/mixed(text/plain)", text: []string{"one"}, values: subjectTest},
	{file: "boundary-at-end-without-line-end", tree: twoPlain, text: []string{"one"}, values: subjectTest},
	{file: "closing-boundary-without-line-end", tree: "multipart/mixed(text/plain)", text: []string{"one"}, values: subjectTest},
	{file: "boundary-after-text-on-line", tree: twoPlain, text: []string{"one --b\r\ntwo", "three"}, values: subjectTest},
	{file: "boundaries-consecutive", tree: "multipart/mixed(text/plain text/plain text/plain)", text: []string{"one"}, values: subjectTest},
	{file: "boundary-case-differs", tree: twoPlain, text: []string{"one\r\n--bound\r\nContent-Type: text/plain\r\n\r\nnot a part", "two"}, values: subjectTest},
	{file: "preamble-and-epilogue", tree: "multipart/mixed(text/plain)", text: []string{"one"}, values: subjectTest},
	{file: "boundaries-in-epilogue", tree: "multipart/mixed(text/plain)", text: []string{"one"}, values: subjectTest},

	// parts
	{file: "part-without-header", tree: twoPlain, text: oneTwo, values: subjectTest},
	{file: "part-without-blank-line", tree: "multipart/mixed(text/html text/plain)", text: []string{"two"}, values: subjectTest},
	{file: "part-first-line-no-field", tree: twoPlain, text: []string{"just text\r\nContent-Type: text/html\r\n\r\nmore", "two"}, values: subjectTest},
	{file: "part-header-line-broken", tree: "multipart/mixed(text/html)", text: []string{"one"}, values: subjectTest},
	{file: "part-empty", tree: twoPlain, text: []string{"two"}, values: subjectTest},
	{file: "digest", tree: "multipart/digest(message/rfc822 text/plain)", text: []string{"two"}, values: subjectTest},
	{file: "embedded-multipart", tree: "multipart/mixed(text/plain message/rfc822)", text: []string{"one"}, values: subjectTest},
	{file: "embedded-base64", tree: "message/rfc822", values: subjectTest},
	{file: "nested-120-deep", tree: strings.Repeat("multipart/mixed(", 100) + "multipart/mixed" + strings.Repeat(")", 100), fault: MIMETooLarge, values: subjectTest},

	// transfer encodings
	{file: "base64-garbage", tree: plainTree, text: []string{"foobar!"}, values: subjectTest},
	{file: "base64-no-padding", tree: plainTree, text: []string{"foob"}, values: subjectTest},
	{file: "base64-goes-on-behind-padding", tree: plainTree, text: []string{"foob"}, values: subjectTest},
	{file: "base64-one-long-line", tree: plainTree, text: []string{strings.Repeat("foo", 1000)}, values: subjectTest},
	{file: "base64-empty", tree: plainTree, values: subjectTest},
	{file: "base64-with-text-behind", tree: plainTree, text: []string{"foobar"}, values: subjectTest},
	{file: "quoted-printable-bad-escapes", tree: plainTree, text: []string{"a=b =4 =ZZ = c"}, values: subjectTest},
	{file: "quoted-printable-blanks", tree: plainTree, text: []string{"one\r\ntwo \r\nthreefour\r\n"}, values: subjectTest},
	{file: "quoted-printable-lower-case", tree: plainTree, text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "quoted-printable-8bit", tree: plainTree, text: []string{"Größe=\r\n"}, values: subjectTest},
	{file: "quoted-printable-soft-break-at-end", tree: twoPlain, text: oneTwo, values: subjectTest},
	{file: "encoding-unknown", tree: plainTree, text: []string{"as it is\r\n"}, values: subjectTest},
	{file: "encoding-empty", tree: plainTree, text: []string{"as it is\r\n"}, values: subjectTest},
	{file: "encoding-upper-case", tree: plainTree, text: []string{"foo"}, values: subjectTest},
	{file: "encoding-with-comment", tree: plainTree, text: []string{"foo"}, values: subjectTest},
	{file: "encoding-with-semicolon", tree: plainTree, text: []string{"foo"}, values: subjectTest},
	{file: "encoding-quoted", tree: plainTree, text: []string{"a=b\r\n"}, values: subjectTest},
	{file: "encoding-on-multipart", tree: "multipart/mixed(text/plain)", text: []string{"one"}, values: subjectTest},

	// charsets
	{file: "charset-unknown-latin1", tree: plainTree, text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "charset-unknown-utf8", tree: plainTree, text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "charset-missing-latin1", tree: plainTree, text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "charset-missing-utf8", tree: plainTree, text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "charset-utf8-broken", tree: plainTree, text: []string{"Gr\uFFFDö\uFFFD\uFFFD\r\n"}, values: subjectTest},
	{file: "charset-windows-1252", tree: "text/html", text: []string{"“quoted” €\r\n"}, values: subjectTest},
	{file: "charset-iso-2022-jp", tree: plainTree, text: []string{"日本\r\n"}, values: subjectTest},
	{file: "charset-utf-16", tree: plainTree, text: []string{"Größe"}, values: subjectTest},
	{file: "charset-gb2312", tree: plainTree, text: []string{"中文\r\n"}, values: subjectTest},
	{file: "charset-twice", tree: plainTree, text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "charset-with-comment", tree: plainTree, text: []string{"Größe\r\n"}, values: subjectTest},

	// content types and file names
	{file: "type-without-subtype", tree: plainTree, text: []string{"one\r\n"}, values: subjectTest},
	{file: "type-garbage", tree: plainTree, text: []string{"one\r\n"}, values: subjectTest},
	{file: "type-empty", tree: plainTree, text: []string{"one\r\n"}, values: subjectTest},
	{file: "type-semicolon-missing", tree: "text/html", text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "type-semicolons-too-many", tree: "text/html", text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "type-with-comments", tree: "text/html", text: []string{"Größe\r\n"}, values: subjectTest},
	{file: "type-upper-case", tree: "multipart/mixed(text/html)", text: []string{"one"}, values: subjectTest},
	{file: "type-folded", tree: "multipart/mixed(text/html)", text: []string{"Größe"}, values: subjectTest},
	{file: "filename-in-sections", tree: "application/pdf", name: "Größe.pdf", values: subjectTest},
	{file: "filename-encoded-word", tree: "application/pdf", name: "Größe.pdf", values: subjectTest},
	{file: "filename-with-path", tree: "application/pdf", name: `C:\temp\a.pdf`, values: subjectTest},
	{file: "filename-unquoted-spaces", tree: "application/pdf", name: "my file.pdf", values: subjectTest},
	{file: "filename-quote-not-closed", tree: "application/pdf", name: "a.pdf", values: subjectTest},
	{file: "filename-in-both", tree: "application/pdf", name: "disposition.pdf", values: subjectTest},
	{file: "attachment-without-filename", tree: plainTree, text: []string{"one\r\n"}, values: subjectTest},

	// bodies
	{file: "dot-lines", tree: plainTree, text: []string{".\r\n..\r\n.one\r\n"}, values: subjectTest},
	{file: "line-very-long", tree: plainTree, text: []string{strings.Repeat("x", 20000) + "\r\n"}, values: subjectTest},
	{file: "body-nul", tree: plainTree, text: []string{"one\x00two\r\n"}, values: subjectTest},
}

// sketch gives the types of a tree in one line.
func sketch(p *Part) string {
	s := p.Type().MIMEType
	if !p.IsContainer() {
		return s
	}
	var children []string
	for c := p.First(); c != nil; c = c.Next() {
		children = append(children, sketch(c))
	}
	return s + "(" + strings.Join(children, " ") + ")"
}

func TestAwkward(t *testing.T) {
	tested := map[string]bool{}
	for _, am := range awkwardMails {
		tested[am.file] = true
		t.Run(am.file, func(t *testing.T) { am.test(t) })
	}
	files, err := filepath.Glob("testdata/awkward/*.eml")
	must(t, err)
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".eml"); !tested[name] {
			t.Errorf("nothing is expected of %s", f)
		}
	}
}

func (am awkwardMail) test(t *testing.T) {
	mail, err := os.ReadFile("testdata/awkward/" + am.file + ".eml")
	must(t, err)
	for _, threshold := range []int{-1, 1} {
		o := &Options{LargeMessageThreshold: threshold, SpoolDir: t.TempDir()}
		m, err := Parse(context.Background(), strings.NewReader(string(mail)), Envelope{}, o)
		must(t, err)
		am.compare(t, m)
		if got := raw(t, m); got != string(mail) {
			t.Errorf("not the bytes that came in: %q", got)
		}
		am.edit(t, m, string(mail))
		must(t, m.Close())
	}
}

// compare looks at what can be read.
func (am awkwardMail) compare(t *testing.T, m *Message) {
	t.Helper()
	tree := ""
	if p, err := m.MIME(ReadOnly); err == nil {
		tree = sketch(p)
		name := ""
		for ; p != nil; p = p.Thread() {
			if f := p.Type().Filename; f != "" {
				name = f
			}
		}
		if name != am.name {
			t.Errorf("file name %q", name)
		}
	}
	if diff := cmp.Diff(am.tree, tree); diff != "" {
		t.Error("tree", diff)
	}
	if m.Fault() != am.fault {
		t.Errorf("fault %v", m.Fault())
	}
	text, err := m.Text()
	must(t, err)
	if diff := cmp.Diff(am.text, text); diff != "" {
		t.Error("text", diff)
	}
	field := am.field
	if field == "" {
		field = "Subject"
	}
	values := m.Header().Values(field)
	if name, ok := strings.CutPrefix(field, "@"); ok {
		values = m.Header().AddressParts(name, 0, false)
	}
	if diff := cmp.Diff(am.values, values); diff != "" {
		t.Error("header", diff)
	}
}

// edit changes something in each part and checks that the rest stays.
func (am awkwardMail) edit(t *testing.T, m *Message, mail string) {
	t.Helper()
	const field = "X-Edited: yes\r\n"
	must(t, m.Header().Prepend("X-Edited", "yes"))
	got := raw(t, m)
	if !strings.HasPrefix(got, field) || !strings.HasSuffix(got, mail) {
		t.Errorf("after an edit of the header: %q", got)
	}
	for p := firstPart(m); p != nil; p = p.Thread() {
		must(t, p.Header().Append("X-Part", "1"))
	}
	again := parse(t, raw(t, m))
	if p := firstPart(again); p != nil && am.tree != "" && sketch(p) != am.tree {
		t.Errorf("tree after edits: %s", sketch(p))
	}
	n := 0
	for p := firstPart(again); p != nil; p = p.Thread() {
		if n++; !p.Header().Has("X-Part") {
			t.Errorf("part %d has lost the edit", n)
		}
	}
	without := strings.ReplaceAll(strings.ReplaceAll(raw(t, m), "X-Part: 1\r\n", ""), field, "")
	if strip(without) != strip(mail) {
		t.Errorf("other bytes changed: %q", without)
	}
}

func firstPart(m *Message) *Part {
	p, err := m.MIME(Writable)
	if err != nil {
		return nil
	}
	return p
}

// strip leaves line ends out, since an edit may have to add one.
func strip(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }
