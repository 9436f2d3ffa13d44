package gaugecache_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/gaugecache"
)

// model is the slow twin of a cache: its entries, latest change first.
type model struct {
	spec    gaugecache.Spec
	entries []gauge
}

type gauge struct {
	key     string
	value   int64
	changed time.Time
}

// drop removes what has expired.
func (m *model) drop(now time.Time) {
	m.entries = slices.DeleteFunc(m.entries, func(g gauge) bool {
		return m.spec.TTL > 0 && now.Sub(g.changed) >= m.spec.TTL
	})
}

// take removes a key and gives its value.
func (m *model) take(key string, now time.Time) (value int64, ok bool) {
	m.drop(now)
	i := slices.IndexFunc(m.entries, func(g gauge) bool { return g.key == key })
	if i < 0 {
		return 0, false
	}
	value = m.entries[i].value
	m.entries = slices.Delete(m.entries, i, i+1)
	return value, true
}

func (m *model) add(key string, delta int64, now time.Time) int64 {
	value, _ := m.take(key, now)
	m.entries = slices.Insert(m.entries, 0, gauge{key, value + delta, now})
	m.limit()
	return value + delta
}

func (m *model) limit() { m.entries = m.entries[:min(len(m.entries), m.spec.MaxElems)] }

func (m *model) get(key string, now time.Time) int64 {
	m.drop(now)
	for _, g := range m.entries {
		if g.key == key {
			return g.value
		}
	}
	return 0
}

// againstModel does random things to a cache and to its model. An expired
// entry may hold its place a little longer, but takes none from a live one: it
// is always older than these.
func againstModel(t *testing.T, rnd *rand.Rand, steps int) {
	c, clock := newCaches(t, gaugecache.Options{})
	keys := make([]string, 60)
	for i := range keys {
		keys[i] = strings.Repeat("k", rnd.IntN(300)) + string(rune('A'+i))
	}
	m := &model{}
	redefine := func() {
		m.drop(clock.Now())
		m.spec = gaugecache.Spec{MaxElems: 1 + rnd.IntN(50), TTL: time.Duration(rnd.IntN(4)) * 100 * time.Second}
		m.drop(clock.Now())
		m.limit()
		define(t, c, "g", m.spec)
	}
	redefine()
	for step := range steps {
		key := keys[rnd.IntN(len(keys))]
		now := clock.Now()
		switch rnd.IntN(10) {
		case 0, 1, 2, 3, 4:
			delta := int64(rnd.IntN(5)) - 2
			want := m.add(key, delta, now)
			if got := add(t, c, "g", key, delta); got != want {
				t.Fatalf("step %d: adding %d gives %d, want %d", step, delta, got, want)
			}
		case 5:
			_, want := m.take(key, now)
			if got, err := c.Remove(ctx, "g", key); got != want || err != nil {
				t.Fatalf("step %d: removing gives %v %v, want %v", step, got, err, want)
			}
		case 6:
			clock.Advance(time.Duration(rnd.IntN(20)) * time.Second)
		case 7:
			if rnd.IntN(20) == 0 {
				redefine()
			}
		default:
			if got, want := get(t, c, "g", key), m.get(key, now); got != want {
				t.Fatalf("step %d: got %d, want %d", step, got, want)
			}
		}
		if step%100 == 0 {
			m.drop(clock.Now())
			want := make([]gauge, 0, len(m.entries))
			for _, g := range m.entries {
				want = append(want, gauge{key: g.key, value: g.value})
			}
			got := make([]gauge, 0, len(m.entries))
			for key, value := range c.All("g") {
				got = append(got, gauge{key: key, value: value})
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(gauge{})); diff != "" {
				t.Fatalf("step %d: %s", step, diff)
			}
		}
	}
}

func TestAgainstModel(t *testing.T) {
	for seed := range uint64(10) {
		againstModel(t, rand.New(rand.NewPCG(seed, 1)), 3000)
	}
}

func FuzzCache(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) { againstModel(t, rand.New(rand.NewPCG(a, b)), 1000) })
}

// TestManyCaches defines so many caches that they share places in what finds
// them quickly.
func TestManyCaches(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{})
	names := make([]string, 0, 300)
	for i := range cap(names) {
		names = append(names, strings.Repeat("c", i/26+1)+string(rune('a'+i%26)))
	}
	for i, name := range names {
		if _, err := c.Get(ctx, name, "k"); err == nil {
			t.Errorf("%s is there before it is defined", name)
		}
		define(t, c, name, gaugecache.Spec{MaxElems: 1})
		add(t, c, name, "k", int64(i))
	}
	for i, name := range names {
		if n := get(t, c, name, "k"); n != int64(i) {
			t.Errorf("%s: %d, want %d", name, n, i)
		}
	}
}

func TestFullCacheDoesNotAllocate(t *testing.T) {
	c, _ := newCaches(t, gaugecache.Options{})
	define(t, c, "g", gaugecache.Spec{MaxElems: 100})
	keys := make([]string, 400)
	for i := range keys {
		keys[i] = "customer-" + strings.Repeat("x", 10) + string(rune('A'+i))
		add(t, c, "g", keys[i], 1)
	}
	next := 0
	if n := testing.AllocsPerRun(2000, func() {
		add(t, c, "g", keys[next%len(keys)], 1)
		next++
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
