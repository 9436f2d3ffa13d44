package bounce

import (
	"sync"
	"time"
)

// maxCachedText is the longest text that results are remembered for.
const maxCachedText = 1024

type cacheKey struct {
	kind         byte // 's' for replies, 'm' for texts of mails
	text, domain string
}

type cacheEntry struct {
	verdict verdict
	until   time.Time
}

// cache remembers results in two generations: when the young one is full, the
// old one is forgotten.
type cache struct {
	mu         sync.Mutex
	size       int // of one generation
	young, old map[cacheKey]cacheEntry
}

func newCache(size int) *cache {
	if size < 0 {
		return nil
	}
	return &cache{size: max(size/2, 1), young: make(map[cacheKey]cacheEntry)}
}

func (c *cache) get(key cacheKey, now time.Time) (verdict, bool) {
	if c == nil || len(key.text) > maxCachedText {
		return verdict{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.young[key]
	if !ok {
		if e, ok = c.old[key]; ok && now.Before(e.until) {
			c.store(key, e)
		}
	}
	return e.verdict, ok && now.Before(e.until)
}

func (c *cache) put(key cacheKey, v verdict, until time.Time) {
	if c == nil || len(key.text) > maxCachedText {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.store(key, cacheEntry{v, until})
}

func (c *cache) store(key cacheKey, e cacheEntry) {
	if len(c.young) >= c.size {
		c.old, c.young = c.young, make(map[cacheKey]cacheEntry, c.size)
	}
	c.young[key] = e
}

func (c *cache) clear() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old = make(map[cacheKey]cacheEntry), nil
}
