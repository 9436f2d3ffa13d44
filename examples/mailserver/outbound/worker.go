package outbound

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// Worker delivers the mail of a queue. Make one with [NewWorker].
type Worker struct {
	q *Queue
	o Options

	wake chan struct{} // something has changed
	busy sync.WaitGroup

	mu      sync.Mutex
	known   map[uint64]bool
	lanes   map[delivery.Key]*lane
	ready   lanes
	running int
}

// maxIdleLanes is how many lanes without mail are kept for their counters.
const maxIdleLanes = 10_000

var errNoDriver = errors.New("outbound: Options.Driver is required")

// NewWorker makes a worker for a queue, which has one at a time.
func NewWorker(q *Queue, o Options) (*Worker, error) {
	if o.Driver == nil {
		return nil, errNoDriver
	}
	return &Worker{
		q: q, o: o.withDefaults(), wake: make(chan struct{}, 1),
		known: map[uint64]bool{}, lanes: map[delivery.Key]*lane{},
	}, nil
}

// Run delivers mail until ctx ends. Attempts that go on then have the time of
// Options.Grace to end; mail that is not delivered stays in the queue. The
// error is that of reading the queue.
func (w *Worker) Run(ctx context.Context) error {
	w.q.listen(func(e entry) { w.add(&e); w.poke() })
	defer w.q.listen(nil)
	old, err := w.q.all(func(id uint64, err error) {
		w.o.Logger.Error("queued message cannot be read and stays", "id", id, "error", err)
	})
	if err != nil {
		return fmt.Errorf("outbound: reading the queue: %w", err)
	}
	for i := range old {
		w.add(&old[i])
	}
	attempts, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for ctx.Err() == nil {
		w.wait(ctx, w.start(attempts))
	}
	stop := w.o.Clock.AfterFunc(w.o.Grace, cancel)
	defer stop()
	w.busy.Wait()
	return nil
}

// add takes a message into its lane.
func (w *Worker) add(e *entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.known[e.id] {
		w.known[e.id] = true
		w.place(e)
	}
}

// place puts a message into its lane; the lock is held.
func (w *Worker) place(e *entry) {
	k := e.record.key()
	l := w.lanes[k]
	if l == nil {
		l = &lane{key: k, limit: 1, index: -1} // the first attempt says how many there may be
		w.lanes[k] = l
	}
	heap.Push(&l.waiting, e)
	w.ready.changed(l)
}

// poke has the worker look again.
func (w *Worker) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// start begins the attempts that are due and gives the time of the next, zero
// if none waits for time alone.
func (w *Worker) start(ctx context.Context) (next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.o.Clock.Now()
	for w.running < w.o.MaxConcurrent && w.ready.Len() > 0 {
		l := w.ready.list[0]
		if at, _ := l.due(); at.After(now) {
			return at
		}
		e := l.take(now)
		w.ready.changed(l)
		w.running++
		w.busy.Add(1)
		go w.attempt(ctx, l, e)
	}
	return time.Time{}
}

// wait returns at a time, when something has changed, or when ctx ends.
func (w *Worker) wait(ctx context.Context, next time.Time) {
	if !next.IsZero() {
		stop := w.o.Clock.AfterFunc(next.Sub(w.o.Clock.Now()), w.poke)
		defer stop()
	}
	select {
	case <-w.wake:
	case <-ctx.Done():
	}
}

// attempt works on one message and puts it back if it stays.
func (w *Worker) attempt(ctx context.Context, l *lane, e *entry) {
	defer w.busy.Done()
	stays, hold := w.deliver(ctx, l, e)
	w.mu.Lock()
	w.running--
	l.running--
	if hold.After(l.next) {
		l.next = hold
	}
	if stays {
		w.place(e)
	} else {
		delete(w.known, e.id)
	}
	w.ready.changed(l)
	if len(l.waiting) == 0 && l.running == 0 && len(w.lanes) > maxIdleLanes {
		delete(w.lanes, l.key)
	}
	w.mu.Unlock()
	w.poke()
}

// learn takes over what a plan says about a lane.
func (w *Worker) learn(l *lane, p delivery.Plan) {
	w.mu.Lock()
	l.learn(p, &w.o)
	w.ready.changed(l)
	w.mu.Unlock()
	w.poke()
}

// count keeps the lane's counters.
func (w *Worker) count(l *lane, final delivery.Disposition) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := &l.counters
	c.Attempts++
	switch final {
	case delivery.Delivered:
		c.Deliveries++
		c.LastDelivery = w.o.Clock.Now()
	case delivery.Deferred:
		c.Transients++
	case delivery.Failed:
		c.Failures++
	}
}

func (w *Worker) countersOf(l *lane) delivery.Counters {
	w.mu.Lock()
	defer w.mu.Unlock()
	return l.counters
}
