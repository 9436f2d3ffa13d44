package audit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/timer"
)

var errDown = errors.New("down")

// faultyStore fails as err says, before or after additions take effect.
type faultyStore struct {
	*audit.MemoryStore
	mu    sync.Mutex
	err   error
	late  bool
	calls int
	sent  int
}

func (s *faultyStore) fail(err error, late bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.late = err, late
}

func (s *faultyStore) state() (err error, late bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	return s.err, s.late
}

func (s *faultyStore) AddWindows(ctx context.Context, d []audit.Delta) error {
	err, late := s.state()
	if err != nil && !late {
		return &audit.UnappliedError{Deltas: d, Err: err}
	}
	s.mu.Lock()
	s.sent += len(d)
	s.mu.Unlock()
	return errors.Join(s.MemoryStore.AddWindows(ctx, d), err)
}

func (s *faultyStore) SumWindows(ctx context.Context, q []audit.Sum) ([]int64, error) {
	if err, _ := s.state(); err != nil {
		return nil, err
	}
	return s.MemoryStore.SumWindows(ctx, q)
}

func (s *faultyStore) TakeWindows(ctx context.Context, sh audit.Shape, item string) (map[int64]int64, error) {
	if err, _ := s.state(); err != nil {
		return nil, err
	}
	return s.MemoryStore.TakeWindows(ctx, sh, item)
}

func (s *faultyStore) PutSessions(ctx context.Context, node string, lease time.Duration, counts map[string]int64) error {
	if err, _ := s.state(); err != nil {
		return err
	}
	return s.MemoryStore.PutSessions(ctx, node, lease, counts)
}

func (s *faultyStore) SumSessions(ctx context.Context, items []string) (int64, error) {
	if err, _ := s.state(); err != nil {
		return 0, err
	}
	return s.MemoryStore.SumSessions(ctx, items)
}

// nodes are two engines that share a store and a clock.
type nodes struct {
	clock   *timer.ManualClock
	store   *faultyStore
	a, b    *audit.Audit
	reports []string
}

func newNodes(t *testing.T, o audit.Options) *nodes {
	t.Helper()
	n := &nodes{clock: timer.NewManualClock(t0)}
	n.store = &faultyStore{MemoryStore: audit.NewMemoryStore(n.clock)}
	o.Clock, o.Store, o.SessionStore = n.clock, n.store, n.store
	o.OnStoreError = func(op string, err error) { n.reports = append(n.reports, op) }
	o.NodeID = "a"
	n.a, _ = newAudit(t, o)
	o.NodeID = "b"
	n.b, _ = newAudit(t, o)
	return n
}

func (n *nodes) define(t *testing.T, name string, s audit.Spec) {
	t.Helper()
	define(t, n.a, name, s)
	define(t, n.b, name, s)
}

var clustered = audit.Spec{Type: audit.CIDR, Interval: 300 * time.Second, Windows: 6, Replicate: audit.Cluster}

func TestClusterSeries(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	manager := clustered
	manager.Replicate = audit.Manager
	n.define(t, "m", manager)
	for _, name := range []string{"c", "m"} {
		add(t, n.a, name, "/32", 2)
		add(t, n.b, name, "/32", 3)
	}
	want(t, n.a, "c", "/32 0 0 = 2", "/24 0 0 = 2", "/25 0 0 = 2", "/0 0 0 = 2")
	want(t, n.b, "c", "/32 0 0 = 3")
	n.clock.Advance(time.Second)
	for _, node := range []*audit.Audit{n.a, n.b} {
		want(t, node, "c", "/32 0 0 = 5", "/25 0 0 = 5", "/24 0 0 = 5", "/17 0 0 = 5", "/0 0 5 = 5", "203.0.112.0/24 0 0 = 0")
	}
	want(t, n.a, "m", "/32 0 0 = 2")
	want(t, n.b, "m", "/32 0 0 = 3")
	if total, err := n.b.ClusterCount(ctx, "m", audit.Host(peer), 0, 0); total != 5 || err != nil {
		t.Errorf("manager's total %d, %v; want 5", total, err)
	}
	add(t, n.a, "c", "/32", -1)
	want(t, n.a, "c", "/32 0 0 = 4")
	n.clock.Advance(300 * time.Second)
	want(t, n.b, "c", "/32 0 0 = 0", "/32 1 1 = 4", "/24 0 5 = 4")
	n.clock.Advance(1800 * time.Second)
	want(t, n.b, "c", "/32 0 5 = 0")
}

