package gaugecache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/gaugecache"
	"github.com/gomsys/gomsys/timer"
)

var (
	t0  = time.Unix(1700000100, 0)
	ctx = context.Background()
)

func newCaches(t testing.TB, o gaugecache.Options) (*gaugecache.Caches, *timer.ManualClock) {
	t.Helper()
	clock := timer.NewManualClock(t0)
	o.Clock = clock
	c := gaugecache.New(&o)
	t.Cleanup(func() { c.Close(ctx) })
	return c, clock
}

func define(t testing.TB, c *gaugecache.Caches, name string, s gaugecache.Spec) {
	t.Helper()
	if err := c.Define(name, s); err != nil {
		t.Fatal(err)
	}
}

func add(t testing.TB, c *gaugecache.Caches, name, key string, delta int64) int64 {
	t.Helper()
	n, err := c.Add(ctx, name, key, delta)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func get(t testing.TB, c *gaugecache.Caches, name, key string) int64 {
	t.Helper()
	n, err := c.Get(ctx, name, key)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEvictsLeastRecentlyModified(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{})
	define(t, c, "g", gaugecache.Spec{MaxElems: 3, TTL: 10 * time.Second})
	for _, key := range strings.Split("abcade", "") {
		get(t, c, "g", "b") // reading does not renew
		add(t, c, "g", key, 1)
	}
	got := map[string]int64{}
	for _, key := range strings.Split("abcde", "") {
		got[key] = get(t, c, "g", key)
	}
	if diff := cmp.Diff(map[string]int64{"a": 2, "b": 0, "c": 0, "d": 1, "e": 1}, got); diff != "" {
		t.Error(diff)
	}
	var order []string
	for key, n := range c.All("g") {
		order = append(order, fmt.Sprint(key, n))
	}
	if diff := cmp.Diff([]string{"e1", "d1", "a2"}, order); diff != "" {
		t.Error(diff)
	}
}

func TestTTL(t *testing.T) {
	c, clock := newCaches(t, gaugecache.Options{})
	define(t, c, "g", gaugecache.Spec{MaxElems: 3, TTL: 10 * time.Second})
	if n := add(t, c, "g", "n", -1); n != -1 {
		t.Errorf("dec of a missing key: %d, want -1", n)
	}
	add(t, c, "g", "x", 1)
	clock.Advance(5 * time.Second)
	get(t, c, "g", "x")
	clock.Advance(4900 * time.Millisecond)
	if n := get(t, c, "g", "x"); n != 1 {
		t.Errorf("after 9.9 s: %d, want 1", n)
	}
	clock.Advance(100 * time.Millisecond)
	if n := get(t, c, "g", "x"); n != 0 {
		t.Errorf("after 10 s: %d, want 0", n)
	}
	if existed, err := c.Remove(ctx, "g", "x"); existed || err != nil {
		t.Errorf("removing an expired key: %v %v", existed, err)
	}
	if n := add(t, c, "g", "n", 1); n != 1 {
		t.Errorf("adding to an expired key: %d, want 1", n)
	}
	define(t, c, "ever", gaugecache.Spec{MaxElems: 1})
	add(t, c, "ever", "x", 1)
	if clock.Advance(1e6 * time.Hour); get(t, c, "ever", "x") != 1 {
		t.Error("an entry without ttl expired")
	}
}

func TestKeys(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{})
	define(t, c, "g", gaugecache.Spec{MaxElems: 10})
	long := strings.Repeat("k", 2000)
	for i, key := range []string{"", "u@h", "\x00\xff", long, long + "2"} {
		if n := add(t, c, "g", key, int64(i+1)); n != int64(i+1) {
			t.Errorf("key %.10q: %d, want %d", key, n, i+1)
		}
		if existed, err := c.Remove(ctx, "g", key); !existed || err != nil {
			t.Errorf("key %.10q: remove %v %v", key, existed, err)
		}
		if existed, err := c.Remove(ctx, "g", key); existed || err != nil {
			t.Errorf("key %.10q: second remove %v %v", key, existed, err)
		}
	}
}

