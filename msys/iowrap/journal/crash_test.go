package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/iowrap/journal"
)

// TestCrash cuts the newest segment at every length, as a crash may leave it.
func TestCrash(t *testing.T) {
	const first, second, third = "the first", "the second record", "3"
	dir := t.TempDir()
	j := open(t, dir, nil)
	appendAll(t, j, first, second, third)
	name := filepath.Base(segments(t, dir)[0])
	whole, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	ends := []int{8, 8 + 16 + len(first), 8 + 32 + len(first+second), 8 + 48 + len(first+second+third)}
	for cut := range len(whole) + 1 {
		for i, tail := range []string{"", strings.Repeat("\x00", 40), "\xff\xff\xff\xff rubbish"} {
			if i > 0 && !slices.Contains(ends, cut) {
				continue
			}
			dir := t.TempDir()
			content := append(whole[:cut:cut], tail...)
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
			var want []string
			for i, rec := range []string{first, second, third} {
				if cut >= ends[i+1] {
					want = append(want, rec)
				}
			}
			j := open(t, dir, nil)
			r := reader(t, j, "m")
			expect(t, r, want...)
			appendAll(t, j, "after", "the crash")
			expect(t, r, "after", "the crash")
			if i == 0 {
				continue
			}
			expect(t, reader(t, j, "new"), append(want, "after", "the crash")...)
		}
	}
}

func TestDamage(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, &journal.Options{SegmentSize: 60})
	appendAll(t, j, "aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd", "eeeeeeeeee")
	files := segments(t, dir)
	content, err := os.ReadFile(files[1])
	if err != nil {
		t.Fatal(err)
	}
	content[8+16] ^= 1 // in "cccccccccc"
	if err := os.WriteFile(files[1], content, 0o600); err != nil {
		t.Fatal(err)
	}
	r := reader(t, j, "m")
	for _, want := range []string{"aaaaaaaaaa", "bbbbbbbbbb"} {
		if rec, err := r.Read(); err != nil || string(rec.Data) != want {
			t.Fatal(rec, err)
		}
	}
	_, err = r.Read()
	var corrupt *journal.CorruptError
	if !errors.As(err, &corrupt) || corrupt.Segment != filepath.Base(files[1]) || corrupt.Offset != 0 {
		t.Errorf("error %v", err)
	}
	rec, err := r.Read()
	if err != nil || string(rec.Data) != "eeeeeeeeee" || rec.Seq != 4 {
		t.Errorf("%v %v", rec, err)
	}
}

// TestLostSegments has checkpoints for records that are gone.
func TestLostSegments(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, nil)
	appendAll(t, j, "1", "2", "3")
	r := reader(t, j, "m")
	expect(t, r, "1", "2", "3")
	if err := r.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	j.Close()
	for _, f := range segments(t, dir) {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	j = open(t, dir, nil)
	appendAll(t, j, "4")
	expect(t, reader(t, j, "m"), "4")

	if err := os.WriteFile(filepath.Join(dir, "sub.m"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, reader(t, j, "m"), "4")
}
