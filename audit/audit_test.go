package audit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/audit/addrkey"
	"github.com/gomsys/gomsys/timer"
)

var (
	t0    = time.Unix(1700000100, 0)
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
	peer  = netip.MustParseAddr("203.0.113.9")
	peer6 = netip.MustParseAddr("2001:db8::1")
)

func newAudit(t testing.TB, o audit.Options) (*audit.Audit, *timer.ManualClock) {
	t.Helper()
	clock, ok := o.Clock.(*timer.ManualClock)
	if !ok {
		clock = timer.NewManualClock(t0)
		o.Clock = clock
	}
	if o.Logger == nil {
		o.Logger = quiet
	}
	a, err := audit.New(&o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return a, clock
}

func define(t testing.TB, a *audit.Audit, name string, s audit.Spec) {
	t.Helper()
	if err := a.DefineSeries(name, s); err != nil {
		t.Fatal(err)
	}
}

// key reads an address as policy writes it, or a text after "=".
func key(t testing.TB, s string, peer netip.Addr) audit.Key {
	t.Helper()
	if text, ok := strings.CutPrefix(s, "="); ok {
		return audit.Text(text)
	}
	p, err := addrkey.Parse(s, peer)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Block(p)
}

func add(t testing.TB, a *audit.Audit, name, k string, n int64) {
	t.Helper()
	if err := a.Add(ctx, name, key(t, k, peer), n); err != nil {
		t.Fatal(err)
	}
}

func count(t testing.TB, a *audit.Audit, name, k string, startv, endv int) int64 {
	t.Helper()
	n, err := a.SeriesCount(ctx, name, key(t, k, peer), startv, endv)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func remove(t testing.TB, a *audit.Audit, name, k string) bool {
	t.Helper()
	existed, err := a.Remove(ctx, name, key(t, k, peer))
	if err != nil {
		t.Fatal(err)
	}
	return existed
}

// want compares counts of a series: each query is "key startv endv = number".
func want(t testing.TB, a *audit.Audit, name string, queries ...string) {
	t.Helper()
	for _, q := range queries {
		var k string
		var startv, endv int
		var n int64
		if _, err := fmt.Sscanf(q, "%s %d %d = %d", &k, &startv, &endv, &n); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if got := count(t, a, name, k, startv, endv); got != n {
			t.Errorf("%s: %d", q, got)
		}
	}
}

var cidr6x300 = audit.Spec{Type: audit.CIDR, Interval: 300 * time.Second, Windows: 6}

func TestWindows(t *testing.T) {
	a, clock := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	add(t, a, "s", "203.0.113.9", 1)
	add(t, a, "s", "203.0.113.9", 4)
	want(t, a, "s", "/32 0 0 = 5")
	clock.Advance(300 * time.Second)
	want(t, a, "s", "/32 0 0 = 0", "/32 1 1 = 5", "/32 0 5 = 5", "/32 5 0 = 5")
	clock.Advance(1499 * time.Second)
	want(t, a, "s", "/32 0 5 = 5", "/32 5 5 = 5")
	clock.Advance(time.Second)
	want(t, a, "s", "/32 0 0 = 0", "/32 0 99 = 0", "/32 6 9 = 0", "/32 99 99 = 0")
}

func TestNegativeCounts(t *testing.T) {
	a, clock := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	add(t, a, "s", "/32", 3)
	clock.Advance(300 * time.Second)
	add(t, a, "s", "/32", -1)
	add(t, a, "s", "/32", 0)
	want(t, a, "s", "/32 0 0 = -1", "/32 0 5 = 2", "/24 0 0 = -1")
}

func TestBlocks(t *testing.T) {
	a, _ := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	add(t, a, "s", "203.0.113.9", 1)
	add(t, a, "s", "203.0.113.200", 2)
	add(t, a, "s", "203.0.114.1", 4)
	want(t, a, "s", "/24 0 0 = 3", "/25 0 0 = 1", "203.0.112.0/22 0 0 = 7", "0.0.0.0/0 0 0 = 7",
		"203.0.113.77/255.255.255.0 0 0 = 3", "203.0.113.200:2525 0 0 = 2")
	if !remove(t, a, "s", "203.0.113.200") {
		t.Error("remove of a host is false")
	}
	want(t, a, "s", "/24 0 0 = 1")
	if remove(t, a, "s", "203.0.113.0/24") {
		t.Error("remove of a block without counts of its own is true")
	}
	want(t, a, "s", "/24 0 0 = 1")
	add(t, a, "s", "203.0.113.0/24", 10)
	want(t, a, "s", "/24 0 0 = 11", "/32 0 0 = 1", "/25 0 0 = 1", "/16 0 0 = 15")
	if !remove(t, a, "s", "203.0.113.0/24") {
		t.Error("remove of a block with counts of its own is false")
	}
	want(t, a, "s", "/24 0 0 = 1")
	if _, found := a.SeriesType("none"); found {
		t.Error("an unknown series has a type")
	}
	if typ, found := a.SeriesType("s"); typ != audit.CIDR || !found {
		t.Errorf("type %v %v", typ, found)
	}
}

func TestClockSetBack(t *testing.T) {
	a, clock := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	for range 3 {
		add(t, a, "s", "/32", 1)
	}
	clock.Set(t0.Add(-600 * time.Second))
	want(t, a, "s", "/32 0 5 = 3", "/32 0 0 = 3")
	add(t, a, "s", "/32", 1)
	want(t, a, "s", "/32 0 0 = 4")
	clock.Set(t0.Add(1500 * time.Second))
	want(t, a, "s", "/32 0 4 = 0", "/32 5 5 = 4")
}

func TestFamilies(t *testing.T) {
	a, _ := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	add(t, a, "s", "2001:db8::1", 1)
	want(t, a, "s", "2001:db8::1 0 0 = 0")
	if remove(t, a, "s", "2001:db8::1") {
		t.Error("remove of the other family is true")
	}
	define(t, a, "s6", audit.Spec{Type: audit.CIDR6, Interval: time.Minute, Windows: 3})
	add(t, a, "s6", "2001:db8::1", 1)
	add(t, a, "s6", "2001:db8::1/64", 1)
	want(t, a, "s6", "2001:db8::1 0 0 = 1", "2001:db8::1/64 0 0 = 2", "2001:db8::/32 0 0 = 2", "192.0.2.1 0 0 = 0")
	add(t, a, "s", "::ffff:192.0.2.1", 7)
	want(t, a, "s", "192.0.2.1 0 0 = 7")
}

func TestStrings(t *testing.T) {
	a, _ := newAudit(t, audit.Options{})
	define(t, a, "u", audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 3})
	long := "=" + strings.Repeat("x", 600)
	add(t, a, "u", "=bob", 2)
	add(t, a, "u", "=", 1)
	add(t, a, "u", long, 5)
	want(t, a, "u", "=bob 0 0 = 2", "= 0 0 = 1", "=eve 0 0 = 0", long+" 0 0 = 5", long+"x 0 0 = 0")
	if !remove(t, a, "u", "=bob") || remove(t, a, "u", "=bob") {
		t.Error("remove must be true once")
	}
	want(t, a, "u", "=bob 0 0 = 0")
	got := map[string]int64{}
	for item, n := range a.Items("u", 0, 2) {
		got[item] = n
	}
	hash := audit.Text(long[1:]).String()
	if diff := cmp.Diff(map[string]int64{"": 1, hash: 5}, got); diff != "" || !strings.HasPrefix(hash, "sha256:") {
		t.Errorf("items of %s: %s", hash, diff)
	}
}

func TestErrors(t *testing.T) {
	a, _ := newAudit(t, audit.Options{MaxSeries: 2})
	define(t, a, "s", cidr6x300)
	define(t, a, "u", audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 3})
	k := audit.Host(peer)
	for _, tc := range []struct {
		name string
		err  error
		is   error
		text string
	}{
		{"count of unknown", second(a.SeriesCount(ctx, "nosuch", k, 0, 0)), audit.ErrUndefined, "is not defined"},
		{"add to unknown", a.Add(ctx, "nosuch", k, 1), audit.ErrUndefined, ""},
		{"remove from unknown", second(a.Remove(ctx, "nosuch", k)), audit.ErrUndefined, ""},
		{"address in string series", a.Add(ctx, "u", k, 1), audit.ErrKey, "key is required for string series"},
		{"no key in string series", second(a.SeriesCount(ctx, "u", audit.Key{}, 0, 0)), audit.ErrKey, ""},
		{"text in cidr series", second(a.Remove(ctx, "s", audit.Text("x"))), audit.ErrKey, ""},
		{"no key in cidr series", a.Add(ctx, "s", audit.Host(netip.Addr{}), 1), audit.ErrKey, ""},
		{"negative window", second(a.SeriesCount(ctx, "s", k, -1, 0)), audit.ErrRange, ""},
		{"type", a.DefineSeries("x", audit.Spec{Type: "ipv4", Interval: time.Minute, Windows: 3}), audit.ErrSpec, "unknown series type"},
		{"interval", a.DefineSeries("x", audit.Spec{Type: audit.CIDR, Windows: 3}), audit.ErrSpec, "interval"},
		{"fraction", a.DefineSeries("x", audit.Spec{Type: audit.CIDR, Interval: 1500 * time.Millisecond, Windows: 3}), audit.ErrSpec, "interval"},
		{"windows", a.DefineSeries("x", audit.Spec{Type: audit.CIDR, Interval: time.Minute}), audit.ErrSpec, "windows"},
		{"many windows", a.DefineSeries("x", audit.Spec{Type: audit.CIDR, Interval: time.Minute, Windows: 10_001}), audit.ErrSpec, "windows"},
		{"replicate", a.DefineSeries("x", audit.Spec{Type: audit.CIDR, Interval: time.Minute, Windows: 3, Replicate: "all"}), audit.ErrSpec, "replicate"},
		{"name", a.DefineSeries("", cidr6x300), audit.ErrSpec, "empty name"},
		{"too many", a.DefineSeries("x", cidr6x300), audit.ErrSpec, "2 series already"},
	} {
		if !errors.Is(tc.err, tc.is) || !strings.Contains(fmt.Sprint(tc.err), tc.text) {
			t.Errorf("%s: %v", tc.name, tc.err)
		}
	}
	for range a.Items("nosuch", 0, 0) {
		t.Error("an unknown series has items")
	}
	for range a.Items("s", -1, 0) {
		t.Error("a negative window has items")
	}
	for _, o := range []audit.Options{
		{Monitors: []string{"60"}}, {Monitors: []string{"0,1"}}, {Monitors: []string{"x,1"}}, {Monitors: []string{"60,99999"}},
		{ReplicateMetrics: []string{"all"}}, {Levels6: []int{}}, {Levels6: []int{129}},
	} {
		if _, err := audit.New(&o); !errors.Is(err, audit.ErrSpec) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestRedefine(t *testing.T) {
	a, _ := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	add(t, a, "s", "/32", 5)
	again := cidr6x300
	again.Persist = true
	define(t, a, "s", again)
	want(t, a, "s", "/32 0 0 = 5")
	again.Interval = time.Minute
	define(t, a, "s", again)
	want(t, a, "s", "/32 0 5 = 0")
	define(t, a, "s", audit.Spec{Type: audit.CIDR6, Interval: time.Minute, Windows: 6})
	if typ, _ := a.SeriesType("s"); typ != audit.CIDR6 {
		t.Errorf("type %s", typ)
	}
}

func TestItems(t *testing.T) {
	a, clock := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	add(t, a, "s", "192.0.2.1", 1)
	add(t, a, "s", "192.0.2.2", 2)
	clock.Advance(300 * time.Second)
	add(t, a, "s", "192.0.2.1", 4)
	add(t, a, "s", "192.0.2.2", -2)
	add(t, a, "s", "198.51.100.0/24", 8)
	got := func(startv, endv int) map[string]int64 {
		m := map[string]int64{}
		for item, n := range a.Items("s", startv, endv) {
			m[item] = n
		}
		return m
	}
	if diff := cmp.Diff(map[string]int64{"192.0.2.1": 5, "198.51.100.0/24": 8}, got(0, 5)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int64{"192.0.2.1": 1, "192.0.2.2": 2}, got(1, 1)); diff != "" {
		t.Error(diff)
	}
	for range a.Items("s", 0, 5) {
		break
	}
}

func TestMonitors(t *testing.T) {
	a, clock := newAudit(t, audit.Options{Monitors: []string{"60,1", "300,6"}})
	for range 3 {
		a.SessionOpened(audit.SMTP, "in", peer)
	}
	a.SessionOpened("ECStream", "in", peer)
	a.Reception(peer, 1)
	a.Reception(peer, 1)
	a.Rejection(peer, 1)
	a.Rejection(netip.Addr{}, 1)
	block := func(s string) netip.Prefix {
		p, err := addrkey.ParseBoth(s, peer)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	check := func(m audit.Metric, monitor string, q audit.Query, want int64) {
		t.Helper()
		if n, err := a.Count(ctx, m, monitor, q); n != want || err != nil {
			t.Errorf("%v of %s: %d, %v; want %d", m, monitor, n, err, want)
		}
	}
	check(audit.Connections, "60,1", audit.Query{Prefix: block("/32")}, 3)
	check(audit.Connections, "60, 1", audit.Query{Prefix: block("/32")}, 3)
	check(audit.Receptions, "300,6", audit.Query{Prefix: block("203.0.113.0/24")}, 2)
	check(audit.Rejections, "300,6", audit.Query{Prefix: block("/32"), End: 5, Cluster: true}, 1)
	a.Reception(peer6, 5)
	check(audit.Receptions, "60,1", audit.Query{}, 7)
	check(audit.Receptions, "60,1", audit.Query{Prefix: block("/0")}, 7)
	check(audit.Receptions, "60,1", audit.Query{Prefix: netip.MustParsePrefix("2001:db8::/32")}, 5)
	clock.Advance(time.Minute)
	check(audit.Connections, "60,1", audit.Query{Prefix: block("/32"), End: 9}, 0)
	check(audit.Connections, "300,6", audit.Query{Prefix: block("/32")}, 3)
	for _, name := range []string{"5,5", "x", "", "60"} {
		if _, err := a.Count(ctx, audit.Connections, name, audit.Query{}); !errors.Is(err, audit.ErrMonitor) {
			t.Errorf("monitor %q: %v", name, err)
		}
	}
	if _, err := a.Count(ctx, audit.Connections, "60,1", audit.Query{Start: -1}); !errors.Is(err, audit.ErrRange) {
		t.Errorf("negative window: %v", err)
	}
	if _, err := a.Count(ctx, audit.Metric(9), "60,1", audit.Query{}); !errors.Is(err, audit.ErrMonitor) {
		t.Errorf("metric 9: %v", err)
	}
}

func TestAutoMonitors(t *testing.T) {
	a, _ := newAudit(t, audit.Options{AutoMonitors: true, MaxSeries: 1})
	if n, err := a.Count(ctx, audit.Receptions, "60,2", audit.Query{}); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	a.Reception(peer, 2)
	if n, err := a.Count(ctx, audit.Receptions, " 60 , 2 ", audit.Query{}); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := a.Count(ctx, audit.Receptions, "61,2", audit.Query{}); err == nil {
		t.Error("more monitors than allowed")
	}
}

func TestSessions(t *testing.T) {
	a, _ := newAudit(t, audit.Options{})
	open := func(addr string) *audit.Session { return a.SessionOpened(audit.SMTP, "in", netip.MustParseAddr(addr)) }
	open("203.0.113.9")
	open("203.0.113.9")
	closed := open("::ffff:203.0.113.9")
	open("203.0.113.10")
	open("2001:db8::1")
	open("2001:db8:1::1")
	closed.Close()
	closed.Close()
	if closed.Listener() != "in" {
		t.Errorf("listener %q", closed.Listener())
	}
	check := func(service, block string, p netip.Addr, want int64) {
		t.Helper()
		prefix, err := addrkey.ParseBoth(block, p)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := a.Sessions(ctx, service, prefix); n != want || err != nil {
			t.Errorf("%s from %s: %d, %v; want %d", service, block, n, err, want)
		}
	}
	check("SMTP", "/32", peer, 2)
	check("SMTP", "/24", peer, 3)
	check("SMTP", "/0", peer, 5)
	check("Control", "/32", peer, 0)
	check("SMTP", "203.0.113.10", peer, 1)
	check("inbound_cidr", "/32", peer, 2)
	check("smtp", "/32", peer, 0)
	check("SMTP", "/32", peer6, 1)
	check("SMTP", "2001:db8::/32", peer6, 2)
	local := a.SessionOpened("Control", "socket", netip.Addr{}) // no address
	local.Close()
}

func TestSessionsConcurrent(t *testing.T) {
	a, _ := newAudit(t, audit.Options{Monitors: []string{"60,1"}})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 300 {
				s := a.SessionOpened(fmt.Sprint("S", i%3), "", netip.AddrFrom4([4]byte{10, 0, byte(g), byte(i)}))
				if n, err := a.Sessions(ctx, fmt.Sprint("S", i%3), netip.Prefix{}); n < 1 || err != nil {
					t.Errorf("%d sessions, %v", n, err)
				}
				s.Close()
			}
		})
	}
	wg.Wait()
	for _, service := range []string{"S0", "S1", "S2"} {
		if n, err := a.Sessions(ctx, service, netip.Prefix{}); n != 0 || err != nil {
			t.Errorf("%s: %d, %v", service, n, err)
		}
	}
}

