package icap

import (
	"context"
	"sync"
)

// limiter bounds how many do something at once. The bound may change.
type limiter struct {
	mu      sync.Mutex
	n       int
	waiting []chan struct{}
}

// enter waits until fewer than limit are inside; 0 is no limit.
func (l *limiter) enter(ctx context.Context, limit int) error {
	l.mu.Lock()
	if limit <= 0 || l.n < limit {
		l.n++
		l.mu.Unlock()
		return nil
	}
	turn := make(chan struct{}, 1)
	l.waiting = append(l.waiting, turn)
	l.mu.Unlock()
	select {
	case <-turn: // the one who left has passed on its place
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	for i, w := range l.waiting {
		if w == turn {
			l.waiting = append(l.waiting[:i], l.waiting[i+1:]...)
			l.mu.Unlock()
			return context.Cause(ctx)
		}
	}
	l.mu.Unlock()
	l.leave() // it got a place meanwhile
	return context.Cause(ctx)
}

// leave ends what enter began.
func (l *limiter) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) > 0 {
		l.waiting[0] <- struct{}{}
		l.waiting = l.waiting[1:]
		return
	}
	l.n--
}
