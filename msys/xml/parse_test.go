package xml

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sketch gives the nodes of a tree in a short form.
func sketch(n *Node) string {
	var b strings.Builder
	var walk func(n *Node)
	walk = func(n *Node) {
		switch n.Type() {
		case TextNode:
			b.WriteString(`"` + n.Text() + `"`)
		case CDATANode:
			b.WriteString(`cdata"` + n.Text() + `"`)
		case CommentNode:
			b.WriteString(`comment"` + n.Text() + `"`)
		case InstructionNode:
			b.WriteString(`pi ` + n.Name() + `"` + n.Text() + `"`)
		default:
			b.WriteString(n.Name())
			if n.Namespace() != nil {
				b.WriteString("{" + n.Namespace().URI + "}")
			}
			for a := range n.Attributes() {
				b.WriteString(" " + a.QName() + "=" + a.Text())
			}
			b.WriteByte('(')
			for c := range n.Children() {
				walk(c)
			}
			b.WriteByte(')')
		}
	}
	walk(n)
	return b.String()
}

func TestParse(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty element", `<a/>`, `a()`},
		{"empty pair", `<a></a >`, `a()`},
		{"text", `<a>x</a>`, `a("x")`},
		{"attributes", `<a b="1" c = '2"'/>`, `a b=1 c=2"()`},
		{"references", `<a b="&lt;&amp;&quot;&apos;&#65;&#x42;">&gt;x&#x1F600;</a>`, `a b=<&"'AB(">x😀")`},
		{"line breaks", "<a b='1\r\n2\t3\r4'>x\r\ny\rz</a>", "a b=1 2 3 4(\"x\ny\nz\")"},
		{"escaped white space in attribute", `<a b="&#10;&#9;"/>`, "a b=\n\t()"},
		{"comment, instruction, CDATA", `<a><!-- c --><?pi  d e?><?q?><![CDATA[<&]]></a>`, `a(comment" c "pi pi"d e"pi q""cdata"<&")`},
		{"around the root", "<?xml version='1.0'?>\n<!-- c -->\n<?pi?>\n<a/>\n<!-- d -->\n", `a()`},
		{"blanks between elements go", "<a>\n <b/>\n <c> </c>\n</a>", `a(b()c(" "))`},
		{"blanks in mixed content stay", `<p>x <b>y</b> <i>z</i> </p>`, `p("x "b("y")" "i("z")" ")`},
		{"blanks from a reference stay", `<a>&#32;<b/></a>`, `a(" "b())`},
		{"xml:space", `<a xml:space="preserve"> <b/> <c xml:space="default"> <d/> </c></a>`,
			`a xml:space=preserve(" "b()" "c xml:space=default(d()))`},
		{"namespaces", `<a xmlns="u" xmlns:p="v"><p:b p:c="1" c="2"/><d xmlns=""/></a>`, `a{u}(b{v} p:c=1 c=2()d())`},
		{"prefix that is not declared", `<p:a p:b="1"><p:c/></p:a>`, `p:a p:b=1(p:c())`},
		{"internal entities", `<!DOCTYPE a [<!ENTITY e "x&f;y"><!ENTITY f '<b k="&g;"/>'><!ENTITY g "&#38;lt;1"><!-- c --><?p?>]><a>1&e;2</a>`,
			`a("1x"b k=<1()"y2")`},
		{"first declaration counts", `<!DOCTYPE a [<!ENTITY e "1"><!ENTITY e "2">]><a>&e;&e;</a>`, `a("11")`},
		{"other declarations", `<!DOCTYPE a [<!ELEMENT a (#PCDATA)><!ATTLIST a b CDATA ">"><!NOTATION n SYSTEM 'x'><!ENTITY % p "q"> %p; ]><a/>`, `a()`},
		{"external entity", `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY i PUBLIC "p" "http://x/" NDATA n>]><a b="&e;">x&e;y&i;</a>`, `a b=("xy")`},
		{"external DTD", `<!DOCTYPE a SYSTEM "http://localhost:1/x.dtd"><a>x&nbsp;y</a>`, `a("xy")`},
		{"BOM", "\xef\xbb\xbf<a>é</a>", `a("é")`},
		{"ISO-8859-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>", `a("é")`},
		{"US-ASCII", "<?xml version='1.0' encoding='us-ascii'?><a>x</a>", `a("x")`},
		{"UTF-16LE", "\xff\xfe<\x00a\x00/\x00>\x00", `a()`},
		{"UTF-16BE", "\xfe\xff\x00<\x00a\x00>\x00\xe9\x00<\x00/\x00a\x00>", `a("é")`},
		{"names", `<é-1.x _:y="1"/>`, `é-1.x _:y=1()`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := Parse([]byte(tt.in), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, sketch(doc.Root())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKeepBlanks(t *testing.T) {
	doc, err := Parse([]byte("<a> <b/> </a>"), &Options{KeepBlanks: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sketch(doc.Root()), `a(" "b()" ")`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// malformed are documents that are not well-formed, with the line of the
// fault.
var malformed = []struct {
	in   string
	line int
}{
	{"", 1}, {"  \n", 2}, {"x", 1}, {"<!-- c -->", 1}, {"<a>", 1}, {"<a>\n\n", 3}, {"<a></b>", 1}, {"<a><b></a></b>", 1}, {"</a>", 1}, {"<a/><b/>", 1},
	{"<a/>x", 1}, {"<a", 1}, {"<a b", 1}, {"<a b=", 1}, {"<a b=c/>", 1}, {"<a b='c/>", 1}, {"<a b='1'c='2'/>", 1}, {"<a b='1' b='2'/>", 1},
	{"<a b='<'/>", 1}, {"<1/>", 1}, {"< a/>", 1}, {"<a>&x;</a>", 1}, {"<a>&x</a>", 1}, {"<a>&;</a>", 1}, {"<a>& </a>", 1}, {"<a>&#0;</a>", 1},
	{"<a>&#xD800;</a>", 1}, {"<a>&#x110000;</a>", 1}, {"<a>&#1_0;</a>", 1}, {"<a>&#;</a>", 1}, {"<a>]]></a>", 1}, {"<a><!-- -- --></a>", 1}, {"<a><!-- ---></a>", 1},
	{"<a><!--", 1}, {"<a><![CDATA[x]]</a>", 1}, {"<a><?pi", 1}, {"<a><??></a>", 1}, {"<a><?xml version='1.0'?></a>", 1}, {" <?xml version='1.0'?><a/>", 1},
	{"<a><!x></a>", 1}, {"<a>\x01</a>", 1}, {"<a>\n\xff</a>", 2}, {"<a b='\x02'/>", 1}, {"<a>\ufffe</a>", 1}, {"<?xml?><a/>", 1}, {"<?xml version='1.0'", 1},
	{"<?xml version='1.0' encoding='us-ascii'?>\n<a>\xe9</a>", 2}, {"<a xmlns:xmlns='u'/>", 1}, {"<a xmlns:p=''/>", 1}, {"<a xmlns:xml='u'/>", 1},
	{"<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", 1}, {"<!DOCTYPE><a/>", 1}, {"<!DOCTYPE a [<a/>", 1}, {"<!DOCTYPE a [<!FOO>]><a/>", 1},
	{"<a/><!DOCTYPE a>", 1}, {"<!DOCTYPE a><!DOCTYPE a><a/>", 1}, {"<!DOCTYPE a [<!ENTITY e '<b>'>]>\n<a>&e;</b></a>", 2},
	{"<!DOCTYPE a [<!ENTITY e '</a>'>]>\n<a>&e;", 2}, {"<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", 1}, {"<!DOCTYPE a [<!ENTITY e '<'>]><a b='&e;'/>", 1},
	{"<!DOCTYPE a [<!ENTITY e '&f;'><!ENTITY f '&e;'>]><a b='&e;'/>", 1}, {"<!DOCTYPE a [<!ENTITY e '%f;'>]><a/>", 1}, {"<!DOCTYPE a SYSTEM><a/>", 1},
	{"<!DOCTYPE a PUBLIC 'p'><a/>", 1}, {"<!DOCTYPE a [ % ; ]><a/>", 1}, {"<!DOCTYPE a [<!ENTITY e>]><a/>", 1}, {"<!DOCTYPE a", 1}, {"<a>" + strings.Repeat("\n", 9) + "<", 10},
}

func TestMalformed(t *testing.T) {
	for _, tt := range malformed {
		doc, err := Parse([]byte(tt.in), nil)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			if err == nil {
				t.Errorf("Parse(%q) gives %s", tt.in, doc)
			} else {
				t.Errorf("Parse(%q): %v, want a SyntaxError", tt.in, err)
			}
			continue
		}
		if syntax.Line != tt.line {
			t.Errorf("Parse(%q): %v, want line %d", tt.in, err, tt.line)
		}
	}
}

func TestLimits(t *testing.T) {
	laughs := `<!DOCTYPE a [<!ENTITY e0 "ha">`
	for i := '1'; i <= '9'; i++ {
		laughs += "<!ENTITY e" + string(i) + ` "` + strings.Repeat("&e"+string(i-1)+";", 10) + `">`
	}
	chain := `<!DOCTYPE a [<!ENTITY e` + strings.Repeat("x", 22) + ` "">`
	for i := range 22 {
		chain += "<!ENTITY e" + strings.Repeat("x", i) + ` "&e` + strings.Repeat("x", i+1) + `;">`
	}
	tests := []struct {
		name, in string
		o        *Options
	}{
		{"billion laughs", laughs + `]><a>&e9;</a>`, nil},
		{"billion laughs in attribute", laughs + `]><a b="&e9;"/>`, nil},
		{"quadratic blowup", `<!DOCTYPE a [<!ENTITY e "` + strings.Repeat("x", 100_000) + `">]><a>` + strings.Repeat("&e;", 100) + `</a>`, nil},
		{"many empty entities", `<!DOCTYPE a [<!ENTITY e "">]><a>` + strings.Repeat("&e;", 2_000_000) + `</a>`, nil},
		{"nested entities", chain + `]><a>&e;</a>`, nil},
		{"depth", strings.Repeat("<a>", 1001) + strings.Repeat("</a>", 1001), nil},
		{"own depth", "<a><b><c/></b></a>", &Options{MaxDepth: 2}},
		{"size", "<a>" + strings.Repeat(" ", 16<<20) + "</a>", nil},
		{"own size", "<a/>", &Options{MaxSize: 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse([]byte(tt.in), tt.o); !errors.Is(err, ErrLimit) {
				t.Errorf("error = %v, want ErrLimit", err)
			}
		})
	}
	if _, err := Parse([]byte(strings.Repeat("<a>", 1000)+strings.Repeat("</a>", 1000)), nil); err != nil {
		t.Errorf("1000 levels: %v", err)
	}
}

func TestUnsupportedEncoding(t *testing.T) {
	_, err := Parse([]byte("<?xml version='1.0' encoding='KOI8-R'?><a/>"), nil)
	if !errors.Is(err, ErrEncoding) {
		t.Errorf("error = %v, want ErrEncoding", err)
	}
}

// TestNothingIsLoaded checks that an external entity is not read even if the
// file is there.
func TestNothingIsLoaded(t *testing.T) {
	file := t.TempDir() + "/secret"
	if err := os.WriteFile(file, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, "file://" + file} {
		doc, err := Parse([]byte(`<!DOCTYPE a [<!ENTITY e SYSTEM "`+path+`">]><a>&e;</a>`), nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(doc.String(), "secret<") || doc.Root().Text() != "" {
			t.Errorf("got %s", doc)
		}
	}
}

// TestHostileSizes parses large documents of kinds that naive parsers need
// quadratic time for.
func TestHostileSizes(t *testing.T) {
	var attributes strings.Builder
	for i := range 50_000 {
		attributes.WriteString(" a" + strings.Repeat("x", i%7) + strings.Repeat("y", i/7%11) + strings.Repeat("z", i/77) + "='1'")
		if attributes.Len() > 4<<20 {
			break
		}
	}
	for name, in := range map[string]string{
		"references": "<a>" + strings.Repeat("&amp;", 1_000_000) + "</a>",
		"siblings":   "<a>" + strings.Repeat("<b/>x", 500_000) + "</a>",
		"attributes": "<a" + attributes.String() + "/>",
		"prefixes":   strings.Repeat("<a xmlns:p='u'>", 900) + strings.Repeat("<p:b/>", 200_000) + strings.Repeat("</a>", 900),
		"unclosed":   "<a>" + strings.Repeat("<!--", 500_000),
	} {
		if _, err := Parse([]byte(in), nil); err != nil && name != "unclosed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
