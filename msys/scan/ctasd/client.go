package ctasd

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
	// HTTP does the requests. If nil, a client of its own that keeps
	// connections and uses no proxy.
	HTTP *http.Client
}

// Client is a [scan.Engine] for one ctasd.
type Client struct {
	url  string
	http *http.Client
}

var _ scan.Engine = (*Client)(nil)

// New makes a client for the ctasd at addr, "host:port" or "host". If empty,
// 127.0.0.1:8088. Nil options are all defaults. It does not connect yet.
func New(addr string, o *Options) *Client {
	_, target := exchange.Address(addr, "127.0.0.1", "8088")
	c := &Client{url: "http://" + target + path}
	if o != nil {
		c.http = o.HTTP
	}
	if c.http == nil {
		c.http = exchange.NewHTTPClient()
	}
	return c
}

// Close closes idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// ErrEnvelope is for an envelope value with a control character, which could
// add lines to the request.
var ErrEnvelope = fmt.Errorf("%w: control character in an envelope value", scan.ErrMail)

// maxAnswer is the longest answer that is read.
const maxAnswer = 64 << 10

// Scan implements [scan.Engine]. All lines of the answer are in the result's
// Detail. Confirmed and bulk mail is spam; a virus outbreak that is certain or
// very likely (Virus, High) makes the verdict infected.
func (c *Client) Scan(ctx context.Context, r *scan.Request) (*scan.Result, error) {
	head, err := head(r)
	if err != nil {
		return nil, fail("", err)
	}
	size, err := r.Length()
	if err != nil {
		return nil, fail("", err)
	}
	req, err := exchange.NewHTTPRequest(ctx, c.url, head, size, r.Open)
	if err != nil {
		return nil, fail("", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fail(exchange.HTTPOp(err), exchange.HTTPFailure(ctx, err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fail("", fmt.Errorf("%w: HTTP status %d", scan.ErrAnswer, resp.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fail("reading the answer", exchange.HTTPFailure(ctx, err))
	case len(body) > maxAnswer:
		return nil, fail("", fmt.Errorf("%w: over %d bytes", scan.ErrAnswer, maxAnswer))
	}
	res, err := parseAnswer(string(body))
	if err != nil {
		return nil, fail("", err)
	}
	return res, nil
}

// head gives what stands before the mail.
func head(r *scan.Request) (string, error) {
	lines := fieldVersion + ": " + version + "\r\n"
	lines += fieldMailFrom + ": " + r.MailFrom + "\r\n"
	for i := range len(r.MailFrom) {
		if c := r.MailFrom[i]; c < ' ' || c == 0x7f {
			return "", ErrEnvelope
		}
	}
	if ip := r.Remote.Addr(); ip.IsValid() {
		lines += fieldSenderIP + ": " + ip.Unmap().WithZone("").String() + "\r\n"
	}
	return lines + "\r\n", nil
}

// parseAnswer reads the lines of an answer.
func parseAnswer(s string) (*scan.Result, error) {
	res := &scan.Result{Detail: map[string]string{}}
	for line := range strings.SplitSeq(s, "\n") {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); ok && name != "" {
			res.Detail[canonical(name)] = strings.TrimSpace(value)
		}
	}
	if text, ok := res.Detail[FieldError]; ok {
		return nil, fmt.Errorf("%w: %.200s", scan.ErrAnswer, text)
	}
	spam, hasSpam := res.Detail[FieldSpam]
	vod, hasVOD := res.Detail[FieldVOD]
	if !hasSpam && !hasVOD {
		return nil, fmt.Errorf("%w: neither %s nor %s", scan.ErrAnswer, FieldSpam, FieldVOD)
	}
	res.Code, res.RefID = spam, res.Detail[FieldRefID]
	res.Spam = spam == SpamConfirmed || spam == SpamBulk
	if vod == VODVirus || vod == VODHigh {
		res.Verdict, res.Name, res.Code = scan.Infected, "VOD."+vod, vod
	}
	return res, nil
}

// canonical gives the name of a line as this package spells it.
func canonical(name string) string {
	for _, known := range []string{FieldSpam, FieldVOD, FieldRefID, FieldError} {
		if strings.EqualFold(name, known) {
			return known
		}
	}
	return name
}

// fail makes an error of this package.
func fail(op string, err error) error { return &scan.Error{Engine: "ctasd", Op: op, Err: err} }
