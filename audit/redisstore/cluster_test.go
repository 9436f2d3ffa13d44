package redisstore_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/audit/redisstore"
	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/gaugecache"
	"github.com/gomsys/gomsys/timer"
)

var peer = netip.MustParseAddr("203.0.113.9")

// host is one of the hosts that share a Redis.
type host struct {
	*audit.Audit
	gauges *gaugecache.Caches
	errors atomic.Int64
}

// newHost makes a host with the engine options o; the clock is the tests' own,
// so that windows do not end by themselves.
func newHost(t testing.TB, addr, name string, clock audit.Clock, o audit.Options) *host {
	t.Helper()
	store := redisstore.New(&redis.UniversalOptions{Addrs: []string{addr}}, nil)
	h := &host{}
	o.Store, o.SessionStore, o.NodeID, o.Clock, o.Logger = store, store, name, clock, quiet
	o.OnStoreError = func(string, error) { h.errors.Add(1) }
	if o.OpTimeout == 0 {
		o.OpTimeout = 5 * time.Second // the machine may be busy
	}
	var err error
	if h.Audit, err = audit.New(&o); err != nil {
		t.Fatal(err)
	}
	h.gauges = gaugecache.New(&gaugecache.Options{Store: store, OpTimeout: o.OpTimeout, Clock: clock.(gaugecache.Clock), Logger: quiet})
	t.Cleanup(func() {
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
		h.gauges.Close(ctx)
		store.Close()
	})
	err = h.DefineSeries("s", audit.Spec{Type: audit.CIDR, Interval: time.Hour, Windows: 12, Replicate: audit.Cluster})
	if err == nil {
		err = h.gauges.Define("g", gaugecache.Spec{MaxElems: 1000, TTL: time.Hour, Replicated: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *host) add(t testing.TB, addr string, n int64) {
	t.Helper()
	if err := h.Add(ctx, "s", audit.Host(netip.MustParseAddr(addr)), n); err != nil {
		t.Fatal(err)
	}
}

func (h *host) count(t testing.TB, block string) int64 {
	t.Helper()
	n, err := h.SeriesCount(ctx, "s", audit.Block(netip.MustParsePrefix(block)), 0, 11)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (h *host) gauge(t testing.TB, delta int64) int64 {
	t.Helper()
	n, err := h.gauges.Add(ctx, "g", "k", delta)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTwoHosts(t *testing.T) {
	server := startServer(t)
	clock := timer.NewManualClock(time.Unix(1700000100, 0))
	a := newHost(t, server.addr, "a", clock, audit.Options{})
	b := newHost(t, server.addr, "b", clock, audit.Options{})
	a.add(t, "203.0.113.9", 2)
	b.add(t, "203.0.113.9", 3)
	b.add(t, "203.0.113.200", 10)
	if x, y := a.count(t, "203.0.113.9/32"), b.count(t, "203.0.113.9/32"); x != 2 || y != 3 {
		t.Errorf("own shares %d and %d, want 2 and 3", x, y)
	}
	clock.Advance(time.Second) // the documented delay
	for block, want := range map[string]int64{"203.0.113.9/32": 5, "203.0.113.0/25": 5, "203.0.113.0/24": 15, "203.0.0.0/9": 15, "0.0.0.0/0": 15} {
		if x, y := a.count(t, block), b.count(t, block); x != want || y != want {
			t.Errorf("%s: %d and %d, want %d", block, x, y, want)
		}
	}
	if existed, err := b.Remove(ctx, "s", audit.Host(peer)); !existed || err != nil {
		t.Errorf("remove: %v, %v", existed, err)
	}
	clock.Advance(time.Second)
	if x, y := a.count(t, "203.0.113.9/32"), a.count(t, "203.0.113.0/24"); x != 0 || y != 10 {
		t.Errorf("after remove: %d and %d, want 0 and 10", x, y)
	}
	if x, y := a.gauge(t, 1), b.gauge(t, 1); x != 1 || y != 2 {
		t.Errorf("gauges %d and %d, want 1 and 2", x, y)
	}
	session := a.SessionOpened(audit.SMTP, "", peer)
	b.SessionOpened(audit.SMTP, "", peer)
	clock.Advance(time.Second)
	total := func(h *host) int64 {
		n, err := h.Sessions(ctx, audit.InboundCIDR, netip.PrefixFrom(peer, 32))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if x, y := total(a), total(b); x != 2 || y != 2 {
		t.Errorf("sessions %d and %d, want 2", x, y)
	}
	session.Close()
	clock.Advance(time.Second)
	if x, y := total(a), total(b); x != 1 || y != 1 {
		t.Errorf("sessions %d and %d, want 1", x, y)
	}
	if a.errors.Load()+b.errors.Load() != 0 {
		t.Error("store errors")
	}
}

// TestRedisDies kills Redis under traffic, and starts it again without data.
func TestRedisDies(t *testing.T) {
	server := startServer(t)
	clock := timer.NewManualClock(time.Unix(1700000100, 0))
	o := audit.Options{OpTimeout: 100 * time.Millisecond}
	hosts := []*host{newHost(t, server.addr, "a", clock, o), newHost(t, server.addr, "b", clock, o)}

	// Until the end, sessions count and ask on both hosts, and time passes.
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var added atomic.Int64
	var slowest atomic.Int64
	for _, h := range hosts {
		for g := range 2 {
			wg.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					began := time.Now()
					h.add(t, fmt.Sprintf("203.0.113.%d", i%7), 1)
					h.count(t, "203.0.113.0/24")
					h.gauge(t, 1)
					h.SessionOpened(audit.SMTP, "", peer).Close()
					added.Add(1)
					slowest.Store(max(slowest.Load(), int64(time.Since(began))))
					if g == 0 {
						clock.Advance(10 * time.Millisecond)
					}
				}
			})
		}
	}
	more := func(what string) {
		t.Helper()
		before := added.Load()
		eventually(t, what, func() bool { return added.Load() > before+200 })
	}
	more("traffic with Redis")
	server.kill()
	more("traffic without Redis")
	for i, h := range hosts {
		if own := h.count(t, "203.0.113.0/24"); own == 0 {
			t.Errorf("host %d has no counts of its own", i)
		}
		if h.errors.Load() == 0 {
			t.Errorf("host %d did not report the failure", i)
		}
	}
	server.start()
	more("traffic with Redis again")
	close(stop)
	wg.Wait()
	t.Logf("slowest of %d rounds of four calls: %v", added.Load(), time.Duration(slowest.Load()))

	// The guards let operations through again after at most 30 seconds, and
	// then both hosts see the same total: what Redis has seen since.
	clock.Advance(2 * time.Minute)
	x, y := hosts[0].count(t, "203.0.113.0/24"), hosts[1].count(t, "203.0.113.0/24")
	if x != y || x == 0 || x > added.Load() {
		t.Errorf("totals %d and %d of %d", x, y, added.Load())
	}
	hosts[0].add(t, "203.0.113.1", 1)
	clock.Advance(time.Second)
	if after := hosts[1].count(t, "203.0.113.0/24"); after != x+1 {
		t.Errorf("%d after one more, want %d", after, x+1)
	}
	for i, h := range hosts {
		if st := h.Stats(); st.Pending != 0 {
			t.Errorf("host %d: %+v", i, st)
		}
	}
}

// TestOutageIsMadeUpFor has Redis refuse connections for a while, so that
// nothing is in doubt: then nothing may be lost.
func TestOutageIsMadeUpFor(t *testing.T) {
	server := startServer(t)
	gate := newGate(t, server.addr)
	clock := timer.NewManualClock(time.Unix(1700000100, 0))
	a := newHost(t, gate.addr, "a", clock, audit.Options{})
	b := newHost(t, server.addr, "b", clock, audit.Options{})
	a.add(t, "203.0.113.9", 1)
	a.gauge(t, 1)
	clock.Advance(time.Second)
	gate.close()
	eventually(t, "a notices", func() bool {
		a.count(t, "203.0.113.9/32")
		clock.Advance(time.Millisecond)
		return a.errors.Load() > 2 || a.Stats().StoreSkipped > 0
	})
	a.add(t, "203.0.113.9", 10)
	if n := a.count(t, "203.0.113.9/32"); n != 11 {
		t.Errorf("own share %d, want 11", n)
	}
	a.gauge(t, 5)
	clock.Advance(5 * time.Second)
	gate.open()
	clock.Advance(time.Minute)
	if n := b.count(t, "203.0.113.9/32"); n != 11 {
		t.Errorf("total %d after the outage, want 11", n)
	}
	if n := b.gauge(t, 0); n != 6 {
		t.Errorf("gauge %d after the outage, want 6", n)
	}
}

// TestLostReply has the reply to an addition get lost on the way.
func TestLostReply(t *testing.T) {
	server := startServer(t)
	gate := newGate(t, server.addr)
	clock := timer.NewManualClock(time.Unix(1700000100, 0))
	a := newHost(t, gate.addr, "a", clock, audit.Options{})
	b := newHost(t, server.addr, "b", clock, audit.Options{})
	a.add(t, "203.0.113.9", 1)
	clock.Advance(time.Second) // loads the script
	gate.dropReplies.Store(true)
	a.add(t, "203.0.113.9", 10)
	clock.Advance(time.Second)
	gate.dropReplies.Store(false)
	clock.Advance(2 * time.Minute)
	if n := b.count(t, "203.0.113.9/32"); n != 11 {
		t.Errorf("total %d, want 11: the addition took effect once", n)
	}
}

// gate is a proxy before Redis that can be closed.
type gate struct {
	t           testing.TB
	addr, to    string
	dropReplies atomic.Bool // ends the connection instead

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

func newGate(t testing.TB, to string) *gate {
	t.Helper()
	g := &gate{t: t, to: to, addr: loopback.Addr(t)}
	g.open()
	t.Cleanup(g.close)
	return g
}

func (g *gate) open() {
	g.t.Helper()
	l, err := net.Listen("tcp", g.addr)
	if err != nil {
		g.t.Fatal(err)
	}
	g.mu.Lock()
	g.listener, g.addr = l, l.Addr().String()
	g.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := new(net.Dialer).DialContext(context.Background(), "tcp", g.to)
			if err != nil {
				in.Close()
				continue
			}
			g.mu.Lock()
			g.conns = append(g.conns, in, out)
			g.mu.Unlock()
			go g.copy(out, in, false)
			go g.copy(in, out, true)
		}
	}()
}

func (g *gate) copy(to, from net.Conn, replies bool) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil || replies && g.dropReplies.Load() {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil && err != io.EOF {
			return
		}
	}
}

// close refuses connections and ends those there are.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.listener.Close()
	for _, c := range g.conns {
		c.Close()
	}
	g.conns = nil
}
