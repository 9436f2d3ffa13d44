package httpclient

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gomsys/gomsys/internal/httpbody"
)

// Client does one request after the other and keeps the last response. It is
// made by [Service.Client].
type Client struct {
	s    *Service
	busy chan struct{} // holds one token while a request runs

	mu      sync.Mutex
	headers []headerLine
	timeout time.Duration
	last    response
}

// response is what a client keeps of a response, or of a failure.
type response struct {
	code    int
	reason  string
	proto   string
	status  string
	header  http.Header
	body    []byte
	headers []string // made from header when asked for
}

// SetHeader adds a header to all later requests. A line "Name: value" adds to
// those that are there already; "Name:" keeps the header of that name that
// would be sent by default from being sent. A line that is no header gives
// [ErrHeader].
func (c *Client) SetHeader(line string) error {
	h, err := parseHeaderLine(line)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.headers = append(c.headers, h)
	return nil
}

// ClearHeaders forgets the headers that SetHeader added.
func (c *Client) ClearHeaders() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.headers = nil
}

// SetTimeout limits each later request as a whole. Zero or less takes the
// limit away; that of [Options] stays.
func (c *Client) SetTimeout(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timeout = max(d, 0)
}

// Status gives the code and reason phrase of the last response; 0 and the
// error's text after a failure, 0 and "" before any request.
func (c *Client) Status() (code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last.code, c.last.reason
}

// Body gives the body of the last response, decoded, empty if there is none.
// It must not be changed.
func (c *Client) Body() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last.body
}

// Headers gives the status line of the last response and its headers, one
// "Name: value" for each value, sorted by name; nothing after a failure.
func (c *Client) Headers() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last.headers == nil {
		c.last.headers = c.last.lines()
	}
	return slices.Clone(c.last.headers)
}

func (r *response) lines() []string {
	if r.code == 0 {
		return nil
	}
	return httpbody.HeaderLines(r.proto, r.status, r.header)
}

// Do sends a request and reads the response. The method may be in any letter
// case; body may be nil. A response of any status is no error. Errors are of
// type [*Error]; the last response is gone then. Do waits while another
// request of the client runs.
func (c *Client) Do(ctx context.Context, method, rawURL string, body io.Reader) error {
	select {
	case c.busy <- struct{}{}:
	case <-ctx.Done():
		return classify(ctx.Err(), "")
	}
	defer func() { <-c.busy }()
	c.keep(response{})
	r, err := c.do(ctx, method, rawURL, body)
	if err != nil {
		c.keep(response{reason: err.Error()})
		return err
	}
	c.keep(*r)
	return nil
}

func (c *Client) keep(r response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = r
}

func (c *Client) do(ctx context.Context, method, rawURL string, body io.Reader) (*response, error) {
	c.mu.Lock()
	headers, timeout := slices.Clone(c.headers), c.timeout
	c.mu.Unlock()
	if limit := c.s.o.MaxTimeout; limit > 0 && (timeout == 0 || timeout > limit) {
		timeout = limit
	}
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	req, err := c.s.request(ctx, method, rawURL, body, headers)
	if err != nil {
		return nil, err
	}
	resp, err := c.s.http.Do(req)
	if err != nil {
		return nil, classify(err, req.URL.Hostname())
	}
	defer resp.Body.Close()
	r := &response{code: resp.StatusCode, proto: resp.Proto, status: resp.Status, header: resp.Header, reason: reason(resp)}
	if r.body, err = readBody(resp, c.s.o.MaxBody); err != nil {
		return nil, classify(err, req.URL.Hostname())
	}
	return r, nil
}

// reason gives the reason phrase of a response.
func reason(resp *http.Response) string {
	_, phrase, _ := strings.Cut(resp.Status, " ")
	return strings.TrimSpace(phrase)
}
