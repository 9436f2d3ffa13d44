package transfer

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
)

func benchText() []byte {
	return []byte(strings.Repeat("the quick häuser größer fox jumps straße over <span style=\"color: #333\"> a lazy été dog and finds words\r\n", 500))
}

func BenchmarkQuotedPrintable(b *testing.B) {
	src := EncodeQuotedPrintable(benchText())
	b.Run("this", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		buf := make([]byte, 0, len(src)+64)
		for b.Loop() {
			(&QuotedPrintable{}).Decode(buf, src, true)
		}
	})
	b.Run("mime", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			_, _ = io.Copy(io.Discard, quotedprintable.NewReader(bytes.NewReader(src)))
		}
	})
}

func BenchmarkBase64(b *testing.B) {
	src := EncodeBase64(bytes.Repeat(benchText(), 10))
	b.Run("this", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		buf := make([]byte, 0, len(src)+64)
		for b.Loop() {
			(&Base64{}).Decode(buf, src, true)
		}
	})
	b.Run("encoding", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			_, _ = io.Copy(io.Discard, base64.NewDecoder(base64.StdEncoding, bytes.NewReader(src)))
		}
	})
}
