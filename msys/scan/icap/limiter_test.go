package icap

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l limiter
		var inside, most atomic.Int32
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if err := l.enter(context.Background(), 3); err != nil {
					t.Error(err)
				}
				most.Store(max(most.Load(), inside.Add(1)))
				time.Sleep(time.Second)
				inside.Add(-1)
				l.leave()
			})
		}
		begin := time.Now()
		wg.Wait()
		if took := time.Since(begin); most.Load() != 3 || took != 4*time.Second {
			t.Errorf("%d at once, %v", most.Load(), took)
		}
		if l.n != 0 || len(l.waiting) != 0 {
			t.Errorf("%d left inside, %d waiting", l.n, len(l.waiting))
		}
	})
}

// Who gives up leaves no gap and takes no place.
func TestLimiterCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l limiter
		if err := l.enter(context.Background(), 1); err != nil {
			t.Fatal(err)
		}
		late := errors.New("late")
		for range 3 {
			ctx, cancel := context.WithTimeoutCause(context.Background(), time.Second, late)
			if err := l.enter(ctx, 1); err != late {
				t.Error(err)
			}
			cancel()
		}
		l.leave()
		if err := l.enter(context.Background(), 1); err != nil || l.n != 1 {
			t.Error(err, l.n)
		}
	})
}
