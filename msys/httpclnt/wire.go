package httpclnt

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"time"
)

// wire sends requests as they are, over connections of its own that wait for
// the next request a while.
type wire struct {
	max int

	mu    sync.Mutex
	idle  map[string][]*wireConn
	count int
}

// wireConn is a connection; timer ends its wait for a request.
type wireConn struct {
	net.Conn
	br    *bufio.Reader
	timer *time.Timer
}

func newWire(maxIdle int) *wire { return &wire{max: maxIdle, idle: map[string][]*wireConn{}} }

// past is a deadline that ends a wait at once.
var past = time.Unix(1, 0)

// roundTrip implements transport.
func (w *wire) roundTrip(ctx context.Context, c *call) (*received, error) {
	key := c.address
	if c.o.UseTLS {
		key = "tls " + c.server + " " + key
	}
	conn := w.take(key)
	if conn == nil {
		var err error
		if conn, err = c.dial(ctx); err != nil {
			return nil, err
		}
	}
	c.connected(conn.RemoteAddr())
	in, reusable, err := conn.roundTrip(ctx, c)
	if err != nil || !reusable || c.own || c.o.IdleTimeout < 0 || !w.put(key, conn, c.o.IdleTimeout) {
		conn.Close()
	}
	return in, err
}

func (c *call) dial(ctx context.Context) (*wireConn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.ConnectTimeout)
	defer cancel()
	conn, err := c.o.Dial(ctx, "tcp", c.address)
	if err != nil {
		return nil, &transportError{stageDial, err}
	}
	if c.o.UseTLS {
		cfg := &tls.Config{}
		if c.o.TLS != nil {
			cfg = c.o.TLS.Clone()
		}
		if cfg.ServerName == "" {
			cfg.ServerName = c.server
		}
		secure := tls.Client(conn, cfg)
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, &transportError{stageTLS, err}
		}
		conn = secure
	}
	return &wireConn{Conn: conn, br: bufio.NewReader(conn)}, nil
}

// roundTrip sends the request once. reusable says that the connection can
// take another one.
func (conn *wireConn) roundTrip(ctx context.Context, c *call) (in *received, reusable bool, err error) {
	if err := conn.SetDeadline(time.Now().Add(c.o.ResponseTimeout)); err != nil {
		return nil, false, &transportError{stageSend, err}
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(past) })
	defer stop()
	_, sendErr := conn.Write([]byte(c.data))
	method, _, _ := strings.Cut(c.data, " ")
	in, reusable, err = readResponse(conn.br, method, c.o)
	switch {
	case sendErr != nil && err != nil:
		return nil, false, &transportError{stageSend, sendErr}
	case err != nil:
		return nil, false, &transportError{stageReceive, err}
	}
	// A response to half a request is one, but ends the connection.
	return in, reusable && sendErr == nil && stop(), nil
}

// put keeps a connection for the next request and reports whether it did.
func (w *wire) put(key string, c *wireConn, idle time.Duration) bool {
	if c.SetDeadline(time.Time{}) != nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count >= w.max {
		return false
	}
	w.count++
	w.idle[key] = append(w.idle[key], c)
	c.timer = time.AfterFunc(idle, func() {
		if w.forget(key, c) {
			c.Close()
		}
	})
	return true
}

// forget drops a waiting connection and reports whether it still waited.
func (w *wire) forget(key string, c *wireConn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, other := range w.idle[key] {
		if other == c {
			w.remove(key, i)
			return true
		}
	}
	return false
}

func (w *wire) remove(key string, i int) {
	list := w.idle[key]
	list = append(list[:i:i], list[i+1:]...)
	w.count--
	if len(list) == 0 {
		delete(w.idle, key)
		return
	}
	w.idle[key] = list
}

// take gives a waiting connection that the server has not closed, nil if there
// is none. The one that waited the shortest comes first.
func (w *wire) take(key string) *wireConn {
	for {
		w.mu.Lock()
		n := len(w.idle[key])
		if n == 0 {
			w.mu.Unlock()
			return nil
		}
		c := w.idle[key][n-1]
		w.remove(key, n-1)
		w.mu.Unlock()
		c.timer.Stop()
		if quiet(c.Conn) {
			return c
		}
		c.Close()
	}
}

// close ends all waiting connections.
func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, list := range w.idle {
		for _, c := range list {
			c.timer.Stop()
			c.Close()
		}
	}
	w.idle, w.count = map[string][]*wireConn{}, 0
}
