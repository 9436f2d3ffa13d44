package audit

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"sync/atomic"
	"time"

	"github.com/gomsys/gomsys/audit/internal/tally"
)

// Type says what a series counts by.
type Type string

const (
	// CIDR series count by blocks of IPv4 addresses.
	CIDR Type = "cidr"
	// CIDR6 series count by blocks of IPv6 addresses.
	CIDR6 Type = "cidr_ipv6"
	// String series count by texts.
	String Type = "string"
)

// Replicate says with whom a series is shared.
type Replicate string

const (
	// None keeps a series on this host; so does the empty Replicate.
	None Replicate = "none"
	// Cluster shares a series: counts are those of all hosts.
	Cluster Replicate = "cluster"
	// Manager sends additions to the store, but counts are those of this
	// host; [Audit.ClusterCount] gives those of all.
	Manager Replicate = "manager"
)

// Spec defines a series.
type Spec struct {
	// Type is what the series counts by.
	Type Type
	// Interval is the length of a window: whole seconds, at least one.
	Interval time.Duration
	// Windows is the number of windows, the current one included: 1 to 10,000.
	Windows int
	// Serialize writes each window to Options.LogDir when it ends.
	Serialize bool
	// Persist keeps the series in Options.PersistDir over restarts.
	Persist bool
	// Replicate says with whom the series is shared. If empty, with nobody.
	Replicate Replicate
}

const maxWindows = 10_000

// series is one series.
type series struct {
	name   string
	spec   atomic.Pointer[Spec]
	counts counts
	logger *seriesLogger // nil without Serialize
}

// check gives the spec with its defaults.
func (s Spec) check() (Spec, error) {
	if s.Replicate == "" {
		s.Replicate = None
	}
	switch {
	case s.Type != CIDR && s.Type != CIDR6 && s.Type != String:
		return s, fmt.Errorf("%w: unknown series type %q", ErrSpec, s.Type)
	case s.Interval < time.Second || s.Interval%time.Second != 0:
		return s, fmt.Errorf("%w: interval %v is not whole seconds from 1 on", ErrSpec, s.Interval)
	case s.Windows < 1 || s.Windows > maxWindows:
		return s, fmt.Errorf("%w: %d windows, not 1 to %d", ErrSpec, s.Windows, maxWindows)
	case s.Replicate != None && s.Replicate != Cluster && s.Replicate != Manager:
		return s, fmt.Errorf("%w: replicate %q is not none, cluster or manager", ErrSpec, s.Replicate)
	}
	return s, nil
}

// sameShape reports whether counts of one fit the other.
func (s Spec) sameShape(o Spec) bool {
	return s.Type == o.Type && s.Interval == o.Interval && s.Windows == o.Windows
}

// DefineSeries makes a series. Defining one again with the same type, interval
// and number of windows keeps its counts and applies the other settings; a
// different shape empties it. A persistent series is read from its file; what
// is wrong with that is only logged. The error wraps [ErrSpec].
func (a *Audit) DefineSeries(name string, s Spec) error {
	s, err := s.check()
	if err == nil && name == "" {
		err = fmt.Errorf("%w: empty name", ErrSpec)
	}
	if err != nil {
		return fmt.Errorf("audit: define series %q: %w", name, err)
	}
	a.warnMissing(s)
	a.mu.Lock()
	old := a.series.Load().get(name)
	fresh := old == nil || !old.spec.Load().sameShape(s)
	if !fresh {
		old.spec.Store(&s)
		a.mu.Unlock()
		a.settle(old, s)
		return nil
	}
	if n := len(a.series.Load().byName); old == nil && n >= a.o.MaxSeries {
		a.mu.Unlock()
		return fmt.Errorf("audit: define series %q: %w: there are %d series already", name, ErrSpec, n)
	}
	a.mu.Unlock()

	made := (*series)(nil)
	if s.Persist && s.Replicate != Cluster && a.o.PersistDir != "" {
		made = a.restored(name, s)
	} else {
		made = a.newSeries(name, s)
	}
	if old != nil {
		a.logger().Warn("audit series redefined with another shape, its counts are lost", "series", name)
	}
	a.replace(old, made)
	return nil
}