func TestMaxKeysAndMaintenance(t *testing.T) {
	a, clock := newAudit(t, audit.Options{MaxKeys: 100, Monitors: []string{"60,1"}})
	define(t, a, "s", cidr6x300)
	define(t, a, "u", audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 3})
	for i := range 1000 {
		add(t, a, "s", fmt.Sprintf("10.0.%d.%d", i/256, i%256), 1)
		add(t, a, "u", fmt.Sprint("=", i), 1)
		a.Reception(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 1)
	}
	st := a.Stats()
	want := []audit.KeyStats{{Name: "s", Keys: 100, Evicted: 900}, {Name: "u", Keys: 100, Evicted: 900}}
	if diff := cmp.Diff(want, st.Series); diff != "" {
		t.Error(diff)
	}
	if st.Monitors[1] != (audit.KeyStats{Name: "60,1 Receptions", Keys: 100, Evicted: 900}) {
		t.Errorf("monitor %+v", st.Monitors[1])
	}
	if n := count(t, a, "s", "10.0.0.0/8", 0, 0); n != 1000 {
		t.Errorf("a wider block has %d, want all 1000", n)
	}
	clock.Advance(31 * time.Minute)
	for _, k := range append(a.Stats().Series, a.Stats().Monitors...) {
		if k.Keys != 0 {
			t.Errorf("%+v after maintenance", k)
		}
	}
}

