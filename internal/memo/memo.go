// Package memo remembers the answers to questions that take long: of DNS
// servers, of databases. A [Cache] is bounded in size, keeps each answer for
// its own time, drops the least recently used when it is full, and asks once
// where several callers ask the same at one time.
//
// A Cache is safe for concurrent use.
package memo

import (
	"container/list"
	"context"
	"fmt"
	"sync"
	"time"
)

// Cache maps questions to answers.
type Cache[K comparable, V any] struct {
	size int
	now  func() time.Time

	mu      sync.Mutex
	entries map[K]*list.Element // of *entry[K, V]
	recent  *list.List          // most recently used first
	calls   map[K]*call[V]
	flushes int
	stats   Stats
}

type entry[K comparable, V any] struct {
	key     K
	value   V
	expires time.Time
}

// call is a question whose answer is on its way.
type call[V any] struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	value   V
	err     error
}

// Stats tell what a cache has done since it was made.
type Stats struct {
	Entries int   // there now
	Hits    int64 // answered from the cache
	Misses  int64 // asked
	Joined  int64 // waited for the answer to another's question
	Inserts int64
	Flushed int64 // entries dropped by Flush
	Expired int64 // entries dropped as their time was over
	Evicted int64 // entries dropped for want of room
}

// New makes a cache of at most size entries; with none or less it only merges
// questions. now tells the time; if nil, time.Now.
func New[K comparable, V any](size int, now func() time.Time) *Cache[K, V] {
	if now == nil {
		now = time.Now
	}
	return &Cache[K, V]{size: size, now: now, entries: map[K]*list.Element{}, recent: list.New(), calls: map[K]*call[V]{}}
}

// Get gives the answer that is remembered.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.get(key)
}

func (c *Cache[K, V]) get(key K) (value V, ok bool) {
	at := c.entries[key]
	if at == nil {
		return value, false
	}
	e := at.Value.(*entry[K, V])
	if !c.now().Before(e.expires) {
		c.remove(at)
		c.stats.Expired++
		return value, false
	}
	c.recent.MoveToFront(at)
	c.stats.Hits++
	return e.value, true
}

func (c *Cache[K, V]) remove(at *list.Element) {
	c.recent.Remove(at)
	delete(c.entries, at.Value.(*entry[K, V]).key)
}

// put remembers value for ttl.
func (c *Cache[K, V]) put(key K, value V, ttl time.Duration) {
	if ttl <= 0 || c.size <= 0 {
		return
	}
	e := &entry[K, V]{key, value, c.now().Add(ttl)}
	c.stats.Inserts++
	if at := c.entries[key]; at != nil {
		at.Value = e
		c.recent.MoveToFront(at)
		return
	}
	c.entries[key] = c.recent.PushFront(e)
	for c.recent.Len() > c.size {
		c.remove(c.recent.Back())
		c.stats.Evicted++
	}
}

// Do gives the remembered answer, or waits for ask to give it, be it asked for
// this call or for another that began earlier. ask also says how long the
// answer holds; one with an error, or that does not hold at all, is not
// remembered.
//
// ask runs on a goroutine of its own with the values of ctx; its context ends
// when nobody waits for the answer any more. Do returns the context's error
// when ctx ends first; if it has ended already, nothing is asked.
func (c *Cache[K, V]) Do(ctx context.Context, key K, ask func(context.Context) (V, time.Duration, error)) (V, error) {
	c.mu.Lock()
	if v, ok := c.get(key); ok {
		c.mu.Unlock()
		return v, nil
	}
	if err := ctx.Err(); err != nil { // a quick answer must not win against it by chance
		c.mu.Unlock()
		var zero V
		return zero, err
	}
	running := c.calls[key]
	if running != nil {
		c.stats.Joined++
		running.waiting++
	} else {
		running = c.start(ctx, key, ask)
	}
	c.mu.Unlock()

	select {
	case <-running.done:
		return running.value, running.err
	case <-ctx.Done():
	}
	c.mu.Lock()
	if running.waiting--; running.waiting == 0 {
		running.cancel()
		if c.calls[key] == running {
			delete(c.calls, key)
		}
	}
	c.mu.Unlock()
	var zero V
	return zero, ctx.Err()
}

// start begins a call; the lock is held.
func (c *Cache[K, V]) start(ctx context.Context, key K, ask func(context.Context) (V, time.Duration, error)) *call[V] {
	c.stats.Misses++
	flushes := c.flushes
	running := &call[V]{done: make(chan struct{}), waiting: 1}
	ctx, running.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.calls[key] = running
	go func() {
		var ttl time.Duration
		running.value, ttl, running.err = protect(ctx, ask)
		c.mu.Lock()
		if c.calls[key] == running {
			delete(c.calls, key)
		}
		if running.err == nil && c.flushes == flushes {
			c.put(key, running.value, ttl)
		}
		c.mu.Unlock()
		running.cancel()
		close(running.done)
	}()
	return running
}

// protect makes a panic an error: it would end the program here.
func protect[V any](ctx context.Context, ask func(context.Context) (V, time.Duration, error)) (v V, ttl time.Duration, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return ask(ctx)
}

// Flush forgets all answers, also those that are on their way, and tells how
// many there were.
func (c *Cache[K, V]) Flush() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.entries)
	clear(c.entries)
	c.recent.Init()
	c.flushes++
	c.stats.Flushed += int64(n)
	return n
}

// Stats gives the numbers of the cache.
func (c *Cache[K, V]) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.Entries = len(c.entries)
	return s
}
