package base64

import (
	"bytes"
	"encoding/base64"
	"testing"
)

func benchmarkData() []byte {
	data := make([]byte, 100_000)
	for i := range data {
		data[i] = byte(i * 7)
	}
	return data
}

func BenchmarkEncode(b *testing.B) {
	data := benchmarkData()
	b.Run("plain", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Encode(data, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("folded", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		o := &EncodeOptions{Fold: true}
		for b.Loop() {
			if _, err := Encode(data, o); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stdlib", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			dst := make([]byte, base64.StdEncoding.EncodedLen(len(data)))
			base64.StdEncoding.Encode(dst, data)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data := benchmarkData()
	folded, err := Encode(data, &EncodeOptions{Fold: true})
	if err != nil {
		b.Fatal(err)
	}
	indented := bytes.ReplaceAll(folded, []byte("\r\n"), []byte("\r\n "))
	run := func(name string, in []byte, decode func([]byte) error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if err := decode(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	ours := func(in []byte) error { _, err := Decode(in, nil); return err }
	run("folded", folded, ours)
	run("with blanks", indented, ours)
	run("stdlib folded", folded, func(in []byte) error {
		dst := make([]byte, base64.StdEncoding.DecodedLen(len(in)))
		_, err := base64.StdEncoding.Decode(dst, in)
		return err
	})
}
