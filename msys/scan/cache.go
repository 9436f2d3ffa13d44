package scan

import (
	"container/list"
	"context"
	"crypto/sha256"
	"io"
	"sync"
	"time"
)

// cache remembers infected contents, the ones seen last. A nil cache has none.
type cache struct {
	limit int
	life  time.Duration
	now   func() time.Time

	mu    sync.Mutex
	known map[digest]*list.Element
	order *list.List    // of *known, the last used first
	sizes map[int64]int // how many have that size
}

type digest [sha256.Size]byte

type known struct {
	sum  digest
	size int64
	res  *Result
	end  time.Time
}

func newCache(limit int, life time.Duration, now func() time.Time) *cache {
	return &cache{limit: limit, life: life, now: now, known: map[digest]*list.Element{}, order: list.New(), sizes: map[int64]int{}}
}

// find gives the result for the content of r if it is known. Content is only
// read if something infected had its size.
func (c *cache) find(ctx context.Context, r *Request) (*Result, error) {
	if c == nil || !c.mayHave(r.Size) {
		return nil, nil
	}
	sum, _, err := r.sum(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.known[sum]
	switch {
	case e == nil:
		return nil, nil
	case c.now().After(e.Value.(*known).end):
		c.remove(e)
		return nil, nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*known).res, nil
}

func (c *cache) mayHave(size int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return size <= 0 && len(c.known) > 0 || c.sizes[size] > 0
}

// add remembers what came of the content of r.
func (c *cache) add(ctx context.Context, r *Request, res *Result) {
	if c == nil {
		return
	}
	sum, size, err := r.sum(ctx)
	if err != nil {
		return // it will be scanned again
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.known[sum]; e != nil {
		c.remove(e)
	}
	c.known[sum] = c.order.PushFront(&known{sum, size, res, c.now().Add(c.life)})
	c.sizes[size]++
	if c.order.Len() > c.limit {
		c.remove(c.order.Back())
	}
}

func (c *cache) remove(e *list.Element) {
	k := c.order.Remove(e).(*known)
	delete(c.known, k.sum)
	if c.sizes[k.size]--; c.sizes[k.size] == 0 {
		delete(c.sizes, k.size)
	}
}

// sum gives the SHA-256 of the content and its length.
func (r *Request) sum(ctx context.Context) (sum digest, size int64, err error) {
	h := sha256.New()
	err = r.each(func(body io.Reader) error {
		size, err = io.Copy(h, contextReader{ctx, body})
		return err
	})
	h.Sum(sum[:0])
	return sum, size, err
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements [io.Reader].
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
