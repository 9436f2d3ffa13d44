package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Errors that callers can ask for with errors.Is.
var (
	// ErrUndefined is for a series that was not defined.
	ErrUndefined = errors.New("is not defined")
	// ErrMonitor is for a monitor that is not configured.
	ErrMonitor = errors.New("is not configured")
	// ErrSpec is for a definition that is not possible.
	ErrSpec = errors.New("bad definition")
	// ErrKey is for a key that does not suit the series.
	ErrKey = errors.New("key is required")
	// ErrRange is for a negative window.
	ErrRange = errors.New("negative window")
)

// Audit is the engine. Make one with [New].
type Audit struct {
	o     Options
	clock Clock
	now   wallClock

	series   atomic.Pointer[seriesSet]            // replaced by every change
	monitors atomic.Pointer[map[string]*monitor]  // likewise
	services atomic.Pointer[map[string]*registry] // likewise
	replica  *replica                             // nil without a store
	sessions *sessionSync                         // nil without a session store
	upkeep   *alarm

	mu      sync.Mutex // held to change the maps and what follows
	closed  bool
	alarms  map[*alarm]bool
	running sync.WaitGroup
	warned  map[string]bool
}

// New makes an engine. The error wraps [ErrSpec]: an option makes no sense.
func New(o *Options) (*Audit, error) {
	a := &Audit{o: o.withDefaults(), warned: map[string]bool{}, alarms: map[*alarm]bool{}}
	a.clock = a.o.Clock
	if a.clock == nil {
		a.clock = systemClock{}
		a.now.base = time.Now()
	} else {
		a.now.clock = a.clock
	}
	a.series.Store(&seriesSet{byName: map[string]*series{}})
	a.monitors.Store(&map[string]*monitor{})
	a.services.Store(&map[string]*registry{})
	levels, err := newLevels(a.o.Levels6)
	if err != nil {
		return nil, err
	}
	for _, m := range a.o.ReplicateMetrics {
		if _, ok := metricByName(m); !ok {
			return nil, fmt.Errorf("audit: %w: unknown metric %q", ErrSpec, m)
		}
	}
	if a.o.Store != nil {
		a.replica = newReplica(a, levels)
	}
	for _, m := range a.o.Monitors {
		if _, err := a.addMonitor(m); err != nil {
			return nil, err
		}
	}
	if a.o.SessionStore != nil {
		a.sessions = newSessionSync(a, levels)
	}
	a.upkeep = a.newAlarm(a.maintain)
	a.upkeep.set(a.o.MaintenanceInterval)
	return a, nil
}

// Close ends the engine's own activity: it sends what waits for the store
// once, within ctx, and saves the persistent series. Counts can still be read.
// The error is that of saving.
func (a *Audit) Close(ctx context.Context) error {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		return nil
	}
	a.closed = true
	a.mu.Unlock()
	for al := range a.alarms { // no longer changed
		al.cancel()
	}
	a.running.Wait()
	if a.replica != nil {
		a.replica.flush(ctx)
	}
	if a.sessions != nil {
		a.sessions.leave(ctx)
	}
	return a.saveAll()
}

// begin reports whether the engine is still open; then Close waits until
// a.running.Done is called.
func (a *Audit) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.running.Add(1)
	}
	return !a.closed
}

// maintain drops old keys and saves the persistent series.
func (a *Audit) maintain() {
	for _, s := range a.series.Load().byName {
		s.counts.sweep(a.now.unix())
	}
	for _, m := range *a.monitors.Load() {
		for i := range m.counts {
			m.counts[i].sweep(a.now.unix())
		}
	}
	if err := a.saveAll(); err != nil {
		a.logger().Error("saving audit series", "error", err)
	}
	a.upkeep.set(a.o.MaintenanceInterval)
}

func (a *Audit) logger() *slog.Logger {
	if a.o.Logger == nil {
		return slog.Default()
	}
	return a.o.Logger
}

// warnOnce writes a warning, the first time for that text.
func (a *Audit) warnOnce(text string) {
	a.mu.Lock()
	told := a.warned[text]
	a.warned[text] = true
	a.mu.Unlock()
	if !told {
		a.logger().Warn(text)
	}
}

// wallClock tells the Unix time in whole seconds. Reading the system's time of
// day takes much of what an addition costs, so it is read once per second, and
// the monotonic clock, which is cheaper, in between.
type wallClock struct {
	clock Clock // nil for the system's
	base  time.Time
	until atomic.Int64 // nanoseconds since base up to which sec holds
	sec   atomic.Int64
}

func (c *wallClock) unix() int64 {
	if c.clock != nil {
		return c.clock.Now().Unix()
	}
	since := int64(time.Since(c.base))
	if since < c.until.Load() {
		return c.sec.Load()
	}
	now := time.Now()
	c.sec.Store(now.Unix())
	c.until.Store(since + 1e9 - int64(now.Nanosecond()))
	return now.Unix()
}
