package pcre

import (
	"container/list"
	"errors"
	"sync"
	"time"
)

// ErrEmptyPattern says that a Cache was asked for the empty pattern.
var ErrEmptyPattern = errors.New("pcre: an empty pattern was provided")

// CacheOptions configures a Cache. A nil *CacheOptions is all defaults.
type CacheOptions struct {
	// Size is the most patterns that are kept. If zero, 100.
	Size int
	// TTL is how long a pattern is kept after it was compiled. If zero, 300 s.
	TTL time.Duration
	// Compile are the options of the patterns. If nil, those of Momentum's
	// scripts: UTF, and atomic recursion.
	Compile *Options
	// Now tells the time. If nil, time.Now.
	Now func() time.Time
}

// A Cache compiles patterns and keeps those that were used last. It is safe
// for concurrent use.
type Cache struct {
	o     CacheOptions
	mu    sync.Mutex
	items map[string]*list.Element
	order list.List // of *cached, the one used last in front
}

type cached struct {
	pattern string
	re      *Regexp
	err     error
	made    time.Time
}

// NewCache makes a Cache.
func NewCache(o *CacheOptions) *Cache {
	c := &Cache{items: map[string]*list.Element{}}
	if o != nil {
		c.o = *o
	}
	if c.o.Size <= 0 {
		c.o.Size = 100
	}
	if c.o.TTL <= 0 {
		c.o.TTL = 300 * time.Second
	}
	if c.o.Compile == nil {
		c.o.Compile = &Options{UTF: true, AtomicRecursion: true}
	}
	if c.o.Now == nil {
		c.o.Now = time.Now
	}
	return c
}

// Get gives the compiled pattern. The error is ErrEmptyPattern or a
// *SyntaxError.
func (c *Cache) Get(pattern string) (*Regexp, error) {
	if pattern == "" {
		return nil, ErrEmptyPattern
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	if e := c.items[pattern]; e != nil {
		it := e.Value.(*cached)
		if now.Sub(it.made) < c.o.TTL {
			c.order.MoveToFront(e)
			return it.re, it.err
		}
		c.remove(e)
	}
	it := &cached{pattern: pattern, made: now}
	it.re, it.err = CompileWith(pattern, c.o.Compile)
	c.items[pattern] = c.order.PushFront(it)
	if c.order.Len() > c.o.Size {
		c.remove(c.order.Back())
	}
	return it.re, it.err
}

// Len gives the number of patterns that are kept.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order.Len()
}

func (c *Cache) remove(e *list.Element) {
	delete(c.items, e.Value.(*cached).pattern)
	c.order.Remove(e)
}
