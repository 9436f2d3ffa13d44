package counter_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/gomsys/gomsys/counter"
)

// BenchmarkInc adds to one counter, from one goroutine and from two at once,
// beside the usual ways to count.
func BenchmarkInc(b *testing.B) {
	r := counter.New(nil)
	strict, relaxed := mustOpen(b, r, "/strict", counter.Strict), mustOpen(b, r, "/relaxed", counter.Relaxed)
	var word atomic.Int64
	x := xsync.NewCounter()
	var mu sync.Mutex
	m := map[string]int64{}
	for _, bm := range []struct {
		name string
		inc  func(n int)
	}{
		{"strict", func(n int) {
			for range n {
				strict.Add(1)
			}
		}},
		{"relaxed", func(n int) {
			for range n {
				relaxed.Add(1)
			}
		}},
		{"path", func(n int) {
			for range n {
				if c, err := r.Reach("/strict"); err == nil {
					c.Add(1)
				}
			}
		}},
		{"peer=atomic", func(n int) {
			for range n {
				word.Add(1)
			}
		}},
		{"peer=xsync", func(n int) {
			for range n {
				x.Add(1)
			}
		}},
		{"peer=mutexmap", func(n int) {
			for range n {
				mu.Lock()
				m["/strict"]++
				mu.Unlock()
			}
		}},
	} {
		b.Run(bm.name+"/goroutines=1", func(b *testing.B) {
			b.ReportAllocs()
			bm.inc(b.N)
		})
		b.Run(bm.name+"/goroutines=2", func(b *testing.B) {
			b.ReportAllocs()
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() { bm.inc(b.N / 2) })
			}
			wg.Wait()
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	r := counter.New(nil)
	for _, s := range []counter.Semantics{counter.Strict, counter.Relaxed} {
		c := mustOpen(b, r, "/"+s.String(), s)
		b.Run(s.String(), func(b *testing.B) {
			for b.Loop() {
				c.Load()
			}
		})
	}
}
