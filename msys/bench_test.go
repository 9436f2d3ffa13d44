package msys_test

import (
	"context"
	"log/slog"
	"net/netip"
	"runtime"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// benchPolicy has 9 callouts that make 60 calls of the API for a mail of one
// recipient.
const benchPolicy = `
require("msys.core")
local M, C = msys.core.VCTX_MESS, msys.core.VCTX_CONN
local mod = {}
local function work(vctx, n)
  for i = 1, n do
    vctx:set(M, "key", "value")
    if vctx:get(M, "key") ~= "value" then error("lost") end
  end
end
function mod:validate_connect(ac, vctx) work(vctx, 3) return 0 end
function mod:validate_ehlo(str, ac, vctx) work(vctx, 3) return 0 end
function mod:validate_mailfrom(str, ac, vctx) work(vctx, 3) return 0 end
function mod:validate_rcptto(msg, str, ac, vctx) work(vctx, 3) return 0 end
function mod:validate_data(msg, ac, vctx) work(vctx, 3) return 0 end
function mod:validate_data_spool(msg, ac, vctx) work(vctx, 3) return 0 end
function mod:validate_data_spool_each_rcpt(msg, ac, vctx) work(vctx, 3) return 0 end
function mod:validate_set_binding(msg)
  for i = 1, 3 do msg:context_set(M, "key", "value") msg:context_get(M, "key") end
  return 0
end
function mod:core_final_validation(msg, ac, vctx) work(vctx, 6) end
msys.registerModule("bench", mod)
`

func quiet() msys.Config { return msys.Config{Logger: slog.New(slog.DiscardHandler)} }

func BenchmarkPolicy(b *testing.B) {
	ctx := context.Background()
	// The policy's cost is the difference between a session with it and one
	// without any: both read and copy the same mail.
	for _, with := range []bool{true, false} {
		name := "session with the policy"
		if !with {
			name = "session without"
		}
		b.Run(name, func(b *testing.B) {
			rt, err := msys.New(quiet())
			if err != nil {
				b.Fatal(err)
			}
			defer rt.Close()
			if with {
				if err := rt.LoadString("bench.lua", benchPolicy); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321")})
				s.Connect(ctx)
				s.Ehlo(ctx, "x")
				s.MailFrom(ctx, "a@b.example")
				s.RcptTo(ctx, "c@d.example")
				res, err := s.Data(ctx, strings.NewReader(mail))
				if err != nil || res.Code != 250 {
					b.Fatal(res, err)
				}
				s.Close()
			}
		})
	}
	// The same Lua work on bare go-lua: 9 calls of functions that make 60
	// calls of Go functions found in the metatables of userdata.
	b.Run("bare go-lua", func(b *testing.B) {
		l := lua.NewState()
		lua.OpenLibraries(l)
		vars := map[string]string{}
		l.NewTable()
		l.PushGoFunction(func(l *lua.State) int {
			vars[lua.CheckString(l, 3)] = lua.CheckString(l, 4)
			return 0
		})
		l.SetField(-2, "set")
		l.PushGoFunction(func(l *lua.State) int { l.PushString(vars[lua.CheckString(l, 3)]); return 1 })
		l.SetField(-2, "get")
		l.PushValue(-1)
		l.SetField(-2, "__index")
		l.SetGlobal("meta")
		l.PushUserData(1)
		l.Global("meta")
		l.SetMetaTable(-2)
		l.SetGlobal("vctx")
		source := "msys = {core = {VCTX_MESS = 1, VCTX_CONN = 0}, registerModule = function(n, t) mod = t end}\nfunction require() end\n" +
			strings.NewReplacer("msg:context_", "vctx:", `:validate_set_binding(msg)`, `:validate_set_binding(msg, ac, vctx)`).Replace(benchPolicy)
		if err := lua.DoString(l, source); err != nil {
			b.Fatal(err)
		}
		names := []string{"validate_connect", "validate_ehlo", "validate_mailfrom", "validate_rcptto", "validate_data", "validate_data_spool",
			"validate_data_spool_each_rcpt", "validate_set_binding", "core_final_validation"}
		extra := map[string]int{"validate_connect": 1, "validate_rcptto": 3}
		b.ReportAllocs()
		for b.Loop() {
			for _, name := range names {
				n, ok := extra[name]
				if !ok {
					n = 2
				}
				l.Global("mod")
				l.Field(-1, name)
				l.Global("mod")
				for range n {
					l.PushNil()
				}
				l.Global("vctx")
				if err := l.ProtectedCall(n+2, 1, 0); err != nil {
					s, _ := l.ToString(-1)
					b.Fatal(err, s)
				}
				l.Pop(2)
			}
		}
	})
}

// openSessions opens n sessions up to EHLO and gives what each holds of the
// heap.
func openSessions(tb testing.TB, rt *msys.Runtime, n int) (sessions []*msys.Session, bytes uint64) {
	tb.Helper()
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	sessions = make([]*msys.Session, 0, n)
	before := heap()
	for range n {
		s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321")})
		if v, err := s.Connect(context.Background()); err != nil || !v.OK() {
			tb.Fatal(v, err)
		}
		if v, err := s.Ehlo(context.Background(), "mx.example.org"); err != nil || !v.OK() {
			tb.Fatal(v, err)
		}
		sessions = append(sessions, s)
	}
	return sessions, (heap() - before) / uint64(n)
}

func benchRuntime(tb testing.TB) *msys.Runtime {
	tb.Helper()
	rt, err := msys.New(quiet())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { rt.Close() })
	if err := rt.LoadString("bench.lua", benchPolicy); err != nil {
		tb.Fatal(err)
	}
	return rt
}

// An idle session costs at most 8 KB.
func TestIdleSessionMemory(t *testing.T) {
	sessions, each := openSessions(t, benchRuntime(t), 2000)
	t.Logf("%d bytes an idle session after EHLO", each)
	if each > 8<<10 {
		t.Errorf("%d bytes an idle session, want at most 8192", each)
	}
	for _, s := range sessions {
		s.Close()
	}
}

// BenchmarkOpenSessions has 10,000 sessions open at once; the aim is 100 MB
// for all of them, 10,485 bytes for each.
func BenchmarkOpenSessions(b *testing.B) {
	rt := benchRuntime(b)
	for b.Loop() {
		sessions, each := openSessions(b, rt, 10_000)
		b.ReportMetric(float64(each), "bytes/session")
		b.ReportMetric(float64(each)*10_000/(1<<20), "MiB/10000")
		for _, s := range sessions {
			s.Close()
		}
	}
}
