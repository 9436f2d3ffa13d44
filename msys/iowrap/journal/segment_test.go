package journal

import (
	"bytes"
	"testing"
	"time"
)

// FuzzSegment scans whatever may stand in a segment: the records that are
// found, written again, are the bytes that they were found in.
func FuzzSegment(f *testing.F) {
	whole := []byte(segmentMagic)
	for _, rec := range []string{"one", "", string(bytes.Repeat([]byte("two"), 100))} {
		whole = appendRecord(whole, time.Unix(1748779200, 5), []byte(rec))
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-5])
	f.Add(append(whole[:30:30], whole...))
	f.Add([]byte("gomsysj1\xff\xff\xff\x00aaaabbbbbbbb"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		s := newScanner(bytes.NewReader(content), 7, 1<<20)
		again := []byte(segmentMagic)
		for count := uint64(7); ; count++ {
			rec, err := s.read()
			if err != nil {
				if !damaged(err) {
					t.Fatal(err)
				}
				break
			}
			if rec.Seq != count {
				t.Fatalf("record %d, want %d", rec.Seq, count)
			}
			again = appendRecord(again, rec.Time, rec.Data)
			if int64(len(again)) != s.offset || !bytes.HasPrefix(content, again) {
				t.Fatalf("record %d is not what stands there", rec.Seq)
			}
		}
		if _, err := s.read(); !damaged(err) {
			t.Errorf("a second read gives %v", err)
		}
	})
}
