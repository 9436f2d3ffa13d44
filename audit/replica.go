package audit

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/gomsys/gomsys/audit/failover"
)

// maxBatch is the number of deltas that go to the store in one call: few enough
// to be done well within OpTimeout, as a call that is not is given up.
const maxBatch = 250

// shared is a series, or a metric of a monitor, that hosts share.
type shared struct {
	shape  Shape
	counts *counts // this host's own
}

// replica sends additions to the store and reads totals from it.
type replica struct {
	a      *Audit
	store  Store
	guard  *failover.Guard
	levels levels
	alarm  *alarm

	// gate is held by a flush while deltas are neither here nor certainly in
	// the store, and shared by reads.
	gate sync.RWMutex

	mu      sync.Mutex
	fresh   map[freshKey]int64  // additions by key
	outbox  map[outboxKey]int64 // additions by item, on their way
	dropped uint64              // additions that were not kept
}

type freshKey struct {
	s *shared
	k Key
	w int64
}

type outboxKey struct {
	s    *shared
	item string
	w    int64
}

func newReplica(a *Audit, l levels) *replica {
	r := &replica{
		a: a, store: a.o.Store, levels: l,
		fresh: map[freshKey]int64{}, outbox: map[outboxKey]int64{},
		guard: newGuard(a),
	}
	r.alarm = a.newAlarm(func() {
		r.flush(context.Background())
		if n, _ := r.pending(); n > 0 {
			r.alarm.set(a.o.MaxDelay)
		}
	})
	return r
}

func newGuard(a *Audit) *failover.Guard {
	return failover.New(&failover.Options{
		Timeout: a.o.OpTimeout, OnError: a.o.OnStoreError, Logger: a.o.Logger, Clock: a.clock,
	})
}

// add notes an addition, to be sent later.
func (r *replica) add(s *shared, k Key, w, n int64) {
	key := freshKey{s, k, w}
	r.mu.Lock()
	old, known := r.fresh[key]
	count := len(r.fresh)
	if !known && count+len(r.outbox) >= r.a.o.MaxRetained {
		r.dropped++
		r.mu.Unlock()
		return
	}
	r.fresh[key] = old + n
	r.mu.Unlock()
	if known {
		return
	}
	switch count + 1 {
	case 1:
		r.alarm.set(r.a.o.MaxDelay)
	case r.a.o.MaxPending:
		r.alarm.set(0)
	}
}

// pending gives the number of additions that wait, and of those not kept.
func (r *replica) pending() (n int, dropped uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.fresh) + len(r.outbox), r.dropped
}

// unpack turns additions by key into additions by item; r.mu is held.
func (r *replica) unpack() {
	for key, n := range r.fresh {
		if n != 0 {
			r.levels.added(key.k, func(item string) { r.put(outboxKey{key.s, item, key.w}, n) })
		}
	}
	clear(r.fresh)
}

// put adds to the outbox; r.mu is held.
func (r *replica) put(k outboxKey, n int64) {
	if sum := r.outbox[k] + n; sum != 0 {
		r.outbox[k] = sum
	} else {
		delete(r.outbox, k)
	}
}

// flush sends what waits, as far as the store takes it.
func (r *replica) flush(ctx context.Context) {
	r.mu.Lock()
	r.unpack()
	r.mu.Unlock()
	for r.flushBatch(ctx) {
	}
}

