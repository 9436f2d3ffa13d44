package dkimsig_test

import (
	"io"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// BenchmarkBody canonicalizes bodies of 1 MiB: text, and text that must be
// changed in every line.
func BenchmarkBody(b *testing.B) {
	for name, line := range map[string]string{
		"clean":   "The quick brown fox jumps over the lazy dog and runs into the woods today\r\n",
		"changed": "The quick brown fox  jumps over the lazy dog and runs into the woods \t\r\n",
	} {
		body := []byte(strings.Repeat(line, (1<<20)/len(line)))
		for _, c := range []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed} {
			b.Run(name+"/"+c.String(), func(b *testing.B) {
				w := &dkimsig.BodyWriter{}
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					w.Reset(io.Discard, c, -1)
					if _, err := w.Write(body); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