func TestClusterStrings(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "u", audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 3, Replicate: audit.Cluster})
	add(t, n.a, "u", "=bob\x00", 2)
	add(t, n.b, "u", "=bob\x00", 3)
	add(t, n.b, "u", "=", 1)
	n.clock.Advance(time.Second)
	for _, node := range []*audit.Audit{n.a, n.b} {
		want(t, node, "u", "=bob\x00 0 0 = 5", "= 0 0 = 1", "=eve 0 0 = 0")
	}
}

func TestClusterRemove(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	add(t, n.a, "c", "203.0.113.9", 2)
	add(t, n.a, "c", "203.0.113.10", 7)
	add(t, n.b, "c", "203.0.113.9", 3)
	n.clock.Advance(time.Second)
	add(t, n.a, "c", "203.0.113.9", 10) // has not been sent
	if !remove(t, n.b, "c", "203.0.113.9") {
		t.Error("remove is false")
	}
	n.clock.Advance(time.Second)
	want(t, n.b, "c", "203.0.113.9 0 0 = 10", "/24 0 0 = 17", "/16 0 0 = 17")
	if !remove(t, n.a, "c", "203.0.113.9") {
		t.Error("remove is false")
	}
	add(t, n.a, "c", "203.0.113.9", 1)
	if !remove(t, n.a, "c", "203.0.113.9") {
		t.Error("remove of what has not been sent is false")
	}
	want(t, n.a, "c", "203.0.113.9 0 0 = 0", "/24 0 0 = 7")
	n.clock.Advance(time.Second)
	want(t, n.b, "c", "203.0.113.9 0 0 = 0", "/24 0 0 = 7", "/0 0 0 = 7")
	if remove(t, n.b, "c", "203.0.113.77") {
		t.Error("remove of what was never there is true")
	}
	add(t, n.a, "c", "203.0.112.0/22", 5) // off the levels
	n.clock.Advance(time.Second)
	if !remove(t, n.a, "c", "203.0.112.0/22") {
		t.Error("remove is false")
	}
	n.clock.Advance(time.Second)
	want(t, n.b, "c", "/16 0 0 = 7")
}

func TestClusterIPv6(t *testing.T) {
	n := newNodes(t, audit.Options{})
	s := clustered
	s.Type = audit.CIDR6
	n.define(t, "c", s)
	add(t, n.a, "c", "2001:db8:1:2::3", 2)
	add(t, n.b, "c", "2001:db8:1:2::3", 3)
	n.clock.Advance(time.Second)
	want(t, n.a, "c", "2001:db8:1:2::3 0 0 = 5", "2001:db8:1:2::/64 0 0 = 5", "2001:db8:1::/48 0 0 = 5", "2001:db8::/32 0 0 = 5", "::/0 0 0 = 5")
	if len(n.reports) != 0 {
		t.Errorf("reports %q", n.reports)
	}
	want(t, n.a, "c", "2001:db8::/33 0 0 = 2") // off the levels: this host's own
	if diff := cmp.Diff([]string{"sum windows"}, n.reports); diff != "" {
		t.Error(diff)
	}
}

