package xml

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"
	"github.com/google/go-cmp/cmp"
)

const library = `<lib xmlns:x="urn:x" xml:lang="en">
<?order by title?><!-- shelf 1 -->
<book id="b1" year="1999"><title>Go</title><price>10</price></book>
<book id="b2" year="2005"><title xml:lang="en-GB">Lua <b>in</b> use</title><price>20.5</price><note/></book>
<shelf><book id="b3" year="2010"><title xml:lang="de">Post</title><price>7</price></book>free<![CDATA[ space]]></shelf>
<x:book id="b4"/>
<item xml:id="i1">one</item><item xml:id="i2">  two   words </item>
</lib>`

// describe gives nodes in a short form.
func describe(v any) string {
	nodes, ok := v.([]*Node)
	if !ok {
		return fmt.Sprint(v)
	}
	var out []string
	for _, n := range nodes {
		switch n.Type() {
		case ElementNode:
			id := n.Name()
			if v, ok := n.Attr("id"); ok {
				id += "#" + v
			}
			out = append(out, id)
		case AttributeNode:
			out = append(out, "@"+n.Name()+"="+n.Text())
		case NamespaceNode:
			out = append(out, "ns "+n.Name()+"="+n.Text())
		default:
			out = append(out, n.Name()+"="+strings.TrimSpace(n.Text()))
		}
	}
	return strings.Join(out, " ")
}

