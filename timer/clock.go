package timer

import (
	"container/heap"
	"sync"
	"time"
)

// Clock tells the time and calls back later. [ManualClock] is one for tests.
type Clock interface {
	// Now gives the time.
	Now() time.Time
	// AfterFunc calls f once when d has passed, on a goroutine of its own.
	// The function that it returns prevents the call, and reports whether it
	// did.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// ManualClock is a [Clock] that stands still until it is moved. Functions that
// were given to AfterFunc are called by the goroutine that moves the clock,
// in order of time. It may be used concurrently.
type ManualClock struct {
	mu  sync.Mutex
	now time.Time
	seq uint64
	due manualQueue
}

// NewManualClock makes a clock that shows now.
func NewManualClock(now time.Time) *ManualClock { return &ManualClock{now: now} }

// Now gives the time that the clock shows.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc calls f when the clock has been moved d forward; a d of zero or
// less means the next move, of any distance.
func (c *ManualClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	e := &manualEntry{at: c.now.Add(max(d, 0)), seq: c.seq, f: f}
	heap.Push(&c.due, e)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		if e.index < 0 {
			return false
		}
		heap.Remove(&c.due, e.index)
		return true
	}
}

// Advance moves the clock forward by d. It stops at each moment for which
// something was scheduled, also by the functions that it calls.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	end := c.now.Add(max(d, 0))
	c.mu.Unlock()
	for {
		c.mu.Lock()
		if len(c.due) == 0 || c.due[0].at.After(end) {
			c.now = end
			c.mu.Unlock()
			return
		}
		e := heap.Pop(&c.due).(*manualEntry)
		if e.at.After(c.now) {
			c.now = e.at
		}
		c.mu.Unlock()
		e.f()
	}
}

// Set jumps to t, which may be earlier than now, and then calls once what has
// become due. What those functions schedule waits for the next move.
func (c *ManualClock) Set(t time.Time) {
	c.mu.Lock()
	c.now = t
	last := c.seq
	c.mu.Unlock()
	for {
		c.mu.Lock()
		var e *manualEntry
		for _, d := range c.due {
			if d.seq <= last && !d.at.After(t) && (e == nil || c.due.less(d, e)) {
				e = d
			}
		}
		if e == nil {
			c.mu.Unlock()
			return
		}
		heap.Remove(&c.due, e.index)
		c.mu.Unlock()
		e.f()
	}
}

// Waiting gives the number of functions that wait to be called.
func (c *ManualClock) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.due)
}

type manualEntry struct {
	at    time.Time
	seq   uint64
	f     func()
	index int // -1 when no longer queued
}

type manualQueue []*manualEntry

func (q manualQueue) less(a, b *manualEntry) bool {
	if !a.at.Equal(b.at) {
		return a.at.Before(b.at)
	}
	return a.seq < b.seq
}

func (q manualQueue) Len() int           { return len(q) }
func (q manualQueue) Less(i, j int) bool { return q.less(q[i], q[j]) }
func (q manualQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *manualQueue) Push(x any) {
	e := x.(*manualEntry)
	e.index = len(*q)
	*q = append(*q, e)
}

func (q *manualQueue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	e.index = -1
	return e
}