// seriesSet is a set of series by name, which does not change.
type seriesSet struct {
	byName map[string]*series
	quick  [16]*series // some of them, found without hashing a name
}

func (all *seriesSet) get(name string) *series {
	if s := all.quick[quickSlot(name)]; s != nil && s.name == name {
		return s
	}
	return all.byName[name]
}

// with gives the set with one more series, or with another one of its name.
func (all *seriesSet) with(s *series) *seriesSet {
	more := &seriesSet{byName: maps.Clone(all.byName), quick: all.quick}
	more.byName[s.name] = s
	if slot := &more.quick[quickSlot(s.name)]; *slot == nil || (*slot).name == s.name {
		*slot = s
	}
	return more
}

// quickSlot spreads names a little: those of one length by their last byte.
func quickSlot(name string) int {
	if name == "" {
		return 0
	}
	return (len(name)*5 + int(name[len(name)-1])) & 15
}

// replace puts a series in the place of another one, or of none.
func (a *Audit) replace(old, made *series) {
	if a.o.LogDir != "" {
		made.logger = a.newSeriesLogger(made)
	}
	a.mu.Lock()
	a.series.Store(a.series.Load().with(made))
	a.mu.Unlock()
	if old != nil && old.logger != nil {
		old.logger.end()
	}
	a.settle(made, *made.spec.Load())
}

func (a *Audit) newSeries(name string, s Spec) *series {
	made := &series{name: name}
	made.spec.Store(&s)
	c := &made.counts
	c.interval, c.windows = int64(s.Interval/time.Second), s.Windows
	now := c.window(a.now.unix())
	switch s.Type {
	case CIDR:
		c.v4 = tally.New(false, s.Windows, now, a.o.MaxKeys)
	case CIDR6:
		c.v6 = tally.New(true, s.Windows, now, a.o.MaxKeys)
	case String:
		c.text = tally.NewStrings(s.Windows, now, a.o.MaxKeys)
	}
	if a.replica != nil {
		c.shared = &shared{shape: Shape{Name: "as:" + name, Interval: c.interval, Windows: s.Windows}, counts: c}
	}
	return made
}

// settle starts what the settings of a series ask for.
func (a *Audit) settle(s *series, spec Spec) {
	if spec.Serialize && s.logger != nil {
		s.logger.start()
	}
}

// warnMissing warns of settings that the engine cannot follow.
func (a *Audit) warnMissing(s Spec) {
	if s.Persist && a.o.PersistDir == "" {
		a.warnOnce("audit series are not persistent: no directory is configured")
	}
	if s.Serialize && a.o.LogDir == "" {
		a.warnOnce("audit series are not logged: no directory is configured")
	}
	if s.Replicate != None && a.o.Store == nil {
		a.warnOnce("audit series are not replicated: there is no store")
	}
}

func (a *Audit) find(name string) (*series, error) {
	if s := a.series.Load().get(name); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("audit: series %q %w", name, ErrUndefined)
}

// accepts reports whether a key suits the series; usable is false for an
// address of the other family, which counts nothing.
func (s *series) accepts(k *Key) (usable bool, err error) {
	if c := &s.counts; c.text != nil {
		if !k.isText {
			return false, fmt.Errorf("audit: series %q: %w for string series", s.name, ErrKey)
		}
		return true, nil
	}
	if k.isText || !k.prefix.IsValid() {
		return false, fmt.Errorf("audit: series %q: %w: an address or block", s.name, ErrKey)
	}
	return s.counts.trie(k.prefix) != nil, nil
}

// Add adds n, which may be negative, to the key's count in the current window.
// A block shorter than a host is counted at that block: it is seen by counts
// for it and for wider blocks, not for hosts in it. A key of the other address
// family counts nothing. Errors: [ErrUndefined], [ErrKey].
func (a *Audit) Add(ctx context.Context, name string, k Key, n int64) error {
	s, err := a.find(name)
	if err != nil {
		return err
	}
	usable, err := s.accepts(&k)
	if err != nil || !usable || n == 0 {
		return err
	}
	w := s.counts.window(a.now.unix())
	s.counts.add(&k, n, w)
	if sh := s.counts.shared; sh != nil && s.spec.Load().Replicate != None {
		a.replica.add(sh, k, w, n)
	}
	return nil
}

