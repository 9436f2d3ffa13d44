package xml

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/antchfx/xmlquery"
)

// feed is a document of about 100 KB.
func feed() []byte {
	var b bytes.Buffer
	b.WriteString("<feed xmlns:m='urn:m'>")
	for i := range 500 {
		fmt.Fprintf(&b, "\n  <entry id=\"e%d\" m:kind=\"bounce\">\n    <title>Message %d &amp; more</title>\n    <reason code=\"550\">5.1.1 unknown &lt;user&gt;</reason>\n"+
			"    <when>2024-01-%02dT00:00:00Z</when>\n  </entry>", i, i, i%28+1)
	}
	b.WriteString("\n</feed>")
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	in := feed()
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(in, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("xmlquery", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := xmlquery.Parse(bytes.NewReader(in)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkXPath(b *testing.B) {
	in := feed()
	ours, err := Parse(in, nil)
	if err != nil {
		b.Fatal(err)
	}
	theirs, err := xmlquery.Parse(bytes.NewReader(in))
	if err != nil {
		b.Fatal(err)
	}
	const expr = "//entry[@id='e321']/reason/@code"
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if nodes, err := ours.XPath(expr, nil); err != nil || len(nodes) != 1 {
				b.Fatal(nodes, err)
			}
		}
	})
	b.Run("xmlquery", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if nodes, err := xmlquery.QueryAll(theirs, expr); err != nil || len(nodes) != 1 {
				b.Fatal(nodes, err)
			}
		}
	})
}

func BenchmarkString(b *testing.B) {
	doc, err := Parse(feed(), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc.String())))
	b.ReportAllocs()
	for b.Loop() {
		if doc.String() == "" {
			b.Fatal("empty")
		}
	}
}
