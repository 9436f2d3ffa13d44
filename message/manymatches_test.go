package message

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/cputime"
	"github.com/gomsys/gomsys/pcre"
)

// manyMatches gives what finds 1,000 matches in a mail in UTF-8 that is held as
// a whole or, if large, goes by in a window.
func manyMatches(t testing.TB, large bool) (find func()) {
	o := &Options{LargeMessageThreshold: 10 << 20}
	if large {
		o.LargeMessageThreshold = 16 << 10
	}
	m, err := ParseBytes([]byte("Subject: x\r\n\r\n"+strings.Repeat("some words with a needle in \xc3\xb6 it\r\n", 10000)), Envelope{}, o)
	must(t, err)
	re, err := pcre.CompileWith("(needle|thread)+", &pcre.Options{UTF: true})
	must(t, err)
	return func() {
		n := 0
		for _, err := range m.Match(context.Background(), ScopeBody, re) {
			must(t, err)
			n++
		}
		if n != 1000 {
			t.Fatalf("%d matches", n)
		}
	}
}

// TestManyMatches checks that a match in a window does not cost as much as
// looking through all of it.
func TestManyMatches(t *testing.T) {
	took := func(large bool) time.Duration {
		find := manyMatches(t, large)
		return cputime.Of(func() {
			for range 5 {
				find()
			}
		})
	}
	whole, d := took(false), took(true)
	if d > 15*whole+50*time.Millisecond {
		t.Errorf("%v in a window, %v without", d, whole)
	}
}

func BenchmarkManyMatches(b *testing.B) {
	for name, large := range map[string]bool{"whole": false, "window": true} {
		b.Run(name, func(b *testing.B) {
			find := manyMatches(b, large)
			b.ReportAllocs()
			for b.Loop() {
				find()
			}
		})
	}
}
