package transfer

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
)

// decodePieces decodes in pieces of a size.
func decodePieces(d interface {
	Decode(dst, src []byte, last bool) []byte
}, in string, size int) string {
	var out []byte
	for len(in) > size {
		out = d.Decode(out, []byte(in[:size]), false)
		in = in[size:]
	}
	return string(d.Decode(out, []byte(in), true))
}

func TestQuotedPrintableDecode(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"a=3Db", "a=b"},
		{"=e9=E9", "\xe9\xe9"},
		{"a \t\r\nb", "a\r\nb"},
		{"a =20\r\nb", "a  \r\nb"},
		{"a=20 \r\nb", "a \r\nb"},
		{"soft=\r\nbreak", "softbreak"},
		{"soft= \t\r\nbreak", "softbreak"},
		{"soft=\nbreak", "softbreak"},
		{"a =\r\n\r\nb", "a \r\nb"},
		{"at end=", "at end"},
		{"at end= ", "at end"},
		{"blanks at end \t", "blanks at end"},
		{"bad=ZZ", "bad=ZZ"},
		{"bad=4", "bad=4"},
		{"bad=4Z=41", "bad=4ZA"},
		{"bad=x\r\n", "bad=x\r\n"},
		{"double==3D", "double=="},
		{"bare\nfeeds\n", "bare\nfeeds\n"},
		{"bare\rreturn \r", "bare\rreturn \r"},
		{"high\xff\x00", "high\xff\x00"},
		{"long enough for several words = 3D without an escape", "long enough for several words = 3D without an escape"},
		{"=\r\n=\r\n=41", "A"},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 2, 3, 7, 100} {
			if got := decodePieces(&QuotedPrintable{}, tt.in, size); got != tt.want {
				t.Errorf("%q in pieces of %d: %q, want %q", tt.in, size, got, tt.want)
			}
		}
	}
}

func TestBase64Decode(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"YWJj", "abc"},
		{"YWI=", "ab"},
		{"YQ==", "a"},
		{"YQ", "a"},
		{"YWI", "ab"},
		{"Y", ""},
		{"YWJj\r\nZGVm\r\n", "abcdef"},
		{"YW\r\nJjZ\nGVm", "abcdef"},
		{"YW Jj*ZG.Vm", "abcdef"},
		{"YQ==YWJj", "a"},
		{"YWJj=YWJj", "abc"},
		{"Y=WJj", "abc"},
		{"====", ""},
		{"YWJjZGVmYWJjZGVmYWJjZGVmYWJjZGVm", "abcdefabcdefabcdefabcdef"},
		{"\r\n\r\nYWJj\r\n\r\n", "abc"},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 2, 3, 7, 100} {
			if got := decodePieces(&Base64{}, tt.in, size); got != tt.want {
				t.Errorf("%q in pieces of %d: %q, want %q", tt.in, size, got, tt.want)
			}
		}
	}
}

func TestEncodersAgree(t *testing.T) {
	in := strings.Repeat("some text, öäü = \t and \x00\xff bytes ", 40) + "\r\nline \nend\t\r\n" + strings.Repeat("x", 200)
	for _, size := range []int{1, 5, 76, 10000} {
		var q, b bytes.Buffer
		qw, bw := NewQuotedPrintableEncoder(&q), NewBase64Encoder(&b)
		for rest := in; rest != ""; {
			n := min(size, len(rest))
			_, _ = io.WriteString(qw, rest[:n])
			_, _ = io.WriteString(bw, rest[:n])
			rest = rest[n:]
		}
		_ = qw.Close()
		_ = bw.Close()
		if q.String() != string(EncodeQuotedPrintable([]byte(in))) {
			t.Errorf("quoted-printable in pieces of %d differs", size)
		}
		if b.String() != string(EncodeBase64([]byte(in))) {
			t.Errorf("base64 in pieces of %d differs", size)
		}
	}
}

// FuzzQuotedPrintable checks that text decodes the same in one piece and in
// many, and that encoded text decodes to what it was and keeps the line length.
func FuzzQuotedPrintable(f *testing.F) {
	for _, s := range []string{"a=3D =\r\nb ", "=\n", " \t\r\n", "=4", "\r=\r\r\n", "plain text of some length\r\n"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, in []byte, size int) {
		if size < 1 || len(in) > 900 { // longer runs of blanks are not held back
			return
		}
		whole := (&QuotedPrintable{}).Decode(nil, in, true)
		if got := decodePieces(&QuotedPrintable{}, string(in), size); got != string(whole) {
			t.Errorf("%q in pieces of %d: %q, as a whole %q", in, size, got, whole)
		}
		enc := EncodeQuotedPrintable(in)
		want := strings.ReplaceAll(strings.ReplaceAll(string(in), "\r\n", "\n"), "\n", "\r\n")
		if got := string((&QuotedPrintable{}).Decode(nil, enc, true)); got != want {
			t.Errorf("%q encoded is %q and decoded %q", in, enc, got)
		}
		for _, line := range strings.Split(string(enc), "\r\n") {
			if len(line) > lineLength {
				t.Errorf("line %q", line)
			}
		}
		if std, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(enc))); err != nil || string(std) != want {
			t.Errorf("%q encoded is %q, which mime/quotedprintable reads as %q, %v", in, enc, std, err)
		}
	})
}

// FuzzBase64 checks that text decodes the same in one piece and in many, and
// that encoded bytes decode to what they were.
func FuzzBase64(f *testing.F) {
	for _, s := range []string{"YWJj\r\nYQ==", "Y W=J", "====", "YWJjZGVmYWJjZGVm"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, in []byte, size int) {
		if size < 1 {
			return
		}
		whole := (&Base64{}).Decode(nil, in, true)
		if got := decodePieces(&Base64{}, string(in), size); got != string(whole) {
			t.Errorf("%q in pieces of %d: %q, as a whole %q", in, size, got, whole)
		}
		if std, err := base64.StdEncoding.DecodeString(string(in)); err == nil && !bytes.Equal(std, whole) {
			t.Errorf("%q decodes to %q, by encoding/base64 to %q", in, whole, std)
		}
		if got := (&Base64{}).Decode(nil, EncodeBase64(in), true); !bytes.Equal(got, in) {
			t.Errorf("%q encoded and decoded is %q", in, got)
		}
	})
}
