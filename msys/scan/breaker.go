package scan

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// errUnknown is reported for a scan that says nothing about the engine.
var errUnknown = errors.New("scan ended by its caller")

// breaker keeps scans away from an engine that keeps failing.
type breaker struct {
	limit int // failures in a row; negative: never
	pause time.Duration
	now   func() time.Time

	mu       sync.Mutex
	failures int
	last     error
	since    time.Time // of the first failure in the row
	until    time.Time // no scans before
	trial    bool      // one scan is under way that decides
}

// allow gives [ErrDown] while the engine is left alone. After each nil there
// must be a report.
func (b *breaker) allow() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.down() {
		return nil
	}
	if b.trial || b.now().Before(b.until) {
		return fmt.Errorf("%w: %s", ErrDown, Reason(b.last))
	}
	b.trial = true
	return nil
}

func (b *breaker) down() bool { return b.limit > 0 && b.failures >= b.limit }

// report tells how a scan ended.
func (b *breaker) report(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trial = false
	switch {
	case err == errUnknown:
	case err == nil:
		b.failures, b.last = 0, nil
	default:
		if b.failures == 0 {
			b.since = b.now()
		}
		b.failures++
		b.last, b.until = err, b.now().Add(b.pause)
	}
}
