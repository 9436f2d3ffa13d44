package tally

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// evictions compares a trie that is full with two models: one of the items
// that are there, and one of those that were evicted, whose counts the sums
// of wider blocks may keep.
type evictions struct {
	*testing.T
	source
	trie       *Trie
	max        int
	now        int64
	live, gone *model
}

func newModel(windows int) *model {
	return &model{n: int64(windows), items: map[netip.Prefix]map[int64]int64{}}
}

// settle finds out which items were evicted.
func (e *evictions) settle(added netip.Prefix) {
	if got, want := e.trie.Len(), min(len(e.live.items), e.max); got != want {
		e.Fatalf("%d items, want %d", got, want)
	}
	if len(e.live.items) <= e.max {
		return
	}
	for p, windows := range e.live.items {
		if e.trie.record(makeBlock(p)) != 0 {
			continue
		}
		if p == added {
			e.Fatalf("%v was evicted at once", p)
		}
		for w, n := range windows {
			e.gone.add(p, n, w)
		}
		delete(e.live.items, p)
	}
	if len(e.live.items) != e.max {
		e.Fatalf("%d items are left, want %d", len(e.live.items), e.max)
	}
}

func (e *evictions) step() {
	p := e.prefix()
	windows := int(e.live.n)
	switch e.IntN(6) {
	case 0, 1, 2:
		for range 1 + e.IntN(3) {
			n := int64(e.IntN(5))
			e.trie.Add(p, n, e.now)
			e.live.add(p, n, e.now)
		}
		e.settle(p)
	case 3:
		_, want := e.live.items[p]
		delete(e.live.items, p)
		if got := e.trie.Remove(p, e.now); got != want {
			e.Fatalf("Remove(%v) = %v, want %v", p, got, want)
		}
	case 4:
		e.now += int64(e.IntN(2))
	default:
		back := e.IntN(windows)
		back2 := back + e.IntN(windows)
		for _, q := range []netip.Prefix{p, netip.PrefixFrom(p.Addr(), e.IntN(p.Bits()+1)).Masked()} {
			least := e.live.count(q, int64(back), int64(back2), e.now)
			most := least + e.gone.count(q, int64(back), int64(back2), e.now)
			if q.IsSingleIP() {
				most = least
			}
			if got := e.trie.Count(q, back, back2, e.now); got < least || got > most {
				e.Fatalf("Count(%v, %d, %d) = %d, want %d to %d", q, back, back2, got, least, most)
			}
		}
	}
}

func TestEvictionAgainstModel(t *testing.T) {
	for seed, max := range []int{1, 2, 17, 50, 200} {
		for _, v6 := range []bool{false, true} {
			const windows = 4
			e := &evictions{
				T: t, source: source{rand.New(rand.NewPCG(uint64(seed), 9)), v6}, max: max, now: 1000,
				trie: New(v6, windows, 1000, max), live: newModel(windows), gone: newModel(windows),
			}
			for range 1500 {
				e.step()
			}
			e.trie.check(t)
			if e.trie.Evicted() == 0 {
				t.Errorf("max %d: nothing was evicted", max)
			}
		}
	}
}

// TestPendingEvictions adds more new items in one window than are collected
// between two questions, so that a collected one can be evicted.
func TestPendingEvictions(t *testing.T) {
	for _, max := range []int{1, 3, 40} {
		trie := New(false, 2, 100, max)
		s := source{Rand: rand.New(rand.NewPCG(3, uint64(max)))}
		for range 2000 {
			p := netip.PrefixFrom(s.prefix().Addr(), 32)
			trie.Add(p, 1, 100)
			if s.IntN(30) == 0 {
				before := trie.Count(p, 0, 0, 100)
				trie.Add(p, 2, 100)
				if got := trie.Count(p, 0, 0, 100); before < 1 || got != before+2 {
					t.Fatalf("max %d: %d after %d", max, got, before)
				}
			}
		}
		trie.check(t)
		if got := trie.Len(); got != max {
			t.Errorf("%d items, want %d", got, max)
		}
	}
}
