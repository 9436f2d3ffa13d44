package outbound

import (
	"context"
	"errors"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
)

const (
	// troubleDelay is the time after which a message is looked at again when
	// the queue or a message could not be read or written.
	troubleDelay = time.Minute
	// holdCheck is how often a suspended lane is looked at, since a
	// suspension may end early.
	holdCheck = time.Minute
)

// deliver makes one attempt. stays says that the message stays in the queue,
// hold until when its lane waits.
func (w *Worker) deliver(ctx context.Context, l *lane, e *entry) (stays bool, hold time.Time) {
	log := w.o.Logger.With("id", e.id, "message", e.record.ID, "to", e.record.Envelope.To)
	content, err := w.q.content(e.id)
	if errors.Is(err, errGone) { // it was told of twice, when the worker began
		return false, hold
	}
	var m *message.Message
	if err == nil {
		m, err = e.record.message(ctx, content, w.o.Message)
	}
	if err != nil {
		log.Error("queued message cannot be read", "error", err)
		return w.later(e, troubleDelay), hold
	}
	a := &delivery.Attempt{
		Message: m, Binding: e.record.Binding, Domain: e.record.Domain, Method: e.record.Method, Counters: w.countersOf(l),
	}
	rec := &recorder{w: w, lane: l, entry: e, inner: w.driver(e.record.Method)}
	out, err := w.outcome(ctx, a, rec)
	if err != nil {
		log.Error("policy could not be asked", "error", err)
	}
	if out.Final == 0 {
		return w.later(e, troubleDelay), hold
	}
	if out.Final == delivery.Deferred && out.Reply.Code == 0 { // suspended
		now := w.o.Clock.Now()
		return true, now.Add(min(out.RetryAfter, holdCheck))
	}
	w.count(l, out.Final)
	log.Info("attempt", "result", out.Final.String(), "reply", out.Reply.String(), "rule", out.Rule)
	if out.Final == delivery.Deferred {
		return w.requeue(ctx, e, m, rec.plan, out), hold
	}
	return w.finish(ctx, e, m, out), hold
}

// outcome makes the attempt, unless the message has been delivered already or
// its time is over.
func (w *Worker) outcome(ctx context.Context, a *delivery.Attempt, rec *recorder) (delivery.Outcome, error) {
	r := &rec.entry.record
	switch {
	case r.Delivered != "":
		return w.o.Policy.Result(ctx, a, delivery.ParseReply(r.Delivered))
	case w.o.Clock.Now().Sub(r.Queued) >= w.retries(ctx, a.Message, delivery.Plan{}).Expiration:
		return w.o.Policy.Result(ctx, a, delivery.Internal(delivery.MaxTime))
	case r.MaxRetries > 0 && r.Attempts > r.MaxRetries:
		return w.o.Policy.Result(ctx, a, delivery.Internal(delivery.MaxRetries))
	}
	return w.o.Policy.Deliver(ctx, a, rec)
}

func (w *Worker) driver(method string) delivery.Driver {
	if w.o.Drivers != nil {
		if d := w.o.Drivers(method); d != nil {
			return d
		}
	}
	return w.o.Driver
}

// later puts off a message without counting an attempt; it always stays.
func (w *Worker) later(e *entry, d time.Duration) bool {
	e.record.Next = w.o.Clock.Now().Add(d)
	return true
}

// requeue schedules the next attempt.
func (w *Worker) requeue(ctx context.Context, e *entry, m *message.Message, p delivery.Plan, out delivery.Outcome) bool {
	if w.o.Requeue != nil {
		if err := w.o.Requeue(ctx, m); err != nil {
			w.o.Logger.Error("policy did not see a message that is queued again", "id", e.id, "error", err)
		}
	}
	r := e.record.from(ctx, m)
	r.Delivered = ""
	r.Attempts++
	limits := w.retries(ctx, m, p)
	r.MaxRetries = limits.MaxRetries
	r.Next = w.o.Clock.Now().Add(max(w.backoff(p, limits.RetryInterval, r.Attempts), out.RetryAfter))
	e.record = r
	if err := w.q.update(e); err != nil {
		w.o.Logger.Error("the queue could not be written; the message is tried again all the same", "id", e.id, "error", err)
	}
	return true
}

