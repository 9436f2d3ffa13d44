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
	for _, bm := range []struct {
		name string
		op   func(i int) error
	}{
		{"inc", func(i int) error { _, err := c.Add(ctx, "g", live[i%elems], 1); return err }},
		{"get", func(i int) error { _, err := c.Get(ctx, "g", live[i%elems]); return err }},
		{"inc-evicts", func(i int) error { _, err := c.Add(ctx, "g", keys[i%len(keys)], 1); return err }},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if err := bm.op(i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
