package dkim_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/dkim"
)

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestKeyDirs(t *testing.T) {
	top := t.TempDir()
	first, second := filepath.Join(top, "first"), filepath.Join(top, "second")
	writeFile(t, filepath.Join(first, "a.test", "s1.key"), "one")
	writeFile(t, filepath.Join(second, "a.test", "s1.key"), "two")
	writeFile(t, filepath.Join(second, "b.test", "s1.key"), "three")
	writeFile(t, filepath.Join(second, "big"), strings.Repeat("x", dkim.MaxKeyFile+1))
	writeFile(t, filepath.Join(top, "secret"), "secret")
	for link, to := range map[string]string{"out": "../secret", "absolute": filepath.Join(top, "secret"), "in": "b.test/s1.key"} {
		if err := os.Symlink(to, filepath.Join(second, link)); err != nil {
			t.Fatal(err)
		}
	}
	d, err := dkim.OpenKeyDirs(first, second)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for _, tt := range []struct {
		path, want string
		err        error // nil is any
	}{
		{"a.test/s1.key", "one", nil},
		{"b.test/s1.key", "three", nil},
		{filepath.Join(second, "a.test", "s1.key"), "two", nil},
		{filepath.Join(first, "..", "second", "a.test", "s1.key"), "two", nil},
		{filepath.Join(second, "in"), "three", nil},
		{"c.test/s1.key", "", fs.ErrNotExist},
		{"a.test", "", nil}, // a directory
		{"big", "", nil},
		{"../secret", "", dkim.ErrKeyPath},
		{filepath.Join(top, "secret"), "", dkim.ErrKeyPath},
		{filepath.Join(first, "..", "secret"), "", dkim.ErrKeyPath},
		{"/etc/passwd", "", dkim.ErrKeyPath},
		{"", "", nil},
		{"out", "", nil},
		{"absolute", "", nil},
	} {
		got, err := d.Load(ctx, tt.path)
		if string(got) != tt.want || (err == nil) != (tt.want != "") || tt.err != nil && !errors.Is(err, tt.err) {
			t.Errorf("%q: %.10q, %v", tt.path, got, err)
		}
	}

	// a changed file is read again, an unchanged one is not
	before, _ := d.Load(ctx, "b.test/s1.key")
	if again, _ := d.Load(ctx, "b.test/s1.key"); &again[0] != &before[0] {
		t.Error("an unchanged file was read again")
	}
	path := filepath.Join(second, "b.test", "s1.key")
	writeFile(t, path, "other")
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Load(ctx, "b.test/s1.key"); err != nil || string(got) != "other" {
		t.Errorf("after a change: %q, %v", got, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Load(ctx, "b.test/s1.key"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}

	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if _, err := d.Load(ctx, "a.test/s1.key"); err == nil {
		t.Error("a closed directory is read")
	}
	if _, err := dkim.OpenKeyDirs(first, filepath.Join(top, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
