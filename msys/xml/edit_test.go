package xml

import (
	"errors"
	"testing"
)

func TestEdit(t *testing.T) {
	doc := mustParse(t, "<a> <b/> </a>")
	root := doc.Root()
	c, err := root.AddChild("c")
	if err != nil {
		t.Fatal(err)
	}
	c.SetText("x<y")
	if got, want := root.String(), "<a>\n  <b/>\n  <c>x&lt;y</c>\n</a>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := doc.String(), declaration+root.String()+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	c.SetText("")
	if c.first != nil || c.Text() != "" {
		t.Errorf("after SetText(\"\"): %s", c)
	}
	c.Unlink()
	if c.Document() != nil || c.Parent() != nil || root.Document() != doc || root.Parent() != nil {
		t.Error("unlinked node is still part of the document")
	}
	c.Unlink()
	if got, want := root.String(), "<a>\n  <b/>\n</a>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	root.Unlink()
	if doc.Root() != nil || doc.String() != declaration {
		t.Errorf("document without root: %q", doc)
	}
}

func TestMove(t *testing.T) {
	from := mustParse(t, `<a><b/><c><d/></c><e/></a>`)
	to := mustParse(t, `<x/>`)
	c := from.Root().first.next
	if err := to.Root().Append(c); err != nil {
		t.Fatal(err)
	}
	if c.Document() != to || sketch(from.Root()) != "a(b()e())" || sketch(to.Root()) != "x(c(d()))" {
		t.Errorf("%s, %s", sketch(from.Root()), sketch(to.Root()))
	}
	for _, bad := range []*Node{c, to.Root()} {
		if err := c.first.Append(bad); !errors.Is(err, ErrHierarchy) {
			t.Errorf("moving %s into itself: %v", bad, err)
		}
	}
	if err := c.Append(c); !errors.Is(err, ErrHierarchy) {
		t.Errorf("moving a node into itself: %v", err)
	}
	if err := NewText("t").Append(c); !errors.Is(err, ErrHierarchy) {
		t.Errorf("moving a node into a text: %v", err)
	}
	if err := from.Root().Append(from.Root().last); err != nil || sketch(from.Root()) != "a(b()e())" {
		t.Errorf("moving the last child to the end: %v, %s", err, sketch(from.Root()))
	}
	if err := from.Root().Append(from.Root().first); err != nil || sketch(from.Root()) != "a(e()b())" {
		t.Errorf("moving the first child to the end: %v, %s", err, sketch(from.Root()))
	}
}

func TestUnlinkWhileIterating(t *testing.T) {
	doc := mustParse(t, `<a><b/>x<c/><!--y--><d/></a>`)
	n := 0
	for c := range doc.Root().Children() {
		c.Unlink()
		n++
	}
	if n != 5 || sketch(doc.Root()) != "a()" {
		t.Errorf("%d children, left %s", n, sketch(doc.Root()))
	}
}

