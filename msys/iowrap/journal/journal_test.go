package journal_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/iowrap/journal"
)

var noon = time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, dir string, o *journal.Options) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

func appendAll(t testing.TB, j *journal.Journal, recs ...string) {
	t.Helper()
	for _, rec := range recs {
		if err := j.Append([]byte(rec)); err != nil {
			t.Fatalf("%q: %v", rec, err)
		}
	}
}

func reader(t testing.TB, j *journal.Journal, name string) *journal.Reader {
	t.Helper()
	r, err := j.Reader(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// rest reads all there is.
func rest(t testing.TB, r *journal.Reader) []string {
	t.Helper()
	var out []string
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(rec.Data))
	}
}

func expect(t testing.TB, r *journal.Reader, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, rest(t, r)); diff != "" {
		t.Error(diff)
	}
}

func segments(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.seg"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestReadAndCheckpoint(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	j := open(t, dir, &journal.Options{Now: func() time.Time { return noon }})
	r := reader(t, j, "m")
	expect(t, r)
	appendAll(t, j, "one\n", "", "three\x00\xff")
	rec, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	rec.Time = rec.Time.UTC()
	if diff := cmp.Diff(journal.Record{Seq: 0, Time: noon, Data: []byte("one\n")}, rec); diff != "" {
		t.Error(diff)
	}
	if err := r.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	expect(t, r, "", "three\x00\xff")
	expect(t, r)
	appendAll(t, j, "four")
	expect(t, r, "four")
	expect(t, reader(t, j, "m"), "", "three\x00\xff", "four") // not behind the checkpoint

	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = open(t, dir, nil)
	appendAll(t, j, "five")
	r = reader(t, j, "m")
	expect(t, r, "", "three\x00\xff", "four", "five")
	if err := r.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	expect(t, reader(t, j, "m"))
	names, err := j.Subscribers()
	if diff := cmp.Diff([]string{"m"}, names); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestSegments(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, &journal.Options{SegmentSize: 100})
	a, b := reader(t, j, "a"), reader(t, j, "b")
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("record %02d %s", i, strings.Repeat("x", 10)))
	}
	appendAll(t, j, want...)
	if n := len(segments(t, dir)); n != 10 {
		t.Errorf("%d segments, want 10", n)
	}
	expect(t, a, want...)
	if err := a.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	if n := len(segments(t, dir)); n != 10 {
		t.Errorf("%d segments are left while b has read nothing", n)
	}
	for range 5 {
		if _, err := b.Read(); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	if n := len(segments(t, dir)); n != 8 {
		t.Errorf("%d segments, want 8", n)
	}
	expect(t, b, want[5:]...)
	expect(t, reader(t, j, "late"), want[4:]...)
	for _, name := range []string{"b", "late", "never there"[:5]} {
		if err := j.Unsubscribe(name); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(segments(t, dir)); n != 1 {
		t.Errorf("%d segments, want 1", n)
	}
	appendAll(t, j, "on")
	expect(t, a, "on")
}

func TestOneWriter(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir, nil), open(t, dir, nil)
	appendAll(t, a, "1")
	if err := b.Append([]byte("2")); !errors.Is(err, journal.ErrInUse) {
		t.Errorf("error %v", err)
	}
	expect(t, reader(t, b, "m"), "1")
	a.Close()
	appendAll(t, b, "2")
	expect(t, reader(t, b, "m"), "1", "2")
}

func TestLimits(t *testing.T) {
	j := open(t, t.TempDir(), &journal.Options{MaxRecord: 40, MaxBytes: 200, SegmentSize: 100, Sync: true})
	r := reader(t, j, "m")
	if err := j.Append(make([]byte, 41)); !errors.Is(err, journal.ErrTooLong) {
		t.Errorf("error %v", err)
	}
	rec := strings.Repeat("x", 30)
	appendAll(t, j, rec, rec, rec, rec)
	if err := j.Append([]byte(rec)); !errors.Is(err, journal.ErrFull) {
		t.Errorf("error %v", err)
	}
	expect(t, r, rec, rec, rec, rec)
	if err := r.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	appendAll(t, j, rec)
	expect(t, r, rec)
}

func TestNames(t *testing.T) {
	j := open(t, t.TempDir(), nil)
	for _, name := range []string{"", "../x", "a/b", "a b", strings.Repeat("x", 101), "x.tmp", "é"} {
		if _, err := j.Reader(name); !errors.Is(err, journal.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
		if err := j.Unsubscribe(name); !errors.Is(err, journal.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestClosed(t *testing.T) {
	j := open(t, t.TempDir(), nil)
	r := reader(t, j, "m")
	appendAll(t, j, "x")
	if err := j.Sync(); err != nil {
		t.Error(err)
	}
	j.Close()
	_, subErr := j.Subscribers()
	for _, err := range []error{j.Append(nil), j.Sync(), j.Subscribe("x"), j.Unsubscribe("x"), r.Checkpoint(), subErr} {
		if !errors.Is(err, journal.ErrClosed) || !errors.Is(err, fs.ErrClosed) {
			t.Errorf("error %v", err)
		}
	}
	if _, err := r.Read(); err == nil || err == io.EOF {
		t.Errorf("error %v", err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if _, err := journal.Open(string([]byte{0}), nil); err == nil {
		t.Error("no error")
	}
}

func TestConcurrent(t *testing.T) {
	j := open(t, t.TempDir(), &journal.Options{SegmentSize: 1000})
	const writers, each = 4, 100
	if err := j.Subscribe("m"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if _, err := fmt.Fprintf(j, "%d %d", w, i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	r := reader(t, j, "m")
	last := [writers]int{}
	for n := 0; n < writers*each; {
		rec, err := r.Read()
		if err == io.EOF {
			if err := r.Checkpoint(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec.Seq != uint64(n) {
			t.Fatalf("record %d after %d", rec.Seq, n)
		}
		n++
		var w, i int
		if _, err := fmt.Sscanf(string(rec.Data), "%d %d", &w, &i); err != nil || i != last[w] {
			t.Fatalf("%q: %v", rec.Data, err)
		}
		last[w]++
	}
	wg.Wait()
}
