package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// sessions are the open connections, for a shutdown.
type sessions struct {
	mu       sync.Mutex
	open     map[*wire]bool
	stopping atomic.Bool
}

func (s *server) opened(w *wire) {
	s.metrics.sessions.Inc()
	s.sessions.mu.Lock()
	defer s.sessions.mu.Unlock()
	if s.sessions.open == nil {
		s.sessions.open = map[*wire]bool{}
	}
	s.sessions.open[w] = true
}

func (s *server) closed(w *wire) {
	s.sessions.mu.Lock()
	defer s.sessions.mu.Unlock()
	delete(s.sessions.open, w)
}

// count gives the number of open sessions.
func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// Shutdown ends the server: no new connections; sessions end with 421 (RFC
// 5321 section 3.8) when they have no transaction, at once or after it. When
// ctx ends, what is left is cut off. Then deliveries and policies end.
func (s *server) Shutdown(ctx context.Context) error {
	s.sessions.stopping.Store(true)
	s.sessions.mu.Lock()
	for w := range s.sessions.open {
		w.nudge()
	}
	s.sessions.mu.Unlock()
	err := s.smtp.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.o.logger.Warn("sessions cut off", "sessions", s.sessions.count())
	}
	if err != nil {
		s.smtp.Close()
		s.cutOff()
	}
	return errors.Join(err, s.end())
}

// cutOff closes what go-smtp does not any more after a shutdown.
func (s *server) cutOff() {
	s.sessions.mu.Lock()
	var left []*wire
	for w := range s.sessions.open {
		left = append(left, w)
	}
	s.sessions.mu.Unlock()
	for _, w := range left {
		w.Close()
	}
}

// nudge wakes a session that waits for a command, so that it can end.
func (w *wire) nudge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.transaction.Load() {
		w.nudged.Store(true)
		w.conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// endForShutdown ends the session between two commands, if the server ends and
// there is no transaction.
func (w *wire) endForShutdown() bool {
	if !w.s.sessions.stopping.Load() || w.transaction.Load() {
		return false
	}
	if !w.quit {
		w.quit = true
		w.reply("421 4.3.2 " + w.s.o.hostname + " is shutting down, try later")
	}
	w.Close()
	return true
}

// resume reports whether a read that failed is to be tried again: it was
// nudged, so that the session ends, or goes on since a transaction has begun.
func (w *wire) resume(err error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) || !w.nudged.Swap(false) {
		return false
	}
	w.awaits = time.Time{}
	w.awaitClient()
	return true
}
