package idn

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestToASCII(t *testing.T) {
	tests := []struct {
		name, in, want string
		err            error
	}{
		{"umlaut", "bücher.Example", "xn--bcher-kva.example", nil},
		{"chinese", "弗兰克.example.com", "xn--74q5c021c.example.com", nil},
		{"sharp s is kept", "straße.de", "xn--strae-oqa.de", nil},
		{"upper case is mapped", "BÜCHER.DE", "xn--bcher-kva.de", nil},
		{"decomposed", "bu\u0308cher.de", "xn--bcher-kva.de", nil},
		{"ideographic dots", "例え。テスト．jp｡", "xn--r8jz45g.xn--zckzah.jp.", nil},
		{"final dot", "bücher.de.", "xn--bcher-kva.de.", nil},
		{"ascii keeps its case", "Mail_1.Example.COM.", "Mail_1.Example.COM.", nil},
		{"underscore beside a converted label", "_dmarc.Bücher.de", "_dmarc.xn--bcher-kva.de", nil},
		{"address literal", "[1.2.3.4]", "[1.2.3.4]", nil},
		{"already ascii form", "xn--bcher-kva.example", "xn--bcher-kva.example", nil},
		{"one label", "localhost", "localhost", nil},
		{"longest label", strings.Repeat("a", 63) + ".de", strings.Repeat("a", 63) + ".de", nil},
		{"longest name", strings.Repeat("a234567.", 31) + "abcde.", strings.Repeat("a234567.", 31) + "abcde.", nil},

		{"empty", "", "", ErrEmpty},
		{"dot", ".", "", ErrEmpty},
		{"leading dot", ".de", "", ErrEmpty},
		{"empty label", "a..de", "", ErrEmpty},
		{"empty label beside umlaut", "ü..de", "", ErrEmpty},
		{"leading dot before umlaut", ".ü", "", ErrEmpty},
		{"two final dots", "ü..", "", ErrEmpty},
		{"vanishing label", "\u00ad.de", "", ErrEmpty},
		{"invalid UTF-8", "b\xfccher.de", "", ErrInvalid},
		{"blank", "b cher.de", "", ErrInvalid},
		{"no-break space", "bü\u00a0cher.de", "", ErrInvalid},
		{"control", "b\x00cher.de", "", ErrInvalid},
		{"disallowed", "bü\u2028.de", "", ErrInvalid},
		{"hidden dot", "ü\u2024de", "", ErrInvalid},
		{"long label", strings.Repeat("a", 64) + ".de", "", ErrTooLong},
		{"long label once converted", strings.Repeat("ü", 60) + "." + strings.Repeat("a", 64), "", ErrTooLong},
		{"long name", strings.Repeat("a234567.", 31) + "abcdef", "", ErrTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ToASCII(tt.in)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("ToASCII(%q) = %q, %v; want %q, %v", tt.in, got, err, tt.want, tt.err)
			}
		})
	}
}

func TestToUnicode(t *testing.T) {
	tests := []struct {
		name, in, want string
		err            error
	}{
		{"umlaut", "xn--bcher-kva.example", "bücher.example", nil},
		{"upper case", "XN--BCHER-KVA.Example", "bücher.example", nil},
		{"sharp s", "xn--strae-oqa.de.", "straße.de.", nil},
		{"ascii keeps its case", "Mail_1.Example.COM", "Mail_1.Example.COM", nil},
		{"already UTF-8", "Bücher.example", "bücher.example", nil},
		{"xn-- inside a label", "axn--b.Example", "axn--b.Example", nil},
		{"address literal", "[IPv6:::1]", "[IPv6:::1]", nil},

		{"bad byte", "xn--\xff", "", ErrInvalid},
		{"bad punycode", "xn--a-\u00fc.de", "", ErrInvalid},
		{"no punycode", "xn--.de", "", ErrInvalid},
		{"overflow", "xn--99999999999999999.de", "", ErrInvalid},
		{"punycode of ascii", "xn--abc-.de", "", ErrInvalid},
		{"punycode of another form", "xn--b\u00fccher-kva.de", "", ErrInvalid},
		{"empty", "", "", ErrEmpty},
		{"long", strings.Repeat("a", 64), "", ErrTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ToUnicode(tt.in)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("ToUnicode(%q) = %q, %v; want %q, %v", tt.in, got, err, tt.want, tt.err)
			}
		})
	}
}

// FuzzRoundTrip checks that a name's two forms convert to each other.
func FuzzRoundTrip(f *testing.F) {
	for _, s := range []string{"bücher.Example", "xn--bcher-kva.de", "_a.b_.", "[1.2.3.4]", "例え。テスト", "xn--\xff", "a..b", "\u00ad"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		ascii, err := ToASCII(name)
		if err != nil {
			return
		}
		if !isASCII(ascii) || len(ascii) > maxName+1 {
			t.Fatalf("ToASCII(%q) = %q", name, ascii)
		}
		if again, err := ToASCII(ascii); err != nil || again != ascii {
			t.Fatalf("ToASCII(%q) = %q, %v", ascii, again, err)
		}
		u, err := ToUnicode(ascii)
		if err != nil {
			return // an xn-- label that is none
		}
		if !utf8.ValidString(u) {
			t.Fatalf("ToUnicode(%q) = %q", ascii, u)
		}
		back, err := ToASCII(u)
		if err != nil || !strings.EqualFold(back, ascii) {
			t.Fatalf("%q became %q, then %q, %v", ascii, u, back, err)
		}
	})
}

func BenchmarkToASCII(b *testing.B) {
	for _, name := range []string{"mail.example.com", "bücher.example"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ToASCII(name); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
