package xml

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t *testing.T, text string) *Document {
	t.Helper()
	doc, err := Parse([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

const declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

func TestDocumentString(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", `<a></a>`, "<a/>\n"},
		{"indented", `<a><b><c/></b><d>x</d></a>`, "<a>\n  <b>\n    <c/>\n  </b>\n  <d>x</d>\n</a>\n"},
		{"inline with all inside", `<a><p>x<b><c/><d/></b></p><e/></a>`, "<a>\n  <p>x<b><c/><d/></b></p>\n  <e/>\n</a>\n"},
		{"inline text last", `<a><b/>x</a>`, "<a><b/>x</a>\n"},
		{"comments and instructions", `<!--c--><?p d?><a><!--e--><?q?></a><!--f-->`, "<!--c-->\n<?p d?>\n<a>\n  <!--e-->\n  <?q?>\n</a>\n<!--f-->\n"},
		{"CDATA is text", `<a><![CDATA[x]]>]]&gt;<b/></a>`, "<a><![CDATA[x]]>]]&gt;<b/></a>\n"},
		{"escapes", `<a b="&lt;&gt;&amp;&quot;'&#10;&#13;">&lt;&gt;&amp;"'&#13;é</a>`, "<a b=\"&lt;&gt;&amp;&quot;'&#10;&#13;\">&lt;&gt;&amp;\"'&#13;é</a>\n"},
		{"namespaces", `<a xmlns="u" xmlns:p="v"><p:b p:c="1"/><d xmlns=""/></a>`, "<a xmlns=\"u\" xmlns:p=\"v\">\n  <p:b p:c=\"1\"/>\n  <d xmlns=\"\"/>\n</a>\n"},
		{"doctype", `<!DOCTYPE a PUBLIC "p" 's' [<!ENTITY e "x">]><a>&e;</a>`, "<!DOCTYPE a PUBLIC \"p\" 's'>\n<a>x</a>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := mustParse(t, tt.in)
			if diff := cmp.Diff(declaration+tt.want, doc.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNodeString(t *testing.T) {
	doc := mustParse(t, `<a xmlns:p="v"><b><p:c d="1&amp;"><e/></p:c></b></a>`)
	b := doc.Root().first
	if got, want := b.String(), "<b>\n  <p:c xmlns:p=\"v\" d=\"1&amp;\">\n    <e/>\n  </p:c>\n</b>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := b.first.attrs[0].String(), "1&"; got != want {
		t.Errorf("attribute: %s, want %s", got, want)
	}
}

// TestUnwritable checks that what no document may hold does not get out.
func TestUnwritable(t *testing.T) {
	n, err := NewNode("a", nil)
	if err != nil {
		t.Fatal(err)
	}
	n.SetText("x\x00y\xff\x1b")
	if err := n.SetAttr("b", "\x01\ufffe"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Node{{typ: CommentNode, data: "a--b---"}, {typ: CDATANode, data: "x]]>y"}, {typ: InstructionNode, name: "p", data: "x?>y"}} {
		if err := n.Append(c); err != nil {
			t.Fatal(err)
		}
	}
	want := "<a b=\"\ufffd\ufffd\">x\ufffdy\ufffd\ufffd<!--a- -b- - - --><![CDATA[x]]]]><![CDATA[>y]]><?p x? >y?></a>"
	if diff := cmp.Diff(want, n.String()); diff != "" {
		t.Error(diff)
	}
	if _, err := Parse([]byte(n.String()), nil); err != nil {
		t.Errorf("written text does not parse: %v", err)
	}
}
