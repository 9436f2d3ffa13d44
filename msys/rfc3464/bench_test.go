package rfc3464

import (
	"context"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
)

// BenchmarkCreate makes notifications about a mail of 100 KB.
func BenchmarkCreate(b *testing.B) {
	content := "From: a@b.example\r\nSubject: hello\r\n\r\n" + strings.Repeat("The quick brown fox jumps over the lazy dog and then goes home.\r\n", 1560)
	for _, inline := range []Inline{InlineHeaders, InlineAll} {
		m, err := message.ParseBytes([]byte(content), message.Envelope{From: "s@x.example", To: "r@d"}, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.SetCode(550, "5.1.1 unknown"); err != nil {
			b.Fatal(err)
		}
		o := testOptions()
		o.InlineOriginal = inline
		b.Run(string(inline), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				dsn, err := Create(context.Background(), m, Failed, o)
				if err != nil {
					b.Fatal(err)
				}
				if err := dsn.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	dsn, err := Create(context.Background(), failedMessage(b), Failed, testOptions())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(dsn); err != nil {
			b.Fatal(err)
		}
	}
}