func TestCopy(t *testing.T) {
	doc := mustParse(t, `<a><b k="1"><c>x</c><d/></b><e><f><g/></f></e><h/></a>`)
	c := doc.Root().Copy()
	if c.Document() != nil || sketch(c) != sketch(doc.Root()) {
		t.Errorf("copy is %s", sketch(c))
	}
	c.first.SetText("y")
	if err := c.first.SetAttr("k", "2"); err != nil {
		t.Fatal(err)
	}
	if got, want := sketch(doc.Root()), `a(b k=1(c("x")d())e(f(g()))h())`; got != want {
		t.Errorf("original became %s", got)
	}
	if e := doc.Root().first.next.Copy(); sketch(e) != "e(f(g()))" || e.next != nil {
		t.Errorf("copy of an inner node is %s", sketch(e))
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"", "1a", "a b", "<a", "a>", "-a", "a\"b", "\xff", "a\x00", "x/"} {
		if _, err := NewNode(name, nil); !errors.Is(err, ErrName) {
			t.Errorf("NewNode(%q): %v", name, err)
		}
		n, err := NewNode("ok", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.AddChild(name); !errors.Is(err, ErrName) {
			t.Errorf("AddChild(%q): %v", name, err)
		}
		if err := n.SetAttr(name, "v"); !errors.Is(err, ErrName) {
			t.Errorf("SetAttr(%q): %v", name, err)
		}
	}
	text := NewText("x")
	if _, err := text.AddChild("a"); !errors.Is(err, ErrHierarchy) {
		t.Errorf("child of a text: %v", err)
	}
	if err := text.SetAttr("a", "b"); !errors.Is(err, ErrHierarchy) {
		t.Errorf("attribute of a text: %v", err)
	}
	if _, err := NewDocument(text); !errors.Is(err, ErrHierarchy) {
		t.Errorf("document of a text: %v", err)
	}
}

func TestNodeNames(t *testing.T) {
	doc := mustParse(t, `<p:a xmlns:p="u">x<!--c--><?pi d?><![CDATA[y]]></p:a>`)
	var got []string
	for c := range doc.Root().Children() {
		got = append(got, c.Name()+"="+c.Text())
	}
	want := []string{"text=x", "comment=c", "pi=d", "=y"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("child %d: %s, want %s", i, got[i], want[i])
		}
	}
	if r := doc.Root(); r.Name() != "a" || r.QName() != "p:a" || r.Text() != "xy" {
		t.Errorf("root: %s, %s, %s", r.Name(), r.QName(), r.Text())
	}
}

func TestAttributes(t *testing.T) {
	doc := mustParse(t, `<a xmlns:p="u" n="1" p:n="2" p:m="3"/>`)
	r := doc.Root()
	tests := []struct{ name, want string }{{"n", "1"}, {"p:n", "2"}, {"m", "3"}, {"p:m", "3"}}
	for _, tt := range tests {
		if got, ok := r.Attr(tt.name); !ok || got != tt.want {
			t.Errorf("Attr(%s) = %q, %v", tt.name, got, ok)
		}
	}
	if v, ok := r.AttrNS("n", "u"); !ok || v != "2" {
		t.Errorf("AttrNS = %q, %v", v, ok)
	}
	if _, ok := r.AttrNS("m", ""); ok {
		t.Error("AttrNS finds m without namespace")
	}
	for _, name := range []string{"x", "q:n", "xmlns:p", "xmlns"} {
		if v, ok := r.Attr(name); ok {
			t.Errorf("Attr(%s) = %q", name, v)
		}
	}
	for _, set := range [][2]string{{"n", "10"}, {"p:n", "20"}, {"new", "\"<\n"}} {
		if err := r.SetAttr(set[0], set[1]); err != nil {
			t.Fatal(err)
		}
	}
	if !r.DelAttr("m") || r.DelAttr("m") {
		t.Error("DelAttr is wrong")
	}
	if got, want := r.String(), `<a xmlns:p="u" n="10" p:n="20" new="&quot;&lt;&#10;"/>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNamespaces(t *testing.T) {
	doc := mustParse(t, `<a><b/></a>`)
	r := doc.Root()
	ns, err := r.Declare("urn:x", "x")
	if err != nil {
		t.Fatal(err)
	}
	r.SetNamespace(ns)
	c, err := r.AddChild("c")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetAttrNS(ns, "k", "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddChild("x:d"); err != nil {
		t.Fatal(err)
	}
	if got, want := r.String(), "<x:a xmlns:x=\"urn:x\">\n  <b/>\n  <x:c x:k=\"1\">\n    <x:d/>\n  </x:c>\n</x:a>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	c.Unlink()
	if got, want := c.String(), "<x:c xmlns:x=\"urn:x\" x:k=\"1\">\n  <x:d/>\n</x:c>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := r.Declare("urn:y", "1"); !errors.Is(err, ErrName) {
		t.Errorf("bad prefix: %v", err)
	}
	if _, err := r.Declare("urn:y", "x"); err != nil || len(r.declares) != 1 {
		t.Errorf("second declaration: %v, %d", err, len(r.declares))
	}
	def, err := r.Declare("urn:d", "")
	if err != nil {
		t.Fatal(err)
	}
	n, err := NewNode("n", def)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewDocument(n)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := other.String(), declaration+"<n xmlns=\"urn:d\"/>\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
