// Package scantest has what the tests of the scanners share: servers that play
// a scanner, and sessions in which a script scans.
package scantest

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Server plays a scanner on a loopback port.
type Server struct {
	Addr string
	// Conns is how many connections were made.
	Conns atomic.Int32

	l    net.Listener
	done sync.WaitGroup
	mu   sync.Mutex
	open map[net.Conn]bool

	closing atomic.Bool
}

// CloseAfter says whether handlers should close a connection after an answer,
// for those that ask [Server.Closing].
func (s *Server) CloseAfter(on bool) { s.closing.Store(on) }

// Closing reports what CloseAfter said.
func (s *Server) Closing() bool { return s.closing.Load() }

// Serve starts a server that answers each connection with handle and closes it
// then. It ends with the test.
func Serve(t testing.TB, handle func(c net.Conn)) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: l.Addr().String(), l: l, open: map[net.Conn]bool{}}
	s.done.Go(func() { s.accept(handle) })
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) accept(handle func(net.Conn)) {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		s.Conns.Add(1)
		s.mu.Lock()
		s.open[c] = true
		s.mu.Unlock()
		s.done.Go(func() {
			defer func() {
				s.mu.Lock()
				delete(s.open, c)
				s.mu.Unlock()
				c.Close()
			}()
			handle(c)
		})
	}
}

// Disconnect closes all connections; new ones are taken.
func (s *Server) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.Close()
	}
}

// Stop ends the server with all its connections.
func (s *Server) Stop() {
	s.l.Close()
	s.Disconnect()
	s.done.Wait()
}

// Eventually waits for what happens in other processes.
func Eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	if !until(f) {
		t.Fatalf("not within a minute: %s", what)
	}
}

// until waits for f, a minute at most.
func until(f func() bool) bool {
	for deadline := time.Now().Add(time.Minute); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

// EICAR is the test virus that every virus scanner finds, in two halves so that
// no scanner takes this file for infected.
func EICAR() string {
	return `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
}

// Root reports whether the tests run as root.
func Root() bool { return os.Geteuid() == 0 }