func TestXPath(t *testing.T) {
	doc := mustParse(t, library)
	tests := []struct{ expr, want string }{
		// paths and axes
		{"/", ""},
		{"/lib", "lib"},
		{"/*", "lib"},
		{"//book", "book#b1 book#b2 book#b3"},
		{"/lib/book", "book#b1 book#b2"},
		{"lib/book/title", "title title"},
		{"//book/@id", "@id=b1 @id=b2 @id=b3"},
		{"//@year", "@year=1999 @year=2005 @year=2010"},
		{"//book[@id='b2']/@*", "@id=b2 @year=2005"},
		{"//x:book", "error"},
		{"//*[local-name()='book' and namespace-uri()='urn:x']", "book#b4"},
		{"//*[name()='x:book']/@id", "@id=b4"},
		{"//title/text()", "text=Go text=Lua text=use text=Post"},
		{"//shelf/text()", "text=free =space"},
		{"//comment()", "comment=shelf 1"},
		{"//processing-instruction()", "order=by title"},
		{"//processing-instruction('order')", "order=by title"},
		{"//processing-instruction('other')", ""},
		{"/lib/node()", "order=by title comment=shelf 1 book#b1 book#b2 shelf book#b4 item#i1 item#i2"},
		{"//price/..", "book#b1 book#b2 book#b3"},
		{"//note/ancestor::*", "lib book#b2"},
		{"//note/ancestor-or-self::*[1]", "note"},
		{"//note/ancestor::*[1]", "book#b2"},
		{"//b/following::*", "price note shelf book#b3 title price book#b4 item#i1 item#i2"},
		{"//note/preceding::*", "book#b1 title price title b price"},
		{"//note/preceding::*[1]", "price"},
		{"//note/preceding::node()[last()]", "order=by title"},
		{"//shelf/preceding-sibling::*", "book#b1 book#b2"},
		{"//shelf/preceding-sibling::*[1]", "book#b2"},
		{"//shelf/following-sibling::*[1]/@id", "@id=b4"},
		{"//title/following-sibling::node()", "price price note price"},
		{"//book/descendant::b", "b"},
		{"//shelf/descendant-or-self::*", "shelf book#b3 title price"},
		{"//@id/parent::*", "book#b1 book#b2 book#b3 book#b4"},
		{"//@year/following::item", "item#i1 item#i2"},
		{"//@year[.='2010']/preceding::title", "title title"},
		{"//@year/self::node()[.>2000]", "@year=2005 @year=2010"},
		{"//@year/descendant-or-self::node()", "@year=1999 @year=2005 @year=2010"},
		{"//@year/child::node()", ""},
		{"//@year/following-sibling::node()", ""},
		{"/lib/x/y", ""},
		{".", ""},
		{"/..", ""},
		{"//shelf/./book/.", "book#b3"},
		{"//shelf//text()", "text=Post text=7 text=free =space"},
		{"//shelf/namespace::*", "ns x=urn:x ns xml=" + xmlURI},
		{"//shelf/namespace::x", "ns x=urn:x"},
		{"//shelf/namespace::node()/parent::*", "shelf"},
		{"//@xml:lang", "@lang=en @lang=en-GB @lang=de"},
		{"//@xml:*", "@lang=en @lang=en-GB @lang=de @id=i1 @id=i2"},
		{"child::lib/child::book/attribute::id", "@id=b1 @id=b2"},

		// predicates
		{"//book[1]", "book#b1 book#b3"},
		{"(//book)[1]", "book#b1"},
		{"(//book)[last()]", "book#b3"},
		{"/descendant::book[2]", "book#b2"},
		{"//book[last()]", "book#b2 book#b3"},
		{"//book[position()=2]", "book#b2"},
		{"//book[position()>1]/title", "title"},
		{"//book[price>8][2]", "book#b2"},
		{"//book[2][price>8]", "book#b2"},
		{"//book[note]", "book#b2"},
		{"//book[not(note)]", "book#b1 book#b3"},
		{"//book[title='Go' or price=7]", "book#b1 book#b3"},
		{"//book[title='Lua in use']", "book#b2"},
		{"//book[@year > 2000 and @year < 2010]", "book#b2"},
		{"//book[@id][@year]", "book#b1 book#b2 book#b3"},
		{"//book[0]", ""},
		{"//book[-1]", ""},
		{"//book['x']", "book#b1 book#b2 book#b3"},
		{"//book['']", ""},
		{"//book[position() mod 2 = 1]", "book#b1 book#b3"},
		{"(//book)[position() mod 2 = 1]/@id", "@id=b1 @id=b3"},
		{"(//book/title | //item)[3]", "title"},
		{"//book[count(*)=3]/@id", "@id=b2"},
		{"//book[contains(title, 'o')]", "book#b1 book#b3"},
		{"//*[self::item or self::note]", "note item#i1 item#i2"},
		{"//book[../self::shelf]", "book#b3"},
		{"//book[@id=//shelf/book/@id]", "book#b3"},
		{"//book[string(position())='1']", "book#b1 book#b3"},
		{"//book[ancestor::shelf]", "book#b3"},
		{"//item[2]/preceding-sibling::item[1]/@xml:id", "@id=i1"},

		// union
		{"//note | //book | //item", "book#b1 book#b2 note book#b3 item#i1 item#i2"},
		{"//book | //book", "book#b1 book#b2 book#b3"},
		{"//shelf/@id | /lib | //b/@c", "lib"},

		// numbers
		{"count(//book)", "3"},
		{"sum(//price)", "37.5"},
		{"sum(//title)", "NaN"},
		{"1 + 2 * 3 - 4 div 2", "5"},
		{"7 mod 3", "1"}, {"-7 mod 3", "-1"}, {"5.5 mod 2", "1.5"},
		{"- - 2", "2"}, {"-(1)", "-1"},
		{"1 div 0", "+Inf"}, {"0 div 0", "NaN"},
		{"floor(-1.5)", "-2"}, {"ceiling(1.2)", "2"}, {"round(2.5)", "3"}, {"round(-2.5)", "-2"},
		{"number('  12.50 ')", "12.5"}, {"number('1e3')", "NaN"}, {"number('')", "NaN"}, {"number(true())", "1"}, {"number('-.5')", "-0.5"}, {"number('+1')", "NaN"},
		{"number(//price)", "10"}, {"//price + 1", "11"},
		{"string-length('äöü')", "3"}, {"position() + last()", "2"}, {".5 + 1.", "1.5"},

		// strings
		{"string(//book[2]/title)", "Lua in use"},
		{"string(//nothing)", ""},
		{"string(1 div 3)", "0.3333333333333333"}, {"string(1000000 * 1000000)", "1000000000000"}, {"string(-0)", "0"}, {"string(1 div 0)", "Infinity"}, {"string(-1 div 0)", "-Infinity"},
		{"concat('a', 1, true(), //price)", "a1true10"},
		{"substring('12345', 2, 3)", "234"}, {"substring('12345', 2)", "2345"}, {"substring('12345', 1.5, 2.6)", "234"}, {"substring('12345', 0, 3)", "12"},
		{"substring('12345', 0 div 0, 3)", ""}, {"substring('12345', -42, 1 div 0)", "12345"}, {"substring('12345', -1 div 0, 1 div 0)", ""}, {"substring('äöü', 2, 1)", "ö"},
		{"substring-before('1999/04/01', '/')", "1999"}, {"substring-after('1999/04/01', '/')", "04/01"}, {"substring-before('x', 'y')", ""}, {"substring-after('x', 'y')", ""},
		{"normalize-space(//item[2])", "two words"}, {"normalize-space('  a  b ')", "a b"},
		{"translate('bar', 'abc', 'AB')", "BAr"}, {"translate('--aaa--', 'abc-', 'ABC')", "AAA"}, {"translate('aa', 'aa', 'xy')", "xx"},
		{"local-name(//*[@id='b4'])", "book"}, {"name(//*[@id='b4'])", "x:book"}, {"namespace-uri(//*[@id='b4'])", "urn:x"}, {"name(//nothing)", ""}, {"name(//comment())", ""},
		{"name(//processing-instruction())", "order"}, {`"it's"`, "it's"}, {`'"'`, `"`},

		// booleans and comparisons
		{"true() and not(false())", "true"}, {"boolean('')", "false"}, {"boolean(0 div 0)", "false"}, {"boolean(//book)", "true"},
		{"starts-with('abc', 'ab')", "true"}, {"starts-with(1, 1)", "true"}, {"contains('abc', '')", "true"},
		{"//price = 7", "true"}, {"//price != 7", "true"}, {"//nothing = //nothing", "false"}, {"//price > //@year", "false"}, {"//price < //@year", "true"},
		{"//title != //title", "true"}, {"//note = ''", "true"}, {"//nothing = false()", "true"}, {"//book = true()", "true"}, {"'1' = 1", "true"}, {"'a' < 'b'", "false"},
		{"1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3", "true"}, {"true() = 'x'", "true"}, {"1 != 1", "false"}, {"3 > 2 > 1", "false"}, {"8 < //price", "true"}, {"//book/@id = 'b3'", "true"},
		{"//b[lang('en')]", "b"}, {"//title[lang('EN')]", "title title"}, {"//title[lang('de')]", "title"}, {"//title[lang('en-US')]", ""},
		{"id('i2')", "item#i2"}, {"id('i2 i1 x')/@xml:id", "@id=i1 @id=i2"}, {"id(//item[1]/@xml:id)", "item#i1"},

		// words that are names or operators
		{"//div", ""}, {"//book[title] [price]", "book#b1 book#b2 book#b3"}, {" // book [ @id = 'b1' ] / title ", "title"}, {"//*/@*[.='b1']", "@id=b1"}, {"2*3", "6"}, {"* * *", "NaN"},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			x, err := CompileXPath(tt.expr)
			if tt.want == "error" {
				if err == nil {
					t.Error("no error")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			v, err := x.Evaluate(doc, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, describe(v)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestXPathContext(t *testing.T) {
	doc := mustParse(t, library)
	shelf, err := doc.XPath("//shelf", nil)
	if err != nil || len(shelf) != 1 {
		t.Fatal(shelf, err)
	}
	for expr, want := range map[string]string{
		".":               "shelf",
		"book/title":      "title",
		"..":              "lib",
		"/lib/note":       "",
		"//note":          "note",
		".//*":            "book#b3 title price",
		"preceding::note": "note",
	} {
		nodes, err := doc.XPath(expr, shelf[0])
		if err != nil {
			t.Error(err)
		}
		if got := describe(nodes); got != want {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
	again, err := doc.XPath("//shelf", nil)
	if err != nil || again[0] != shelf[0] {
		t.Error("the same node is another one the second time")
	}
	shelf[0].Unlink()
	nodes, err := doc.XPath("book | ./book/title | //item", shelf[0])
	if err != nil || describe(nodes) != "item#i1 item#i2 book#b3 title" {
		t.Errorf("from a node that is in no document: %s, %v", describe(nodes), err)
	}
	detached := NewText("x")
	if nodes, err := doc.XPath("following::node() | preceding::node() | ../x | self::text()", detached); err != nil || len(nodes) != 1 {
		t.Errorf("from a detached text: %s, %v", describe(nodes), err)
	}
}

func TestXPathErrors(t *testing.T) {
	for _, expr := range []string{
		"", " ", "//", "/lib/", "//book[", "//book]", "//book[]", "book[1", "(", "()", ")", "1 +", "+ 1", "or", "a b", "'x", `"x`, "foo()", "count()", "count(1)", "count(//a, //b)",
		"sum('x')", "not()", "substring('x')", "concat('x')", "true(1)", "$x", "p:x", "p:*", "@", "//@", "a::b", "child::", "::a", "a:", "1 | 2", "//a | 1", "'x'/a", "1[1]", "//a[1]]", "a//", "..a", "#", "a!b",
		"text(", "text('x')", "processing-instruction(x)", "comment()(", "1.2.3", "a,b", "-", "a=", "node", "x" + strings.Repeat("[x", 300), strings.Repeat("(", 300), strings.Repeat("1+", 300) + "1", "a/\xff",
	} {
		x, err := CompileXPath(expr)
		var e *XPathError
		if expr == "or" || expr == "node" {
			if err != nil {
				t.Errorf("CompileXPath(%q): %v, but it is a name", expr, err)
			}
			continue
		}
		if !errors.As(err, &e) {
			t.Errorf("CompileXPath(%q) = %v, %v", expr, x, err)
		}
	}
	doc := mustParse(t, library)
	for _, expr := range []string{"1", "'x'", "true()", "count(//a)"} {
		if _, err := doc.XPath(expr, nil); !errors.Is(err, ErrNotNodes) {
			t.Errorf("XPath(%q): %v, want ErrNotNodes", expr, err)
		}
	}
}

// TestXPathBudget checks that expressions which take quadratic or cubic time
// come to an end.
func TestXPathBudget(t *testing.T) {
	doc := mustParse(t, "<a>"+strings.Repeat("<b>x</b>", 2000)+"</a>")
	deep := mustParse(t, strings.Repeat("<a>x", 1000)+strings.Repeat("</a>", 1000))
	evaluate := func(d *Document, expr string) (any, error) {
		x, err := CompileXPath(expr)
		if err != nil {
			t.Fatal(err)
		}
		return x.evaluate(d, nil, 600_000)
	}
	for _, expr := range []string{"//b[count(//b) > 1]", "//b[//b[//b]]", "//b/following::b/preceding::b", "//b[. = //b[position() > 5]]"} {
		if _, err := evaluate(doc, expr); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v, want ErrLimit", expr, err)
		}
	}
	if nodes, err := deep.XPath("//*[contains(., 'x')]", nil); err != nil || len(nodes) != 1000 {
		t.Errorf("%d nodes, %v", len(nodes), err)
	}
	if _, err := evaluate(deep, "//*[ancestor::*[descendant::*[contains(., 'y')]]]"); !errors.Is(err, ErrLimit) {
		t.Errorf("deep: %v, want ErrLimit", err)
	}
}

// TestXPathAgainstPeer compares results with those of the xpath package of
// antchfx, for expressions that it does right.
func TestXPathAgainstPeer(t *testing.T) {
	ours := mustParse(t, library)
	theirs, err := xmlquery.Parse(strings.NewReader(library))
	if err != nil {
		t.Fatal(err)
	}
	for _, expr := range []string{
		"//book", "//book[last()]", "(//book)[last()]", "//book[position()=2]/@id", "//book[@year>2000]/title", "//book[not(note)]", "//title[contains(.,'u')]",
		"//price[.='7']/..", "/lib/book[1]/following-sibling::*[1]", "//book[title='Go' or @id='b3']", "//book[string-length(title) > 2]", "//book[normalize-space(title)='Post']",
		"//shelf/preceding-sibling::*[1]/@id", "//note/ancestor::book/@year", "//book[count(*)=3]", "//*[local-name()='item']", "//book[position() mod 2 = 1]", "/descendant::book[2]/@id",
	} {
		nodes, err := ours.XPath(expr, nil)
		if err != nil {
			t.Fatal(err)
		}
		peer, err := xmlquery.QueryAll(theirs, expr)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, n := range nodes {
			got = append(got, n.Name()+"="+n.Text())
		}
		for _, n := range peer {
			want = append(want, n.Data+"="+n.InnerText())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", expr, diff)
		}
	}
}

func TestNumberText(t *testing.T) {
	for n, want := range map[float64]string{0: "0", -0.5: "-0.5", 1e21: "1000000000000000000000", 1e-7: "0.0000001", math.Inf(-1): "-Infinity"} {
		if got := numberText(n); got != want {
			t.Errorf("numberText(%g) = %s, want %s", n, got, want)
		}
	}
}
