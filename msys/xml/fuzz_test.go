package xml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse checks that what was parsed is written as a document that reads
// back the same, and that encoding/xml reads the same text from it.
func FuzzParse(f *testing.F) {
	for _, tt := range malformed {
		f.Add([]byte(tt.in))
	}
	for _, in := range []string{
		library, `<a b="&lt;'&#10;">x<![CDATA[<]]>&amp;<!--c--><?p d?></a>`, `<a xmlns="u" xmlns:p="v"><p:b p:c="1"/></a>`,
		`<!DOCTYPE a [<!ENTITY e "x<b/>&f;"><!ENTITY f "y">]><a c="&f;">&e;</a>`, "\xff\xfe<\x00a\x00/\x00>\x00",
		"<?xml version='1.0' encoding='latin1'?><a>\xe9\r\n</a>", "<a> <b/>\r\r\n<c> </c></a>",
	} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		doc, err := Parse(in, &Options{KeepBlanks: true, MaxExpansion: 10_000})
		if err != nil {
			return
		}
		root := doc.Root()
		text := root.String()
		back, err := Parse([]byte(text), &Options{KeepBlanks: true})
		if err != nil {
			if errors.Is(err, ErrLimit) {
				return
			}
			t.Fatalf("%q became %q: %v", in, text, err)
		}
		if root.hasText() && back.Root().Text() != root.Text() {
			t.Fatalf("text %q became %q", root.Text(), back.Root().Text())
		}
		if again := back.Root().String(); root.hasText() && again != text {
			t.Fatalf("%q became %q", text, again)
		}
		if _, err := back.XPath("//*[@*]/following::node() | //text()", nil); err != nil && !errors.Is(err, ErrLimit) {
			t.Fatal(err)
		}
		// The standard library knows fewer characters of names.
		if strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) || strings.Contains(text, ":") {
			return
		}
		if got, err := standardText([]byte(text)); err != nil || got != back.Root().Text() {
			t.Fatalf("%q: encoding/xml reads %q, %v; want %q", text, got, err, back.Root().Text())
		}
	})
}

// standardText gives the text of a document as encoding/xml reads it.
func standardText(text []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	var b strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return "", err
		}
		if c, ok := token.(xml.CharData); ok {
			b.Write(c)
		}
	}
}

// FuzzXPath checks that compiling and evaluating ends, whatever the
// expression, with nodes in order.
func FuzzXPath(f *testing.F) {
	for _, s := range []string{"//book[@id='b2']/title", "count(//*) > 1", "//a | //b[2]/..", "preceding::*[last()-1]", "-(1)*.5", "id('x')//@*[. = 'y']", "substring(., 2)", "$x", "//namespace::*"} {
		f.Add(s)
	}
	doc, err := Parse([]byte(library), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		x, err := CompileXPath(expr)
		if err != nil {
			return
		}
		v, err := x.Evaluate(doc, nil)
		if nodes, ok := v.([]*Node); ok && err == nil {
			r := &evaluation{doc: doc, visits: maxVisits}
			sorted := r.sort(nodes)
			if len(sorted) != len(nodes) {
				t.Fatalf("%s: duplicates", expr)
			}
			for i := range nodes {
				if nodes[i] != sorted[i] {
					t.Fatalf("%s: out of order", expr)
				}
			}
		}
	})
}
