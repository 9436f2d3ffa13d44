package qp

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
)

// benchmarkTexts are mail bodies of about 100 KB.
func benchmarkTexts() map[string][]byte {
	return map[string][]byte{
		"english": []byte(strings.Repeat("The quick brown fox jumps over the lazy dog, and then it goes home = late.\r\n", 1300)),
		"german":  []byte(strings.Repeat("Schöne Grüße aus der Käsefabrik, wir müssen öfter über Füchse und Hühner sprechen als über Öl.\r\n", 950)),
	}
}

func BenchmarkEncode(b *testing.B) {
	for name, text := range benchmarkTexts() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Encode(text, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" stdlib", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				var out bytes.Buffer
				w := quotedprintable.NewWriter(&out)
				if _, err := w.Write(text); err != nil {
					b.Fatal(err)
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, text := range benchmarkTexts() {
		encoded, err := Encode(text, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(encoded)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(encoded, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" stdlib", func(b *testing.B) {
			b.SetBytes(int64(len(encoded)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(encoded))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
