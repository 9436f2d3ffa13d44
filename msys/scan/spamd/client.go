package spamd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/exchange"
)

// Command is what spamd is asked to do.
type Command string

// The commands whose answer has a verdict.
const (
	Symbols Command = "SYMBOLS" // score and matching rules
	Check   Command = "CHECK"   // the score only
	Report  Command = "REPORT"  // a report for people, in Detail "report"
	Headers Command = "HEADERS" // the header as SpamAssassin would change it, in Detail "headers"
)

// Options are the options of a [Client].
type Options struct {
	// Addr is "host:port", "host" or the path of a UNIX socket. If empty,
	// "localhost:783".
	Addr string
	// Timeout bounds each read and each write. If zero, 30 s. If negative,
	// only the context does.
	Timeout time.Duration
	// MaxSize is how many bytes behind the header are sent; the rest is cut
	// off. If zero, 51200. If negative, all are sent.
	MaxSize int64
	// User is whose preferences apply. If empty, those of spamd's own user.
	User string
	// Command is what is asked. If empty, Symbols.
	Command Command
	// Dial connects. If nil, a net.Dialer does.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Client is a [scan.Engine] for one spamd.
type Client struct {
	o             Options
	network, addr string
}

var (
	_ scan.Engine = (*Client)(nil)
	_ scan.Pinger = (*Client)(nil)
)

// New makes a client; nil options are all defaults. It does not connect yet.
func New(o *Options) *Client {
	c := &Client{}
	if o != nil {
		c.o = *o
	}
	if c.o.Timeout == 0 {
		c.o.Timeout = 30 * time.Second
	}
	if c.o.MaxSize == 0 {
		c.o.MaxSize = 51200
	}
	if c.o.Command == "" {
		c.o.Command = Symbols
	}
	c.network, c.addr = exchange.Address(c.o.Addr, "localhost", "783")
	return c
}

// ScanTimeout suggests the time of a whole scan to a [scan.Slot]: SpamAssassin
// with its network tests takes its time.
func (c *Client) ScanTimeout() time.Duration {
	if c.o.Timeout < 0 {
		return -1
	}
	return 2 * c.o.Timeout
}

// errUser is for a user name that would be more than one header line.
var errUser = errors.New("user name with a control character")

// Scan implements [scan.Engine]. The result has Spam, Score, Threshold and,
// depending on the command, Symbols or Detail.
func (c *Client) Scan(ctx context.Context, r *scan.Request) (*scan.Result, error) {
	r, err := r.CutBody(c.o.MaxSize)
	if err != nil {
		return nil, fail("", err)
	}
	size, err := r.Length()
	if err != nil {
		return nil, fail("", err)
	}
	head, err := c.request(size)
	if err != nil {
		return nil, fail("", err)
	}
	body, err := r.Open()
	if err != nil {
		return nil, fail("", &scan.ContentError{Err: err})
	}
	defer body.Close()
	var a *answer
	complete, err := c.exchange(ctx,
		func(w *exchange.Conn) error { return send(w, head, body, size) },
		func(r *bufio.Reader) (err error) { a, err = readAnswer(r, c.o.Command); return err })
	if err != nil {
		return nil, err
	}
	res, err := a.result(c.o.Command)
	if err == nil && !complete {
		err = fmt.Errorf("%w: a verdict before the end of the content", scan.ErrAnswer)
	}
	if err != nil {
		return nil, fail("", err)
	}
	return res, nil
}

// request gives the header of the request.
func (c *Client) request(size int64) (string, error) {
	version := "1.2"
	if c.o.Command == Headers {
		version = "1.3" // before that the answer has no verdict
	}
	head := fmt.Sprintf("%s SPAMC/%s\r\nContent-Length: %d\r\n", c.o.Command, version, size)
	if u := c.o.User; u != "" {
		if strings.ContainsAny(u, "\r\n\x00") {
			return "", errUser
		}
		head += "User: " + u + "\r\n"
	}
	return head + "\r\n", nil
}

// send writes header and content, exactly size bytes of it, and closes that
// direction.
func send(w *exchange.Conn, head string, body io.Reader, size int64) error {
	b := bufio.NewWriterSize(w, 32<<10)
	if _, err := b.WriteString(head); err != nil {
		return err
	}
	n, err := io.Copy(contentWriter{b}, io.LimitReader(body, size))
	var write *writeError
	switch {
	case errors.As(err, &write):
		return write.err
	case err == nil && n < size:
		err = io.ErrUnexpectedEOF
		fallthrough
	case err != nil:
		return &scan.ContentError{Err: err}
	}
	if err := b.Flush(); err != nil {
		return err
	}
	_ = w.CloseWrite() // spamd may have answered and gone: it had all
	return nil
}

// contentWriter marks its errors, to tell them from those of reading.
type contentWriter struct{ w io.Writer }

type writeError struct{ err error }

func (e *writeError) Error() string { return e.err.Error() }

// Write implements [io.Writer].
func (w contentWriter) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if err != nil {
		err = &writeError{err}
	}
	return n, err
}

// exchange connects and does a request.
func (c *Client) exchange(ctx context.Context, write func(*exchange.Conn) error, read func(*bufio.Reader) error) (bool, error) {
	conn, err := exchange.Dial(ctx, c.o.Dial, c.network, c.addr)
	if err != nil {
		return false, fail("connecting", err)
	}
	defer conn.Close()
	conn.Timeout = c.o.Timeout
	complete, err := conn.Do(ctx, func(io.Writer) error { return write(conn) }, read)
	if err != nil {
		return false, fail("scanning", err)
	}
	return complete, nil
}

// Ping implements [scan.Pinger].
func (c *Client) Ping(ctx context.Context) error {
	var a *answer
	_, err := c.exchange(ctx,
		func(w *exchange.Conn) error {
			_, err := io.WriteString(w, "PING SPAMC/1.2\r\n\r\n")
			_ = w.CloseWrite()
			return err
		},
		func(r *bufio.Reader) (err error) { a, err = readStatus(r); return err })
	if err == nil && (a.code != 0 || a.text != "PONG") {
		err = fail("", fmt.Errorf("%w: %d %.100q to PING", scan.ErrAnswer, a.code, a.text))
	}
	return err
}

// fail makes an error of this package.
func fail(op string, err error) error { return &scan.Error{Engine: "spamd", Op: op, Err: err} }
