package exchange

import (
	"sync"
	"time"
)

// Pool keeps idle connections for a while. The zero value keeps none.
type Pool struct {
	// Max is how many are kept, Idle how long.
	Max  int
	Idle time.Duration

	mu     sync.Mutex
	conns  []idle
	timer  *time.Timer
	closed bool
}

type idle struct {
	conn *Conn
	end  time.Time
}

// Get gives a connection that was put back, the last one first; nil if there
// is none. The peer may have closed it.
func (p *Pool) Get() *Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.conns)
	if n == 0 {
		return nil
	}
	c := p.conns[n-1].conn
	p.conns[n-1] = idle{}
	p.conns = p.conns[:n-1]
	return c
}

// Put keeps a connection that nothing is under way on, or closes it.
func (p *Pool) Put(c *Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.conns) >= p.Max || c.R.Buffered() > 0 || c.spoilt() {
		_ = c.Close()
		return
	}
	p.conns = append(p.conns, idle{c, time.Now().Add(p.Idle)})
	if p.timer == nil {
		p.timer = time.AfterFunc(p.Idle, p.expire)
	}
}

func (c *Conn) spoilt() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// expire closes what has been idle for too long.
func (p *Pool) expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	n := 0
	for n < len(p.conns) && !p.conns[n].end.After(now) {
		_ = p.conns[n].conn.Close()
		n++
	}
	p.conns = append(p.conns[:0], p.conns[n:]...)
	p.timer = nil
	if len(p.conns) > 0 {
		p.timer = time.AfterFunc(p.conns[0].end.Sub(now), p.expire)
	}
}

// Close closes the idle connections; none are kept from now on.
func (p *Pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	for _, i := range p.conns {
		_ = i.conn.Close()
	}
	p.conns = nil
	return nil
}