// retries gives how long and how often a message is tried.
func (w *Worker) retries(ctx context.Context, m *message.Message, p delivery.Plan) msys.RetryParams {
	configured := msys.RetryParams{
		Expiration:    w.o.MaxAge,
		RetryInterval: seconds(option(p, "retry_interval", int64(w.o.RetryInterval/time.Second))),
		MaxRetries:    int(option(p, "max_retries", int64(w.o.MaxRetries))),
	}
	if w.o.Expiration == nil {
		return configured
	}
	changed, err := w.o.Expiration(ctx, m, configured)
	if err != nil {
		w.o.Logger.Error("policy was not asked how long a message is tried", "message", m.ID(), "error", err)
		return configured
	}
	return changed
}

// backoff gives the time to the next attempt after a number of them; first is
// that to the first retry.
func (w *Worker) backoff(p delivery.Plan, first time.Duration, attempts int) time.Duration {
	most := seconds(option(p, "max_retry_interval", int64(w.o.MaxRetryInterval/time.Second)))
	d := first
	for range min(attempts-1, 40) {
		if d >= most {
			break
		}
		d *= 2
	}
	return max(min(d, most), time.Second)
}

func seconds(n int64) time.Duration {
	const century = 100 * 365 * 24 * 3600
	return time.Duration(min(n, century)) * time.Second
}

// option gives the value of an option in a plan, or def.
func option(p delivery.Plan, name string, def int64) int64 {
	if v, ok := p.Options[name]; ok {
		return v
	}
	return def
}

// finish takes a message out of the queue, for the notification of a failure
// if there is one. It reports whether the message stays since that failed.
func (w *Worker) finish(ctx context.Context, e *entry, m *message.Message, out delivery.Outcome) (stays bool) {
	var bounce *message.Message
	if out.Final == delivery.Failed && w.o.Bounce != nil {
		var err error
		if bounce, err = w.o.Bounce(ctx, m, out); err != nil {
			w.o.Logger.Error("notification of a failure could not be made", "id", e.id, "error", err)
			return w.later(e, troubleDelay)
		}
	}
	if err := w.q.finish(ctx, e.id, bounce); err != nil {
		w.o.Logger.Error("the queue could not be written", "id", e.id, "error", err)
		return w.later(e, troubleDelay)
	}
	return false
}

// recorder is the driver of one attempt: it records a delivery before
// anything else is done.
type recorder struct {
	w     *Worker
	lane  *lane
	entry *entry
	inner delivery.Driver
	plan  delivery.Plan
}

// Deliver implements delivery.Driver.
func (r *recorder) Deliver(ctx context.Context, c *delivery.Conn) (delivery.Reply, error) {
	r.plan = c.Plan()
	r.w.learn(r.lane, r.plan)
	reply, err := r.inner.Deliver(ctx, c)
	if err != nil || reply.Code < 200 || reply.Code >= 300 {
		return reply, err
	}
	r.entry.record.Delivered = reply.String()
	if err := r.w.q.update(r.entry); err != nil {
		r.w.o.Logger.Error("a delivery could not be recorded", "id", r.entry.id, "error", err)
	}
	return reply, nil
}

// Status implements delivery.StatusDriver.
func (r *recorder) Status(ctx context.Context, c *delivery.Conn, status string) delivery.Status {
	if d, ok := r.inner.(delivery.StatusDriver); ok {
		return d.Status(ctx, c, status)
	}
	return delivery.SMTPStatus(status)
}

// Disposed implements delivery.ObservingDriver.
func (r *recorder) Disposed(ctx context.Context, c *delivery.Conn, out delivery.Outcome) {
	if d, ok := r.inner.(delivery.ObservingDriver); ok {
		d.Disposed(ctx, c, out)
	}
}
