package cidr

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// set is one named table and what keeps it up to date.
type set struct {
	r    *Registry
	name string
	o    Options
	c    *Config
	ctx  context.Context // ends with the registry or the definition
	end  context.CancelFunc

	current atomic.Pointer[table]   // nil until a load has succeeded
	dynamic atomic.Pointer[dynamic] // for type Empty
	first   chan struct{}           // closed when the first load has ended

	loading sync.Mutex // held by a load
	version string     // of the source that current is from

	mu     sync.Mutex
	loaded bool // first is closed
	err    error
	at     time.Time // of the last load that succeeded
	next   time.Time // of the next load
	stop   func() bool
	ended  bool
}

func newSet(r *Registry, name string, o Options) *set {
	s := &set{r: r, name: name, o: o, c: &r.c, first: make(chan struct{})}
	s.ctx, s.end = context.WithCancel(r.ctx)
	return s
}

// query looks p up; known is false when no load has ended in time.
func (s *set) query(ctx context.Context, p netip.Prefix) (Value, bool) {
	if s.o.Type == Empty {
		return s.dynamic.Load().lookup(p, s.o.Interpolate)
	}
	t := s.current.Load()
	if t == nil {
		s.wait(ctx)
		if t = s.current.Load(); t == nil {
			return nil, false
		}
	}
	if !t.expires.IsZero() && s.c.Clock.Now().After(t.expires) {
		return nil, false
	}
	return t.lookup(p)
}

// wait waits for the first load to end.
func (s *set) wait(ctx context.Context) {
	select {
	case <-s.first:
		return
	default:
	}
	late := make(chan struct{})
	stop := s.c.Clock.AfterFunc(s.c.LoadTimeout, func() { close(late) })
	defer stop()
	select {
	case <-s.first:
	case <-late:
	case <-ctx.Done():
	}
}

// load reads the source and puts the new table in the place of the old one.
// Unless forced, a source that has not changed is left alone.
func (s *set) load(force bool) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	err := s.ctx.Err()
	if err == nil {
		err = s.read(force)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	if !s.loaded {
		s.loaded = true
		close(s.first)
	}
	if err == nil {
		s.at = s.c.Clock.Now()
	} else if s.ctx.Err() == nil {
		s.c.logger().Error("cidr table not loaded", "table", s.name, "error", err)
	}
	s.arm(err)
	return err
}

func (s *set) read(force bool) (err error) {
	defer func() {
		if v := recover(); v != nil { // the host's Open or Query
			err = fmt.Errorf("cidr: load %q: panic: %v", s.name, v)
		}
	}()
	log := s.c.logger().With("table", s.name)
	if s.o.Type == Datasource {
		t, err := readDatasource(s.ctx, s.c, s.o, log)
		if err != nil {
			return fmt.Errorf("cidr: load %q: %w", s.name, err)
		}
		s.current.Store(t)
		return nil
	}
	in, err := s.c.Open(s.ctx, s.o.Source)
	if err != nil {
		return fmt.Errorf("cidr: load %q: %w", s.name, err)
	}
	defer in.Close()
	v := version(in)
	if !force && v != "" && v == s.version {
		return nil
	}
	t, err := readRBLDNSD(in, s.o, s.c.MaxEntries, s.c.Clock.Now(), log)
	if err != nil {
		return fmt.Errorf("cidr: load %q: %w", s.name, err)
	}
	s.current.Store(t)
	s.version = v
	return nil
}

// arm schedules the next load; s.mu is held.
func (s *set) arm(err error) {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	wait := s.o.Refresh
	if err != nil {
		wait = s.c.RetryInterval
	} else if wait > 0 { // not all tables and hosts at once
		wait += time.Duration((rand.Float64() - 0.5) / 5 * float64(wait))
	}
	s.next = time.Time{}
	if s.ended || wait <= 0 {
		return
	}
	s.next = s.c.Clock.Now().Add(wait)
	s.stop = s.c.Clock.AfterFunc(wait, func() {
		if s.r.begin() {
			defer s.r.wg.Done()
			_ = s.load(false) // load logs its error
		}
	})
}

// close ends the set's own activity.
func (s *set) close() {
	s.end()
	s.mu.Lock()
	s.ended = true
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	s.mu.Unlock()
}
