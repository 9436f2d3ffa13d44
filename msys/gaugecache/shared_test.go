package gaugecache_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/gaugecache"
	"github.com/gomsys/gomsys/timer"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

var errDown = errors.New("down")

// faultyStore fails as err says, before or after the change takes effect.
type faultyStore struct {
	gaugecache.Store
	err  error
	late bool
}

func (s *faultyStore) Add(ctx context.Context, l gaugecache.Limits, key string, delta int64) (int64, error) {
	if s.err != nil && !s.late {
		return 0, s.err
	}
	n, err := s.Store.Add(ctx, l, key, delta)
	if s.err != nil {
		err = s.err
	}
	return n, err
}

func (s *faultyStore) Get(ctx context.Context, l gaugecache.Limits, key string) (int64, error) {
	if s.err != nil {
		return 0, s.err
	}
	return s.Store.Get(ctx, l, key)
}

func (s *faultyStore) Remove(ctx context.Context, l gaugecache.Limits, key string) (bool, error) {
	if s.err != nil {
		return false, s.err
	}
	return s.Store.Remove(ctx, l, key)
}

var shared = gaugecache.Spec{MaxElems: 10, TTL: 100 * time.Second, Replicated: true}

func TestSharedByTwoEngines(t *testing.T) {
	clock := timer.NewManualClock(t0)
	store := gaugecache.NewMemoryStore(clock)
	a := gaugecache.New(&gaugecache.Options{Clock: clock, Store: store})
	b := gaugecache.New(&gaugecache.Options{Clock: clock, Store: store})
	for _, c := range []*gaugecache.Caches{a, b} {
		define(t, c, "g", shared)
		define(t, c, "local", gaugecache.Spec{MaxElems: 10})
		add(t, c, "g", "k", 1)
		add(t, c, "local", "k", 1)
	}
	if x, y := get(t, a, "g", "k"), get(t, b, "g", "k"); x != 2 || y != 2 {
		t.Errorf("shared: %d and %d, want 2", x, y)
	}
	if x := get(t, a, "local", "k"); x != 1 {
		t.Errorf("local: %d, want 1", x)
	}
	if existed, err := a.Remove(ctx, "g", "k"); !existed || err != nil || get(t, b, "g", "k") != 0 {
		t.Errorf("remove: %v %v", existed, err)
	}
	clock.Advance(100 * time.Second)
	if n := add(t, a, "g", "k", 1); n != 1 {
		t.Errorf("%d, want 1", n)
	}
}

func TestStoreFails(t *testing.T) {
	clock := timer.NewManualClock(t0)
	mem := gaugecache.NewMemoryStore(clock)
	store := &faultyStore{Store: mem}
	var reports []string
	c := gaugecache.New(&gaugecache.Options{
		Clock: clock, Store: store, Logger: quiet,
		OnStoreError: func(op string, err error) { reports = append(reports, op) },
	})
	limits := gaugecache.Limits{Name: "g", MaxElems: 10, TTL: 100 * time.Second}
	inStore := func(key string) int64 {
		n, err := mem.Get(ctx, limits, key)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	define(t, c, "g", shared)
	add(t, c, "g", "k", 2)
	if _, err := mem.Add(ctx, limits, "k", 5); err != nil { // another host
		t.Fatal(err)
	}
	if n := add(t, c, "g", "k", 1); n != 8 {
		t.Errorf("total %d, want 8", n)
	}

	store.err = fmt.Errorf("dial: %w: %w", errDown, gaugecache.ErrNotApplied)
	for i := range 10 {
		if n := add(t, c, "g", "k", 1); n != int64(4+i) {
			t.Errorf("down: %d, want the own share %d", n, 4+i)
		}
	}
	if n := get(t, c, "g", "k"); n != 13 {
		t.Errorf("down: get %d, want 13", n)
	}
	if len(reports) != 1 {
		t.Errorf("%d reports in one second: %q", len(reports), reports)
	}
	st := c.Stats()
	if st.Retained != 1 || st.Failed == 0 || st.Skipped == 0 {
		t.Errorf("stats %+v", st)
	}

	store.err = nil
	clock.Advance(2 * time.Second) // the pause ends, and the changes are sent
	if n := inStore("k"); n != 18 {
		t.Errorf("store has %d after recovery, want 18", n)
	}
	if n := get(t, c, "g", "k"); n != 18 || c.Stats().Retained != 0 {
		t.Errorf("get %d, want 18; %+v", n, c.Stats())
	}
}

func TestLostReplyIsNotResent(t *testing.T) {
	clock := timer.NewManualClock(t0)
	mem := gaugecache.NewMemoryStore(clock)
	store := &faultyStore{Store: mem, err: errDown, late: true}
	c := gaugecache.New(&gaugecache.Options{Clock: clock, Store: store, Logger: quiet})
	define(t, c, "g", shared)
	add(t, c, "g", "k", 1)
	store.err = nil
	clock.Advance(time.Minute)
	if n := get(t, c, "g", "k"); n != 1 {
		t.Errorf("%d, want 1: the change took effect once", n)
	}
}

func TestRetainedIsBoundedAndExpires(t *testing.T) {
	clock := timer.NewManualClock(t0)
	store := &faultyStore{Store: gaugecache.NewMemoryStore(clock), err: gaugecache.ErrNotApplied}
	c := gaugecache.New(&gaugecache.Options{Clock: clock, Store: store, MaxRetained: 2, Logger: quiet})
	define(t, c, "g", shared)
	for _, key := range []string{"a", "b", "c", "a"} {
		add(t, c, "g", key, 1)
	}
	if st := c.Stats(); st.Retained != 2 || st.Dropped != 1 {
		t.Errorf("stats %+v", st)
	}
	clock.Advance(100 * time.Second)
	store.err = nil
	clock.Advance(time.Minute)
	if n := get(t, c, "g", "a"); n != 0 {
		t.Errorf("a change older than the ttl was sent: %d", n)
	}
	if st := c.Stats(); st.Retained != 0 {
		t.Errorf("stats %+v", st)
	}
	c.Close(ctx)
	if clock.Waiting() != 0 {
		t.Error("Close leaves a timer")
	}
}

func TestCloseSendsTheRest(t *testing.T) {
	clock := timer.NewManualClock(t0)
	mem := gaugecache.NewMemoryStore(clock)
	store := &faultyStore{Store: mem, err: gaugecache.ErrNotApplied}
	c := gaugecache.New(&gaugecache.Options{Clock: clock, Store: store, Logger: quiet})
	define(t, c, "g", shared)
	add(t, c, "g", "a", 3)
	store.err = nil
	c.Close(ctx)
	n, err := mem.Get(ctx, gaugecache.Limits{Name: "g", MaxElems: 10, TTL: 100 * time.Second}, "a")
	if n != 3 || err != nil {
		t.Errorf("store has %d, %v; want 3", n, err)
	}
}

func TestReplicatedWithoutStore(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{Logger: quiet})
	define(t, c, "g", shared)
	if n := add(t, c, "g", "k", 1); n != 1 {
		t.Errorf("%d, want 1", n)
	}
}
