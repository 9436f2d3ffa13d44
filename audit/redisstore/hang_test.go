//go:build unix

package redisstore_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/timer"
)

// TestHangingRedis stops the server: connections stay, answers do not come.
func TestHangingRedis(t *testing.T) {
	server := startServer(t)
	clock := timer.NewManualClock(time.Unix(1700000100, 0))
	a := newHost(t, server.addr, "a", clock, audit.Options{OpTimeout: 20 * time.Millisecond})
	a.add(t, "203.0.113.9", 1)
	clock.Advance(time.Second)
	server.signal(syscall.SIGSTOP)
	began := time.Now()
	for range 50 {
		a.add(t, "203.0.113.9", 1)
		if n := a.count(t, "203.0.113.9/32"); n < 2 {
			t.Errorf("own share %d", n)
		}
		a.gauge(t, 1)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("150 calls took %v", took)
	}
	server.signal(syscall.SIGCONT)
	clock.Advance(2 * time.Minute)
	a.add(t, "203.0.113.9", 1)
	clock.Advance(time.Second)
	if n := a.count(t, "203.0.113.9/32"); n < 2 {
		t.Errorf("total %d after recovery", n)
	}
}

// signal stops or continues the server.
func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}
