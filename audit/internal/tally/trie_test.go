package tally

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// model is the slow twin of a trie: every event of every item.
type model struct {
	n     int64
	items map[netip.Prefix]map[int64]int64
}

func (m *model) add(p netip.Prefix, n, w int64) {
	if m.items[p] == nil {
		m.items[p] = map[int64]int64{}
	}
	m.items[p][w] += n
}

func (m *model) count(p netip.Prefix, back, back2, now int64) (total int64) {
	for item, windows := range m.items {
		if item.Bits() < p.Bits() || !p.Contains(item.Addr()) {
			continue
		}
		for w, n := range windows {
			if age := now - w; age >= back && age <= back2 && age < m.n {
				total += n
			}
		}
	}
	return total
}

func (m *model) live(now int64) map[string]int64 {
	out := map[string]int64{}
	for item, windows := range m.items {
		for w, n := range windows {
			if now-w < m.n && n != 0 {
				out[fmt.Sprint(item, " ", w)] = n
			}
		}
	}
	return out
}

// check verifies the structure of a trie.
func (t *Trie) check(tb testing.TB) {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flush()
	c := checker{TB: tb, t: t}
	if t.root != 0 {
		c.visit(t.root, block{}, 0)
	}
	if got := t.hosts.index.Len(); got != c.hosts {
		tb.Errorf("%d hosts, counted %d", c.hosts, got)
	}
	if c.items != t.count {
		tb.Errorf("%d items, counted %d", c.items, t.count)
	}
	used := func(next uint32, free []uint32) int { return max(int(next)-1, 0) - len(free) }
	if got := used(t.items.next, t.items.free); got != c.items {
		tb.Errorf("%d records for %d items", got, c.items)
	}
	if got := used(t.sums.next, t.sums.free); got != c.nodes+c.buckets {
		tb.Errorf("%d sums for %d nodes and %d buckets", got, c.nodes, c.buckets)
	}
	if got := used(t.buckets.next, t.buckets.free); got != c.buckets {
		tb.Errorf("%d buckets taken, %d in use", got, c.buckets)
	}
	if got := used(t.nodes.next, t.nodes.free); got != c.nodes {
		tb.Errorf("%d nodes taken, %d in use", got, c.nodes)
	}
}

type checker struct {
	testing.TB
	t                            *Trie
	items, hosts, nodes, buckets int
}

func (c *checker) item(b block, rec, sum uint32, within block) {
	c.items++
	if c.t.owner(rec) != sum {
		c.Errorf("%v is not in its sum", b.prefix(c.t.v6))
	}
	if b.len < within.len || !shares(b.hi, b.lo, within.hi, within.lo, within.len) {
		c.Errorf("%v is not within %v", b.prefix(c.t.v6), within.prefix(c.t.v6))
	}
	if c.t.isHost(b) {
		c.hosts++
		if c.t.hosts.find(b, c.t.hosts.hash(b)) != rec {
			c.Errorf("%v is not among the hosts", b.prefix(c.t.v6))
		}
	}
}

// sum checks the sum of what stands at ref, which is in the sum above.
func (c *checker) sum(ref, above uint32) {
	sum := c.t.sumOf(ref)
	if got := c.t.above(sum); got != above {
		c.Errorf("sum %d is in %d, want %d", sum, got, above)
	}
	if got := c.t.refs[sum]; got != ref {
		c.Errorf("sum %d is that of %#x, want %#x", sum, got, ref)
	}
}

// visit checks what stands at ref, all of whose items are in the block and in
// the sum above.
func (c *checker) visit(ref uint32, within block, above uint32) {
	t := c.t
	c.sum(ref, above)
	if ref&bucketFlag != 0 {
		i := ref &^ bucketFlag
		k := t.buckets.at(i)
		c.buckets++
		if k.n == 0 {
			c.Error("empty bucket")
		}
		for j := range int(k.n) {
			c.item(t.item(i, j), k.rec[j], k.sum, within)
		}
		return
	}
	c.nodes++
	n := *t.nodes.at(ref)
	if n.len%stride != 0 || n.len < within.len || !shares(n.hi, n.lo, within.hi, within.lo, within.len) {
		c.Errorf("node %v within %v", block{n.hi, n.lo, n.len}.prefix(t.v6), within.prefix(t.v6))
	}
	if n.splits&2 == 0 || n.splits&1 != 0 {
		c.Errorf("splits %b", n.splits)
	}
	owns := 0
	for _, own := range n.own {
		if own != 0 {
			owns++
		}
	}
	if owns != int(n.owns) {
		c.Errorf("%d items of its own, counted %d", owns, n.owns)
	}
	c.place(ref, 1, 0)
}