func TestErrors(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{MaxCaches: 1})
	if _, err := c.Add(ctx, "none", "k", 1); !errors.Is(err, gaugecache.ErrUndefined) {
		t.Errorf("Add: %v", err)
	}
	if _, err := c.Get(ctx, "none", "k"); !errors.Is(err, gaugecache.ErrUndefined) {
		t.Errorf("Get: %v", err)
	}
	if _, err := c.Remove(ctx, "none", "k"); !errors.Is(err, gaugecache.ErrUndefined) {
		t.Errorf("Remove: %v", err)
	}
	define(t, c, "one", gaugecache.Spec{MaxElems: 1})
	for name, s := range map[string]gaugecache.Spec{
		"":     {MaxElems: 1},
		"zero": {},
		"neg":  {MaxElems: 1, TTL: -1},
		"two":  {MaxElems: 1}, // one too many
	} {
		if err := c.Define(name, s); !errors.Is(err, gaugecache.ErrSpec) {
			t.Errorf("Define(%q): %v", name, err)
		}
	}
	if diff := cmp.Diff([]string{"one"}, c.Names()); diff != "" {
		t.Error(diff)
	}
	for range c.All("none") {
		t.Error("an undefined cache has entries")
	}
}

func TestRedefine(t *testing.T) {
	c, clock := newCaches(t, gaugecache.Options{})
	define(t, c, "g", gaugecache.Spec{MaxElems: 5})
	for _, key := range strings.Split("abcde", "") {
		add(t, c, "g", key, 1)
	}
	define(t, c, "g", gaugecache.Spec{MaxElems: 5})
	define(t, c, "g", gaugecache.Spec{MaxElems: 2, TTL: time.Second})
	if a, d, e := get(t, c, "g", "a"), get(t, c, "g", "d"), get(t, c, "g", "e"); a != 0 || d != 1 || e != 1 {
		t.Errorf("a %d, d %d, e %d; want 0, 1, 1", a, d, e)
	}
	if clock.Advance(time.Second); get(t, c, "g", "e") != 0 {
		t.Error("the new ttl does not apply")
	}
	add(t, c, "g", "f", 1)
}

func TestOnManip(t *testing.T) {
	var got []string
	c, _ := newCaches(t, gaugecache.Options{OnManip: func(cache, key string, delta, expires int64, maxItems int, replicated bool) {
		got = append(got, fmt.Sprint(cache, " ", key, " ", delta, " ", expires, " ", maxItems, " ", replicated))
	}})
	define(t, c, "g", gaugecache.Spec{MaxElems: 5, TTL: 10 * time.Second})
	define(t, c, "h", gaugecache.Spec{MaxElems: 6})
	add(t, c, "g", "a", 1)
	add(t, c, "h", "b", -1)
	if diff := cmp.Diff([]string{"g a 1 1700000110 5 false", "h b -1 0 6 false"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestConsole(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{})
	define(t, c, "g", gaugecache.Spec{MaxElems: 5})
	for _, tc := range []struct{ cmd, want, err string }{
		{"add g a", "a = 1\n", ""},
		{"add g b 5", "b = 5\n", ""},
		{"sub g a 3", "a = -2\n", ""},
		{"show g a", "a = -2\n", ""},
		{"show g", "a = -2\nb = 5\n", ""},
		{"delete g a", "a deleted.\n", ""},
		{"delete g a", "", "no such key"},
		{"show none", "", "not defined"},
		{"add none a", "", "not defined"},
		{"delete none a", "", "not defined"},
		{"add g a x", "", "not an integer"},
		{"frob g a", "", "usage"},
		{"show g a 3", "", "usage"},
		{"", "", "usage"},
	} {
		var out bytes.Buffer
		err := c.Console(ctx, strings.Fields(tc.cmd), &out)
		if (err == nil) != (tc.err == "") || (err != nil && !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("%s: error %v, want %q", tc.cmd, err, tc.err)
		}
		if diff := cmp.Diff(tc.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.cmd, diff)
		}
	}
}

func TestConcurrent(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{})
	define(t, c, "g", gaugecache.Spec{MaxElems: 100, TTL: time.Minute})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 1000 {
				add(t, c, "g", fmt.Sprint(i%10), 1)
				if err := c.Define("g", gaugecache.Spec{MaxElems: 100 + i%2, TTL: time.Minute}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := get(t, c, "g", "3"); n != 800 {
		t.Errorf("%d, want 800", n)
	}
}
