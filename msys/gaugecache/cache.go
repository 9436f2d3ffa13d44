package gaugecache

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/maphash"
	"iter"
	"sync"
	"time"

	"github.com/gomsys/gomsys/internal/hashindex"
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

// cache is one cache: an index from hash to place, and the places chained by
// time of change. At its bound it works without allocating: the new key takes
// the place and the bytes of the one that goes.
type cache struct {
	name           string
	mu             sync.Mutex
	spec           Spec
	seed           maphash.Seed
	index          hashindex.Index // of places from 1
	entries        []entry
	newest, oldest int32
	free           int32 // chained by older
}

type entry struct {
	key          []byte
	value        int64
	changed      time.Duration
	hash         uint32
	newer, older int32
}

func newCache(name string, s Spec) *cache {
	return &cache{name: name, spec: s, seed: maphash.MakeSeed(), newest: none, oldest: none, free: none}
}

// find gives the place of a key, none if it is not there.
func (c *cache) find(hash uint32, key string) int32 {
	return int32(c.index.Find(hash, func(n uint32) bool { return string(c.entries[n-1].key) == key })) - 1
}

func (c *cache) hash(key string) uint32 { return uint32(maphash.String(c.seed, key)) }

// define applies new limits at time now.
func (c *cache) define(s Spec, now time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropExpired(now, len(c.entries)) // a longer time to live does not bring them back
	c.spec = s
	c.dropExpired(now, len(c.entries))
	for c.index.Len() > s.MaxElems {
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
	hash := c.hash(key)
	i := c.find(hash, key)
	switch {
	case i == none:
		c.dropExpired(now, 2)
		i = c.insert(hash, key)
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
	if i := c.find(c.hash(key), key); i != none && !c.expired(i, now) {
		return c.entries[i].value
	}
	return 0
}

func (c *cache) delete(key string, now time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.find(c.hash(key), key)
	if i == none {
		return false
	}
	existed := !c.expired(i, now)
	c.remove(i)
	return existed
}

// all lists the live entries, latest change first.
func (c *cache) all(now time.Duration) iter.Seq2[string, int64] {
	c.mu.Lock()
	type gauge struct {
		key   string
		value int64
	}
	var live []gauge
	for i := c.newest; i != none && !c.expired(i, now); i = c.entries[i].older {
		live = append(live, gauge{string(c.entries[i].key), c.entries[i].value})
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
func (c *cache) insert(hash uint32, key string) int32 {
	if c.index.Len() >= c.spec.MaxElems {
		c.remove(c.oldest)
	}
	i := c.free
	if i != none {
		c.free = c.entries[i].older
	} else {
		i = int32(len(c.entries))
		c.entries = append(c.entries, entry{})
	}
	e := &c.entries[i]
	*e = entry{key: copyKey(e.key, key), hash: hash, newer: none, older: none}
	c.index.Put(hash, uint32(i)+1)
	return i
}

// copyKey copies key to buf if it has room, but not much too much.
func copyKey(buf []byte, key string) []byte {
	if len(key) > cap(buf) || cap(buf) > 4*len(key)+64 {
		buf = make([]byte, 0, len(key))
	}
	return append(buf[:0], key...)
}

func (c *cache) remove(i int32) {
	e := &c.entries[i]
	c.index.Delete(e.hash, uint32(i)+1)
	c.unlink(i)
	e.older = c.free
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
