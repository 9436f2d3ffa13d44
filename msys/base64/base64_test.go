package base64

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
	tests := []struct {
		name, in string
		o        *EncodeOptions
		want     string
	}{
		{"empty", "", nil, ""},
		{"padded", "hi", nil, "aGk="},
		{"two pads", "h", nil, "aA=="},
		{"binary", "\x00\xff\xfe", nil, "AP/+"},
		{"long line unfolded", strings.Repeat("x", 58), nil, strings.Repeat("eHh4", 19) + "eA=="},
		{"exactly one line", strings.Repeat("x", 57), &EncodeOptions{Fold: true}, strings.Repeat("eHh4", 19)},
		{"one byte more", strings.Repeat("x", 57) + "y", &EncodeOptions{Fold: true}, strings.Repeat("eHh4", 19) + "\r\neQ=="},
		{"empty folded", "", &EncodeOptions{Fold: true}, ""},
		{"charset", "é", &EncodeOptions{Charset: charmap.ISO8859_1}, "6Q=="},
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
		})
	}
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
		{"padded", "aGk=", nil, "hi", -1},
		{"no padding", "aGk", nil, "hi", -1},
		{"half the padding", "aA=", nil, "h", -1},
		{"white space", " a G\tk\r\n=\v\f", nil, "hi", -1},
		{"white space between pads", "aA= \n=", nil, "h", -1},
		{"folded", strings.Repeat("eHh4", 19) + "\r\neQ==", nil, strings.Repeat("x", 57) + "y", -1},
		{"stray bits in the last character", "aGl=", nil, "hi", -1},
		{"foreign byte", "a*b", nil, "", 1},
		{"high byte", "aGk\xff", nil, "", 3},
		{"url alphabet", "aGk_", nil, "", 3},
		{"data after padding", "aGk=aGk=", nil, "hi", 4},
		{"lone sextet", "aGkx\r\nY \n", nil, "hi1", 6},
		{"padding alone", "=", nil, "", 0},
		{"padding after one", "a=", nil, "", 1},
		{"too much padding", "aGk==", nil, "hi", 4},
		{"padding after a full group", "aGkx=", nil, "hi1", 4},
		{"charset", "6Q==", &DecodeOptions{Charset: charmap.ISO8859_1}, "é", -1},
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

func TestStreamEncoder(t *testing.T) {
	text := strings.Repeat("Grüße aus Köln. ", 40)
	for _, o := range []*EncodeOptions{nil, {Fold: true}, {Fold: true, Charset: charmap.ISO8859_1}} {
		want, err := Encode([]byte(text), o)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{1, 2, 3, 76, 77, len(text)} {
			var out bytes.Buffer
			w := NewEncoder(&out, o)
			for rest := text; rest != ""; {
				n := min(size, len(rest))
				if _, err := io.WriteString(w, rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("pieces of %d: %s", size, diff)
			}
		}
	}
}

// TestStreamErrors checks that the stream's own faults come through.
func TestStreamErrors(t *testing.T) {
	broken := errors.New("disk full")
	r := NewDecoder(io.MultiReader(strings.NewReader("aGkx"), iotest.ErrReader(broken)), nil)
	got, err := io.ReadAll(r)
	if string(got) != "hi1" || !errors.Is(err, broken) {
		t.Errorf("read %q, %v; want hi1 and the reader's error", got, err)
	}
	w := NewEncoder(failingWriter{broken}, &EncodeOptions{Fold: true})
	_, err = w.Write(make([]byte, 10000))
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if !errors.Is(err, broken) {
		t.Errorf("write error = %v, want the writer's error", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }
