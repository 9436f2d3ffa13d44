package osstat_test

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/osstat"
	"github.com/gomsys/gomsys/timer"
)

var t0 = time.Unix(1700000100, 0)

// disk is a file system whose samples are counted.
type disk struct {
	mu    sync.Mutex
	calls []string
	err   error
}

func (d *disk) statfs(path string) (osstat.Stat, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, path)
	return osstat.Stat{KilobytesTotal: 1000, KilobytesAvailable: int64(len(d.calls))}, d.err
}

func (d *disk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.calls)
}

func (d *disk) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func newMonitor(t *testing.T, o osstat.Options) (*osstat.Monitor, *timer.ManualClock) {
	t.Helper()
	clock := timer.NewManualClock(t0)
	o.Clock = clock
	m := osstat.New(&o)
	t.Cleanup(func() {
		m.Close()
		if n := clock.Waiting(); n != 0 {
			t.Errorf("%d samplers are left", n)
		}
	})
	return m, clock
}

func read(t *testing.T, r *osstat.Record) osstat.Stat {
	t.Helper()
	st, err := r.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestSystem(t *testing.T) {
	m := osstat.New(nil)
	defer m.Close()
	r := m.Subscribe("/", 5*time.Second)
	st := read(t, r)
	if st.Version != 1 || st.KilobytesTotal < st.KilobytesAvailable || st.KilobytesTotal <= 0 || st.ObjectsTotal < st.ObjectsAvailable {
		t.Errorf("%+v", st)
	}
	if r.Path() != "/" {
		t.Errorf("path %q", r.Path())
	}
	_, err := m.Subscribe("/no/such/path", 0).Read(context.Background())
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("bad path: %v", err)
	}
}

func TestIntervals(t *testing.T) {
	var d disk
	m, clock := newMonitor(t, osstat.Options{Statfs: d.statfs})
	r := m.Subscribe("/spool", 0)
	want := osstat.Stat{Version: 1, KilobytesTotal: 1000, KilobytesAvailable: 1}
	if diff := cmp.Diff(want, read(t, r)); diff != "" {
		t.Error(diff)
	}
	if clock.Advance(59 * time.Second); d.count() != 1 {
		t.Errorf("%d samples after 59 s", d.count())
	}
	if clock.Advance(time.Second); d.count() != 2 || read(t, r).KilobytesAvailable != 2 {
		t.Errorf("%d samples after 60 s", d.count())
	}
	if m.Subscribe("/spool", 5*time.Second) != r || m.Subscribe("/spool", time.Hour) != r {
		t.Error("one record per path")
	}
	if clock.Advance(20 * time.Second); d.count() != 6 {
		t.Errorf("%d samples after 20 s at 5 s, want 6", d.count())
	}
}

func TestFailureAndRecovery(t *testing.T) {
	var d disk
	gone := errors.New("gone")
	d.fail(gone)
	m, clock := newMonitor(t, osstat.Options{Statfs: d.statfs})
	r := m.Subscribe("/spool", time.Second)
	if _, err := r.Read(context.Background()); !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
	d.fail(nil)
	clock.Advance(time.Second)
	if st := read(t, r); st.KilobytesTotal != 1000 {
		t.Errorf("%+v", st)
	}
}

// TestStuck has a file system that never answers.
func TestStuck(t *testing.T) {
	stuck := make(chan struct{})
	var called sync.WaitGroup
	called.Add(1)
	m, clock := newMonitor(t, osstat.Options{Statfs: func(string) (osstat.Stat, error) {
		called.Done()
		<-stuck
		return osstat.Stat{}, nil
	}})
	r := m.Subscribe("/nfs", time.Second)
	called.Wait()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	result := make(chan error)
	go func() {
		_, err := r.Read(context.Background())
		result <- err
	}()
	for clock.Waiting() == 0 {
		runtime.Gosched()
	}
	clock.Advance(time.Second)
	if err := <-result; !errors.Is(err, osstat.ErrNoSample) {
		t.Errorf("error %v", err)
	}
	m.Close()
	close(stuck)
}

func TestLimitsAndClose(t *testing.T) {
	var d disk
	m, clock := newMonitor(t, osstat.Options{Statfs: d.statfs, MaxPaths: 1})
	r := m.Subscribe("/a", time.Second)
	read(t, r)
	if _, err := m.Subscribe("/b", time.Second).Read(context.Background()); !errors.Is(err, osstat.ErrTooMany) {
		t.Errorf("error %v", err)
	}
	m.Close()
	if clock.Advance(time.Minute); d.count() != 1 {
		t.Errorf("%d samples after Close", d.count())
	}
	if _, err := m.Subscribe("/c", time.Second).Read(context.Background()); !errors.Is(err, osstat.ErrNoSample) {
		t.Errorf("error %v", err)
	}
	read(t, r) // the last sample stays
}

func TestConcurrent(t *testing.T) {
	var d disk
	m, clock := newMonitor(t, osstat.Options{Statfs: d.statfs})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			r := m.Subscribe("/a", time.Duration(9-i)*time.Second)
			if _, err := r.Read(context.Background()); err != nil {
				t.Error(err)
			}
			clock.Advance(time.Second)
		})
	}
	wg.Wait()
}
