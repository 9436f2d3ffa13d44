package domainkeys_test

import (
	"context"
	"crypto/sha1"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/domainkeys"
)

func mailOf(size int) string {
	const line = "The quick brown fox jumps over the lazy dog, and the dog sleeps on.\r\n"
	head, _, _ := strings.Cut(plainMail, "\r\n\r\n")
	return head + "\r\n\r\n" + strings.Repeat(line, size/len(line))
}

// BenchmarkVerify is validation beside the hash and key operation alone that
// it cannot do without.
func BenchmarkVerify(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"4KB", 4 << 10}, {"1MB", 1 << 20}} {
		for _, canon := range []domainkeys.Canon{domainkeys.NoFWS, domainkeys.Simple} {
			o := options()
			o.Canon = canon
			mail := sign(b, mailOf(size.bytes), o)
			m := parse(b, mail)
			b.Run(size.name+"/"+canon.String(), func(b *testing.B) {
				v := newVerifier()
				b.ReportAllocs()
				b.SetBytes(int64(len(mail)))
				for b.Loop() {
					if status, err := v.Verify(context.Background(), m); status != domainkeys.Good {
						b.Fatal(status, err)
					}
				}
			})
		}
		mail := []byte(mailOf(size.bytes))
		b.Run(size.name+"/sha1 alone", func(b *testing.B) {
			b.SetBytes(int64(len(mail)))
			for b.Loop() {
				sha1.Sum(mail)
			}
		})
	}
}

// TestBodyNotCopied holds memory to little, however long the body is.
func TestBodyNotCopied(t *testing.T) {
	allocated := func(size int) float64 {
		m := parse(t, sign(t, mailOf(size), options()))
		v := newVerifier()
		return testing.AllocsPerRun(5, func() {
			if status, err := v.Verify(context.Background(), m); status != domainkeys.Good {
				t.Fatal(status, err)
			}
		})
	}
	if small, large := allocated(1000), allocated(2<<20); large > small+20 {
		t.Errorf("%v allocations for a small body, %v for a large one", small, large)
	}
}