// flushBatch sends one batch and reports whether another one may follow.
func (r *replica) flushBatch(ctx context.Context) bool {
	r.gate.Lock()
	defer r.gate.Unlock()
	batch, owners := r.takeBatch()
	if len(batch) == 0 {
		return false
	}
	err := r.guard.Do(ctx, "add windows", func(ctx context.Context) error { return r.store.AddWindows(ctx, batch) })
	if err == nil {
		return true
	}
	back := unapplied(err)
	if errors.Is(err, failover.ErrOpen) {
		back = batch
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range back {
		r.put(outboxKey{owners[d.Shape], d.Item, d.Window}, d.N)
	}
	return false
}

// takeBatch takes deltas out of the outbox and drops those whose windows are
// over.
func (r *replica) takeBatch() ([]Delta, map[Shape]*shared) {
	var batch []Delta
	owners := map[Shape]*shared{}
	unix := r.a.now.unix()
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, n := range r.outbox {
		if len(batch) == maxBatch {
			break
		}
		delete(r.outbox, k)
		if k.w > k.s.counts.window(unix)-int64(k.s.counts.windows) {
			batch = append(batch, Delta{k.s.shape, k.item, k.w, n})
			owners[k.s.shape] = k.s
		}
	}
	return batch, owners
}

// sum asks the store for a total over the windows from..to, and adds what has
// not reached it yet. ok is false if there is no answer.
func (r *replica) sum(ctx context.Context, s *shared, k Key, from, to int64) (total int64, ok bool) {
	items, level, ok := r.levels.asked(k)
	if !ok {
		r.guard.Report("sum windows", errors.New("no counts of the cluster for "+k.String()))
		return 0, false
	}
	r.gate.RLock()
	defer r.gate.RUnlock()
	err := r.guard.Do(ctx, "sum windows", func(ctx context.Context) error {
		sums, err := r.store.SumWindows(ctx, []Sum{{s.shape, items, from, to}})
		if err == nil && len(sums) != 1 {
			err = errors.New("store gave no sum")
		}
		if err == nil {
			total = sums[0]
		}
		return err
	})
	if err != nil {
		return 0, false
	}
	return total + r.waiting(s, k, items, level, from, to), true
}

// waiting sums what waits to be sent and counts for a question.
func (r *replica) waiting(s *shared, k Key, items []string, level int, from, to int64) (total int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, n := range r.fresh {
		if key.s == s && key.w >= from && key.w <= to && covers(k, key.k, level) {
			total += n
		}
	}
	if len(r.outbox) > 0 && len(r.outbox) < len(items)*int(min(to-from+1, 1<<20)) {
		for key, n := range r.outbox {
			if key.s == s && key.w >= from && key.w <= to && slices.Contains(items, key.item) {
				total += n
			}
		}
		return total
	}
	if len(r.outbox) > 0 {
		for _, item := range items {
			for w := from; w <= to; w++ {
				total += r.outbox[outboxKey{s, item, w}]
			}
		}
	}
	return total
}

// covers reports whether additions to key k count for the question, which is
// answered by items of that level.
func covers(question, k Key, level int) bool {
	if question.isText || k.isText {
		return question == k
	}
	if !question.prefix.IsValid() {
		return true
	}
	return k.prefix.Bits() >= level && question.prefix.Contains(k.prefix.Addr())
}

// remove removes a key here and in the store, and reports whether it was
// anywhere.
func (r *replica) remove(ctx context.Context, s *shared, k Key, w int64) bool {
	own := map[int64]int64{}
	s.counts.ofKey(k, w, func(w, n int64) { own[w] = n })
	existed := s.counts.remove(k, w)

	r.gate.Lock()
	defer r.gate.Unlock()
	r.mu.Lock()
	r.unpack()
	item, onLevel := r.levels.own(k)
	minus := own // what wider blocks lose
	if onLevel {
		minus = map[int64]int64{}
		for key, n := range r.outbox {
			if key.s == s && key.item == item {
				minus[key.w] += n
				delete(r.outbox, key)
			}
		}
	}
	r.mu.Unlock()
	if onLevel {
		err := r.guard.Do(ctx, "take windows", func(ctx context.Context) error {
			taken, err := r.store.TakeWindows(ctx, s.shape, item)
			for w, n := range taken {
				minus[w] += n
			}
			return err
		})
		existed = existed || err == nil && len(minus) > 0
	}
	r.mu.Lock()
	for w, n := range minus {
		r.levels.added(k, func(wider string) {
			if wider != item {
				r.put(outboxKey{s, wider, w}, -n)
			}
		})
	}
	waits := len(r.outbox) > 0
	r.mu.Unlock()
	if waits {
		r.alarm.set(r.a.o.MaxDelay)
	}
	return existed
}