func TestClusterMetrics(t *testing.T) {
	n := newNodes(t, audit.Options{Monitors: []string{"60,2"}, ReplicateMetrics: []string{"reception"}})
	n.a.Reception(peer, 2)
	n.b.Reception(peer, 3)
	n.b.Reception(peer6, 4)
	n.a.Rejection(peer, 1)
	n.b.Rejection(peer, 1)
	n.clock.Advance(time.Second)
	check := func(m audit.Metric, q audit.Query, want int64) {
		t.Helper()
		if got, err := n.a.Count(ctx, m, "60,2", q); got != want || err != nil {
			t.Errorf("%v %+v: %d, %v; want %d", m, q, got, err, want)
		}
	}
	host := netip.PrefixFrom(peer, 32)
	check(audit.Receptions, audit.Query{Prefix: host, Cluster: true}, 5)
	check(audit.Receptions, audit.Query{Prefix: host}, 2)
	check(audit.Receptions, audit.Query{Cluster: true}, 9)
	check(audit.Rejections, audit.Query{Prefix: host, Cluster: true}, 1)
}

func TestStoreFails(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	add(t, n.a, "c", "/32", 1)
	n.clock.Advance(time.Second)
	n.store.fail(errDown, false)
	add(t, n.a, "c", "/32", 2)
	add(t, n.b, "c", "/32", 4)
	for range 10 {
		want(t, n.a, "c", "/32 0 0 = 3", "/24 0 0 = 3")
	}
	if got := strings.Count(strings.Join(n.reports, " "), "sum windows"); got != 1 {
		t.Errorf("%d reports of one operation within a second: %q", got, n.reports)
	}
	n.clock.Advance(400 * time.Second)
	want(t, n.a, "c", "/32 0 5 = 3")
	if st := n.a.Stats(); st.Pending == 0 || st.StoreFailed == 0 || st.StoreSkipped == 0 {
		t.Errorf("stats %+v", st)
	}
	n.store.fail(nil, false)
	n.clock.Advance(40 * time.Second) // longer than any pause
	want(t, n.a, "c", "/32 0 0 = 0", "/32 1 1 = 7", "/24 0 5 = 7")
	want(t, n.b, "c", "/32 0 0 = 0", "/32 1 1 = 7")
	if st := n.a.Stats(); st.Pending != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestOldWindowsAreNotSent(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	n.store.fail(errDown, false)
	add(t, n.a, "c", "/32", 1)
	n.clock.Advance(1799 * time.Second)
	add(t, n.a, "c", "/32", 2)
	n.clock.Advance(time.Second) // the first addition is over
	n.store.fail(nil, false)
	n.clock.Advance(40 * time.Second)
	want(t, n.b, "c", "/32 0 5 = 2")
	if n.store.sent != 5 {
		t.Errorf("%d deltas sent, want the 5 levels of one addition", n.store.sent)
	}
}

func TestLostReplyIsNotResent(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	n.store.fail(errDown, true)
	add(t, n.a, "c", "/32", 3)
	n.clock.Advance(time.Second)
	n.store.fail(nil, false)
	n.clock.Advance(40 * time.Second)
	want(t, n.b, "c", "/32 0 0 = 3")
	if n.store.sent != 5 {
		t.Errorf("%d deltas sent, want 5", n.store.sent)
	}
}

func TestRetainedIsBounded(t *testing.T) {
	n := newNodes(t, audit.Options{MaxRetained: 30})
	n.define(t, "c", clustered)
	n.store.fail(errDown, false)
	for i := range 100 {
		add(t, n.a, "c", fmt.Sprintf("10.0.0.%d", i), 1)
	}
	if st := n.a.Stats(); st.Pending != 30 || st.Dropped != 70 {
		t.Errorf("stats %+v", st)
	}
	want(t, n.a, "c", "10.0.0.0/24 0 0 = 100")
}

func TestMaxPendingSendsAtOnce(t *testing.T) {
	n := newNodes(t, audit.Options{MaxPending: 10, MaxDelay: time.Hour})
	n.define(t, "c", clustered)
	for i := range 9 {
		add(t, n.a, "c", fmt.Sprintf("10.0.0.%d", i), 1)
	}
	n.clock.Advance(0)
	want(t, n.b, "c", "10.0.0.0/8 0 0 = 0")
	add(t, n.a, "c", "10.0.0.9", 1)
	n.clock.Advance(0)
	want(t, n.b, "c", "10.0.0.0/8 0 0 = 10")
}

func TestBusyKeyCostsOneRoundTrip(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	n.clock.Advance(time.Second)
	before := n.store.calls
	for range 10_000 {
		add(t, n.a, "c", "/32", 1)
	}
	n.clock.Advance(time.Second)
	if calls := n.store.calls - before; calls != 1 {
		t.Errorf("%d calls of the store for 10,000 additions, want 1", calls)
	}
	want(t, n.b, "c", "/32 0 0 = 10000")
}

func TestCloseSendsTheRest(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	add(t, n.a, "c", "/32", 3)
	if err := n.a.Close(ctx); err != nil {
		t.Fatal(err)
	}
	want(t, n.b, "c", "/32 0 0 = 3")
	if err := n.b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if n.clock.Waiting() != 0 {
		t.Errorf("%d timers are left", n.clock.Waiting())
	}
}

func TestClusterSessions(t *testing.T) {
	n := newNodes(t, audit.Options{})
	total := func(a *audit.Audit, p string) int64 {
		t.Helper()
		prefix := netip.Prefix{}
		if p != "" {
			prefix = netip.MustParsePrefix(p)
		}
		got, err := a.Sessions(ctx, audit.InboundCIDR, prefix)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	check := func(when string, p string, wantA, wantB int64) {
		t.Helper()
		if x, y := total(n.a, p), total(n.b, p); x != wantA || y != wantB {
			t.Errorf("%s, %s: %d and %d, want %d and %d", when, p, x, y, wantA, wantB)
		}
	}
	n.clock.Advance(0)
	open := []*audit.Session{
		n.a.SessionOpened(audit.SMTP, "", peer), n.a.SessionOpened(audit.SMTP, "", peer), n.a.SessionOpened(audit.SMTP, "", peer6),
	}
	n.a.SessionOpened("ECStream", "", peer)
	check("before", "203.0.113.9/32", 2, 0)
	n.clock.Advance(time.Second)
	n.b.SessionOpened(audit.SMTP, "", peer)
	check("own at once", "203.0.113.9/32", 2, 3)
	n.clock.Advance(time.Second)
	check("published", "203.0.113.9/32", 3, 3)
	check("published", "203.0.113.0/25", 3, 3)
	check("published", "2001:db8::/32", 1, 1)
	check("published", "", 4, 4)
	n.clock.Advance(time.Second)
	open[0].Close()
	check("closed here", "203.0.113.9/32", 2, 3)
	n.clock.Advance(time.Second)
	check("closed everywhere", "203.0.113.9/32", 2, 2)
	n.clock.Advance(20 * time.Minute) // with heartbeats and renewals
	check("long after", "203.0.113.9/32", 2, 2)
	if err := n.a.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if got := total(n.b, ""); got != 1 {
		t.Errorf("after a left: %d, want 1", got)
	}
}

// TestDeadNode has a node that ends without a word.
func TestDeadNode(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.clock.Advance(0)
	if err := n.store.PutSessions(ctx, "dead#1", 15*time.Second, map[string]int64{"4:32:203.0.113.9": 4}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		d    time.Duration
		want int64
	}{{14 * time.Second, 4}, {time.Second, 0}} {
		n.clock.Advance(step.d)
		if got, err := n.a.Sessions(ctx, audit.InboundCIDR, netip.PrefixFrom(peer, 32)); got != step.want || err != nil {
			t.Errorf("after %v: %d, %v; want %d", n.clock.Now().Sub(t0), got, err, step.want)
		}
	}
}

// TestLeaseEnds has a node whose publications fail until the others have
// forgotten it.
func TestLeaseEnds(t *testing.T) {
	n := newNodes(t, audit.Options{})
	host := netip.PrefixFrom(peer, 32)
	total := func(a *audit.Audit) int64 {
		t.Helper()
		got, err := a.Sessions(ctx, audit.InboundCIDR, host)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	n.a.SessionOpened(audit.SMTP, "", peer)
	n.clock.Advance(time.Second)
	n.store.fail(errDown, false)
	n.clock.Advance(30 * time.Second)
	n.store.fail(nil, false)
	if _, err := n.store.SumSessions(ctx, []string{"4:32:203.0.113.9"}); err != nil { // deletes what has no lease
		t.Fatal(err)
	}
	n.clock.Advance(time.Minute)
	if x, y := total(n.a), total(n.b); x != 1 || y != 1 {
		t.Errorf("%d and %d sessions, want 1", x, y)
	}
}

func TestSessionStoreFails(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.clock.Advance(0)
	n.store.fail(errDown, false)
	n.a.SessionOpened(audit.SMTP, "", peer)
	n.clock.Advance(10 * time.Second)
	host := netip.PrefixFrom(peer, 32)
	if got, err := n.a.Sessions(ctx, audit.InboundCIDR, host); got != 1 || err != nil {
		t.Errorf("%d, %v; want 1", got, err)
	}
	n.store.fail(nil, false)
	n.clock.Advance(40 * time.Second)
	if got, err := n.b.Sessions(ctx, audit.InboundCIDR, host); got != 1 || err != nil {
		t.Errorf("after recovery: %d, %v; want 1", got, err)
	}
	if got, err := n.b.Sessions(ctx, audit.InboundCIDR, netip.MustParsePrefix("2001:db8::/33")); got != 0 || err != nil {
		t.Errorf("off the levels: %d, %v", got, err)
	}
}

// TestClusterAgainstOneEngine compares two nodes, after their additions were
// sent, with one engine that saw everything.
func TestClusterAgainstOneEngine(t *testing.T) {
	n := newNodes(t, audit.Options{})
	n.define(t, "c", clustered)
	one, _ := newAudit(t, audit.Options{Clock: n.clock})
	define(t, one, "c", cidr6x300)
	rnd := rand.New(rand.NewPCG(3, 4))
	host := func() string { return fmt.Sprintf("10.%d.%d.%d", rnd.IntN(3), rnd.IntN(3)*64, rnd.IntN(8)*32) }
	for range 300 {
		k, x := host(), int64(rnd.IntN(5))
		node := n.a
		if rnd.IntN(2) == 0 {
			node = n.b
		}
		add(t, node, "c", k, x)
		add(t, one, "c", k, x)
		if rnd.IntN(10) == 0 {
			n.clock.Advance(time.Duration(rnd.IntN(200)) * time.Second)
		}
		if rnd.IntN(20) == 0 {
			n.clock.Advance(time.Second)
			k := host()
			removed := remove(t, n.a, "c", k)
			if there := remove(t, one, "c", k); there && !removed {
				t.Errorf("remove of %s: %v", k, removed)
			}
		}
	}
	n.clock.Advance(time.Second)
	for range 300 {
		k := fmt.Sprintf("%s/%d", host(), rnd.IntN(33))
		from, to := rnd.IntN(6), rnd.IntN(6)
		x, y, z := count(t, n.a, "c", k, from, to), count(t, n.b, "c", k, from, to), count(t, one, "c", k, from, to)
		if x != z || y != z {
			t.Errorf("%s %d %d: %d and %d, want %d", k, from, to, x, y, z)
		}
	}
}

func TestSharedConcurrent(t *testing.T) {
	n := newNodes(t, audit.Options{MaxPending: 5})
	n.define(t, "c", clustered)
	var wg sync.WaitGroup
	for g, node := range []*audit.Audit{n.a, n.b, n.a, n.b} {
		wg.Go(func() {
			for i := range 200 {
				add(t, node, "c", fmt.Sprintf("10.0.%d.%d", g, i%50), 1)
				count(t, node, "c", "10.0.0.0/16", 0, 0)
				if i%20 == 0 {
					n.clock.Advance(100 * time.Millisecond)
					remove(t, node, "c", fmt.Sprintf("10.0.%d.77", g))
				}
			}
		})
	}
	wg.Wait()
	n.clock.Advance(time.Second)
	want(t, n.a, "c", "10.0.0.0/8 0 0 = 800")
}
