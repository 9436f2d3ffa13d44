package scan

import "time"

// Status tells how an engine is and what it has done.
type Status struct {
	Name string
	Kind Kind
	// Down is true while the engine is left alone because it keeps failing.
	Down bool
	// Failures is how many scans in a row have failed, Err the last failure and
	// Since the time of the first; none after a success.
	Failures int
	Err      error
	Since    time.Time
	// Scans and Parts are the mails and MIME parts looked at, Infected and
	// Unscannable what came of them, Cached how many were known already.
	Scans, Parts, Infected, Unscannable, Cached uint64
	// Errors is how many scans failed.
	Errors uint64
	// Busy is the time that the engine took for all of them.
	Busy time.Duration
}

func (sl *slot) status() Status {
	c := &sl.counts
	st := Status{
		Name: sl.Name, Kind: sl.Kind,
		Scans: c.scans.Load(), Parts: c.parts.Load(), Infected: c.infected.Load(),
		Unscannable: c.unscannable.Load(), Cached: c.cached.Load(), Errors: c.errors.Load(),
		Busy: time.Duration(c.busy.Load()),
	}
	b := &sl.breaker
	b.mu.Lock()
	defer b.mu.Unlock()
	if st.Failures = b.failures; b.failures > 0 {
		st.Down, st.Err, st.Since = b.down(), b.last, b.since
	}
	return st
}
