package openarc_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/openarc"
)

func mailOf(size int) string {
	const line = "The quick brown fox jumps over the lazy dog, and the dog sleeps on.\r\n"
	head, _, _ := strings.Cut(plainMail, "\r\n\r\n")
	return head + "\r\n\r\n" + strings.Repeat(line, size/len(line))
}

// BenchmarkVerify validates chains of three sets, beside the hash of the body
// alone.
func BenchmarkVerify(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"4KB", 4 << 10}, {"1MB", 1 << 20}} {
		mail := seal(b, mailOf(size.bytes), 1, 2, 1)
		m := parse(b, mail)
		b.Run(size.name, func(b *testing.B) {
			v := newVerifier()
			b.ReportAllocs()
			b.SetBytes(int64(len(mail)))
			for b.Loop() {
				if res := v.Examine(context.Background(), m); res.CV != openarc.Pass {
					b.Fatal(res.Err)
				}
			}
		})
		b.Run(size.name+"/sha256 alone", func(b *testing.B) {
			b.SetBytes(int64(len(mail)))
			for b.Loop() {
				sha256.Sum256([]byte(mail))
			}
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	mail := mailOf(4 << 10)
	b.ReportAllocs()
	for b.Loop() {
		m := parse(b, mail)
		if _, err := newSealer().Seal(context.Background(), m, hop(1)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestBodyNotCopied holds memory to little, however long the body is.
func TestBodyNotCopied(t *testing.T) {
	allocated := func(size int) float64 {
		m := parse(t, seal(t, mailOf(size), 1))
		v := newVerifier()
		return testing.AllocsPerRun(5, func() {
			if res := v.Examine(context.Background(), m); res.CV != openarc.Pass {
				t.Fatal(res.Err)
			}
		})
	}
	if small, large := allocated(1000), allocated(2<<20); large > small+20 {
		t.Errorf("%v allocations for a small body, %v for a large one", small, large)
	}
}
