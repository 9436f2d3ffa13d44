package gaugecache_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/gaugecache"
)

// BenchmarkFull works on a cache that is at its greatest number of entries.
func BenchmarkFull(b *testing.B) {
	const elems = 10_000
	c := gaugecache.New(nil)
	define(b, c, "g", gaugecache.Spec{MaxElems: elems, TTL: time.Hour})
	keys := make([]string, 4*elems)
	for i := range keys {
		keys[i] = fmt.Sprintf("user%d@example.com", i)
		add(b, c, "g", keys[i], 1)
	}
	live := keys[len(keys)-elems:]
	inc := func(key string) error { _, err := c.Add(ctx, "g", key, 1); return err }
	get := func(key string) error { _, err := c.Get(ctx, "g", key); return err }
	for _, bm := range []struct {
		name string
		keys []string
		op   func(key string) error
	}{
		{"inc", live, inc},
		{"get", live, get},
		{"inc-evicts", keys, inc},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			next := 0
			for range b.N {
				if err := bm.op(bm.keys[next]); err != nil {
					b.Fatal(err)
				}
				if next++; next == len(bm.keys) {
					next = 0
				}
			}
		})
	}
}