func TestConcurrentSeries(t *testing.T) {
	a, clock := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				add(t, a, "s", fmt.Sprintf("10.0.0.%d", i%256), 1)
				count(t, a, "s", "10.0.0.0/24", 0, 5)
				if i%50 == 0 {
					define(t, a, fmt.Sprint("x", g), cidr6x300)
					clock.Advance(time.Second)
				}
			}
		})
	}
	wg.Wait()
	if n := count(t, a, "s", "10.0.0.0/8", 0, 5); n != 1600 {
		t.Errorf("%d, want 1600", n)
	}
}

func TestAddDoesNotAllocate(t *testing.T) {
	a, _ := newAudit(t, audit.Options{})
	define(t, a, "s", cidr6x300)
	k := audit.Host(peer)
	if n := testing.AllocsPerRun(100, func() {
		if err := a.Add(ctx, "s", k, 1); err != nil {
			t.Error(err)
		}
		if _, err := a.SeriesCount(ctx, "s", k, 0, 5); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestSystemClock runs on real time.
func TestSystemClock(t *testing.T) {
	a, err := audit.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	define(t, a, "s", audit.Spec{Type: audit.CIDR, Interval: time.Hour, Windows: 2})
	for range 1000 {
		add(t, a, "s", "/32", 1)
	}
	want(t, a, "s", "/32 0 1 = 1000")
	if err := a.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := a.Close(ctx); err != nil {
		t.Error(err)
	}
}

// TestManySeries defines so many series that they share places in what finds
// them quickly, and some of them anew.
func TestManySeries(t *testing.T) {
	a, _ := newAudit(t, audit.Options{})
	spec := audit.Spec{Type: audit.String, Interval: time.Minute, Windows: 2}
	names := make([]string, 0, 100)
	for i := range cap(names) {
		names = append(names, strings.Repeat("s", i/26+1)+string(rune('a'+i%26)))
	}
	for i, name := range names {
		if err := a.Add(ctx, name, audit.Text("k"), 1); !errors.Is(err, audit.ErrUndefined) {
			t.Errorf("%s is there before it is defined: %v", name, err)
		}
		define(t, a, name, spec)
		add(t, a, name, "=k", int64(i))
	}
	spec.Windows++
	for i := 0; i < len(names); i += 3 {
		define(t, a, names[i], spec)
	}
	for i, name := range names {
		want := int64(i)
		if i%3 == 0 {
			want = 0
		}
		if n := count(t, a, name, "=k", 0, 0); n != want {
			t.Errorf("%s: %d, want %d", name, n, want)
		}
	}
}