// place checks a place of a node.
func (c *checker) place(ref, split uint32, depth uint8) {
	n := *c.t.nodes.at(ref)
	b := block{hi: n.hi, lo: n.lo}.child(n.len, split, depth)
	if depth < stride && n.splits>>split&1 != 0 {
		if n.own[split] != 0 {
			c.item(b, n.own[split], n.sum, b)
		}
		c.place(ref, 2*split, depth+1)
		c.place(ref, 2*split+1, depth+1)
		return
	}
	from := split << (stride - depth) & 15
	below := n.slot[from]
	for i := range uint32(1) << (stride - depth) {
		if n.slot[from+i] != below {
			c.Errorf("slots of %v differ", b.prefix(c.t.v6))
		}
	}
	if below != 0 && below&bucketFlag == 0 && depth < stride {
		c.Error("node in a place of several slots")
	}
	if below != 0 {
		c.visit(below, b, n.sum)
	}
}

// source makes prefixes: few networks with many hosts, so that all shapes of
// trie occur.
type source struct {
	*rand.Rand
	v6 bool
}

func (s source) prefix() netip.Prefix {
	if s.v6 {
		a := [16]byte{0x20, 0x01, 0x0d, 0xb8}
		for i := 4; i < 16; i++ {
			if s.IntN(3) == 0 {
				a[i] = byte(1) << s.IntN(8)
			}
		}
		length := 128
		if s.IntN(4) == 0 {
			length = s.IntN(129)
		}
		return netip.PrefixFrom(netip.AddrFrom16(a), length).Masked()
	}
	a := [4]byte{10, byte(s.IntN(3)), byte(1) << s.IntN(8), byte(s.IntN(64))}
	length := 32
	if s.IntN(4) == 0 {
		length = s.IntN(33)
	}
	return netip.PrefixFrom(netip.AddrFrom4(a), length).Masked()
}

func collect(t *Trie, now int64) map[string]int64 {
	out := map[string]int64{}
	t.Each(now, func(p netip.Prefix, w, n int64) bool {
		out[fmt.Sprint(p, " ", w)] = n
		return true
	})
	return out
}

func TestTrieAgainstModel(t *testing.T) {
	for _, v6 := range []bool{false, true} {
		for _, windows := range []int{1, 2, 5, 12} {
			t.Run(fmt.Sprintf("v6=%v,windows=%d", v6, windows), func(t *testing.T) {
				againstModel(t, source{rand.New(rand.NewPCG(1, uint64(windows))), v6}, windows, 6000)
			})
		}
	}
}

func againstModel(t *testing.T, s source, windows, steps int) {
	now := int64(28333335)
	trie := New(s.v6, windows, now, 0)
	m := &model{n: int64(windows), items: map[netip.Prefix]map[int64]int64{}}
	var known []netip.Prefix
	pick := func() netip.Prefix {
		if len(known) > 0 && s.IntN(2) == 0 {
			return known[s.IntN(len(known))]
		}
		return s.prefix()
	}
	for step := range steps {
		switch s.IntN(12) {
		case 0, 1, 2, 3, 4:
			p, n := pick(), int64(s.IntN(10))-3
			trie.Add(p, n, now)
			m.add(p, n, now)
			known = append(known, p)
		case 5:
			p, w := pick(), now-int64(s.IntN(windows+2))
			n := int64(s.IntN(10))
			trie.Restore(p, n, w, now)
			if now-w < m.n {
				m.add(p, n, w)
			}
		case 6:
			p := pick()
			_, want := m.items[p]
			delete(m.items, p)
			if got := trie.Remove(p, now); got != want {
				t.Fatalf("step %d: Remove(%v) = %v, want %v", step, p, got, want)
			}
		case 7:
			if s.IntN(4) == 0 {
				now += int64(s.IntN(3))
			}
			if s.IntN(40) == 0 {
				now += int64(2 * windows)
			}
		case 8:
			if s.IntN(20) != 0 {
				continue
			}
			trie.Sweep(now)
			maps.DeleteFunc(m.items, func(_ netip.Prefix, windows map[int64]int64) bool {
				latest := int64(0)
				for w := range windows {
					latest = max(latest, w)
				}
				return now-latest >= m.n
			})
		default:
			p := pick()
			if s.IntN(2) == 0 {
				p = netip.PrefixFrom(p.Addr(), s.IntN(p.Addr().BitLen()+1)).Masked()
			}
			back := int64(s.IntN(windows + 1))
			back2 := back + int64(s.IntN(windows+1))
			want := m.count(p, back, back2, now)
			if got := trie.Count(p, int(back), int(back2), now); got != want {
				t.Fatalf("step %d: Count(%v, %d, %d) = %d, want %d", step, p, back, back2, got, want)
			}
		}
		if step%500 == 0 {
			trie.check(t)
			if trie.Len() != len(m.items) {
				t.Fatalf("step %d: %d items, want %d", step, trie.Len(), len(m.items))
			}
			if diff := cmp.Diff(m.live(now), collect(trie, now)); diff != "" {
				t.Fatalf("step %d: %s", step, diff)
			}
		}
	}
	for p := range m.items {
		trie.Remove(p, now)
	}
	trie.check(t)
	if trie.root != 0 || trie.Len() != 0 {
		t.Errorf("%d items are left", trie.Len())
	}
}

