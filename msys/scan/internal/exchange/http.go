package exchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
)

// NewHTTPClient makes a client for a scanner that speaks HTTP: it keeps some
// connections, and takes no proxy and no redirect.
func NewHTTPClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// NewHTTPRequest makes a POST of head and then the size bytes that open gives,
// which may be sent again on another connection.
func NewHTTPRequest(ctx context.Context, target, head string, size int64, open func() (io.ReadCloser, error)) (*http.Request, error) {
	body := func() (io.ReadCloser, error) {
		content, err := open()
		if err != nil {
			return nil, &scan.ContentError{Err: err}
		}
		return &httpBody{head: bytes.NewReader([]byte(head)), content: io.LimitReader(content, size), left: size, c: content}, nil
	}
	first, err := body()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, first)
	if err != nil {
		return nil, errors.Join(err, first.Close())
	}
	req.ContentLength = int64(len(head)) + size
	if req.ContentLength == 0 {
		req.Body = http.NoBody
		return req, first.Close()
	}
	req.GetBody = body
	return req, nil
}

// httpBody marks failures of the content as such.
type httpBody struct {
	head    *bytes.Reader
	content io.Reader
	left    int64 // bytes that are missing of the content
	c       io.Closer
}

// Read implements [io.Reader].
func (b *httpBody) Read(p []byte) (int, error) {
	if b.head.Len() > 0 {
		return b.head.Read(p)
	}
	n, err := b.content.Read(p)
	b.left -= int64(n)
	switch {
	case err == io.EOF && b.left > 0:
		return n, &scan.ContentError{Err: io.ErrUnexpectedEOF}
	case err != nil && err != io.EOF:
		return n, &scan.ContentError{Err: err}
	}
	return n, err
}

// Close implements [io.Closer].
func (b *httpBody) Close() error { return b.c.Close() }

// HTTPFailure gives what is behind an error of an HTTP client, without the
// URL.
func HTTPFailure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var content *scan.ContentError
	if errors.As(err, &content) {
		return content
	}
	if errors.Is(err, net.ErrClosed) { // by the client, when it saw the peer go
		return errClosed
	}
	return err
}

// HTTPOp says what failed in an error of an HTTP client.
func HTTPOp(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return "connecting"
	}
	return "scanning"
}

// HeaderValue makes s fit for the value of a header field: control characters
// are spaces, and what is not ASCII stays.
func HeaderValue(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' || c == 0x7f {
			b[i] = ' '
		}
	}
	return strings.TrimSpace(string(b))
}
