package gaugecache

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strings"
	"sync"
	"time"
)

const maxKey = 512

// shortKey gives the form in which a key is kept.
func shortKey(key string) string {
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// none ends the list of entries and the list of free places.
const none = int32(-1)

// cache is one cache: a map from key to place, and the places chained by time
// of change.
type cache struct {
	mu             sync.Mutex
	spec           Spec
	place          map[string]int32
	entries        []entry
	newest, oldest int32
	free           int32 // chained by older
}

type entry struct {
	key          string
	value        int64
	changed      time.Duration
	newer, older int32
}

func newCache(s Spec) *cache {
	return &cache{spec: s, place: map[string]int32{}, newest: none, oldest: none, free: none}
}

// define applies new limits at time now.
func (c *cache) define(s Spec, now time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spec = s
	c.dropExpired(now, len(c.entries))
	for len(c.place) > s.MaxElems {
		c.remove(c.oldest)
	}
}

func (c *cache) current() Spec {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spec
}

func (c *cache) expired(i int32, now time.Duration) bool {
	return c.spec.TTL > 0 && now-c.entries[i].changed >= c.spec.TTL
}

// add changes the key's value and gives the new one.
func (c *cache) add(key string, delta int64, now time.Duration) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, ok := c.place[key]
	switch {
	case !ok:
		c.dropExpired(now, 2)
		i = c.insert(key)
	case c.expired(i, now):
		c.entries[i].value = 0
	}
	e := &c.entries[i]
	e.value += delta
	e.changed = now
	c.moveToFront(i)
	return e.value
}

func (c *cache) get(key string, now time.Duration) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i, ok := c.place[key]; ok && !c.expired(i, now) {
		return c.entries[i].value
	}
	return 0
}

func (c *cache) delete(key string, now time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, ok := c.place[key]
	if !ok {
		return false
	}
	existed := !c.expired(i, now)
	c.remove(i)
	return existed
}

// all lists the live entries, latest change first.
func (c *cache) all(now time.Duration) iter.Seq2[string, int64] {
	c.mu.Lock()
	var live []entry
	for i := c.newest; i != none && !c.expired(i, now); i = c.entries[i].older {
		live = append(live, c.entries[i])
	}
	c.mu.Unlock()
	return func(yield func(string, int64) bool) {
		for _, e := range live {
			if !yield(e.key, e.value) {
				return
			}
		}
	}
}

// dropExpired removes up to n entries that have expired, oldest first.
func (c *cache) dropExpired(now time.Duration, n int) {
	for ; n > 0 && c.oldest != none && c.expired(c.oldest, now); n-- {
		c.remove(c.oldest)
	}
}

// insert makes an entry of value 0 that is not in the chain yet.
func (c *cache) insert(key string) int32 {
	if len(c.place) >= c.spec.MaxElems {
		c.remove(c.oldest)
	}
	i := c.free
	if i != none {
		c.free = c.entries[i].older
	} else {
		i = int32(len(c.entries))
		c.entries = append(c.entries, entry{})
	}
	key = strings.Clone(key)
	c.entries[i] = entry{key: key, newer: none, older: none}
	c.place[key] = i
	return i
}

func (c *cache) remove(i int32) {
	e := &c.entries[i]
	delete(c.place, e.key)
	c.unlink(i)
	*e = entry{older: c.free}
	c.free = i
}

func (c *cache) unlink(i int32) {
	e := &c.entries[i]
	switch {
	case e.newer != none:
		c.entries[e.newer].older = e.older
	case c.newest == i:
		c.newest = e.older
	}
	switch {
	case e.older != none:
		c.entries[e.older].newer = e.newer
	case c.oldest == i:
		c.oldest = e.newer
	}
	e.newer, e.older = none, none
}

func (c *cache) moveToFront(i int32) {
	if c.newest == i {
		return
	}
	c.unlink(i)
	c.entries[i].older = c.newest
	if c.newest != none {
		c.entries[c.newest].newer = i
	} else {
		c.oldest = i
	}
	c.newest = i
}
