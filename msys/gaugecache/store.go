package gaugecache

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrNotApplied is wrapped by a Store's error when the change certainly did not
// take effect, so that it may be sent again. Any other error leaves that open.
var ErrNotApplied = errors.New("not applied")

// Limits are what a store has to know of a cache.
type Limits struct {
	// Name is the cache's name.
	Name string
	// MaxElems is the greatest number of entries.
	MaxElems int
	// TTL is the life of an entry after its last change; 0 is for ever.
	TTL time.Duration
}

// Store keeps caches that several hosts share. Implementations may be called
// concurrently and honour the context. [MemoryStore] is one for tests and for
// several engines in a process.
type Store interface {
	// Add changes a key's value, which is 0 if missing or expired, and gives
	// the new one.
	Add(ctx context.Context, c Limits, key string, delta int64) (int64, error)
	// Get gives a key's value, 0 if missing or expired.
	Get(ctx context.Context, c Limits, key string) (int64, error)
	// Remove removes a key and reports whether it was there.
	Remove(ctx context.Context, c Limits, key string) (bool, error)
}

// MemoryStore is a [Store] in memory, for any number of engines.
type MemoryStore struct {
	clock Clock
	base  time.Time

	mu     sync.Mutex
	caches map[string]*cache
}

var _ Store = (*MemoryStore)(nil)

// NewMemoryStore makes a store; a nil clock is the system's.
func NewMemoryStore(clock Clock) *MemoryStore {
	if clock == nil {
		clock = systemClock{}
	}
	return &MemoryStore{clock: clock, base: clock.Now(), caches: map[string]*cache{}}
}

func (s *MemoryStore) cache(l Limits) (*cache, time.Duration) {
	now := s.clock.Now().Sub(s.base)
	spec := Spec{MaxElems: l.MaxElems, TTL: l.TTL}
	s.mu.Lock()
	c := s.caches[l.Name]
	if c == nil {
		c = newCache(l.Name, spec)
		s.caches[l.Name] = c
	}
	s.mu.Unlock()
	if c.current() != spec {
		c.define(spec, now)
	}
	return c, now
}

// Add implements [Store].
func (s *MemoryStore) Add(_ context.Context, l Limits, key string, delta int64) (int64, error) {
	c, now := s.cache(l)
	return c.add(key, delta, now), nil
}

// Get implements [Store].
func (s *MemoryStore) Get(_ context.Context, l Limits, key string) (int64, error) {
	c, now := s.cache(l)
	return c.get(key, now), nil
}

// Remove implements [Store].
func (s *MemoryStore) Remove(_ context.Context, l Limits, key string) (bool, error) {
	c, now := s.cache(l)
	return c.delete(key, now), nil
}
