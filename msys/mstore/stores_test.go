package mstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/mstore"
	"github.com/gomsys/gomsys/msys/mstore/internal/storetest"
)

func openDir(t testing.TB, path string, o *mstore.DirOptions) *mstore.Dir {
	t.Helper()
	d, err := mstore.OpenDir(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestMemory(t *testing.T) {
	storetest.Run(t, mstore.NewMemory(nil))
	clock := storetest.NewClock()
	m := mstore.NewMemory(&mstore.MemoryOptions{Clock: clock})
	storetest.RunTTL(t, m, clock.Advance)
	clock.Advance(2 * time.Hour)
	if err := m.Put(ctx, "b", "new", nil, time.Second); err != nil || m.Len() != 1 {
		t.Error(err, m.Len())
	}
}

func TestMemoryFull(t *testing.T) {
	clock := storetest.NewClock()
	m := mstore.NewMemory(&mstore.MemoryOptions{MaxBytes: 2000, Clock: clock})
	var err error
	n := 0
	for ; err == nil; n++ {
		err = m.Put(ctx, "b", fmt.Sprint(n), make([]byte, 100), time.Duration(n+1)*time.Minute)
	}
	if !errors.Is(err, mstore.ErrFull) || n != 6 {
		t.Error(n, err)
	}
	if err := m.Put(ctx, "b", "3", make([]byte, 100), time.Hour); err != nil { // in place of one
		t.Error(err)
	}
	clock.Advance(2 * time.Minute)
	if err := m.Put(ctx, "b", "new", make([]byte, 300), time.Hour); err != nil {
		t.Error(err)
	}
	for i := range 6 {
		if err := m.Delete(ctx, "b", fmt.Sprint(i)); err != nil {
			t.Error(err)
		}
	}
	if m.Len() != 1 {
		t.Error(m.Len())
	}
}

func TestDir(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	storetest.Run(t, openDir(t, path, nil))
	clock := storetest.NewClock()
	storetest.RunTTL(t, openDir(t, filepath.Join(path, "ttl"), &mstore.DirOptions{Clock: clock}), clock.Advance)
	if _, err := mstore.OpenDir(os.DevNull, nil); err == nil {
		t.Error("no error")
	}
}

func TestDirPersistsAndSweeps(t *testing.T) {
	path := t.TempDir()
	clock := storetest.NewClock()
	d := openDir(t, path, &mstore.DirOptions{Clock: clock})
	for i := range 10 {
		if err := d.Put(ctx, "b", fmt.Sprint(i), []byte("x"), time.Duration(i+1)*time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	other := openDir(t, path, &mstore.DirOptions{Clock: clock})
	if got, err := other.Get(ctx, "b", "9"); string(got) != "x" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	clock.Advance(4 * time.Minute)
	if n, err := other.Sweep(ctx); n != 4 || err != nil {
		t.Error(n, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := other.Sweep(ended); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	clock.Advance(time.Hour)
	if err := d.Put(ctx, "c", "new", nil, time.Hour); err != nil { // sweeps
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(path, "*", "*"))
	if err != nil || len(files) != 1 {
		t.Error(files, err)
	}
	// What is no entry is one that is gone, and removed.
	if err := os.WriteFile(files[0], []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get(ctx, "c", "new"); !errors.Is(err, mstore.ErrFormat) {
		t.Error(err)
	}
	if n, err := d.Sweep(ctx); n != 1 || err != nil {
		t.Error(n, err)
	}
}
