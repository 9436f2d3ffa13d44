package redisstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/msys/gaugecache"
)

// BenchmarkBusyKey counts events of one host, all of which go to Redis.
func BenchmarkBusyKey(b *testing.B) {
	server := startServer(b)
	h := newHost(b, server.addr, "a", realClock{}, audit.Options{})
	k := audit.Host(peer)
	b.ReportAllocs()
	for b.Loop() {
		if err := h.Add(ctx, "s", k, 1); err != nil {
			b.Fatal(err)
		}
	}
	if err := h.Close(ctx); err != nil { // sends the rest
		b.Fatal(err)
	}
}

// BenchmarkPipeline sends additions for that many items in one call.
func BenchmarkPipeline(b *testing.B) {
	s := startServer(b).store(b)
	for _, items := range []int{5, 100, 1000} {
		d := make([]audit.Delta, items)
		for i := range d {
			d[i] = audit.Delta{Shape: shape, Item: fmt.Sprintf("4:32:192.0.2.%d", i), Window: 100, N: 1}
		}
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.AddWindows(ctx, d); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*items), "ns/item")
		})
	}
}

func BenchmarkSum(b *testing.B) {
	server := startServer(b)
	h := newHost(b, server.addr, "a", realClock{}, audit.Options{})
	k := audit.Host(peer)
	for b.Loop() {
		if _, err := h.SeriesCount(ctx, "s", k, 0, 11); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGauge(b *testing.B) {
	s := startServer(b).store(b)
	l := gaugecache.Limits{Name: "g", MaxElems: 1000, TTL: time.Hour}
	for i := range b.N {
		if _, err := s.Add(ctx, l, fmt.Sprint(i%2000), 1); err != nil {
			b.Fatal(err)
		}
	}
}

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

func (realClock) AfterFunc(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
