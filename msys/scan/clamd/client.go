package clamd

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/exchange"
)

// Options are the options of a [Client].
type Options struct {
	// MaxIdle is how many connections are kept for further scans, as sessions
	// of clamd (IDSESSION). If zero, none: each scan has its own.
	MaxIdle int
	// IdleTime is how long a connection is kept. It should be less than
	// clamd's CommandReadTimeout. If zero, 20 s.
	IdleTime time.Duration
	// Dial connects. If nil, a net.Dialer does.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Client is a [scan.Engine] for one clamd.
type Client struct {
	network, addr string
	dial          exchange.Dialer
	pool          *exchange.Pool // nil: one scan per connection
}

var (
	_ scan.Engine = (*Client)(nil)
	_ scan.Pinger = (*Client)(nil)
)

// New makes a client for the clamd at addr: "host:port", "host", or the path
// of a UNIX socket, "/run/clamav/clamd.ctl". An empty one is 127.0.0.1:3310.
// It does not connect yet.
func New(addr string, o *Options) *Client {
	if o == nil {
		o = &Options{}
	}
	c := &Client{dial: o.Dial}
	c.network, c.addr = exchange.Address(addr, "127.0.0.1", "3310")
	if o.MaxIdle > 0 {
		c.pool = &exchange.Pool{Max: o.MaxIdle, Idle: o.IdleTime}
		if c.pool.Idle <= 0 {
			c.pool.Idle = 20 * time.Second
		}
	}
	return c
}

// Close closes idle connections.
func (c *Client) Close() error {
	if c.pool == nil {
		return nil
	}
	return c.pool.Close()
}

// Scan implements [scan.Engine]. Results have no score; Code is "OK",
// "Empty file" or the virus name.
func (c *Client) Scan(ctx context.Context, r *scan.Request) (*scan.Result, error) {
	s, err := openStream(r)
	if err != nil {
		return nil, fail("", err)
	}
	defer s.close()
	if s.empty() {
		return &scan.Result{Verdict: scan.Clean, Code: "Empty file"}, nil
	}
	if c.pool == nil {
		return c.once(ctx, s)
	}
	return c.inSession(ctx, r, s)
}

// once scans on a connection of its own.
func (c *Client) once(ctx context.Context, s *stream) (*scan.Result, error) {
	conn, err := exchange.Dial(ctx, c.dial, c.network, c.addr)
	if err != nil {
		return nil, fail("connecting", err)
	}
	defer conn.Close()
	res, err := instream(ctx, conn, s, "zINSTREAM\x00", false)
	return res, err
}

// inSession scans on a connection that is kept.
func (c *Client) inSession(ctx context.Context, r *scan.Request, s *stream) (*scan.Result, error) {
	if conn := c.pool.Get(); conn != nil {
		res, err := instream(ctx, conn, s, "zINSTREAM\x00", true)
		if err == nil {
			c.pool.Put(conn)
			return res, nil
		}
		_ = conn.Close()
		if ctx.Err() != nil || scanContentFailed(err) {
			return nil, err
		}
		// It was too old. What had been read is read again.
		again, err := openStream(r)
		if err != nil {
			return nil, fail("", err)
		}
		defer again.close()
		s = again
	}
	conn, err := exchange.Dial(ctx, c.dial, c.network, c.addr)
	if err != nil {
		return nil, fail("connecting", err)
	}
	res, err := instream(ctx, conn, s, "zIDSESSION\x00zINSTREAM\x00", true)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	c.pool.Put(conn)
	return res, nil
}

// instream sends the stream behind the command and reads the answer. A
// session numbers its answers.
func instream(ctx context.Context, conn *exchange.Conn, s *stream, command string, numbered bool) (*scan.Result, error) {
	var answer string
	complete, err := conn.Do(ctx,
		func(w io.Writer) error { return s.send(w, command) },
		func(r *bufio.Reader) (err error) { answer, err = readAnswer(r); return err })
	if err != nil {
		return nil, fail("scanning", err)
	}
	if numbered {
		answer = withoutNumber(answer)
	}
	res, err := parseAnswer(answer)
	if err == nil && res.Verdict == scan.Clean && !complete {
		err = fmt.Errorf("%w: %q before the end of the content", scan.ErrAnswer, answer)
	}
	if err != nil {
		return nil, fail("", err)
	}
	return res, nil
}

// Ping implements [scan.Pinger].
func (c *Client) Ping(ctx context.Context) error {
	answer, err := c.ask(ctx, "PING")
	if err == nil && answer != "PONG" {
		err = fail("", fmt.Errorf("%w: %.100q to PING", scan.ErrAnswer, answer))
	}
	return err
}

// Version gives the versions of clamd and of its signatures, like
// "ClamAV 1.0.7/27000/Mon Jan  1 09:00:00 2025".
func (c *Client) Version(ctx context.Context) (string, error) { return c.ask(ctx, "VERSION") }

// ask gives the answer to a command that takes no stream.
func (c *Client) ask(ctx context.Context, command string) (answer string, err error) {
	conn, err := exchange.Dial(ctx, c.dial, c.network, c.addr)
	if err != nil {
		return "", fail("connecting", err)
	}
	defer conn.Close()
	_, err = conn.Do(ctx,
		func(w io.Writer) error { _, err := io.WriteString(w, "z"+command+"\x00"); return err },
		func(r *bufio.Reader) (err error) { answer, err = readAnswer(r); return err })
	if err != nil {
		return "", fail(strings.ToLower(command), err)
	}
	return answer, nil
}

// fail makes an error of this package.
func fail(op string, err error) error { return &scan.Error{Engine: "clamd", Op: op, Err: err} }
