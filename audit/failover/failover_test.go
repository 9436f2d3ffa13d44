package failover_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/audit/failover"
	"github.com/gomsys/gomsys/timer"
)

var errDown = errors.New("down")

func newGuard(reports *[]string) (*failover.Guard, *timer.ManualClock) {
	clock := timer.NewManualClock(time.Unix(1700000100, 0))
	return failover.New(&failover.Options{
		Clock:  clock,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		OnError: func(op string, err error) {
			if reports != nil {
				*reports = append(*reports, op+": "+err.Error())
			}
		},
	}), clock
}

// TestPauses follows a store that is down, returns, and fails once.
func TestPauses(t *testing.T) {
	g, clock := newGuard(nil)
	asked := 0
	do := func(err error) error {
		return g.Do(context.Background(), "add", func(context.Context) error { asked++; return err })
	}
	for i := range 3 {
		if err := do(errDown); !errors.Is(err, errDown) {
			t.Errorf("failure %d: %v", i, err)
		}
	}
	for _, pause := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		clock.Advance(pause*time.Second - 1)
		before := asked
		if err := do(nil); !errors.Is(err, failover.ErrOpen) || asked != before {
			t.Errorf("before %d s: %v", pause, err)
		}
		clock.Advance(1)
		if err := do(errDown); !errors.Is(err, errDown) {
			t.Errorf("after %d s: %v", pause, err)
		}
	}
	if clock.Advance(30 * time.Second); do(nil) != nil || g.Open() {
		t.Error("store is back but the guard is open")
	}
	if err := do(errDown); !errors.Is(err, errDown) || g.Open() {
		t.Errorf("one failure must not open: %v", err)
	}
	failed, skipped := g.Counts()
	if failed != 11 || skipped != 7 {
		t.Errorf("failed %d, skipped %d; want 11, 7", failed, skipped)
	}
}

func TestOneProbeAtATime(t *testing.T) {
	g, clock := newGuard(nil)
	for range 3 {
		_ = g.Do(context.Background(), "x", func(context.Context) error { return errDown })
	}
	clock.Advance(time.Second)
	err := g.Do(context.Background(), "x", func(ctx context.Context) error {
		return g.Do(ctx, "x", func(context.Context) error { return nil })
	})
	if !errors.Is(err, failover.ErrOpen) {
		t.Errorf("second operation during the probe: %v", err)
	}
}

func TestTimeout(t *testing.T) {
	g := failover.New(&failover.Options{Timeout: time.Nanosecond, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	wait := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	if err := g.Do(context.Background(), "x", wait); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	// A caller that gives up is not the store's failure.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 5 {
		if err := g.Do(ctx, "x", wait); err == nil {
			t.Error("no error")
		}
	}
	if failed, _ := g.Counts(); failed != 1 || g.Open() {
		t.Errorf("failed %d, open %v", failed, g.Open())
	}
}

func TestPanicIsAFailure(t *testing.T) {
	g, clock := newGuard(nil)
	for range 3 {
		_ = g.Do(context.Background(), "x", func(context.Context) error { return errDown })
	}
	clock.Advance(time.Second)
	func() {
		defer func() { _ = recover() }()
		_ = g.Do(context.Background(), "x", func(context.Context) error { panic("bad store") })
	}()
	clock.Advance(2 * time.Second)
	if err := g.Do(context.Background(), "x", func(context.Context) error { return nil }); err != nil {
		t.Errorf("probe after a panic: %v", err)
	}
}

func TestReportsOncePerSecond(t *testing.T) {
	var reports []string
	g, clock := newGuard(&reports)
	for i := range 3 {
		for _, op := range []string{"add", "get"} {
			for range 10 {
				g.Report(op, fmt.Errorf("%d", i))
			}
		}
		clock.Advance(500 * time.Millisecond)
	}
	want := []string{"add: 0", "get: 0", "add: 2", "get: 2"}
	if diff := cmp.Diff(want, reports); diff != "" {
		t.Error(diff)
	}
}

func Example() {
	g := failover.New(nil)
	total := int64(0)
	err := g.Do(context.Background(), "read total", func(ctx context.Context) error {
		total = 42 // ask the store here
		return ctx.Err()
	})
	fmt.Println(total, err)
	// Output: 42 <nil>
}