// SeriesCount sums the windows startv to endv (0 is the current one) over all
// keys in the block, or of the text. For a series that is shared in the
// cluster it is the total of all hosts. Windows beyond the oldest count
// nothing. Errors: [ErrUndefined], [ErrKey], [ErrRange].
func (a *Audit) SeriesCount(ctx context.Context, name string, k Key, startv, endv int) (int64, error) {
	return a.seriesCount(ctx, name, k, startv, endv, false)
}

// ClusterCount is SeriesCount over all hosts also for a series with Manager.
func (a *Audit) ClusterCount(ctx context.Context, name string, k Key, startv, endv int) (int64, error) {
	return a.seriesCount(ctx, name, k, startv, endv, true)
}

func (a *Audit) seriesCount(ctx context.Context, name string, k Key, startv, endv int, manager bool) (int64, error) {
	s, err := a.find(name)
	if err != nil {
		return 0, err
	}
	usable, err := s.accepts(&k)
	if err != nil {
		return 0, err
	}
	back, back2, ok, err := s.counts.span(startv, endv)
	if err != nil || !ok || !usable {
		return 0, err
	}
	r := s.spec.Load().Replicate
	shared := r == Cluster || r == Manager && manager
	return a.total(ctx, &s.counts, &k, back, back2, shared), nil
}

// total sums windows, over all hosts if shared.
func (a *Audit) total(ctx context.Context, c *counts, k *Key, back, back2 int, shared bool) int64 {
	w := c.window(a.now.unix())
	if shared && c.shared != nil {
		if n, ok := a.replica.sum(ctx, c.shared, *k, w-int64(back2), w-int64(back)); ok {
			return n
		}
	}
	return c.count(k, back, back2, w)
}

// Remove removes exactly that key with all its windows, and reports whether it
// was there. Removing a block leaves the hosts in it. Errors: [ErrUndefined],
// [ErrKey].
func (a *Audit) Remove(ctx context.Context, name string, k Key) (bool, error) {
	s, err := a.find(name)
	if err != nil {
		return false, err
	}
	usable, err := s.accepts(&k)
	if err != nil || !usable {
		return false, err
	}
	w := s.counts.window(a.now.unix())
	if sh := s.counts.shared; sh != nil && s.spec.Load().Replicate != None {
		return a.replica.remove(ctx, sh, k, w), nil
	}
	return s.counts.remove(k, w), nil
}

// SeriesType gives the type of a series, and whether it is defined.
func (a *Audit) SeriesType(name string) (Type, bool) {
	s := a.series.Load().get(name)
	if s == nil {
		return "", false
	}
	return s.spec.Load().Type, true
}

// Items lists this host's keys of a series in no order, each with its sum over
// the windows startv to endv; keys with the sum 0 are left out. An unknown
// series has none.
func (a *Audit) Items(name string, startv, endv int) iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		s := a.series.Load().get(name)
		if s == nil {
			return
		}
		back, back2, ok, err := s.counts.span(startv, endv)
		if err != nil || !ok {
			return
		}
		w := s.counts.window(a.now.unix())
		s.counts.items(w-int64(back2), w-int64(back), func(k Key, n int64) bool { return yield(k.String(), n) })
	}
}

// items calls f with each key's sum over the windows from..to, if it is not 0.
func (c *counts) items(from, to int64, f func(k Key, n int64) bool) {
	var cur Key
	var sum int64
	more := true
	c.each(to, func(k Key, w, n int64) bool {
		if k != cur {
			if sum != 0 {
				if more = f(cur, sum); !more {
					sum = 0
					return false
				}
			}
			cur, sum = k, 0
		}
		if w >= from && w <= to {
			sum += n
		}
		return true
	})
	if sum != 0 {
		f(cur, sum)
	}
}
