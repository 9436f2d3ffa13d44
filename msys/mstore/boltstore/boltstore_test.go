package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/mstore"
	"github.com/gomsys/gomsys/msys/mstore/boltstore"
	"github.com/gomsys/gomsys/msys/mstore/internal/storetest"
)

var ctx = context.Background()

func open(t testing.TB, path string, o *boltstore.Options) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, open(t, filepath.Join(t.TempDir(), "db"), nil))
	clock := storetest.NewClock()
	storetest.RunTTL(t, open(t, filepath.Join(t.TempDir(), "db"), &boltstore.Options{Clock: clock}), clock.Advance)
}

func TestReopenAndSweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	clock := storetest.NewClock()
	o := &boltstore.Options{Clock: clock, NoSync: true, LockTimeout: time.Millisecond}
	s, err := boltstore.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		if err := s.Put(ctx, fmt.Sprint(i%3), fmt.Sprint(i), []byte("x"), time.Duration(i+1)*time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := boltstore.Open(path, o); err == nil {
		t.Error("two have the file")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path, o)
	if got, err := s.Get(ctx, "2", "11"); string(got) != "x" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	clock.Advance(4 * time.Minute)
	if n, err := s.Sweep(ctx); n != 4 || err != nil {
		t.Error(n, err)
	}
	clock.Advance(time.Hour)
	if err := s.Put(ctx, "0", "new", nil, time.Hour); err != nil { // sweeps
		t.Fatal(err)
	}
	if n, err := s.Sweep(ctx); n != 0 || err != nil {
		t.Error(n, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, getErr := s.Get(ended, "b", "i")
	_, sweepErr := s.Sweep(ended)
	for _, err := range []error{getErr, sweepErr, s.Put(ended, "b", "i", nil, time.Hour), s.Delete(ended, "b", "i")} {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if _, err := boltstore.Open(os.DevNull+"/x", nil); err == nil {
		t.Error("no error")
	}
}

func Example() {
	dir, err := os.MkdirTemp("", "parked")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	store, err := boltstore.Open(filepath.Join(dir, "parked.db"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	parked := mstore.New(&mstore.Options{Store: store})
	_, err = parked.Load(context.Background(), "MADR-12345", "id")
	fmt.Println(err)
	// Output: mstore: not found
}