// FuzzTrie runs the model test with the fuzzer's seeds.
func FuzzTrie(f *testing.F) {
	f.Add(uint64(1), uint64(2), false, uint8(3))
	f.Add(uint64(3), uint64(4), true, uint8(1))
	f.Fuzz(func(t *testing.T, a, b uint64, v6 bool, windows uint8) {
		againstModel(t, source{rand.New(rand.NewPCG(a, b)), v6}, int(windows)%20+1, 1000)
	})
}

func TestClockGoesBack(t *testing.T) {
	trie := New(false, 3, 100, 0)
	p := netip.MustParsePrefix("10.0.0.1/32")
	trie.Add(p, 1, 100)
	trie.Add(p, 2, 90)
	if got := trie.Count(p, 0, 0, 95); got != 3 {
		t.Errorf("%d, want 3", got)
	}
	if got := trie.Count(p, 0, 2, 103); got != 0 {
		t.Errorf("%d, want 0", got)
	}
}

func TestSaturation(t *testing.T) {
	trie := New(false, 2, 100, 0)
	p := netip.MustParsePrefix("10.0.0.1/32")
	for _, tc := range []struct{ n, want int64 }{
		{1 << 62, 1<<31 - 1}, {1, 1<<31 - 1}, {-1, 1<<31 - 2}, {-1 << 63, -1 << 31}, {-1, -1 << 31}, {1, -1<<31 + 1},
	} {
		trie.Add(p, tc.n, 100)
		if got := trie.Count(p, 0, 1, 100); got != tc.want {
			t.Errorf("after %d: %d, want %d", tc.n, got, tc.want)
		}
	}
}

func TestAddAbsent(t *testing.T) {
	trie := New(false, 1, 0, 0)
	a, b := netip.MustParsePrefix("10.0.0.1/32"), netip.MustParsePrefix("10.0.0.2/32")
	for _, n := range []int64{1, 1, -1} {
		trie.AddAbsent(a, n, 0)
	}
	trie.AddAbsent(b, 1, 0)
	net := netip.MustParsePrefix("10.0.0.0/24")
	if got := trie.Count(net, 0, 0, 0); got != 2 || trie.Len() != 2 {
		t.Errorf("%d of %d items, want 2 of 2", got, trie.Len())
	}
	trie.AddAbsent(a, -1, 0)
	if got := trie.Count(net, 0, 0, 0); got != 1 || trie.Len() != 1 {
		t.Errorf("%d of %d items, want 1 of 1", got, trie.Len())
	}
	trie.check(t)
}

func TestEviction(t *testing.T) {
	trie := New(false, 4, 100, 100)
	s := source{Rand: rand.New(rand.NewPCG(5, 6))}
	hot := netip.MustParsePrefix("192.0.2.1/32")
	for i := range 10_000 {
		trie.Add(netip.PrefixFrom(s.prefix().Addr(), 32), 1, 100+int64(i/2500))
		trie.Add(hot, 1, 100+int64(i/2500))
		if trie.Len() > 100 {
			t.Fatalf("%d items", trie.Len())
		}
	}
	trie.check(t)
	if trie.Evicted() == 0 {
		t.Error("nothing was evicted")
	}
}

// TestEvictionTakesTheOldest fills a trie with items of two windows.
func TestEvictionTakesTheOldest(t *testing.T) {
	trie := New(false, 4, 100, 64)
	host := func(a, b int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(a), 0, 0, byte(b)}), 32)
	}
	for i := range 64 {
		trie.Add(host(10, i), 1, 100+int64(i/32))
	}
	for i := range 16 {
		trie.Add(host(11, i), 1, 102)
	}
	young := 0
	for i := 32; i < 64; i++ {
		young += int(trie.Count(host(10, i), 0, 3, 102))
	}
	if young < 24 {
		t.Errorf("%d of 32 younger items are left", young)
	}
}

func TestEachStops(t *testing.T) {
	trie := New(false, 1, 0, 0)
	for i := range 10 {
		trie.Add(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 32), 1, 0)
	}
	n := 0
	trie.Each(0, func(netip.Prefix, int64, int64) bool { n++; return n < 3 })
	if n != 3 {
		t.Errorf("%d calls, want 3", n)
	}
}

func TestTrieConcurrent(t *testing.T) {
	trie := New(false, 4, 100, 500)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			s := source{Rand: rand.New(rand.NewPCG(uint64(g), 1))}
			for i := range 500 {
				p := s.prefix()
				trie.Add(p, 1, 100+int64(i/100))
				trie.Count(p, 0, 3, 100)
				if i%100 == 0 {
					trie.Sweep(101)
					collect(trie, 101)
				}
				if i%7 == 0 {
					trie.Remove(p, 100)
				}
			}
		})
	}
	wg.Wait()
	trie.check(t)
}

func TestAddDoesNotAllocate(t *testing.T) {
	trie := New(false, 12, 100, 0)
	s := source{Rand: rand.New(rand.NewPCG(7, 8))}
	p := s.prefix()
	for range 1000 {
		trie.Add(s.prefix(), 1, 100)
	}
	trie.Add(p, 1, 100)
	if n := testing.AllocsPerRun(100, func() {
		trie.Add(p, 1, 100)
		trie.Count(p, 0, 11, 100)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
