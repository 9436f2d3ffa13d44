package audit_test

import (
	"fmt"
	"math/bits"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/gomsys/gomsys/audit"
)

// randomHost gives the i-th of 2^32 addresses in a random order, without a
// table that would compete for the caches.
func randomHost(i uint32) audit.Key {
	i *= 0x9E3779B1 // odd, so this is a bijection, as are the steps below
	i ^= i >> 16
	i *= 0x85EBCA6B
	i ^= i >> 13
	return audit.Host(netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}))
}

// BenchmarkSeries adds to and counts in a series of 12 windows.
func BenchmarkSeries(b *testing.B) {
	for _, keys := range []uint32{1000, 1_000_000} {
		a, err := audit.New(&audit.Options{MaxKeys: -1})
		if err != nil {
			b.Fatal(err)
		}
		defer a.Close(ctx)
		define(b, a, "s", audit.Spec{Type: audit.CIDR, Interval: time.Hour, Windows: 12})
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range keys {
			if err := a.Add(ctx, "s", randomHost(i), 1); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		// The keys are made before, in random order; their number is a power of two.
		probes := make([]audit.Key, max(4096, 1<<bits.Len32(keys-1)))
		next := uint32(1)
		for i := range probes {
			next = next*1664525 + 1013904223
			probes[i] = randomHost(uint32(uint64(next) * uint64(keys) >> 32))
		}
		b.Run(fmt.Sprintf("keys=%d/add", keys), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if err := a.Add(ctx, "s", probes[i&(len(probes)-1)], 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(keys), "B/key")
		})
		b.Run(fmt.Sprintf("keys=%d/count12", keys), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if _, err := a.SeriesCount(ctx, "s", probes[i&(len(probes)-1)], 0, 11); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSession opens and closes a session with one monitor.
func BenchmarkSession(b *testing.B) {
	a, err := audit.New(&audit.Options{Monitors: []string{"60,1"}})
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close(ctx)
	b.ReportAllocs()
	for b.Loop() {
		a.SessionOpened(audit.SMTP, "", peer).Close()
	}
}

// BenchmarkSave writes a series of 100,000 hosts to its file.
func BenchmarkSave(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		a, err := audit.New(&audit.Options{PersistDir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		define(b, a, "s", persistent(cidr6x300))
		for i := range uint32(100_000) {
			if err := a.Add(ctx, "s", randomHost(i), 1); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		if err := a.Close(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
