package rspamd

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/exchange"
)

// Options are the options of a [Client].
type Options struct {
	// Password is that of the worker. If empty, none is sent.
	Password string
	// VirusSymbols are symbols of Rspamd's antivirus module, such as
	// CLAM_VIRUS, that make the verdict infected; the symbol's first option is
	// the virus. If nil, none do.
	VirusSymbols []string
	// Headers go along with each request, such as Settings-ID.
	Headers map[string]string
	// HTTP does the requests. If nil, a client of its own that keeps
	// connections and uses no proxy.
	HTTP *http.Client
}

// Client is a [scan.Engine] for one Rspamd.
type Client struct {
	base string
	o    Options
	own  bool
}

var (
	_ scan.Engine = (*Client)(nil)
	_ scan.Pinger = (*Client)(nil)
)

// New makes a client for the worker at addr: "host:port", "host", or a URL
// that begins with http:// or https://. If empty, 127.0.0.1:11333. Nil options
// are all defaults. It does not connect yet.
func New(addr string, o *Options) *Client {
	c := &Client{}
	if o != nil {
		c.o = *o
	}
	if strings.HasPrefix(addr, "http://") || strings.HasPrefix(addr, "https://") {
		c.base = strings.TrimSuffix(addr, "/")
	} else {
		_, target := exchange.Address(addr, "127.0.0.1", "11333")
		c.base = "http://" + target
	}
	if c.own = c.o.HTTP == nil; c.own {
		c.o.HTTP = exchange.NewHTTPClient()
	}
	return c
}

// Close closes idle connections.
func (c *Client) Close() error {
	if c.own {
		c.o.HTTP.CloseIdleConnections()
	}
	return nil
}

// maxAnswer is the longest answer that is read.
const maxAnswer = 4 << 20

// Scan implements [scan.Engine]. The action is the result's Code; it is spam if
// that is reject, add header or rewrite subject. Threshold is the score that is
// required for reject. Symbols are sorted. Detail has "action", "message-id"
// and, if Rspamd proposes one, "subject".
func (c *Client) Scan(ctx context.Context, r *scan.Request) (*scan.Result, error) {
	size, err := r.Length()
	if err != nil {
		return nil, fail("", err)
	}
	req, err := exchange.NewHTTPRequest(ctx, c.base+"/checkv2", "", size, r.Open)
	if err != nil {
		return nil, fail("", err)
	}
	c.envelope(req.Header, r)
	body, err := c.do(ctx, req)
	if err != nil {
		return nil, err
	}
	res, err := parseAnswer(body, c.o.VirusSymbols)
	if err != nil {
		return nil, fail("", err)
	}
	return res, nil
}

// envelope sets what Rspamd is told beside the mail.
func (c *Client) envelope(h http.Header, r *scan.Request) {
	set := func(name, value string) {
		if value = exchange.HeaderValue(value); value != "" {
			h.Set(name, value)
		}
	}
	for name, value := range c.o.Headers {
		set(name, value)
	}
	set("Password", c.o.Password)
	set("Queue-Id", r.MessageID)
	set("Helo", r.Helo)
	set("User", r.User)
	h.Set("From", "<"+exchange.HeaderValue(r.MailFrom)+">")
	if ip := r.Remote.Addr(); ip.IsValid() {
		set("IP", ip.Unmap().String())
	}
	for _, to := range r.Recipients {
		h.Add("Rcpt", exchange.HeaderValue(to))
	}
	set("Filename", r.FileName)
}

// do gives the body of an answer.
func (c *Client) do(ctx context.Context, req *http.Request) ([]byte, error) {
	resp, err := c.o.HTTP.Do(req)
	if err != nil {
		return nil, fail(exchange.HTTPOp(err), exchange.HTTPFailure(ctx, err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case resp.StatusCode != http.StatusOK:
		err = fmt.Errorf("%w: HTTP status %d: %.200s", scan.ErrAnswer, resp.StatusCode, body)
	case err != nil:
		return nil, fail("reading the answer", exchange.HTTPFailure(ctx, err))
	case len(body) > maxAnswer:
		err = fmt.Errorf("%w: over %d bytes", scan.ErrAnswer, maxAnswer)
	}
	if err != nil {
		return nil, fail("", err)
	}
	return body, nil
}

// Ping implements [scan.Pinger].
func (c *Client) Ping(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/ping", nil)
	if err != nil {
		return fail("", err)
	}
	body, err := c.do(ctx, req)
	if err == nil && strings.TrimSpace(string(body)) != "pong" {
		err = fail("", fmt.Errorf("%w: %.100q to ping", scan.ErrAnswer, body))
	}
	return err
}

// fail makes an error of this package.
func fail(op string, err error) error { return &scan.Error{Engine: "rspamd", Op: op, Err: err} }
