package qp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

func TestEncode(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	stuffing := &EncodeOptions{DotStuffing: true}
	tests := []struct {
		name, in string
		o        *EncodeOptions
		want     string
	}{
		{"empty", "", nil, ""},
		{"utf-8, equals sign, blank at the end", "é= ", nil, "=C3=A9=3D=20"},
		{"charset", "é", &EncodeOptions{Charset: charmap.ISO8859_1}, "=E9"},
		{"line breaks", "a\nb\r\nc", nil, "a\r\nb\r\nc"},
		{"empty lines", "\n\r\n\n", nil, "\r\n\r\n\r\n"},
		{"bare CR", "a\rb\r\r\n\r", nil, "a=0Db=0D\r\n=0D"},
		{"blanks in a line", " a \tb  c", nil, " a \tb  c"},
		{"blanks before a line break", "a \nb\t\r\n \n", nil, "a=20\r\nb=09\r\n=20\r\n"},
		{"only the last blank of a run", "a  \n", nil, "a =20\r\n"},
		{"blank before a bare CR", "a \rb", nil, "a =0Db"},
		{"control and high bytes", "\x00\x7f\xff", nil, "=00=7F=FF"},
		{"full line", a(75), nil, a(75)},
		{"soft line break", a(76), nil, a(75) + "=\r\na"},
		{"escape is not split", a(73) + "=", nil, a(73) + "=\r\n=3D"},
		{"blank before a soft line break", a(74) + " b", nil, a(74) + " =\r\nb"},
		{"dot after a soft line break", a(75) + "." + "bbbbb", stuffing, a(75) + "=\r\n..bbbbb"},
		{"without stuffing", a(75) + ".", nil, a(75) + "=\r\n."},
		{"dot of the input's own line", ".a\n.b\n", stuffing, ".a\r\n.b\r\n"},
		{"the second dot counts", a(75) + "." + a(74), stuffing, a(75) + "=\r\n.." + a(73) + "=\r\na"},
		{"dot inside a continued line", a(76) + ".", stuffing, a(75) + "=\r\na."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Encode([]byte(tt.in), tt.o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Error(diff)
			}
			for _, size := range []int{1, 3, 1000} {
				if diff := cmp.Diff(tt.want, encodeInPieces(t, tt.in, size, tt.o)); diff != "" {
					t.Errorf("in pieces of %d: %s", size, diff)
				}
			}
		})
	}
}

func encodeInPieces(t *testing.T, in string, size int, o *EncodeOptions) string {
	t.Helper()
	var out bytes.Buffer
	w := NewEncoder(&out, o)
	for in != "" {
		n := min(size, len(in))
		if _, err := io.WriteString(w, in[:n]); err != nil {
			t.Fatal(err)
		}
		in = in[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestEncodeUnconvertible(t *testing.T) {
	for _, in := range []string{"日本", "caf\xe9"} {
		if got, err := Encode([]byte(in), &EncodeOptions{Charset: charmap.ISO8859_1}); err == nil {
			t.Errorf("Encode(%q) = %q, want an error", in, got)
		}
	}
}

func TestDecode(t *testing.T) {
	tests := []struct {
		name, in string
		o        *DecodeOptions
		want     string
		offset   int64 // of the expected fault, -1 if none
	}{
		{"empty", "", nil, "", -1},
		{"soft break, lower case", "a=\r\nb=3d", nil, "ab=", -1},
		{"soft break with LF", "a=\nb", nil, "ab", -1},
		{"soft break at the very end", "a=", nil, "a", -1},
		{"soft break with blanks", "a= \t\r\nb= ", nil, "ab", -1},
		{"blanks before a soft break stay", "a =\r\nb", nil, "a b", -1},
		{"blanks before line breaks", "a \t\r\nb \nc ", nil, "a\r\nb\nc", -1},
		{"escaped blank stays", "a=20\r\n", nil, "a \r\n", -1},
		{"line breaks as they are", "a\nb\r\nc\r", nil, "a\nb\r\nc\r", -1},
		{"blank before a bare CR", "a \rb", nil, "a \rb", -1},
		{"two CRs", "a \r\r\n", nil, "a \r\r\n", -1},
		{"raw 8-bit", "caf\xe9 \xff", nil, "caf\xe9 \xff", -1},
		{"charset", "=E9", &DecodeOptions{Charset: charmap.ISO8859_1}, "é", -1},
		{"bad digit", "=G1", nil, "", 0},
		{"bad second digit", "ab=1G", nil, "", 2},
		{"cut off", "ab=1", nil, "", 2},
		{"equals sign and CR", "a=\rb", nil, "", 1},
		{"equals sign and CR at the end", "a=\r", nil, "", 1},
		{"text after the blanks", "a= b", nil, "", 1},
		{"two equals signs", "==", nil, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode([]byte(tt.in), tt.o)
			checkFault(t, err, tt.offset)
			if tt.offset < 0 && string(got) != tt.want {
				t.Errorf("Decode = %q, want %q", got, tt.want)
			}
			streamed, err := io.ReadAll(NewDecoder(iotest.OneByteReader(strings.NewReader(tt.in)), tt.o))
			checkFault(t, err, tt.offset)
			if tt.offset < 0 && string(streamed) != tt.want {
				t.Errorf("NewDecoder reads %q, want %q", streamed, tt.want)
			}
		})
	}
}

func checkFault(t *testing.T, err error, offset int64) {
	t.Helper()
	var corrupt *CorruptInputError
	switch {
	case offset < 0:
		if err != nil {
			t.Error(err)
		}
	case !errors.As(err, &corrupt):
		t.Errorf("error = %v, want a CorruptInputError", err)
	case corrupt.Offset != offset:
		t.Errorf("fault at %d, want %d", corrupt.Offset, offset)
	}
}

// TestDecoderMemory checks that endless blanks do not pile up.
func TestDecoderMemory(t *testing.T) {
	const size = 10 << 20
	blanks := io.LimitReader(endless(' '), size)
	n, err := io.Copy(io.Discard, NewDecoder(blanks, nil))
	if err != nil || n < size-maxHeld || n > size {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// TestStreamErrors checks that the stream's own faults come through.
func TestStreamErrors(t *testing.T) {
	broken := errors.New("disk full")
	got, err := io.ReadAll(NewDecoder(io.MultiReader(strings.NewReader("=41b"), iotest.ErrReader(broken)), nil))
	if string(got) != "Ab" || !errors.Is(err, broken) {
		t.Errorf("read %q, %v; want Ab and the reader's error", got, err)
	}
	w := NewEncoder(failingWriter{broken}, nil)
	if _, err := io.WriteString(w, "text "); !errors.Is(err, broken) {
		t.Errorf("write error = %v, want the writer's error", err)
	}
	if err := w.Close(); !errors.Is(err, broken) {
		t.Errorf("close error = %v, want the writer's error", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }
