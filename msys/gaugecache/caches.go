package gaugecache

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomsys/gomsys/audit/failover"
)

// ErrUndefined is in the error for a cache that was not defined.
var ErrUndefined = errors.New("is not defined")

// ErrSpec is in the error for a definition that is not possible.
var ErrSpec = errors.New("bad definition")

// Spec says how a cache works.
type Spec struct {
	// MaxElems is the greatest number of entries, at least 1.
	MaxElems int
	// TTL is how long an entry lives after its last change. If zero, for ever.
	TTL time.Duration
	// Replicated keeps the cache in Options.Store, shared with other hosts.
	Replicated bool
}

// Clock tells the time and calls back later, as timer.Clock does.
type Clock interface {
	Now() time.Time
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// Options are the settings of an engine; nil works.
type Options struct {
	// Store keeps the replicated caches. If nil, they are local.
	Store Store
	// OpTimeout bounds each call of the store. If zero, 50 ms.
	OpTimeout time.Duration
	// RetryDelay is how often changes that did not reach the store are sent
	// again. If zero, 1 second.
	RetryDelay time.Duration
	// MaxRetained bounds the number of keys whose changes wait for the store.
	// If zero, 100,000.
	MaxRetained int
	// MaxCaches bounds the number of caches. If zero, 10,000; -1 means no
	// bound.
	MaxCaches int
	// OnManip, if not nil, is told of each change: expires is the Unix time at
	// which the entry ends, 0 for never.
	OnManip func(cache, key string, delta, expires int64, maxItems int, replicated bool)
	// OnStoreError, if not nil, is told of failures of the store, at most
	// once per second and operation.
	OnStoreError func(op string, err error)
	// Logger takes records. If nil, slog.Default.
	Logger *slog.Logger
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

// Caches is a set of named caches.
type Caches struct {
	o     Options
	now   func() time.Duration // since the engine was made
	guard *failover.Guard

	mu     sync.RWMutex
	caches map[string]*cache // none ever goes
	warned bool
	quick  [quickNames]atomic.Pointer[cache] // some of them, by quickName

	waiting waiting
}

// New makes an engine without caches. Close ends it.
func New(o *Options) *Caches {
	c := &Caches{caches: map[string]*cache{}}
	if o != nil {
		c.o = *o
	}
	if c.o.RetryDelay <= 0 {
		c.o.RetryDelay = time.Second
	}
	if c.o.MaxRetained == 0 {
		c.o.MaxRetained = 100_000
	}
	if c.o.MaxCaches == 0 {
		c.o.MaxCaches = 10_000
	}
	c.now = c.sinceStart()
	c.guard = failover.New(&failover.Options{
		Timeout: c.o.OpTimeout, OnError: c.o.OnStoreError, Logger: c.o.Logger, Clock: c.o.Clock,
	})
	c.waiting.deltas = map[waitingKey]waitingDelta{}
	return c
}

// sinceStart sets the default clock and gives what tells the engine's time.
// Reading the system's clock is much of an operation's cost, so it gets the
// shorter way.
func (c *Caches) sinceStart() func() time.Duration {
	if c.o.Clock == nil {
		c.o.Clock = systemClock{}
		base := time.Now()
		return func() time.Duration { return time.Since(base) }
	}
	base := c.o.Clock.Now()
	return func() time.Duration { return c.o.Clock.Now().Sub(base) }
}

// Define makes a cache. Defining one again keeps its entries and applies the
// new limits; with the same Spec it costs a look-up. Errors: [ErrSpec].
func (c *Caches) Define(name string, s Spec) error {
	if old := c.find(name); old != nil && old.current() == s {
		return nil
	}
	switch {
	case name == "":
		return fmt.Errorf("gaugecache: define: %w: empty name", ErrSpec)
	case s.MaxElems < 1:
		return fmt.Errorf("gaugecache: define %q: %w: %d elements, at least 1 is needed", name, ErrSpec, s.MaxElems)
	case s.TTL < 0:
		return fmt.Errorf("gaugecache: define %q: %w: negative time to live", name, ErrSpec)
	}
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.Replicated && c.o.Store == nil && !c.warned {
		c.warned = true
		c.logger().Warn("replicated gauge cache is local: there is no store", "cache", name)
	}
	if old := c.caches[name]; old != nil {
		old.define(s, now)
		return nil
	}
	if c.o.MaxCaches > 0 && len(c.caches) >= c.o.MaxCaches {
		return fmt.Errorf("gaugecache: define %q: %w: there are %d caches already", name, ErrSpec, len(c.caches))
	}
	c.caches[name] = newCache(name, s)
	return nil
}

// quickNames is the number of caches that are found without the map.
const quickNames = 16

// quickName spreads names a little: those of one length by their last byte,
// as in "limit1", "limit2".
func quickName(name string) int {
	if name == "" {
		return 0
	}
	return (len(name)*5 + int(name[len(name)-1])) % quickNames
}

func (c *Caches) logger() *slog.Logger {
	if c.o.Logger == nil {
		return slog.Default()
	}
	return c.o.Logger
}

func (c *Caches) find(name string) *cache {
	quick := &c.quick[quickName(name)]
	found := quick.Load()
	if found != nil && found.name == name {
		return found
	}
	first := found == nil
	c.mu.RLock()
	found = c.caches[name]
	c.mu.RUnlock()
	if first && found != nil {
		quick.Store(found)
	}
	return found
}

func (c *Caches) get(name string) (*cache, error) {
	if found := c.find(name); found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("gaugecache: cache %q %w", name, ErrUndefined)
}

// Add changes the key's value by delta and gives the new one. A missing key
// counts from 0. The error is [ErrUndefined]; a failing store is none.
func (c *Caches) Add(ctx context.Context, name, key string, delta int64) (int64, error) {
	found, err := c.get(name)
	if err != nil {
		return 0, err
	}
	key = shortKey(key)
	now := c.now()
	value := found.add(key, delta, now)
	if c.o.OnManip != nil || c.o.Store != nil {
		spec := found.current()
		c.tell(name, key, delta, spec)
		if spec.Replicated && c.o.Store != nil {
			return c.addShared(ctx, spec.limits(name), key, delta, value), nil
		}
	}
	return value, nil
}

func (c *Caches) tell(name, key string, delta int64, s Spec) {
	if c.o.OnManip == nil {
		return
	}
	expires := int64(0)
	if s.TTL > 0 {
		expires = c.o.Clock.Now().Add(s.TTL).Unix()
	}
	c.o.OnManip(name, key, delta, expires, s.MaxElems, s.Replicated)
}

// Get gives the key's value, 0 if it is missing or has expired. The error is
// [ErrUndefined].
func (c *Caches) Get(ctx context.Context, name, key string) (int64, error) {
	found, err := c.get(name)
	if err != nil {
		return 0, err
	}
	key = shortKey(key)
	value := found.get(key, c.now())
	if c.o.Store != nil {
		if spec := found.current(); spec.Replicated {
			return c.getShared(ctx, spec.limits(name), key, value), nil
		}
	}
	return value, nil
}

// Remove removes the key and reports whether it was there. The error is
// [ErrUndefined].
func (c *Caches) Remove(ctx context.Context, name, key string) (bool, error) {
	found, err := c.get(name)
	if err != nil {
		return false, err
	}
	key = shortKey(key)
	existed := found.delete(key, c.now())
	if c.o.Store != nil {
		if spec := found.current(); spec.Replicated {
			return c.removeShared(ctx, spec.limits(name), key, existed), nil
		}
	}
	return existed, nil
}

// All lists this host's entries of a cache, latest change first; none if it
// is not defined.
func (c *Caches) All(name string) iter.Seq2[string, int64] {
	found := c.find(name)
	if found == nil {
		return func(func(string, int64) bool) {}
	}
	return found.all(c.now())
}

// Names lists the caches, sorted.
func (c *Caches) Names() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	names := make([]string, 0, len(c.caches))
	for name := range c.caches {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (s Spec) limits(name string) Limits {
	return Limits{Name: name, MaxElems: s.MaxElems, TTL: s.TTL}
}
