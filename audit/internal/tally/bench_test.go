package tally

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
)

// host gives the i-th of 2^32 addresses in a random order, without a table
// that would compete for the caches.
func host(i uint32, v6 bool) netip.Prefix {
	i *= 0x9E3779B1 // odd, so this is a bijection, as are the steps below
	i ^= i >> 16
	i *= 0x85EBCA6B
	i ^= i >> 13
	if v6 {
		a := [16]byte{0x20, 0x01, 0x0d, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i), 15: byte(i >> 3)}
		return netip.PrefixFrom(netip.AddrFrom16(a), 128)
	}
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}), 32)
}

func BenchmarkTrie(b *testing.B) {
	for _, v6 := range []bool{false, true} {
		for _, keys := range []uint32{1000, 1_000_000} {
			trie := New(v6, 12, 1000, 0)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for i := range keys {
				trie.Add(host(i, v6), 1, 1000+int64(i*12/keys))
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			perKey := float64(after.HeapAlloc-before.HeapAlloc) / float64(keys)
			next := uint32(1)
			probe := func() netip.Prefix {
				next = next*1664525 + 1013904223
				return host(uint32(uint64(next)*uint64(keys)>>32), v6)
			}
			name := fmt.Sprintf("v6=%v/keys=%d/", v6, keys)
			b.Run(name+"add", func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					trie.Add(probe(), 1, 1011)
				}
				b.ReportMetric(perKey, "B/key")
			})
			b.Run(name+"count", func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					trie.Count(probe(), 0, 11, 1011)
				}
			})
			b.Run(name+"count-block", func(b *testing.B) {
				for range b.N {
					p, err := probe().Addr().Prefix(20)
					if err != nil {
						b.Fatal(err)
					}
					trie.Count(p, 0, 11, 1011)
				}
			})
		}
	}
}

func BenchmarkStrings(b *testing.B) {
	const keys = 1_000_000
	names := make([]string, keys)
	for i := range names {
		names[i] = fmt.Sprintf("user%d@example.com", i)
	}
	s := NewStrings(12, 1000, 0)
	for _, name := range names {
		s.Add(name, 1, 1000)
	}
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			s.Add(names[i*7919%keys], 1, 1000)
		}
	})
	b.Run("count", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			s.Count(names[i*7919%keys], 0, 11, 1000)
		}
	})
}

// BenchmarkRemove removes and adds again, as a session registry does.
func BenchmarkRemove(b *testing.B) {
	const keys = 100_000
	trie := New(false, 12, 1000, 0)
	for i := range uint32(keys) {
		trie.Add(host(i, false), 1, 1000)
	}
	b.ResetTimer()
	for i := range b.N {
		p := host(uint32(i%keys), false)
		trie.Remove(p, 1000)
		trie.Add(p, 1, 1000)
	}
}
