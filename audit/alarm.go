package audit

import (
	"sync"
	"time"
)

// alarm calls a function once each time that it has been set.
type alarm struct {
	a *Audit
	f func()

	mu   sync.Mutex
	over bool
	at   time.Time
	stop func() bool // nil when it is not set
}

// newAlarm makes an alarm that Close stops.
func (a *Audit) newAlarm(f func()) *alarm {
	al := &alarm{a: a, f: f}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.alarms[al] = true
	}
	return al
}

// end stops the alarm for good and forgets it.
func (al *alarm) end() {
	al.cancel()
	al.a.mu.Lock()
	defer al.a.mu.Unlock()
	if !al.a.closed {
		delete(al.a.alarms, al)
	}
}

// set calls the function when d has passed, or earlier if that was asked for.
func (al *alarm) set(d time.Duration) {
	at := al.a.clock.Now().Add(d)
	al.mu.Lock()
	defer al.mu.Unlock()
	if al.over {
		return
	}
	if al.stop != nil && (!at.Before(al.at) || !al.stop()) {
		return
	}
	al.at = at
	al.stop = al.a.clock.AfterFunc(d, func() {
		al.mu.Lock()
		al.stop = nil
		al.mu.Unlock()
		if al.a.begin() {
			defer al.a.running.Done()
			al.f()
		}
	})
}

// cancel stops the alarm for good.
func (al *alarm) cancel() {
	al.mu.Lock()
	defer al.mu.Unlock()
	al.over = true
	if al.stop != nil {
		al.stop()
		al.stop = nil
	}
}
