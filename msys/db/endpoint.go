package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// deadTime is how long a URI that does not answer is left out.
	deadTime = 5 * time.Second
	// pingTime is how long a connection may take to show that it is alive.
	pingTime = 2 * time.Second
)

// endpoint is one URI of a datasource.
type endpoint struct {
	open func() (Conn, Dialect, error)
	now  func() time.Time

	mu      sync.Mutex
	conn    Conn
	dialect Dialect
	closed  bool
	dead    atomic.Pointer[time.Time] // until when it is left out
}

// get gives the connection and opens it at first.
func (e *endpoint) get() (Conn, Dialect, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return nil, Dialect{}, ErrClosed
	case e.conn != nil:
		return e.conn, e.dialect, nil
	}
	conn, dialect, err := e.open()
	if err != nil {
		return nil, Dialect{}, &PrepareError{err}
	}
	e.conn, e.dialect = conn, dialect
	return conn, dialect, nil
}

func (e *endpoint) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.conn == nil {
		return nil
	}
	return e.conn.Close()
}

// left reports whether the endpoint is left out as it did not answer lately.
func (e *endpoint) left() bool {
	until := e.dead.Load()
	return until != nil && e.now().Before(*until)
}

// answers finds out after a failure whether the endpoint is alive, and has it
// left out for a while if not.
func (e *endpoint) answers(ctx context.Context, conn Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	if conn.Ping(ctx) == nil {
		return true
	}
	e.leaveOut()
	return false
}

func (e *endpoint) leaveOut() {
	until := e.now().Add(deadTime)
	e.dead.Store(&until)
}

// isConnectionError tells errors of a connection from those of a query.
func isConnectionError(err error) bool {
	var n net.Error
	var state interface{ SQLState() string }
	if errors.As(err, &state) { // connection exception, server shuts down
		return strings.HasPrefix(state.SQLState(), "08") || strings.HasPrefix(state.SQLState(), "57P")
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &n)
}

// notBegun tells that a query has certainly not run.
func notBegun(err error) bool {
	var prepare *PrepareError
	var op *net.OpError
	return errors.As(err, &prepare) || errors.As(err, &op) && op.Op == "dial"
}

// order gives the endpoints in the order in which to try them: in turn, those
// that did not answer lately at the end.
func (s *Source) order() []*endpoint {
	if len(s.endpoints) == 1 {
		return s.endpoints
	}
	first := int(s.turn.Add(1)-1) % len(s.endpoints)
	list := make([]*endpoint, 0, len(s.endpoints))
	var last []*endpoint
	for i := range s.endpoints {
		e := s.endpoints[(first+i)%len(s.endpoints)]
		if e.left() {
			last = append(last, e)
			continue
		}
		list = append(list, e)
	}
	return append(list, last...)
}

// work runs f with a connection, and with that of another URI if the one does
// not answer.
func (s *Source) work(ctx context.Context, st *statement, args []any, f func(conn Conn, query string, args []any) error) error {
	var failed error
	endpoints := s.order()
	for _, e := range endpoints {
		conn, dialect, err := e.get()
		if err != nil {
			failed = err
			e.leaveOut()
			continue
		}
		failed = s.try(ctx, e, conn, func() error {
			if dialect.Bind == nil {
				return f(conn, st.interpolate(args, dialect.Escape), nil)
			}
			return f(conn, st.sql(dialect.Bind), args)
		})
		if failed == nil || ctx.Err() != nil || !notBegun(failed) && !isConnectionError(failed) || len(endpoints) == 1 {
			return failed
		}
		if e.answers(ctx, conn) || !notBegun(failed) {
			return failed
		}
	}
	return failed
}

// maxStale is how many connections that died while they were idle a query may
// come upon.
const maxStale = 3

// try runs f, and again if the connection turned out to be dead before it did
// anything although the server lives.
func (s *Source) try(ctx context.Context, e *endpoint, conn Conn, f func() error) (err error) {
	for range maxStale {
		err = protect(f)
		var prepare *PrepareError
		if err == nil || ctx.Err() != nil || !errors.As(err, &prepare) || !isConnectionError(err) || !e.answers(ctx, conn) {
			break
		}
	}
	return err
}

// protect makes a panic of a driver an error.
func protect(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("driver: panic: %v", p)
		}
	}()
	return f()
}
