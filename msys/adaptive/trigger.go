package adaptive

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Trigger says when a rule whose pattern matches fires: each time if Count is
// 0, else when there were more than Count matches within the time of Within.
type Trigger struct {
	// Count is 0 to a thousand million.
	Count int
	// Within is a year at most, and zero only if Count is.
	Within time.Duration
}

const (
	maxTriggerCount  = 1_000_000_000
	maxTriggerPeriod = 366 * 24 * time.Hour
)

var errTrigger = errors.New(`expected "1" or "events/seconds"`)

// ParseTrigger reads "1" (each time) or "events/seconds", such as "10/1" for
// more than ten within a second.
func ParseTrigger(s string) (Trigger, error) {
	events, seconds, rate := strings.Cut(strings.TrimSpace(s), "/")
	if !rate {
		if events == "1" {
			return Trigger{}, nil
		}
		return Trigger{}, fmt.Errorf("trigger %q: %w", s, errTrigger)
	}
	n, err1 := strconv.ParseUint(events, 10, 31)
	d, err2 := strconv.ParseUint(seconds, 10, 31)
	t := Trigger{Count: int(n), Within: time.Duration(d) * time.Second}
	if err1 != nil || err2 != nil || n == 0 || t.check() != nil {
		return Trigger{}, fmt.Errorf("trigger %q: %w", s, errTrigger)
	}
	return t, nil
}

// String gives the form that [ParseTrigger] reads; it reads whole seconds only.
func (t Trigger) String() string {
	if t.Count == 0 {
		return "1"
	}
	return strconv.Itoa(t.Count) + "/" + strconv.FormatFloat(t.Within.Seconds(), 'f', -1, 64)
}

func (t Trigger) check() error {
	if t == (Trigger{}) {
		return nil
	}
	if t.Count < 1 || t.Count > maxTriggerCount || t.Within <= 0 || t.Within > maxTriggerPeriod {
		return fmt.Errorf("trigger of %d in %v: out of range", t.Count, t.Within)
	}
	return nil
}

// window counts events in the time that has just passed, exactly up to
// exactEvents and beyond that to a part in exactEvents of the time.
type window struct{ events []event }

type event struct {
	at int64 // in steps of the window's resolution
	n  int
}

const exactEvents = 256

// add counts an event and reports whether there were more than t.Count within
// t.Within, this one included.
func (w *window) add(t Trigger, now time.Time) bool {
	step := time.Duration(1)
	if t.Count > exactEvents {
		step = max(t.Within/exactEvents, 1)
	}
	at := now.UnixNano() / int64(step)
	oldest := at - int64(t.Within/step)
	keep := 0
	for keep < len(w.events) && w.events[keep].at <= oldest {
		keep++
	}
	w.events = append(w.events[:0], w.events[keep:]...)
	if n := len(w.events); n > 0 && w.events[n-1].at >= at { // also when the clock was set back
		w.events[n-1].n++
	} else {
		w.events = append(w.events, event{at, 1})
	}
	sum := 0
	for _, e := range w.events {
		sum += e.n
	}
	return sum > t.Count
}

func (w *window) clear() { w.events = nil }

// idle reports whether all events are past.
func (w *window) idle(t Trigger, now time.Time) bool {
	if len(w.events) == 0 {
		return true
	}
	step := time.Duration(1)
	if t.Count > exactEvents {
		step = max(t.Within/exactEvents, 1)
	}
	return w.events[len(w.events)-1].at <= (now.UnixNano()-int64(t.Within))/int64(step)
}
