//go:build unix

package msys

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/vctx"
)

// BenchmarkExpandMacro expands a text with three macros, from Go and from a
// script, whose loop, call and comparison count too, in processor time. The
// aim is 1,000 ns for the expansion.
func BenchmarkExpandMacro(b *testing.B) {
	const text, want = "%{mailfrom_localpart}@%{mailfrom_domain} from %{vctx_conn:ehlo_domain}", "peter@kubuntu.lan from mx.example.org"
	rt, err := New(Config{Logger: slog.New(slog.DiscardHandler), Limits: Limits{Instructions: -1, Time: -1}})
	if err != nil {
		b.Fatal(err)
	}
	defer rt.Close()
	script := strings.NewReplacer("TEXT", text, "WANT", want).Replace(`
		local mod, expand = {}, msys.expandMacro
		function mod:validate_rcptto(msg, str, ac, vctx)
			for i = 1, 10000 do if expand("TEXT") ~= "WANT" then error(expand("TEXT")) end end
			return 0
		end
		msys.registerModule("m", mod)`)
	if err := rt.LoadString("m.lua", script); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321")})
	defer s.Close()
	if _, err := s.Ehlo(ctx, "mx.example.org"); err != nil {
		b.Fatal(err)
	}
	if _, err := s.MailFrom(ctx, "peter@kubuntu.lan"); err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name string
		run  func() // 10,000 expansions
	}{
		{"go", func() {
			for range 10_000 {
				if got, err := rt.Expand(ctx, s.Context(), text); err != nil || got != want {
					b.Fatal(got, err)
				}
			}
		}},
		{"lua", func() {
			if v, err := s.RcptTo(ctx, "a@b.example"); err != nil || !v.OK() {
				b.Fatal(v, err)
			}
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			began, n := cpuTime(b), 0
			for b.Loop() {
				bb.run()
				n += 10_000
			}
			b.ReportMetric(float64((cpuTime(b)-began).Nanoseconds())/float64(n), "cpu-ns/expansion")
		})
	}
}
