package audit

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/audit/addrkey"
	"github.com/gomsys/gomsys/audit/internal/tally"
)

// Metric is one of the things that monitors count.
type Metric int

const (
	// Connections are the SMTP sessions that were opened.
	Connections Metric = iota
	// Receptions are the messages that were accepted.
	Receptions
	// Rejections are 4xx and 5xx replies by policy, and refused commands.
	Rejections

	metrics = 3
)

// String gives the name that the console shows.
func (m Metric) String() string {
	if m < 0 || m >= metrics {
		return "Metric(" + strconv.Itoa(int(m)) + ")"
	}
	return [metrics]string{"Connections", "Receptions", "Rejections"}[m]
}

// metricNames are the names for Options.ReplicateMetrics and in stores.
var metricNames = [metrics]string{"connect", "reception", "rejection"}

func metricByName(name string) (Metric, bool) {
	i := slices.Index(metricNames[:], name)
	return Metric(i), i >= 0
}

// monitor counts all metrics in windows of one shape.
type monitor struct {
	name   string // "interval,windows"
	counts [metrics]counts
}

// parseMonitor reads "interval,windows"; blanks do not count.
func parseMonitor(s string) (interval int64, windows int, err error) {
	clean := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, s)
	i, n, ok := strings.Cut(clean, ",")
	interval, err1 := strconv.ParseInt(i, 10, 32)
	windows, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil || interval < 1 || windows < 1 || windows > maxWindows {
		return 0, 0, fmt.Errorf("audit: %w: monitor %q is not \"interval,windows\"", ErrSpec, s)
	}
	return interval, windows, nil
}

// addMonitor makes the monitor of that name, unless it exists.
func (a *Audit) addMonitor(s string) (*monitor, error) {
	interval, windows, err := parseMonitor(s)
	if err != nil {
		return nil, err
	}
	m := &monitor{name: fmt.Sprintf("%d,%d", interval, windows)}
	for i := range m.counts {
		c := &m.counts[i]
		c.interval, c.windows = interval, windows
		now := c.window(a.now.unix())
		c.v4 = tally.New(false, windows, now, a.o.MaxKeys)
		c.v6 = tally.New(true, windows, now, a.o.MaxKeys)
		if a.replica != nil && slices.Contains(a.o.ReplicateMetrics, metricNames[i]) {
			c.shared = &shared{shape: Shape{Name: "ia:" + metricNames[i], Interval: interval, Windows: windows}, counts: c}
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	all := *a.monitors.Load()
	if old := all[m.name]; old != nil {
		return old, nil
	}
	if len(all) >= a.o.MaxSeries {
		return nil, fmt.Errorf("audit: %w: there are %d monitors already", ErrSpec, len(all))
	}
	all = maps.Clone(all)
	all[m.name] = m
	a.monitors.Store(&all)
	return m, nil
}

// findMonitor gives the monitor that s names.
func (a *Audit) findMonitor(s string) (*monitor, error) {
	if m := (*a.monitors.Load())[s]; m != nil {
		return m, nil
	}
	interval, windows, err := parseMonitor(s)
	if err == nil {
		if m := (*a.monitors.Load())[fmt.Sprintf("%d,%d", interval, windows)]; m != nil {
			return m, nil
		}
		if a.o.AutoMonitors {
			return a.addMonitor(s)
		}
	}
	return nil, fmt.Errorf("audit monitor %q %w", s, ErrMonitor)
}

// Query says what of a monitor to count.
type Query struct {
	// Prefix is the block of addresses. The zero Prefix, and any of length 0,
	// stands for all addresses of both families.
	Prefix netip.Prefix
	// Start and End are the first and last window; 0 is the current one.
	Start, End int
	// Cluster asks for the total of all hosts, if the metric is shared.
	Cluster bool
}

// Count sums a metric over the windows and the block of q, for a monitor named
// "interval,windows". Errors: [ErrMonitor], [ErrRange].
func (a *Audit) Count(ctx context.Context, m Metric, monitor string, q Query) (int64, error) {
	if m < 0 || m >= metrics {
		return 0, fmt.Errorf("audit: %v: %w", m, ErrMonitor)
	}
	found, err := a.findMonitor(monitor)
	if err != nil {
		return 0, err
	}
	c := &found.counts[m]
	back, back2, ok, err := c.span(q.Start, q.End)
	if err != nil || !ok {
		return 0, err
	}
	if q.Cluster && c.shared == nil {
		a.warnOnce("audit metric " + metricNames[m] + " is not replicated: counts of the cluster are those of this host")
	}
	k := everywhere(q.Prefix)
	return a.total(ctx, c, &k, back, back2, q.Cluster), nil
}

// everywhere gives the key for a block, where one of length 0 stands for both
// families.
func everywhere(p netip.Prefix) Key {
	if p.Bits() <= 0 {
		return Key{}
	}
	return Block(p)
}

// Reception counts n messages accepted from peer.
func (a *Audit) Reception(peer netip.Addr, n int) { a.record(Receptions, peer, n) }

// Rejection counts n rejections to peer.
func (a *Audit) Rejection(peer netip.Addr, n int) { a.record(Rejections, peer, n) }

func (a *Audit) record(m Metric, peer netip.Addr, n int) {
	p := addrkey.Host(peer)
	if !p.IsValid() || n == 0 {
		return
	}
	k := Key{prefix: p}
	unix := a.now.unix()
	for _, mon := range *a.monitors.Load() {
		c := &mon.counts[m]
		w := c.window(unix)
		c.add(&k, int64(n), w)
		if c.shared != nil {
			a.replica.add(c.shared, k, w, int64(n))
		}
	}
}
