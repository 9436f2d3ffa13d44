package osstat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrNoSample is in the error of Read when no sample could be taken in time.
var ErrNoSample = errors.New("no sample yet")

// ErrTooMany is in the error of Read when a monitor watches all the paths it
// may.
var ErrTooMany = errors.New("too many paths")

// Stat is one sample of a file system.
type Stat struct {
	// Version is the version of this record: 1.
	Version int
	// KilobytesTotal and KilobytesAvailable are the size and what a user
	// without privileges can still write, in units of 1024 bytes.
	KilobytesTotal, KilobytesAvailable int64
	// ObjectsTotal and ObjectsAvailable are the numbers of inodes, 0 on file
	// systems that do not count them.
	ObjectsTotal, ObjectsAvailable int64
}

// Clock tells the time and calls back later, as timer.Clock does.
type Clock interface {
	Now() time.Time
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// Options are the settings of a monitor; nil works.
type Options struct {
	// Interval is the time between samples where a subscription does not say.
	// If zero, 60 seconds.
	Interval time.Duration
	// FirstWait bounds how long Read waits for the first sample. If zero, 1
	// second.
	FirstWait time.Duration
	// MaxPaths bounds the number of paths. If zero, 1000; -1 means no bound.
	MaxPaths int
	// Statfs samples the file system that holds path. If nil, the operating
	// system's statfs.
	Statfs func(path string) (Stat, error)
	// Clock tells the time. If nil, the system's.
	Clock Clock
}

// Monitor samples file systems until it is closed.
type Monitor struct {
	o Options

	mu      sync.Mutex
	closed  bool
	records map[string]*Record
}

// New makes a monitor that watches nothing yet.
func New(o *Options) *Monitor {
	m := &Monitor{records: map[string]*Record{}}
	if o != nil {
		m.o = *o
	}
	if m.o.Interval <= 0 {
		m.o.Interval = time.Minute
	}
	if m.o.FirstWait == 0 {
		m.o.FirstWait = time.Second
	}
	if m.o.MaxPaths == 0 {
		m.o.MaxPaths = 1000
	}
	if m.o.Statfs == nil {
		m.o.Statfs = statfs
	}
	if m.o.Clock == nil {
		m.o.Clock = systemClock{}
	}
	return m
}

// Subscribe watches the file system that holds path, with a sample every
// interval (zero or less: Options.Interval; at least one second). The first
// one starts at once in the background. A path that cannot be read, or is one
// too many, is an error of Read.
func (m *Monitor) Subscribe(path string, interval time.Duration) *Record {
	if interval <= 0 {
		interval = m.o.Interval
	}
	interval = max(interval, time.Second)
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.records[path]; r != nil {
		r.quicken(interval)
		return r
	}
	r := &Record{m: m, path: path, interval: interval, first: make(chan struct{})}
	switch {
	case m.closed:
		r.finish(Stat{}, fmt.Errorf("osstat: %s: monitor is closed: %w", path, ErrNoSample))
	case m.o.MaxPaths > 0 && len(m.records) >= m.o.MaxPaths:
		r.finish(Stat{}, fmt.Errorf("osstat: %s: %w (limit %d)", path, ErrTooMany, m.o.MaxPaths))
	default:
		m.records[path] = r
		r.sampling = true
		go r.sample()
	}
	return r
}

// Close ends all samplers. Records keep their last sample.
func (m *Monitor) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	for _, r := range m.records {
		if r.stop != nil {
			r.stop()
			r.stop = nil
		}
	}
}

// Record is a subscription to one path, shared by all who asked for it.
type Record struct {
	m     *Monitor
	path  string
	first chan struct{} // closed with the first result

	// The rest is guarded by the monitor's lock.
	interval time.Duration
	sampling bool
	last     time.Time // when the last sample began
	stop     func() bool
	done     bool
	stat     Stat
	err      error
}

// Path gives the path that is watched.
func (r *Record) Path() string { return r.path }

// Read gives the latest sample, or the error of the latest attempt. Before the
// first sample it waits, at most Options.FirstWait and until ctx ends;
// afterwards it never does.
func (r *Record) Read(ctx context.Context) (Stat, error) {
	select {
	case <-r.first:
	default:
		late := make(chan struct{})
		stop := r.m.o.Clock.AfterFunc(r.m.o.FirstWait, func() { close(late) })
		defer stop()
		select {
		case <-r.first:
		case <-late:
			return Stat{}, fmt.Errorf("osstat: %s: %w", r.path, ErrNoSample)
		case <-ctx.Done():
			return Stat{}, fmt.Errorf("osstat: %s: waiting for a sample: %w", r.path, context.Cause(ctx))
		}
	}
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	return r.stat, r.err
}

// quicken lowers the interval; the monitor's lock is held.
func (r *Record) quicken(interval time.Duration) {
	if interval >= r.interval {
		return
	}
	r.interval = interval
	if r.stop != nil && r.stop() {
		r.arm()
	}
}

// arm schedules the next sample; the monitor's lock is held.
func (r *Record) arm() {
	wait := r.last.Add(r.interval).Sub(r.m.o.Clock.Now())
	r.stop = r.m.o.Clock.AfterFunc(max(wait, 0), r.due)
}

// due begins a sample on the goroutine that the clock gave.
func (r *Record) due() {
	r.m.mu.Lock()
	skip := r.m.closed || r.sampling
	r.sampling = true
	r.stop = nil
	r.m.mu.Unlock()
	if !skip {
		r.sample()
	}
}

func (r *Record) sample() {
	began := r.m.o.Clock.Now()
	stat, err := r.m.o.Statfs(r.path)
	if err != nil {
		err = fmt.Errorf("osstat: %s: %w", r.path, err)
	}
	stat.Version = 1
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	r.last, r.sampling = began, false
	r.finish(stat, err)
	if !r.m.closed {
		r.arm()
	}
}

// finish keeps a result; the monitor's lock is held.
func (r *Record) finish(stat Stat, err error) {
	r.stat, r.err = stat, err
	if !r.done {
		r.done = true
		close(r.first)
	}
}
