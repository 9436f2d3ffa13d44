package mstore

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// MemoryOptions are the settings of [Memory]. A nil *MemoryOptions is all
// defaults.
type MemoryOptions struct {
	// MaxBytes is the most bytes of all that is kept. If zero, 256 MiB.
	MaxBytes int64
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

// Memory is a [Store] that lasts as long as the process.
type Memory struct {
	clock Clock

	mu      sync.Mutex
	left    int64 // bytes
	entries map[key]*entry
	old     byExpiry
}

type key struct{ bucket, id string }

type entry struct {
	key     key
	data    []byte
	expires time.Time
	index   int // in the heap
}

// entryCost is what an entry counts beside its bytes.
const entryCost = 256

func (e *entry) cost() int64 {
	return int64(entryCost + len(e.key.bucket) + len(e.key.id) + len(e.data))
}

var _ Store = (*Memory)(nil)

// NewMemory makes an empty store.
func NewMemory(o *MemoryOptions) *Memory {
	m := &Memory{clock: systemClock{}, left: 256 << 20, entries: map[key]*entry{}}
	if o != nil && o.Clock != nil {
		m.clock = o.Clock
	}
	if o != nil && o.MaxBytes > 0 {
		m.left = o.MaxBytes
	}
	return m
}

// Put implements [Store].
func (m *Memory) Put(_ context.Context, bucket, id string, data []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now()
	for len(m.old) > 0 && !m.old[0].expires.After(now) {
		m.remove(m.old[0])
	}
	e := &entry{key: key{bucket, id}, data: data, expires: now.Add(ttl)}
	before := m.entries[e.key]
	room := m.left
	if before != nil {
		room += before.cost()
	}
	if e.cost() > room {
		return ErrFull
	}
	if before != nil {
		m.remove(before)
	}
	m.left -= e.cost()
	m.entries[e.key] = e
	heap.Push(&m.old, e)
	return nil
}

// Get implements [Store].
func (m *Memory) Get(_ context.Context, bucket, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[key{bucket, id}]
	if e == nil {
		return nil, ErrNotFound
	}
	if !e.expires.After(m.clock.Now()) {
		m.remove(e)
		return nil, ErrNotFound
	}
	return e.data, nil
}

// Delete implements [Store].
func (m *Memory) Delete(_ context.Context, bucket, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.entries[key{bucket, id}]; e != nil {
		m.remove(e)
	}
	return nil
}

// Len gives the number of entries, old ones that have not been removed yet
// among them.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.entries)
}

func (m *Memory) remove(e *entry) {
	heap.Remove(&m.old, e.index)
	delete(m.entries, e.key)
	m.left += e.cost()
}

// byExpiry is a heap of entries, the oldest first.
type byExpiry []*entry

func (h byExpiry) Len() int           { return len(h) }
func (h byExpiry) Less(i, j int) bool { return h[i].expires.Before(h[j].expires) }

func (h byExpiry) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push implements [heap.Interface].
func (h *byExpiry) Push(x any) {
	e := x.(*entry)
	e.index = len(*h)
	*h = append(*h, e)
}

// Pop implements [heap.Interface].
func (h *byExpiry) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}
