package scantest

import (
	"context"
	"net"
	"sync"
)

// Dialer connects and counts. The zero value is ready to use.
type Dialer struct {
	mu          sync.Mutex
	dials, open int
}

// Dial connects as a net.Dialer does.
func (d *Dialer) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d.add(1, 0)
	c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	d.add(0, 1)
	return &countedConn{Conn: c, dialer: d}, nil
}

func (d *Dialer) add(dials, open int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dials += dials
	d.open += open
}

// Dials is how often it was dialled, with success or without.
func (d *Dialer) Dials() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dials
}

// Open is how many of the connections have not been closed.
func (d *Dialer) Open() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

type countedConn struct {
	net.Conn
	dialer *Dialer
	once   sync.Once
}

// Close implements [net.Conn].
func (c *countedConn) Close() error {
	c.once.Do(func() { c.dialer.add(0, -1) })
	return c.Conn.Close()
}

// CloseWrite shuts down the direction of what is sent.
func (c *countedConn) CloseWrite() error {
	return c.Conn.(interface{ CloseWrite() error }).CloseWrite()
}
