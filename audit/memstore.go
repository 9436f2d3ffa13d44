package audit

import (
	"context"
	"maps"
	"sync"
	"time"
)

// MemoryStore is a [Store] and [SessionStore] in memory. Any number of engines
// may share it.
type MemoryStore struct {
	clock Clock

	mu      sync.Mutex
	windows map[memoryItem]*memoryWindows
	nodes   map[string]time.Time        // end of the lease
	open    map[string]map[string]int64 // item → node → sessions
}

var (
	_ Store        = (*MemoryStore)(nil)
	_ SessionStore = (*MemoryStore)(nil)
)

type memoryItem struct {
	shape Shape
	item  string
}

type memoryWindows struct {
	n       map[int64]int64
	expires time.Time
}

// NewMemoryStore makes an empty store; a nil clock is the system's.
func NewMemoryStore(clock Clock) *MemoryStore {
	if clock == nil {
		clock = systemClock{}
	}
	return &MemoryStore{
		clock:   clock,
		windows: map[memoryItem]*memoryWindows{},
		nodes:   map[string]time.Time{},
		open:    map[string]map[string]int64{},
	}
}

// AddWindows implements [Store].
func (s *MemoryStore) AddWindows(ctx context.Context, d []Delta) error {
	if err := ctx.Err(); err != nil {
		return &UnappliedError{Deltas: d, Err: err}
	}
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range d {
		k := memoryItem{d.Shape, d.Item}
		w := s.live(k, now)
		if w == nil {
			w = &memoryWindows{n: map[int64]int64{}}
			s.windows[k] = w
		}
		w.n[d.Window] += d.N
		w.expires = now.Add(d.Shape.Life())
		if len(w.n) > d.Shape.Windows+1 {
			oldest := now.Unix()/d.Shape.Interval - int64(d.Shape.Windows)
			maps.DeleteFunc(w.n, func(window, _ int64) bool { return window < oldest })
		}
	}
	return nil
}

// live gives what is kept of an item, nil if nothing.
func (s *MemoryStore) live(k memoryItem, now time.Time) *memoryWindows {
	w := s.windows[k]
	if w != nil && !now.Before(w.expires) {
		delete(s.windows, k)
		return nil
	}
	return w
}

// SumWindows implements [Store].
func (s *MemoryStore) SumWindows(ctx context.Context, q []Sum) ([]int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]int64, len(q))
	for i, q := range q {
		for _, item := range q.Items {
			w := s.live(memoryItem{q.Shape, item}, now)
			if w == nil {
				continue
			}
			for window, n := range w.n {
				if window >= q.From && window <= q.To {
					out[i] += n
				}
			}
		}
	}
	return out, nil
}

// TakeWindows implements [Store].
func (s *MemoryStore) TakeWindows(ctx context.Context, shape Shape, item string) (map[int64]int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := memoryItem{shape, item}
	w := s.live(k, s.clock.Now())
	if w == nil {
		return nil, nil
	}
	delete(s.windows, k)
	return w.n, nil
}

// PutSessions implements [SessionStore].
func (s *MemoryStore) PutSessions(ctx context.Context, node string, lease time.Duration, counts map[string]int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for item, n := range counts {
		if n == 0 {
			delete(s.open[item], node)
			continue
		}
		if s.open[item] == nil {
			s.open[item] = map[string]int64{}
		}
		s.open[item][node] = n
	}
	s.nodes[node] = s.clock.Now().Add(lease)
	if lease <= 0 {
		delete(s.nodes, node)
	}
	return nil
}

// SumSessions implements [SessionStore].
func (s *MemoryStore) SumSessions(ctx context.Context, items []string) (total int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, item := range items {
		for node, n := range s.open[item] {
			if now.Before(s.nodes[node]) {
				total += n
			} else {
				delete(s.open[item], node)
			}
		}
	}
	return total, nil
}
