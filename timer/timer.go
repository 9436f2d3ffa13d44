package timer

import "time"

// kind says what the time of a timer means.
type kind uint8

const (
	after kind = iota
	at
	every
)

const notQueued = -1

// Timer is one timer. It is scheduled when it is made.
type Timer struct {
	g    *Group
	fn   Func
	name string
	kind kind
	d    time.Duration // the delay or interval
	at   time.Time     // for kind at
	late bool          // the function calls claim when it begins

	// The rest is guarded by the engine's lock.
	due     time.Duration // in the engine's time
	index   int           // in the queue, or notQueued
	held    bool          // waits for its group to start
	listed  bool          // is in the group's list
	running bool          // the function runs or is about to
	begun   bool          // it runs
	skip    bool          // it was about to run but must not
	again   bool          // came due while it ran
}

// Name gives the label that the timer was made with. It need not be unique.
func (t *Timer) Name() string { return t.name }

// Stop cancels the timer and reports whether its function would have run
// otherwise. A function that runs already is not interrupted.
func (t *Timer) Stop() bool {
	e := t.g.e
	e.mu.Lock()
	defer e.mu.Unlock()
	pending := t.pending()
	t.cancel()
	return pending
}

// pending reports whether the function will run; the engine's lock is held.
func (t *Timer) pending() bool {
	return t.index >= 0 || t.again || t.held || (t.running && !t.begun && !t.skip)
}

// cancel takes back all calls that have not begun; the engine's lock is held.
func (t *Timer) cancel() {
	t.again, t.held = false, false
	t.skip = t.running && !t.begun
	t.g.e.unschedule(t)
}

// Start schedules the timer anew, whether it waits, has fired or was stopped:
// with its delay or interval counted from now, or for the time it was made
// for (at once if that is past). It may be called by the timer's own function.
// After the engine or the timer's group was stopped it does nothing.
func (t *Timer) Start() {
	e := t.g.e
	e.mu.Lock()
	t.cancel()
	err := t.start()
	e.mu.Unlock()
	if err != nil {
		e.onError(t.name, err)
	}
}

// start queues the timer, or leaves it to its group; the engine's lock is
// held.
func (t *Timer) start() error {
	e := t.g.e
	if e.closed || t.g.state == groupStopped {
		return nil
	}
	if t.g.state == groupNew {
		t.held = true
		if !t.listed {
			t.listed = true
			t.g.held = append(t.g.held, t)
		}
		return nil
	}
	now := e.now()
	d := t.d
	if t.kind == at {
		d = t.at.Sub(e.clock.Now().Round(0)) // Round drops the monotonic reading
	}
	return e.schedule(t, now, later(now, max(d, 0)))
}

// begin notes that the function begins, and reports whether it may; the
// engine's lock is held. A timer that was stopped and started anew, and came
// due again, runs for the later time.
func (t *Timer) begin() bool {
	if t.skip && !t.again {
		return false
	}
	if t.skip {
		t.skip, t.again = false, false
	}
	t.begun = true
	return true
}

// claim is begin for a function that had to wait for something first.
func (t *Timer) claim() bool {
	e := t.g.e
	e.mu.Lock()
	defer e.mu.Unlock()
	return !e.closed && t.g.state != groupStopped && t.begin()
}

// Pending reports whether the timer's function will run by itself.
func (t *Timer) Pending() bool {
	e := t.g.e
	e.mu.Lock()
	defer e.mu.Unlock()
	return t.pending()
}

// early gives how long a timer for a time of day has to wait although its
// delay has passed, because the clock was set back.
func (t *Timer) early(c Clock) time.Duration {
	if t.kind != at {
		return 0
	}
	return t.at.Sub(c.Now().Round(0))
}
