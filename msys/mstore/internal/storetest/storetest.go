// Package storetest holds the tests that every mstore.Store must pass.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/mstore"
)

// Clock is a clock that tests set.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that stands still.
func NewClock() *Clock { return &Clock{now: time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC)} }

// Now implements mstore.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Run tests an empty store.
func Run(t *testing.T, s mstore.Store) {
	t.Helper()
	ctx := context.Background()
	put := func(bucket, id, data string) {
		t.Helper()
		if err := s.Put(ctx, bucket, id, []byte(data), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(bucket, id, want string) {
		t.Helper()
		got, err := s.Get(ctx, bucket, id)
		if err != nil || string(got) != want {
			t.Errorf("%q %q: %.40q %v", bucket, id, got, err)
		}
	}
	gone := func(bucket, id string) {
		t.Helper()
		if got, err := s.Get(ctx, bucket, id); !errors.Is(err, mstore.ErrNotFound) {
			t.Errorf("%q %q: %.40q %v", bucket, id, got, err)
		}
	}
	large := strings.Repeat("x\x00\xff\r\n", 100000)
	keys := [][2]string{{"MADR-1", "a"}, {"MADR-1", "b"}, {"MADR-2", "a"}, {"MADR-1:a", "b"}, {"MADR-1", "a:b"}, {"../..", "/etc/passwd"},
		{"\x00\xff", "\n"}, {strings.Repeat("b", 1024), strings.Repeat("i", 1024)}}
	for i, k := range keys {
		gone(k[0], k[1])
		put(k[0], k[1], fmt.Sprint(i))
	}
	for i, k := range keys {
		expect(k[0], k[1], fmt.Sprint(i))
	}
	put("MADR-1", "a", large)
	expect("MADR-1", "a", large)
	put("MADR-1", "a", "")
	expect("MADR-1", "a", "")
	for _, k := range keys {
		for range 2 {
			if err := s.Delete(ctx, k[0], k[1]); err != nil {
				t.Error(err)
			}
		}
		gone(k[0], k[1])
	}

	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			id, data := fmt.Sprint(i%4), fmt.Sprint("data of ", i%4)
			for range 5 {
				if err := s.Put(ctx, "c", id, []byte(data), time.Hour); err != nil {
					t.Error(err)
				}
				got, err := s.Get(ctx, "c", id)
				if diff := cmp.Diff(data, string(got)); diff != "" || err != nil {
					t.Error(diff, err)
				}
			}
		})
	}
	wg.Wait()
}

// RunTTL tests an empty store whose time advance moves.
func RunTTL(t *testing.T, s mstore.Store, advance func(time.Duration)) {
	t.Helper()
	ctx := context.Background()
	for id, ttl := range map[string]time.Duration{"short": time.Second, "long": time.Hour} {
		if err := s.Put(ctx, "b", id, []byte(id), ttl); err != nil {
			t.Fatal(err)
		}
	}
	advance(2 * time.Second)
	if _, err := s.Get(ctx, "b", "short"); !errors.Is(err, mstore.ErrNotFound) {
		t.Error(err)
	}
	if got, err := s.Get(ctx, "b", "long"); string(got) != "long" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	if err := s.Put(ctx, "b", "short", []byte("again"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(ctx, "b", "short"); string(got) != "again" || err != nil {
		t.Errorf("%q %v", got, err)
	}
}
