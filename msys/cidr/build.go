package cidr

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"net/netip"
	"runtime"
	"slices"
	"sync"

	"github.com/gaissmai/bart"
)

// errTooMany is the error of a load with more than Config.MaxEntries blocks.
var errTooMany = errors.New("too many entries")

// entry4 is a block of IPv4 addresses: the address in the upper 32 bits of
// key, its length below, so that keys sort blocks before what they hold.
type entry4 struct {
	key   uint64
	index uint32
}

type entry6 struct {
	prefix netip.Prefix
	index  uint32
}

// builder collects entries in any order and makes a table of them. Of entries
// for one prefix an exclusion wins, else the first.
type builder struct {
	v4  [shards][]entry4
	v6  []entry6
	n   int
	max int
}

// add4 adds the block of bits leading bits of addr.
func (b *builder) add4(addr uint32, length int, index uint32) error {
	if b.n++; b.n > b.max {
		return fmt.Errorf("%w: the limit is %d", errTooMany, b.max)
	}
	addr &= uint32(^uint64(0) << (32 - length))
	e := entry4{uint64(addr)<<32 | uint64(length), index}
	first := addr >> (32 - shardBits)
	for shard := first; shard < first+uint32(max(1, shards>>length)); shard++ {
		b.v4[shard] = append(b.v4[shard], e)
	}
	return nil
}

// addRange4 adds the fewest blocks that make up from..to.
func (b *builder) addRange4(from, to uint32, index uint32) error {
	for at := uint64(from); at <= uint64(to); {
		size := min(bits.TrailingZeros64(at|1<<32), bits.Len64(uint64(to)-at+1)-1)
		if err := b.add4(uint32(at), 32-size, index); err != nil {
			return err
		}
		at += 1 << size
	}
	return nil
}

// add adds a masked prefix, IPv4 not mapped.
func (b *builder) add(p netip.Prefix, index uint32) error {
	if p.Addr().Is4() {
		a := p.Addr().As4()
		return b.add4(uint32(a[0])<<24|uint32(a[1])<<16|uint32(a[2])<<8|uint32(a[3]), p.Bits(), index)
	}
	if b.n++; b.n > b.max {
		return fmt.Errorf("%w: the limit is %d", errTooMany, b.max)
	}
	b.v6 = append(b.v6, entry6{p, index})
	return nil
}

// build makes the table. Sorted entries go into a trie several times faster,
// because neighbours share its nodes.
func (b *builder) build(values []value) *table {
	t := &table{values: values, entries: b.n}
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range b.v4 {
		if len(b.v4[i]) == 0 {
			continue
		}
		free <- struct{}{}
		wg.Go(func() {
			build4(&t.v4[i], b.v4[i])
			b.v4[i] = nil
			// The copy lies together in memory, without what was outgrown
			// meanwhile between its nodes: look-ups miss the cache less.
			t.v4[i] = *t.v4[i].Clone()
			<-free
		})
	}
	build6(&t.v6, b.v6)
	wg.Wait()
	return t
}

func build4(t *bart.Table[uint32], entries []entry4) {
	entries = sort4(entries)
	for i := 0; i < len(entries); {
		key, index := entries[i].key, entries[i].index
		for i++; i < len(entries) && entries[i].key == key; i++ {
			if entries[i].index == excluded {
				index = excluded
			}
		}
		a := uint32(key >> 32)
		addr := netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)})
		t.Insert(netip.PrefixFrom(addr, int(uint32(key))), index)
	}
}

func build6(t *bart.Table[uint32], entries []entry6) {
	slices.SortStableFunc(entries, func(a, b entry6) int {
		if c := a.prefix.Addr().Compare(b.prefix.Addr()); c != 0 {
			return c
		}
		return cmp.Compare(a.prefix.Bits(), b.prefix.Bits())
	})
	for i := 0; i < len(entries); {
		p, index := entries[i].prefix, entries[i].index
		for i++; i < len(entries) && entries[i].prefix == p; i++ {
			if entries[i].index == excluded {
				index = excluded
			}
		}
		t.Insert(p, index)
	}
}

// sort4 sorts by key and keeps the order of equal keys: a radix sort by the
// bytes that differ.
func sort4(entries []entry4) []entry4 {
	byKey := func(a, b entry4) int { return cmp.Compare(a.key, b.key) }
	if len(entries) < 1024 {
		slices.SortStableFunc(entries, byKey)
		return entries
	}
	if slices.IsSortedFunc(entries, byKey) {
		return entries
	}
	other := make([]entry4, len(entries))
	for _, shift := range [...]uint{0, 32, 40, 48, 56} {
		var count [256]int
		for i := range entries {
			count[byte(entries[i].key>>shift)]++
		}
		if count[byte(entries[0].key>>shift)] == len(entries) {
			continue
		}
		sum := 0
		for i, n := range count {
			count[i] = sum
			sum += n
		}
		for i := range entries {
			at := &count[byte(entries[i].key>>shift)]
			other[*at] = entries[i]
			*at++
		}
		entries, other = other, entries
	}
	return entries
}
