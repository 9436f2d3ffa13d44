package db

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Registry holds datasources by name. It is safe for concurrent use.
type Registry struct {
	o       Options
	drivers map[string]Driver
	pools   map[string]chan struct{}
	now     func() time.Time

	mu      sync.Mutex // of those who change what follows
	sources atomic.Pointer[map[string]*Source]
	closed  bool
}

// New makes a registry with the datasources of o, which may be nil. The error
// is about their configuration.
func New(o *Options) (*Registry, error) {
	reg := &Registry{now: time.Now}
	if o != nil {
		reg.o = *o
	}
	if reg.o.Clock != nil {
		reg.now = reg.o.Clock.Now
	}
	if reg.o.ReadFile == nil {
		reg.o.ReadFile = func(context.Context, string) ([]byte, error) { return nil, errors.New("files are not available") }
	}
	reg.drivers = builtin(&reg.o)
	reg.pools = map[string]chan struct{}{defaultPool: make(chan struct{}, defaultPoolSize)}
	for name, size := range reg.o.Pools {
		if size <= 0 {
			return nil, fmt.Errorf("db: pool %s: size %d", name, size)
		}
		reg.pools[name] = make(chan struct{}, size)
	}
	reg.sources.Store(&map[string]*Source{})
	for _, name := range slices.Sorted(maps.Keys(reg.o.Sources)) {
		if err := reg.Define(name, reg.o.Sources[name]); err != nil {
			return nil, errors.Join(err, reg.Close())
		}
	}
	return reg, nil
}

// Define adds a datasource, or gives one another configuration, in which case
// what it remembers stays unless CacheSize has changed, and its connections do
// unless URI or MaxConns has. The error is about the
// configuration: a database that does not answer shows at the first query.
func (reg *Registry) Define(name string, c Config) error {
	reg.mu.Lock()
	defer reg.mu.Unlock()
	if reg.closed {
		return fmt.Errorf("db: datasource %s: %w", name, ErrClosed)
	}
	now := *reg.sources.Load()
	old := now[name]
	s, err := reg.open(name, c, old)
	if err != nil {
		return err
	}
	next := maps.Clone(now)
	next[name] = s
	reg.sources.Store(&next)
	if old != nil && !old.sameConnections(s.config) {
		return old.Close()
	}
	return nil
}

// Source gives the datasource with that name. The error wraps
// ErrUnknownSource.
func (reg *Registry) Source(name string) (*Source, error) {
	s := (*reg.sources.Load())[name]
	if s == nil {
		return nil, fmt.Errorf("%w '%s'", ErrUnknownSource, name)
	}
	return s, nil
}

// Names lists the datasources, sorted.
func (reg *Registry) Names() []string { return slices.Sorted(maps.Keys(*reg.sources.Load())) }

// Each calls row for every row of a query to the named datasource, as
// [Source.Each] does without parameters.
func (reg *Registry) Each(ctx context.Context, name, query string, row func(columns []string, values []any) error) error {
	s, err := reg.Source(name)
	if err != nil {
		return err
	}
	return s.Each(ctx, query, nil, row)
}

// Flush forgets what the named datasource remembers, and tells how many
// results that were.
func (reg *Registry) Flush(name string) (int, error) {
	s, err := reg.Source(name)
	if err != nil {
		return 0, err
	}
	return s.Flush(), nil
}

// Stats gives the numbers of all caches, sorted by name.
func (reg *Registry) Stats() []Stats {
	var list []Stats
	for _, name := range reg.Names() {
		if s, err := reg.Source(name); err == nil {
			list = append(list, s.Stats())
		}
	}
	return list
}

// Close ends all datasources; queries fail from then on. Further calls do
// nothing.
func (reg *Registry) Close() error {
	reg.mu.Lock()
	defer reg.mu.Unlock()
	reg.closed = true
	var errs []error
	for _, s := range *reg.sources.Swap(&map[string]*Source{}) {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}
