//go:build unix

package msys

import (
	"context"
	"log/slog"
	"net/netip"
	"syscall"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/vctx"
)

// cpuTime is the processor time that the process has used.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDispatch measures what a session adds to a protected call of the
// same empty function with the same arguments: over-ns/call, in processor
// time, so that other work on the machine does not count. Batches of both take
// turns. The aim is 1,500 ns.
func BenchmarkDispatch(b *testing.B) {
	const source = `local mod = {} function mod:validate_connect(ac, vctx) return 0 end msys.registerModule("m", mod)`
	rt, err := New(Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer rt.Close()
	if err := rt.LoadString("m.lua", source); err != nil {
		b.Fatal(err)
	}
	s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321")})
	defer s.Close()
	hook := rt.hooks.find("validate_connect")
	ctx := context.Background()
	dispatch := func() {
		if err := s.step(ctx, func() error {
			out, err := s.dispatch(hook, dispatchOptions{push: s.connArgs})
			if !out.called {
				b.Fatal("not called")
			}
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}

	l := lua.NewState()
	lua.OpenLibraries(l)
	if err := lua.DoString(l, `msys = {registerModule = function(_, mod) return mod end} `+
		`local mod = {} function mod:validate_connect(ac, vctx) return 0 end return mod`); err != nil {
		b.Fatal(err)
	}
	l.Field(-1, "validate_connect")
	bare := func() {
		l.PushValue(-1)
		l.PushValue(-3)
		l.PushUserData(s.conn)
		l.PushUserData(s.v)
		if err := l.ProtectedCall(3, 1, 0); err != nil {
			b.Fatal(err)
		}
		l.Pop(1)
	}

	const batch = 10_000
	var over, alone time.Duration
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		began := cpuTime(b)
		for range batch {
			dispatch()
		}
		between := cpuTime(b)
		for range batch {
			bare()
		}
		call := cpuTime(b) - between
		alone += call
		over += between - began - call
		n += batch
	}
	b.ReportMetric(float64(alone.Nanoseconds())/float64(n), "bare-ns/call")
	b.ReportMetric(float64(over.Nanoseconds())/float64(n), "over-ns/call")
}
