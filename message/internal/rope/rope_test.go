package rope

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
)

// spooled gives a span of s in a temporary file.
func spooled(t *testing.T, s string) Span {
	t.Helper()
	w := &Writer{Limit: 0, Dir: t.TempDir()}
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	return w.Span()
}

func text(t *testing.T, s Span) string {
	t.Helper()
	b, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSpans joins random pieces of memory and files and reads them in every
// way.
func TestSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	source := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 20)
	mem, file := OfBytes([]byte(source)), spooled(t, source)
	for range 300 {
		var b Builder
		var want strings.Builder
		for range r.IntN(6) {
			from := r.IntN(len(source))
			to := from + r.IntN(len(source)-from+1)
			if r.IntN(2) == 0 {
				b.Add(mem.Slice(int64(from), int64(to)))
			} else {
				b.Add(file.Slice(int64(from), int64(to)))
			}
			want.WriteString(source[from:to])
		}
		s := b.Span()
		checkSpan(t, s, want.String())
		if n := len(want.String()); n > 0 {
			from := r.IntN(n)
			to := from + r.IntN(n-from)
			checkSpan(t, s.Slice(int64(from), int64(to)), want.String()[from:to])
		}
	}
}

func checkSpan(t *testing.T, s Span, want string) {
	t.Helper()
	if s.Len() != int64(len(want)) || s.Empty() != (want == "") {
		t.Errorf("length %d, want %d", s.Len(), len(want))
	}
	if got := text(t, s); got != want {
		t.Errorf("bytes %q, want %q", got, want)
	}
	var b bytes.Buffer
	if n, err := s.WriteTo(&b); err != nil || n != int64(len(want)) || b.String() != want {
		t.Errorf("written %q, %d, %v", b.String(), n, err)
	}
	b.Reset()
	err := s.Chunks(make([]byte, 7), func(p []byte) error { b.Write(p); return nil })
	if err != nil || b.String() != want {
		t.Errorf("chunks %q, %v", b.String(), err)
	}
	if got, err := io.ReadAll(s.Reader()); err != nil || string(got) != want {
		t.Errorf("read %q, %v", got, err)
	}
	if m, ok := s.Memory(); ok && string(m) != want {
		t.Errorf("memory %q", m)
	}
	if ok, err := Equal(s, OfBytes([]byte(want))); !ok || err != nil {
		t.Errorf("not equal to itself: %v", err)
	}
	if want != "" {
		other := []byte(want)
		other[len(other)/2] ^= 1
		if ok, err := Equal(s, OfBytes(other)); ok || err != nil {
			t.Errorf("equal to something else: %v", err)
		}
	}
}

func TestBuilderJoinsNeighbours(t *testing.T) {
	s := OfBytes([]byte("abcdef"))
	var b Builder
	b.Add(s.Slice(0, 2))
	b.Add(s.Slice(2, 2))
	b.Add(s.Slice(2, 6))
	if got := b.Span(); got != s {
		t.Errorf("not the span that was cut: %+v", got)
	}
}

func TestSliceClamps(t *testing.T) {
	s := OfBytes([]byte("abc"))
	for _, tt := range []struct {
		off, end int64
		want     string
	}{{-5, 2, "ab"}, {1, 99, "bc"}, {2, 1, ""}, {99, 100, ""}, {-2, -1, ""}} {
		if got := text(t, s.Slice(tt.off, tt.end)); got != tt.want {
			t.Errorf("Slice(%d, %d) = %q", tt.off, tt.end, got)
		}
	}
	if (Span{}).Slice(0, 5).Len() != 0 || text(t, Span{}) != "" {
		t.Error("zero span")
	}
}

func TestWriterLimit(t *testing.T) {
	for _, tt := range []struct {
		limit  int64
		inFile bool
	}{{10, false}, {9, true}, {0, true}, {-1, false}} {
		dir := t.TempDir()
		w := &Writer{Limit: tt.limit, Dir: dir}
		w.Grow(100)
		for range 5 {
			if _, err := w.Write([]byte("ab")); err != nil {
				t.Fatal(err)
			}
		}
		if w.Len() != 10 {
			t.Errorf("length %d", w.Len())
		}
		s := w.Span()
		if _, inMemory := s.Memory(); inMemory == tt.inFile || text(t, s) != "ababababab" {
			t.Errorf("limit %d: in memory %v", tt.limit, inMemory)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 && runtime.GOOS != "windows" {
			t.Errorf("the file shows in the directory: %v", left)
		}
		s.Rope().Spools(func(sp *Spool) { sp.Retain(); sp.Retain(); sp.Release() })
		if text(t, s) != "ababababab" {
			t.Error("gone too early")
		}
		s.Rope().Spools((*Spool).Release)
		if _, err := s.Bytes(); (err != nil) != tt.inFile {
			t.Errorf("after the last release: %v", err)
		}
	}
	w := &Writer{Limit: 0, Dir: "/does/not/exist"}
	if _, err := w.Write([]byte("x")); err == nil {
		t.Error("no error without a directory")
	}
	w.Abandon()
}
