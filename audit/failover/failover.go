// Package failover decides when to ask a shared store that may fail, and when
// to go on without it. The engines that share state between hosts use one
// [Guard] per store.
//
// A Guard bounds each operation in time, and after three failures in a row it
// keeps operations away from the store for a while: 1 second, doubling to 30
// seconds, with one operation let through after each pause to find out
// whether the store is back. Callers get [ErrOpen] at once meanwhile.
package failover

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// ErrOpen says that the store failed recently and was not asked.
var ErrOpen = errors.New("store not asked after recent failures")

const (
	failuresToOpen = 3
	firstPause     = time.Second
	longestPause   = 30 * time.Second
	reportEvery    = time.Second
)

// Clock tells the time.
type Clock interface{ Now() time.Time }

// Options are the settings of a guard; nil works.
type Options struct {
	// Timeout bounds each operation. If zero, 50 ms; -1 means no bound.
	Timeout time.Duration
	// OnError is told of failures, at most once per second and operation. If
	// nil, nobody is told.
	OnError func(op string, err error)
	// Logger gets one record per second and operation. If nil, slog.Default.
	Logger *slog.Logger
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

// Guard stands before one store. It may be used concurrently.
type Guard struct {
	o Options

	mu       sync.Mutex
	row      int           // failures in a row
	pause    time.Duration // current length of a pause, 0 when closed
	until    time.Time     // end of the pause
	probing  bool          // one operation is finding out
	failures uint64
	skipped  uint64
	told     map[string]time.Time
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// New makes a guard.
func New(o *Options) *Guard {
	g := &Guard{told: map[string]time.Time{}}
	if o != nil {
		g.o = *o
	}
	if g.o.Timeout == 0 {
		g.o.Timeout = 50 * time.Millisecond
	}
	if g.o.Clock == nil {
		g.o.Clock = systemClock{}
	}
	return g
}

// Do calls f with a context that ends after the timeout, and gives its error;
// op names the operation in reports. While the store is left alone, Do returns
// [ErrOpen] without calling f. An error of f that comes from ctx itself being
// over is nobody's failure.
func (g *Guard) Do(ctx context.Context, op string, f func(ctx context.Context) error) error {
	probe, err := g.enter()
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // f panicked
			g.leave(probe, ErrOpen)
		}
	}()
	opCtx := ctx
	if g.o.Timeout > 0 {
		var cancel context.CancelFunc
		opCtx, cancel = context.WithTimeout(ctx, g.o.Timeout)
		defer cancel()
	}
	err = f(opCtx)
	done = true
	if err != nil && ctx.Err() != nil {
		g.release(probe)
		return err
	}
	g.leave(probe, err)
	if err != nil {
		g.Report(op, err)
	}
	return err
}

func (g *Guard) enter() (probe bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pause == 0 {
		return false, nil
	}
	if g.probing || g.o.Clock.Now().Before(g.until) {
		g.skipped++
		return false, ErrOpen
	}
	g.probing = true
	return true, nil
}

// release ends a probe without a verdict.
func (g *Guard) release(probe bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if probe {
		g.probing = false
	}
}

func (g *Guard) leave(probe bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if probe {
		g.probing = false
	}
	if err == nil {
		g.row, g.pause = 0, 0
		return
	}
	g.failures++
	g.row++
	switch {
	case probe:
		g.pause = min(2*g.pause, longestPause)
	case g.row >= failuresToOpen && g.pause == 0:
		g.pause = firstPause
	default:
		return
	}
	g.until = g.o.Clock.Now().Add(g.pause)
}

// Open reports whether operations are kept away from the store.
func (g *Guard) Open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pause != 0
}

// Counts gives how many operations failed, and how many were not tried.
func (g *Guard) Counts() (failed, skipped uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failures, g.skipped
}

// Report tells of an error of operation op, unless it did within the last
// second.
func (g *Guard) Report(op string, err error) {
	now := g.o.Clock.Now()
	g.mu.Lock()
	last, told := g.told[op]
	quiet := told && now.Sub(last) < reportEvery && !now.Before(last)
	if !quiet {
		g.told[op] = now
	}
	g.mu.Unlock()
	if quiet {
		return
	}
	logger := g.o.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Error("shared store failed, going on with local state", "op", op, "error", err)
	if g.o.OnError != nil {
		g.o.OnError(op, err)
	}
}
