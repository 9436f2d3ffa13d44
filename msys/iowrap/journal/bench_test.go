package journal_test

import (
	"io"
	"testing"
)

func BenchmarkAppend(b *testing.B) {
	j := open(b, b.TempDir(), nil)
	rec := []byte("1748779200@00/00-00000-00000001@example.com@rcpt@example.com@250 2.0.0 ok\n")
	b.SetBytes(int64(len(rec)))
	b.ReportAllocs()
	for b.Loop() {
		if err := j.Append(rec); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	j := open(b, b.TempDir(), nil)
	rec := []byte("1748779200@00/00-00000-00000001@example.com@rcpt@example.com@250 2.0.0 ok\n")
	for range 10000 {
		if err := j.Append(rec); err != nil {
			b.Fatal(err)
		}
	}
	r := reader(b, j, "m")
	b.SetBytes(int64(len(rec)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(); err == io.EOF {
			r = reader(b, j, "m")
		} else if err != nil {
			b.Fatal(err)
		}
	}
}
