// Package exchange does the waiting of the scanners' protocols: a request is
// written and the answer read at the same time, as scanners answer early.
package exchange

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
)

// Conn is a connection whose waits end with a context, and after a time for
// each of them.
type Conn struct {
	net.Conn
	R *bufio.Reader

	// Timeout bounds each read and each write. If zero, only the context does.
	Timeout time.Duration
	// Grace is how long a write may take after the answer has come: a scanner
	// that answers early may have stopped reading. If zero, a second.
	Grace time.Duration

	mu    sync.Mutex
	ended bool
}

// New makes a Conn.
func New(c net.Conn) *Conn {
	conn := &Conn{Conn: c}
	conn.R = bufio.NewReaderSize(conn, 4096)
	return conn
}

// Read implements [io.Reader].
func (c *Conn) Read(p []byte) (int, error) {
	c.extend(c.Conn.SetReadDeadline)
	return c.Conn.Read(p)
}

// Write implements [io.Writer].
func (c *Conn) Write(p []byte) (int, error) {
	c.extend(c.Conn.SetWriteDeadline)
	return c.Conn.Write(p)
}

func (c *Conn) extend(set func(time.Time) error) {
	if c.Timeout <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		_ = set(time.Now().Add(c.Timeout)) // the call itself will tell
	}
}

// Watch makes all waits fail when ctx ends, until the returned function is
// called. That reports whether the connection is still good.
func (c *Conn) Watch(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, c.interrupt)
}

// past is a time at which every wait is over.
var past = time.Unix(1, 0)

// interrupt ends the waits of the connection for good.
func (c *Conn) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	_ = c.Conn.SetDeadline(past)
}

// CloseWrite tells the peer that nothing more comes, where the connection can.
func (c *Conn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return nil
}

// Do runs write and read at the same time and ends both with ctx. The answer
// counts: complete tells whether all was written when it had been read, and a
// failed write without an answer is the error. Content that cannot be read is
// the error at once.
func (c *Conn) Do(ctx context.Context, write func(io.Writer) error, read func(*bufio.Reader) error) (complete bool, err error) {
	stop := c.Watch(ctx)
	defer stop()
	written := make(chan error, 1)
	go func() {
		err := write(c)
		var content *scan.ContentError
		if errors.As(err, &content) {
			c.interrupt() // no answer will come
		}
		written <- err
	}()
	err = read(c.R)
	if err == nil { // the peer may have been quicker than the goroutine
		grace := c.Grace
		if grace <= 0 {
			grace = time.Second
		}
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case werr := <-written:
			return werr == nil, c.failure(ctx, nil, werr)
		case <-late.C:
		case <-ctx.Done():
		}
	}
	select {
	case werr := <-written:
		return false, c.failure(ctx, err, werr)
	default:
	}
	c.interrupt()
	werr := <-written
	if errors.Is(werr, os.ErrDeadlineExceeded) {
		werr = nil // the write was ended here and is not to blame
	}
	return false, c.failure(ctx, err, werr)
}

// failure chooses the error that says most.
func (c *Conn) failure(ctx context.Context, rerr, werr error) error {
	var content *scan.ContentError
	switch {
	case errors.As(werr, &content):
		return werr
	case rerr == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case werr != nil && (rerr == io.EOF || rerr == io.ErrUnexpectedEOF || errors.Is(rerr, net.ErrClosed)):
		return werr
	case rerr == io.EOF || rerr == io.ErrUnexpectedEOF:
		return errClosed
	}
	return rerr
}

// errClosed says that the peer went away.
var errClosed = fmt.Errorf("connection closed before the answer: %w", io.ErrUnexpectedEOF)
