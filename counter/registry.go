package counter

import (
	"errors"
	"fmt"
	"iter"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrPath is in the error for a path that cannot name a counter.
var ErrPath = errors.New("not a counter path")

// ErrSemantics is in the error for a value that is neither Strict nor Relaxed.
var ErrSemantics = errors.New("unknown counter semantics")

// ErrFull is in the error when a registry holds all the counters it may.
var ErrFull = errors.New("too many counters")

// Clock tells the time.
type Clock interface{ Now() time.Time }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Options are the settings of a registry; nil works.
type Options struct {
	// HandleCacheTTL is how long after Unlink calls by path still reach the
	// removed counter. If zero, 5 minutes; -1 forgets it at once.
	HandleCacheTTL time.Duration
	// MaxCounters bounds the number of counters. If zero, 1,000,000; -1 means
	// no bound.
	MaxCounters int
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

// Registry is a set of named counters.
type Registry struct {
	ttl   time.Duration
	max   int
	clock Clock

	index sync.Map // path → *Counter

	mu        sync.Mutex // held to change anything below and the index
	count     int
	detached  map[string]detached
	nDetached atomic.Int32 // len(detached), to skip the lock
}

// detached is an unlinked counter that its path still reaches.
type detached struct {
	c     *Counter
	until time.Time
}

// New makes an empty registry.
func New(o *Options) *Registry {
	if o == nil {
		o = &Options{}
	}
	r := &Registry{ttl: o.HandleCacheTTL, max: o.MaxCounters, clock: o.Clock, detached: map[string]detached{}}
	if r.ttl == 0 {
		r.ttl = 5 * time.Minute
	}
	if r.max == 0 {
		r.max = 1_000_000
	}
	if r.clock == nil {
		r.clock = systemClock{}
	}
	return r
}

// CheckPath reports whether path can name a counter: it begins with "/", has
// 2 to 255 bytes, no empty segment and no control bytes. The error wraps
// [ErrPath].
func CheckPath(path string) error {
	why := ""
	switch {
	case len(path) < 2 || len(path) > 255:
		why = "it must have 2 to 255 bytes"
	case path[0] != '/':
		why = "it must begin with /"
	case strings.Contains(path, "//") || path[len(path)-1] == '/':
		why = "it has an empty segment"
	}
	for i := 0; i < len(path) && why == ""; i++ {
		if path[i] < ' ' || path[i] == 0x7f {
			why = "it has a control byte"
		}
	}
	if why == "" {
		return nil
	}
	if len(path) > 40 {
		path = path[:40] + "…"
	}
	return fmt.Errorf("counter: path %q: %w: %s", path, ErrPath, why)
}

// Open gives the counter of that path, and makes it if there is none. A
// counter that exists keeps its semantics. After Unlink, Open makes a new
// counter. Errors: [ErrPath], [ErrSemantics], [ErrFull].
func (r *Registry) Open(path string, s Semantics) (*Counter, error) {
	if s != Strict && s != Relaxed {
		return nil, fmt.Errorf("counter: open %q: %w %d", path, ErrSemantics, int(s))
	}
	if c, ok := r.index.Load(path); ok {
		return c.(*Counter), nil
	}
	if err := CheckPath(path); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(path)
	return r.create(path, s)
}

// create adds a counter to the index unless it is there; r.mu is held.
func (r *Registry) create(path string, s Semantics) (*Counter, error) {
	if c, ok := r.index.Load(path); ok {
		return c.(*Counter), nil
	}
	if r.max > 0 && r.count >= r.max {
		return nil, fmt.Errorf("counter: open %q: %w (limit %d)", path, ErrFull, r.max)
	}
	c := &Counter{path: strings.Clone(path), clock: r.clock}
	c.reset.Store(r.clock.Now().UnixNano())
	if s == Relaxed {
		c.cells = newCells()
	}
	r.index.Store(c.path, c)
	r.count++
	return c, nil
}

// Lookup gives the counter that the path reaches, nil if there is none. An
// unlinked counter is reached until HandleCacheTTL has passed.
func (r *Registry) Lookup(path string) *Counter {
	if r.nDetached.Load() > 0 {
		r.mu.Lock()
		d, ok := r.detached[path]
		r.mu.Unlock()
		if ok && r.clock.Now().Before(d.until) {
			return d.c
		}
	}
	if c, ok := r.index.Load(path); ok {
		return c.(*Counter)
	}
	return nil
}

// Reach gives the counter that the path reaches as Lookup does, and makes a
// strict one if there is none. Errors: [ErrPath], [ErrFull].
func (r *Registry) Reach(path string) (*Counter, error) {
	if c := r.Lookup(path); c != nil {
		return c, nil
	}
	return r.Open(path, Strict)
}

// Unlink removes the path from the registry and reports whether it was there.
// Handles of the counter stay valid.
func (r *Registry) Unlink(path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.index.LoadAndDelete(path)
	if !ok {
		return false
	}
	r.count--
	if r.ttl <= 0 {
		return true
	}
	now := r.clock.Now()
	for p, d := range r.detached {
		if !now.Before(d.until) || (r.max > 0 && len(r.detached) >= r.max) {
			delete(r.detached, p)
		}
	}
	r.detached[c.(*Counter).path] = detached{c.(*Counter), now.Add(r.ttl)}
	r.nDetached.Store(int32(len(r.detached)))
	return true
}

// forget ends what Unlink kept for path; r.mu is held.
func (r *Registry) forget(path string) {
	delete(r.detached, path)
	r.nDetached.Store(int32(len(r.detached)))
}

// All lists the counters whose paths begin with prefix ("" for all), sorted by
// path. Counters that come or go meanwhile may be missing.
func (r *Registry) All(prefix string) iter.Seq[Info] {
	return func(yield func(Info) bool) {
		var found []*Counter
		r.index.Range(func(k, v any) bool {
			if strings.HasPrefix(k.(string), prefix) {
				found = append(found, v.(*Counter))
			}
			return true
		})
		sort.Slice(found, func(i, j int) bool { return found[i].path < found[j].path })
		for _, c := range found {
			if !yield(c.Info()) {
				return
			}
		}
	}
}
