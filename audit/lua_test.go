package audit_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/timer"
	"github.com/gomsys/gomsys/vctx"
)

// scripted is an engine with a Lua state, whose scripts move time and say who
// is connected.
type scripted struct {
	t     *testing.T
	a     *audit.Audit
	o     audit.Options
	clock *timer.ManualClock
	l     *lua.State
	open  []*audit.Session
	waits int
}

// received stands for a message that came from a peer.
type received struct{ from net.Addr }

func (r received) RemoteAddr() net.Addr { return r.from }

func newScripted(t *testing.T, o audit.Options) *scripted {
	t.Helper()
	s := &scripted{t: t, o: o, l: lua.NewState()}
	lualib.Open(s.l)
	bind.Preload(s.l, vctx.Library())
	s.restart()
	s.peer("203.0.113.9")
	for name, f := range map[string]func(l *lua.State){
		"restart": func(*lua.State) { s.restart() },
		"advance": func(l *lua.State) { s.clock.Advance(seconds(l, 1)) },
		"setback": func(l *lua.State) { s.clock.Set(s.clock.Now().Add(-seconds(l, 1))) },
		"peer":    func(l *lua.State) { s.peer(lua.CheckString(l, 1)) },
		"nobody":  func(l *lua.State) { bind.SetEnv(l, &bind.Env{}) },
		"from_message": func(l *lua.State) {
			ip := net.ParseIP(lua.CheckString(l, 1))
			bind.SetEnv(l, &bind.Env{Message: received{&net.TCPAddr{IP: ip, Port: 25}}})
		},
		"reception": func(l *lua.State) { s.a.Reception(address(l, 1), lua.CheckInteger(l, 2)) },
		"rejection": func(l *lua.State) { s.a.Rejection(address(l, 1), lua.CheckInteger(l, 2)) },
		"close":     func(l *lua.State) { s.open[lua.CheckInteger(l, 1)].Close() },
	} {
		s.l.Register(name, func(l *lua.State) int { f(l); return 0 })
	}
	s.l.Register("open", func(l *lua.State) int {
		l.PushInteger(len(s.open))
		s.open = append(s.open, s.a.SessionOpened(lua.CheckString(l, 1), "in", address(l, 2)))
		return 1
	})
	return s
}

func seconds(l *lua.State, i int) time.Duration { return time.Duration(lua.CheckNumber(l, i) * 1e9) }

func address(l *lua.State, i int) netip.Addr { return netip.MustParseAddr(lua.CheckString(l, i)) }

// restart gives the state a new engine; the module's tables stay the same.
func (s *scripted) restart() {
	if s.o.Clock == nil {
		s.clock = timer.NewManualClock(t0)
		o := s.o
		o.Clock = s.clock
		s.a, _ = newAudit(s.t, o)
	} else {
		s.a, s.clock = newAudit(s.t, s.o)
	}
	bind.Open(s.l, audit.Libraries(s.a)...)
	if s.l.Global("ac"); !s.l.IsNil(-1) {
		s.peer("203.0.113.9")
	}
	s.l.Pop(1)
}

func (s *scripted) peer(addr string) {
	conn := vctx.NewConn(vctx.Conn{Remote: netip.AddrPortFrom(netip.MustParseAddr(addr), 4321), Counter: s.a})
	bind.SetEnv(s.l, &bind.Env{
		Conn: conn,
		Wait: func(ctx context.Context, f func(context.Context) error) error { s.waits++; return f(ctx) },
	})
	if !bind.HasClass(s.l, conn) {
		bind.OpenPreloaded(s.l)
	}
	bind.PushObject(s.l, conn)
	s.l.SetGlobal("ac")
}

func (s *scripted) run(file string) {
	s.t.Helper()
	if err := lua.DoFile(s.l, file); err != nil {
		text, _ := s.l.ToString(-1)
		s.t.Fatal(err, text)
	}
}

func TestLuaSeries(t *testing.T) {
	newScripted(t, audit.Options{}).run("testdata/series.lua")
}

func TestLuaMonitorsAndSessions(t *testing.T) {
	newScripted(t, audit.Options{Monitors: []string{"60,1", "300,6"}}).run("testdata/audit.lua")
}

func TestLuaCluster(t *testing.T) {
	clock := timer.NewManualClock(t0)
	store := &faultyStore{MemoryStore: audit.NewMemoryStore(clock)}
	other, _ := newAudit(t, audit.Options{Clock: clock, Store: store, NodeID: "other"})
	for name, r := range map[string]audit.Replicate{"c": audit.Cluster, "m": audit.Manager} {
		spec := clustered
		spec.Replicate = r
		define(t, other, name, spec)
	}
	s := newScripted(t, audit.Options{Clock: clock, Store: store, NodeID: "this"})
	s.l.Register("other_node_adds", func(l *lua.State) int {
		add(t, other, lua.CheckString(l, 1), lua.CheckString(l, 2), int64(lua.CheckInteger(l, 3)))
		return 0
	})
	s.l.Register("store_fails", func(l *lua.State) int {
		if l.ToBoolean(1) {
			store.fail(errDown, false)
		} else {
			store.fail(nil, false)
		}
		return 0
	})
	s.run("testdata/cluster.lua")
	if s.waits == 0 {
		t.Error("calls that ask the store do not let others go on")
	}
}

func Example_lua() {
	a, err := audit.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.Close(context.Background())
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, audit.Libraries(a)...)
	err = lua.DoString(l, `
		local series = require("msys.audit_series")
		series.define("bad_rcpt", "cidr", 3600, 12)
		series.add("bad_rcpt", "192.0.2.1")
		series.add("bad_rcpt", { key = "192.0.2.7", count = 4 })
		print(series.count("bad_rcpt", { key = "192.0.2.0/24", endv = 11 }))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output: 5
}
