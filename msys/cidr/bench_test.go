package cidr_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"testing"

	"github.com/gaissmai/bart"
	"github.com/yl2chen/cidranger"

	"github.com/gomsys/gomsys/msys/cidr"
)

const benchEntries = 1_000_000

// benchAddrs gives random IPv4 addresses, always the same ones.
func benchAddrs(n int) []netip.Addr {
	rnd := rand.New(rand.NewPCG(1, 2))
	out := make([]netip.Addr, n)
	for i := range out {
		a := rnd.Uint32()
		out[i] = netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)})
	}
	return out
}

func benchFile(addrs []netip.Addr) []byte {
	var b bytes.Buffer
	b.WriteString(":127.0.0.2:listed, see http://bl.example/$\n")
	for i, a := range addrs {
		b.WriteString(a.String())
		if i%50 == 0 {
			b.WriteString(" :4:dynamic range")
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func benchRegistry(b *testing.B, file []byte) *cidr.Registry {
	b.Helper()
	reg := cidr.New(&cidr.Config{Open: func(context.Context, string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(file)), nil
	}})
	b.Cleanup(reg.Close)
	if err := reg.Define("t", cidr.Options{Type: cidr.RBLDNSD, Source: "mem"}); err != nil {
		b.Fatal(err)
	}
	if _, _, err := reg.Query(context.Background(), "t", netip.MustParsePrefix("192.0.2.1/32")); err != nil {
		b.Fatal(err)
	}
	return reg
}

// BenchmarkLoad loads a million random addresses from an rbldnsd file.
func BenchmarkLoad(b *testing.B) {
	file := benchFile(benchAddrs(benchEntries))
	reg := benchRegistry(b, file)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if err := reg.Reload(context.Background(), "t"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/load")
}

// BenchmarkMemory measures what a table of a million addresses holds.
func BenchmarkMemory(b *testing.B) {
	file := benchFile(benchAddrs(benchEntries))
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		reg := benchRegistry(b, file)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB/table")
		runtime.KeepAlive(reg)
	}
}

// BenchmarkLookup looks up random addresses, half of them listed, in a table
// of a million.
func BenchmarkLookup(b *testing.B) {
	addrs := benchAddrs(2 * benchEntries)
	listed := addrs[:benchEntries]
	probes := make([]netip.Prefix, 1<<20)
	for i := range probes {
		probes[i] = netip.PrefixFrom(addrs[rand.IntN(len(addrs))], 32)
	}
	reg := benchRegistry(b, benchFile(listed))
	var table bart.Table[uint32]
	for i, a := range listed {
		table.Insert(netip.PrefixFrom(a, 32), uint32(i&1))
	}
	ctx := context.Background()
	b.Run("registry", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if _, _, err := reg.Query(ctx, "t", probes[i%len(probes)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("table", func(b *testing.B) {
		t, err := reg.Table("t")
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			t.Lookup(ctx, probes[i%len(probes)].Addr())
		}
	})
	b.Run("peer=bart", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			table.Lookup(probes[i%len(probes)].Addr())
		}
	})
	b.Run("peer=cidranger", func(b *testing.B) {
		ranger := cidranger.NewPCTrieRanger()
		for _, a := range listed[:benchEntries/10] { // it is slow to fill
			entry := cidranger.NewBasicRangerEntry(net.IPNet{IP: a.AsSlice(), Mask: net.CIDRMask(32, 32)})
			if err := ranger.Insert(entry); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			if _, err := ranger.Contains(probes[i%len(probes)].Addr().AsSlice()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkInsert(b *testing.B) {
	reg := cidr.New(nil)
	defer reg.Close()
	if err := reg.Define("e", cidr.Options{Type: cidr.Empty}); err != nil {
		b.Fatal(err)
	}
	addrs := benchAddrs(10_000)
	b.ReportAllocs()
	for i := range b.N {
		if err := reg.Insert("e", netip.PrefixFrom(addrs[i%len(addrs)], 32), "x"); err != nil {
			b.Fatal(fmt.Errorf("insert %d: %w", i, err))
		}
	}
}
