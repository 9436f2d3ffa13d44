package iowrap_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/iowrap"
)

func TestPersist(t *testing.T) {
	dir := t.TempDir()
	source := write(t, filepath.Join(dir, "source"), "one")
	quiet := slog.New(slog.DiscardHandler)
	f := newFS(t, &iowrap.Options{PersistDir: filepath.Join(dir, "copies"), MaxReadFile: 100, Logger: quiet})
	uri := "persist:file://" + source
	for _, step := range []struct{ source, want string }{{"one", "one"}, {"two", "two"}, {"", "two"}, {strings.Repeat("x", 101), "two"}, {"three", "three"}} {
		if step.source == "" {
			if err := os.Remove(source); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, source, step.source)
		}
		if got := get(t, f, uri); got != step.want {
			t.Errorf("%q, want %q", got, step.want)
		}
	}
	if copies, err := os.ReadDir(filepath.Join(dir, "copies")); err != nil || len(copies) != 1 {
		t.Error(copies, err)
	}
	if _, err := f.ReadFile(ctx, "persist:/no/such"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := f.ReadFile(ctx, "persist:persist:/x"); !errors.Is(err, iowrap.ErrInvalidURI) {
		t.Error(err)
	}
	if err := opened(f.Open(ctx, uri, os.O_RDWR, 0)); !errors.Is(err, iowrap.ErrReadOnly) {
		t.Error(err)
	}
	none := newFS(t, nil)
	if got := get(t, none, uri); got != "three" {
		t.Error(got)
	}
	unwritable := newFS(t, &iowrap.Options{PersistDir: source, Logger: quiet})
	if got := get(t, unwritable, uri); got != "three" {
		t.Error(got)
	}
}
