package icap

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/exchange"
)

// Options are the options of a [Client].
type Options struct {
	// MaxIdle is how many connections are kept for further scans. If zero, 4.
	// If negative, none.
	MaxIdle int
	// IdleTime is how long a connection is kept. If zero, 20 s.
	IdleTime time.Duration
	// Headers go along with each request.
	Headers map[string]string
	// NoPreview sends all of the content at once, even if the service offers
	// to decide by its beginning.
	NoPreview bool
	// TLS is the configuration for icaps. If nil, the default.
	TLS *tls.Config
	// Dial connects, without TLS. If nil, a net.Dialer does.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Now tells the time. If nil, time.Now.
	Now func() time.Time
}

// Client is a [scan.Engine] for one service.
type Client struct {
	o          Options
	uri        string // as requests name the service
	host, addr string
	tls        bool
	pool       exchange.Pool
	turns      limiter
	caps       capabilities
}

var (
	_ scan.Engine = (*Client)(nil)
	_ scan.Pinger = (*Client)(nil)
)

// New makes a client for the service at uri, icap://host[:port]/service or
// icaps://. The ports are 1344 and 11344 if not given. It does not connect
// yet.
func New(uri string, o *Options) (*Client, error) {
	u, err := url.Parse(uri)
	if err != nil {
		return nil, fmt.Errorf("icap: %w", err)
	}
	if u.Scheme != "icap" && u.Scheme != "icaps" || u.Hostname() == "" || u.User != nil {
		return nil, fmt.Errorf("icap: %q is not like icap://host/service", uri)
	}
	c := &Client{tls: u.Scheme == "icaps", host: u.Host}
	if o != nil {
		c.o = *o
	}
	for name, value := range c.o.Headers {
		if !isToken(name) || hasControl(value) {
			return nil, fmt.Errorf("icap: header %q: %q cannot be sent", name, value)
		}
	}
	port := u.Port()
	if port == "" {
		port = map[bool]string{false: "1344", true: "11344"}[c.tls]
	}
	c.addr = net.JoinHostPort(u.Hostname(), port)
	c.uri = "icap://" + u.Host + u.RequestURI()
	if c.o.MaxIdle == 0 {
		c.o.MaxIdle = 4
	}
	if c.o.IdleTime <= 0 {
		c.o.IdleTime = 20 * time.Second
	}
	if c.o.Now == nil {
		c.o.Now = time.Now
	}
	c.pool.Max, c.pool.Idle = max(c.o.MaxIdle, 0), c.o.IdleTime
	return c, nil
}

// Close closes idle connections.
func (c *Client) Close() error { return c.pool.Close() }

// dial makes a connection.
func (c *Client) dial(ctx context.Context) (*exchange.Conn, error) {
	conn, err := exchange.Dial(ctx, c.o.Dial, "tcp", c.addr)
	if err != nil {
		return nil, fail("connecting", err)
	}
	if !c.tls {
		return conn, nil
	}
	cfg := &tls.Config{}
	if c.o.TLS != nil {
		cfg = c.o.TLS.Clone()
	}
	if cfg.ServerName == "" {
		cfg.ServerName, _, _ = net.SplitHostPort(c.addr)
	}
	secure := tls.Client(conn.Conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fail("connecting", err)
	}
	return exchange.New(secure), nil
}

// Scan implements [scan.Engine]. Results have no score; Code is the ICAP
// status of clean mail, or the name of what was found.
func (c *Client) Scan(ctx context.Context, r *scan.Request) (*scan.Result, error) {
	caps, err := c.capabilities(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.turns.enter(ctx, caps.maxConnections); err != nil {
		return nil, fail("waiting for a connection", err)
	}
	defer c.turns.leave()
	size := r.Size
	resp, err := c.request(ctx, func(conn *exchange.Conn) (resp *response, err error) {
		var sent int64
		resp, sent, err = c.modify(ctx, conn, r, caps)
		size = max(size, sent)
		return resp, err
	})
	if err != nil {
		return nil, err
	}
	c.caps.seen(resp.fields["istag"])
	res, err := resp.verdict(size)
	if err != nil {
		return nil, fail("", err)
	}
	return res, nil
}

// request does f on a connection, which is kept if f leaves it good. A
// connection that was kept may have ended meanwhile: then f gets a new one.
func (c *Client) request(ctx context.Context, f func(*exchange.Conn) (*response, error)) (*response, error) {
	if conn := c.pool.Get(); conn != nil {
		resp, err := c.on(conn, f)
		var content *scan.ContentError
		if err == nil || ctx.Err() != nil || errors.As(err, &content) {
			return resp, err
		}
	}
	conn, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	return c.on(conn, f)
}

func (c *Client) on(conn *exchange.Conn, f func(*exchange.Conn) (*response, error)) (*response, error) {
	resp, err := f(conn)
	if err != nil || !resp.reusable {
		_ = conn.Close()
		return resp, err
	}
	c.pool.Put(conn)
	return resp, nil
}

// modify sends a request with the content, of which it gives the bytes sent,
// and reads the response.
func (c *Client) modify(ctx context.Context, conn *exchange.Conn, r *scan.Request, caps *serviceOptions) (resp *response, sent int64, err error) {
	body, err := r.Open()
	if err != nil {
		return nil, 0, fail("", &scan.ContentError{Err: err})
	}
	defer body.Close()
	s := newSender(c.head(r, caps), body, caps.preview)
	conn.Grace = 50 * time.Millisecond
	complete, err := conn.Do(ctx, s.send, func(b *bufio.Reader) (err error) {
		defer close(s.proceed)
		for {
			if resp, err = readResponse(b); err != nil || resp.status != 100 {
				return err
			}
			select {
			case s.proceed <- struct{}{}:
			default: // it was asked for already
			}
		}
	})
	if err != nil {
		return nil, 0, fail("scanning", err)
	}
	resp.reusable = resp.reusable && complete
	return resp, s.sent, nil
}

// Ping implements [scan.Pinger]: it asks for the service's options.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.fetchOptions(ctx)
	return err
}

// fetchOptions asks for the service's options.
func (c *Client) fetchOptions(ctx context.Context) (*serviceOptions, error) {
	resp, err := c.request(ctx, func(conn *exchange.Conn) (resp *response, err error) {
		_, err = conn.Do(ctx,
			func(w io.Writer) error { _, err := io.WriteString(w, c.optionsRequest()); return err },
			func(b *bufio.Reader) (err error) { resp, err = readResponse(b); return err })
		if err != nil {
			return nil, fail("asking for options", err)
		}
		return resp, nil
	})
	if err != nil {
		return nil, err
	}
	o, err := resp.options(c.o.Now())
	if err != nil {
		return nil, fail("asking for options", err)
	}
	if c.o.NoPreview {
		o.preview = -1
	}
	return o, nil
}

// fail makes an error of this package.
func fail(op string, err error) error {
	var e *scan.Error
	if errors.As(err, &e) {
		return err
	}
	return &scan.Error{Engine: "icap", Op: op, Err: err}
}
