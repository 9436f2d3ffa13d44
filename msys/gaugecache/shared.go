package gaugecache

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/gomsys/gomsys/audit/failover"
)

// waiting keeps the net changes that certainly did not reach the store.
type waiting struct {
	mu      sync.Mutex
	deltas  map[waitingKey]waitingDelta
	stop    func() bool // prevents the next attempt
	closed  bool
	dropped uint64
}

type waitingKey struct{ cache, key string }

type waitingDelta struct {
	n      int64
	limits Limits
	at     time.Duration
}

// addShared changes the value in the store; local is the answer without it.
func (c *Caches) addShared(ctx context.Context, l Limits, key string, delta, local int64) int64 {
	k := waitingKey{l.Name, key}
	delta += c.take(k).n
	var value int64
	err := c.guard.Do(ctx, "gauge add", func(ctx context.Context) (err error) {
		value, err = c.o.Store.Add(ctx, l, key, delta)
		return err
	})
	if err == nil {
		return value
	}
	if unsent(err) {
		c.keep(k, waitingDelta{n: delta, limits: l, at: c.now()})
	}
	return local
}

// unsent reports whether the store certainly did not take the change.
func unsent(err error) bool {
	return errors.Is(err, ErrNotApplied) || errors.Is(err, failover.ErrOpen)
}

func (c *Caches) getShared(ctx context.Context, l Limits, key string, local int64) int64 {
	var value int64
	err := c.guard.Do(ctx, "gauge get", func(ctx context.Context) (err error) {
		value, err = c.o.Store.Get(ctx, l, key)
		return err
	})
	if err != nil {
		return local
	}
	c.waiting.mu.Lock()
	defer c.waiting.mu.Unlock()
	return value + c.waiting.deltas[waitingKey{l.Name, key}].n
}

func (c *Caches) removeShared(ctx context.Context, l Limits, key string, local bool) bool {
	c.take(waitingKey{l.Name, key})
	var existed bool
	err := c.guard.Do(ctx, "gauge remove", func(ctx context.Context) (err error) {
		existed, err = c.o.Store.Remove(ctx, l, key)
		return err
	})
	if err != nil {
		return local
	}
	return existed || local
}

// take removes what waits for the key and gives it; the zero value if nothing
// does, or has for longer than an entry lives.
func (c *Caches) take(k waitingKey) waitingDelta {
	w := &c.waiting
	w.mu.Lock()
	defer w.mu.Unlock()
	d, ok := w.deltas[k]
	if !ok {
		return waitingDelta{}
	}
	delete(w.deltas, k)
	if c.stale(d) {
		return waitingDelta{}
	}
	return d
}

func (c *Caches) stale(d waitingDelta) bool {
	return d.limits.TTL > 0 && c.now()-d.at >= d.limits.TTL
}

// keep adds to what waits for the key and sees that it is sent later.
func (c *Caches) keep(k waitingKey, d waitingDelta) {
	w := &c.waiting
	w.mu.Lock()
	defer w.mu.Unlock()
	if old, ok := w.deltas[k]; ok {
		d.n += old.n
		d.at = max(d.at, old.at)
	} else if len(w.deltas) >= c.o.MaxRetained {
		w.dropped++
		return
	}
	w.deltas[k] = d
	c.arm()
}

// arm schedules the next attempt; the lock is held.
func (c *Caches) arm() {
	w := &c.waiting
	if w.stop == nil && !w.closed && len(w.deltas) > 0 {
		w.stop = c.o.Clock.AfterFunc(c.o.RetryDelay, func() {
			c.Flush(context.Background())
			w.mu.Lock()
			defer w.mu.Unlock()
			w.stop = nil
			c.arm()
		})
	}
}

// Flush sends the changes that wait for the store. It is called by itself
// every Options.RetryDelay while there are any.
func (c *Caches) Flush(ctx context.Context) {
	w := &c.waiting
	w.mu.Lock()
	keys := make([]waitingKey, 0, len(w.deltas))
	for k := range w.deltas {
		keys = append(keys, k)
	}
	w.mu.Unlock()
	for _, k := range keys {
		d := c.take(k)
		if d.n == 0 {
			continue
		}
		err := c.guard.Do(ctx, "gauge add", func(ctx context.Context) error {
			_, err := c.o.Store.Add(ctx, d.limits, k.key, d.n)
			return err
		})
		if err == nil {
			continue
		}
		if unsent(err) {
			c.keep(k, d)
		}
		return
	}
}

// Stats describes how an engine gets on with its store.
type Stats struct {
	// Failed and Skipped count the operations that failed, and those not
	// tried because of recent failures.
	Failed, Skipped uint64
	// Retained is the number of keys whose changes wait to be sent, Dropped
	// the number of changes that did not fit among them.
	Retained int
	Dropped  uint64
}

// Stats gives the current numbers.
func (c *Caches) Stats() Stats {
	failed, skipped := c.guard.Counts()
	c.waiting.mu.Lock()
	defer c.waiting.mu.Unlock()
	return Stats{Failed: failed, Skipped: skipped, Retained: len(c.waiting.deltas), Dropped: c.waiting.dropped}
}

// Close tries once to send what waits for the store, within ctx, and ends the
// engine's own activity. The caches stay usable.
func (c *Caches) Close(ctx context.Context) {
	w := &c.waiting
	w.mu.Lock()
	w.closed = true
	if w.stop != nil {
		w.stop()
		w.stop = nil
	}
	w.mu.Unlock()
	c.Flush(ctx)
}
