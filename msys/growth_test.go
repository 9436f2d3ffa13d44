//go:build soak

package msys_test

import (
	"context"
	"flag"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/vctx"
)

var growthSessions = flag.Int("sessions", 1_000_000, "how many sessions TestNoGrowth has")

// TestNoGrowth runs a million sessions, each with one mail through a policy of
// nine callouts, and finds the heap, the objects in it and the goroutines
// after each tenth as they were after the first: nothing is kept of a session
// that is over.
//
//	go test -tags soak -timeout 0 -run TestNoGrowth ./msys -sessions 1000000
func TestNoGrowth(t *testing.T) {
	const (
		objects = 500       // that caches and the test's own log may still add
		bytes   = 128 << 10 // and their size
	)
	rt, ctx := benchRuntime(t), context.Background()
	type use struct {
		heap, objects uint64
		goroutines    int
		total         uint64 // allocations so far
	}
	measure := func() use {
		runtime.GC()
		runtime.GC() // what finalizers held
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return use{m.HeapAlloc, m.HeapObjects, runtime.NumGoroutine(), m.Mallocs}
	}
	session := func() {
		s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321")})
		defer s.Close()
		for _, step := range []func() error{
			func() error { _, err := s.Connect(ctx); return err },
			func() error { _, err := s.Ehlo(ctx, "x"); return err },
			func() error { _, err := s.MailFrom(ctx, "a@b.example"); return err },
			func() error { _, err := s.RcptTo(ctx, "c@d.example"); return err },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		res, err := s.Data(ctx, strings.NewReader(mail))
		if err != nil || res.Code != 250 || len(res.Messages) != 1 {
			t.Fatal(res, err)
		}
	}
	tenth := max(*growthSessions/10, 1)
	var first, last use
	for i := range 10 {
		began, before := time.Now(), last.total
		for range tenth {
			session()
		}
		last = measure()
		if i == 0 {
			first = last
		}
		t.Logf("%8d sessions: heap %d bytes, %d objects, %d goroutines; %.1f allocations and %v a session",
			(i+1)*tenth, last.heap, last.objects, last.goroutines, float64(last.total-before)/float64(tenth), time.Since(began)/time.Duration(tenth))
	}
	if last.heap > first.heap+bytes || last.objects > first.objects+objects || last.goroutines > first.goroutines {
		t.Errorf("after %d sessions %d bytes, %d objects, %d goroutines; after %d %d, %d, %d",
			tenth, first.heap, first.objects, first.goroutines, 10*tenth, last.heap, last.objects, last.goroutines)
	}
}
