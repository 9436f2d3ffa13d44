package msys

import (
	"context"
	"fmt"
	"math"
	"sort"
	"strings"
	"sync"
	"time"
)

// Pool says how a named thread pool is made.
type Pool struct {
	// Concurrency is how many closures run at once; zero runs each at once
	// where it was started, without a limit.
	Concurrency int
	// Backlog is how many may wait; more are refused. If zero, no limit.
	Backlog int
}

// PoolStat tells how a pool does.
type PoolStat struct {
	Name        string
	ID          int
	Concurrency int
	Backlog     int
	Invocations int64         // closures run since start
	Active      int           // running now
	Queued      int           // waiting now
	Busy        time.Duration // their running times added up
	Since       time.Time     // when the pool began
}

// AvgConcurrency is how many closures have run at once on average.
func (s PoolStat) AvgConcurrency(now time.Time) float64 {
	if d := now.Sub(s.Since); d > 0 {
		return float64(s.Busy) / float64(d)
	}
	return 0
}

// builtinPools are Momentum's own pools, whose ids begin at 1 in this order.
var builtinPools = [...]struct {
	name string
	Pool
}{
	{"SwapOut", Pool{Concurrency: 5}},
	{"SwapIn", Pool{Concurrency: 5}},
	{"Unlink", Pool{Concurrency: 6, Backlog: 100}},
	{"Batch_Unlink", Pool{Concurrency: 4}},
	{"Close", Pool{}},
	{"CPU", Pool{Concurrency: 4}},
	{"IO", Pool{Concurrency: 50}},
	{"SpoolIn", Pool{Concurrency: 1}},
}

// poolTable holds the pools by name and id.
type poolTable struct {
	pools []*pool // by id - 1
}

type pool struct {
	Pool
	name  string
	id    int
	slots chan struct{} // nil without a limit

	mu          sync.Mutex
	invocations int64
	active      int
	queued      int
	busy        time.Duration
	since       time.Time
}

// errBacklog is given when a pool's queue is full.
type errBacklog string

func (e errBacklog) Error() string { return fmt.Sprintf("the backlog of pool '%s' is full", string(e)) }

func newPoolTable(own map[string]Pool) *poolTable {
	t := &poolTable{}
	add := func(name string, p Pool) {
		q := &pool{Pool: p, name: name, id: len(t.pools) + 1, since: time.Now()}
		if p.Concurrency > 0 {
			q.slots = make(chan struct{}, p.Concurrency)
		}
		t.pools = append(t.pools, q)
	}
	left := make(map[string]Pool, len(own))
	for name, p := range own {
		left[name] = p
	}
	for _, b := range builtinPools {
		p := b.Pool
		for name, changed := range own {
			if strings.EqualFold(name, b.name) {
				p = changed
				delete(left, name)
			}
		}
		add(b.name, p)
	}
	names := make([]string, 0, len(left))
	for name := range left {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		add(name, left[name])
	}
	return t
}

// find gives a pool by name, case-blind, nil if there is none.
func (t *poolTable) find(name string) *pool {
	for _, p := range t.pools {
		if strings.EqualFold(p.name, name) {
			return p
		}
	}
	return nil
}

// byID gives a pool by its number, nil if there is none.
func (t *poolTable) byID(id float64) *pool {
	if id < 1 || id > float64(len(t.pools)) || id != math.Trunc(id) {
		return nil
	}
	return t.pools[int(id)-1]
}

// enqueue counts a closure that will enter, or refuses it.
func (p *pool) enqueue() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Backlog > 0 && p.queued >= p.Backlog {
		return errBacklog(p.name)
	}
	p.queued++
	return nil
}

// join counts a closure whose caller waits for it; it is never refused.
func (p *pool) join() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queued++
}

// enter waits for a place after enqueue, and gives what leaves it again.
func (p *pool) enter(ctx context.Context) (leave func(), err error) {
	if p.slots != nil {
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			p.mu.Lock()
			p.queued--
			p.mu.Unlock()
			return nil, context.Cause(ctx)
		}
	}
	began := time.Now()
	p.mu.Lock()
	p.queued--
	p.active++
	p.invocations++
	p.mu.Unlock()
	return func() {
		p.mu.Lock()
		p.active--
		p.busy += time.Since(began)
		p.mu.Unlock()
		if p.slots != nil {
			<-p.slots
		}
	}, nil
}

func (p *pool) stat() PoolStat {
	p.mu.Lock()
	defer p.mu.Unlock()
	return PoolStat{
		Name: p.name, ID: p.id, Concurrency: p.Concurrency, Backlog: p.Backlog,
		Invocations: p.invocations, Active: p.active, Queued: p.queued, Busy: p.busy, Since: p.since,
	}
}

// Pools tells how the thread pools do, in the order of their ids.
func (rt *Runtime) Pools() []PoolStat {
	stats := make([]PoolStat, len(rt.pools.pools))
	for i, p := range rt.pools.pools {
		stats[i] = p.stat()
	}
	return stats
}
