package dkim

import (
	"sync"
	"time"

	"github.com/gomsys/gomsys/message"
)

// resultCache remembers the results of content that was verified lately. The
// zero value is ready for use.
type resultCache struct {
	mu      sync.Mutex
	results map[contentID]cachedResult
	order   []contentID // oldest first
	bytes   int64
}

// contentID is the content of a message as it is: messages whose content was
// not changed, and copies that share it, give equal ones.
type contentID struct {
	bytes any // what holds them; they never change
	off   int64
	size  int64
}

type cachedResult struct {
	result *Result
	until  time.Time
}

// The cache keeps content alive: no more than maxCachedBytes of it, no longer
// than cachedTime if the cache is used.
const (
	defaultCachedResults = 256
	maxCachedBytes       = 16 << 20
	cachedTime           = 5 * time.Minute
)

func idOf(m *message.Message) contentID {
	holder, off, size := m.Content().Outer()
	return contentID{holder, off, size}
}

func (c *resultCache) get(id contentID, now time.Time) *Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.results[id]; ok && now.Before(r.until) {
		return r.result
	}
	return nil
}

func (c *resultCache) put(id contentID, r *Result, now time.Time, most int) {
	if id.size > maxCachedBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.results == nil {
		c.results = map[contentID]cachedResult{}
	}
	if _, known := c.results[id]; !known {
		c.order = append(c.order, id)
		c.bytes += id.size
	}
	c.results[id] = cachedResult{r, now.Add(cachedTime)}
	for len(c.order) > most || c.bytes > maxCachedBytes || !now.Before(c.results[c.order[0]].until) {
		oldest := c.order[0]
		c.order[0] = contentID{}
		c.order = c.order[1:]
		c.bytes -= oldest.size
		delete(c.results, oldest)
		if len(c.order) == 0 {
			break
		}
	}
}
