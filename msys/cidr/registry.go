package cidr

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gaissmai/bart"

	"github.com/gomsys/gomsys/audit/addrkey"
)

// Registry is a set of named tables.
type Registry struct {
	c   Config
	ctx context.Context
	end context.CancelFunc
	wg  sync.WaitGroup // loads in the background

	sets atomic.Pointer[map[string]*set] // replaced by every change

	mu     sync.Mutex // held to change sets, closed or add to wg
	closed bool
}

// New makes an empty registry. Close ends it.
func New(c *Config) *Registry {
	r := &Registry{c: c.withDefaults()}
	r.sets.Store(&map[string]*set{})
	r.ctx, r.end = context.WithCancel(context.Background())
	return r
}

// Define makes a table and starts to load it. Defining one again with the same
// options keeps it; other options replace it. The error wraps [ErrOptions].
func (r *Registry) Define(name string, o Options) error {
	o, err := o.check()
	if err == nil && name == "" {
		err = fmt.Errorf("%w: empty name", ErrOptions)
	}
	if err != nil {
		return fmt.Errorf("cidr: define %q: %w", name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return fmt.Errorf("cidr: define %q: %w: registry is closed", name, ErrOptions)
	}
	sets := maps.Clone(*r.sets.Load())
	if old := sets[name]; old != nil {
		if old.o == o {
			return nil
		}
		old.close()
	}
	s := newSet(r, name, o)
	sets[name] = s
	if o.Type == Empty {
		s.dynamic.Store(&dynamic{new(bart.Table[Value])})
	}
	r.sets.Store(&sets)
	if o.Type != Empty {
		r.wg.Go(func() { _ = s.load(true) }) // load logs its error
	}
	return nil
}

// begin reports whether the registry is still open; then Close waits until
// r.wg.Done is called.
func (r *Registry) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.wg.Add(1)
	}
	return !r.closed
}

func (r *Registry) find(name string) (*set, error) {
	if s := (*r.sets.Load())[name]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("cidr: table %q %w", name, ErrUndefined)
}

// Query looks for the entry with the longest prefix that covers p. If there
// is one, and it is no exclusion, found is true and value what it gives;
// otherwise value is the table's default. Before the first load has ended,
// Query waits for it: as long as ctx lasts and Config.LoadTimeout allows. The
// error is [ErrUndefined].
func (r *Registry) Query(ctx context.Context, name string, p netip.Prefix) (value Value, found bool, err error) {
	s, err := r.find(name)
	if err != nil {
		return nil, false, err
	}
	value, found = (&Table{s}).Query(ctx, p)
	return value, found, nil
}

// QueryText is Query for an address as policy writes it; see package addrkey.
// peer is what "/len" refers to. A text that is no address finds nothing.
func (r *Registry) QueryText(ctx context.Context, name, address string, peer netip.Addr) (value Value, found bool, err error) {
	p, parseErr := addrkey.Parse(address, peer)
	if parseErr != nil {
		s, err := r.find(name)
		if err != nil {
			return nil, false, err
		}
		r.c.logger().DebugContext(ctx, "cidr query for what is no address", "table", name, "error", parseErr)
		return s.o.Default, false, nil
	}
	return r.Query(ctx, name, p)
}

// Reload reads the table's source now and waits for the end, or for that of
// ctx, when the load goes on. If it fails, the old table stays. Reloading a
// table of type Empty does nothing.
func (r *Registry) Reload(ctx context.Context, name string) error {
	s, err := r.find(name)
	if err != nil || s.o.Type == Empty {
		return err
	}
	if !r.begin() {
		return fmt.Errorf("cidr: reload %q: registry is closed", name)
	}
	done := make(chan error, 1)
	go func() {
		defer r.wg.Done()
		done <- s.load(true)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("cidr: reload %q: %w", name, context.Cause(ctx))
	}
}

// Insert adds a block to a table of type Empty, or replaces its value: a
// string, float64 or bool. Errors: [ErrUndefined], [ErrNotEmptyType],
// [ErrOptions].
func (r *Registry) Insert(name string, p netip.Prefix, v Value) error {
	o := Options{Type: Empty, Default: v}
	if _, err := o.check(); err != nil || v == nil || !p.IsValid() {
		return fmt.Errorf("cidr: insert into %q: %w: prefix %v, value of type %T", name, ErrOptions, p, v)
	}
	return r.change(name, p, func(t *bart.Table[Value], p netip.Prefix) *bart.Table[Value] {
		return t.InsertPersist(p, v)
	})
}

// Delete removes a block from a table of type Empty, if it is there. Errors:
// [ErrUndefined], [ErrNotEmptyType].
func (r *Registry) Delete(name string, p netip.Prefix) error {
	if !p.IsValid() {
		return nil
	}
	return r.change(name, p, (*bart.Table[Value]).DeletePersist)
}

func (r *Registry) change(name string, p netip.Prefix, f func(*bart.Table[Value], netip.Prefix) *bart.Table[Value]) error {
	s, err := r.find(name)
	if err != nil {
		return err
	}
	if s.o.Type != Empty {
		return fmt.Errorf("cidr: table %q: %w", name, ErrNotEmptyType)
	}
	p = addrkey.Unmap(netip.PrefixFrom(p.Addr().WithZone(""), p.Bits()))
	s.loading.Lock()
	defer s.loading.Unlock()
	s.dynamic.Store(&dynamic{f(s.dynamic.Load().t, p)})
	return nil
}

// Close stops all loads and waits for those that run. Tables keep answering.
func (r *Registry) Close() {
	r.mu.Lock()
	r.closed = true
	r.end()
	for _, s := range *r.sets.Load() {
		s.close()
	}
	r.mu.Unlock()
	r.wg.Wait()
}

// Status describes a table.
type Status struct {
	// Name is the table's name, Type its type.
	Name string
	Type Type
	// Refresh is the time between loads, negative if only Reload loads.
	Refresh time.Duration
	// Entries counts the blocks, Bad the lines or rows that were skipped.
	Entries, Bad int
	// Loaded is the time of the last load that succeeded, Next that of the
	// next one; zero if there is none.
	Loaded, Next time.Time
	// Err is the error of the last load, if it failed.
	Err error
}

// List describes all tables, sorted by name.
func (r *Registry) List() []Status {
	sets := *r.sets.Load()
	out := make([]Status, 0, len(sets))
	for _, s := range sets {
		out = append(out, s.status())
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func (s *set) status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Status{Name: s.name, Type: s.o.Type, Refresh: s.o.Refresh, Loaded: s.at, Next: s.next, Err: s.err}
	if t := s.current.Load(); t != nil {
		st.Entries, st.Bad = t.entries, t.bad
	}
	if d := s.dynamic.Load(); d != nil {
		st.Entries = d.t.Size()
	}
	return st
}
