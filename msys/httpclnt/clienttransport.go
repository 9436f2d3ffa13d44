package httpclnt

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// clientTransport sends requests with a net/http client.
type clientTransport struct{ client http.Client }

func newClientTransport(c *http.Client) *clientTransport {
	t := &clientTransport{*c}
	t.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return t
}

func (t *clientTransport) close() { t.client.CloseIdleConnections() }

// roundTrip implements transport.
func (t *clientTransport) roundTrip(ctx context.Context, c *call) (*received, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.ConnectTimeout+c.o.ResponseTimeout)
	defer cancel()
	var at atomic.Int32 // a stage; dialing is a goroutine of its own
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeStart: func() { at.Store(int32(stageTLS)) },
		GotConn: func(info httptrace.GotConnInfo) {
			at.Store(int32(stageReceive))
			c.connected(info.Conn.RemoteAddr())
		},
	})
	req, err := c.request(ctx)
	if err != nil {
		return nil, &transportError{stageSend, err}
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return nil, &transportError{stage(at.Load()), err}
	}
	defer resp.Body.Close()
	in := &received{version: resp.Proto, code: strconv.Itoa(resp.StatusCode), contentLength: resp.ContentLength}
	in.reason = strings.TrimSpace(strings.TrimPrefix(resp.Status, in.code))
	names := make([]string, 0, len(resp.Header))
	for name := range resp.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	var head strings.Builder
	head.WriteString(resp.Proto + " " + resp.Status + "\r\n")
	for _, name := range names {
		for _, value := range resp.Header[name] {
			in.header = append(in.header, Field{name, value})
			writeField(&head, Field{name, value})
		}
	}
	in.head = head.String() + "\r\n"
	kept, err := io.ReadAll(io.LimitReader(resp.Body, int64(c.o.MaxBody)))
	if err != nil {
		return nil, &transportError{stageReceive, err}
	}
	in.body = string(kept)
	_, _ = io.CopyN(io.Discard, resp.Body, c.o.MaxDrain) // for the connection's next request
	return in, nil
}

// request reads the request that the session made.
func (c *call) request(ctx context.Context) (*http.Request, error) {
	parsed, err := http.ReadRequest(bufio.NewReader(strings.NewReader(c.data)))
	if err != nil {
		return nil, fmt.Errorf("httpclnt: request cannot be sent: %w", err)
	}
	body, err := io.ReadAll(parsed.Body)
	if err != nil {
		return nil, fmt.Errorf("httpclnt: request cannot be sent: %w", err)
	}
	target, err := url.ParseRequestURI(parsed.RequestURI)
	if err != nil {
		return nil, fmt.Errorf("httpclnt: request cannot be sent: %w", err)
	}
	target.Scheme, target.Host = "http", c.origin
	if c.o.UseTLS {
		target.Scheme = "https"
	}
	if host, port, err := net.SplitHostPort(c.origin); err == nil && (port == "80" && !c.o.UseTLS || port == "443" && c.o.UseTLS) {
		if target.Host = host; strings.Contains(host, ":") {
			target.Host = "[" + host + "]"
		}
	}
	req, err := http.NewRequestWithContext(ctx, parsed.Method, target.String(), strings.NewReader(string(body)))
	if err != nil {
		return nil, fmt.Errorf("httpclnt: request cannot be sent: %w", err)
	}
	req.Header, req.Host = parsed.Header, parsed.Host
	if _, ok := req.Header["User-Agent"]; !ok {
		req.Header["User-Agent"] = []string{""} // none, as in the request
	}
	req.Header.Del("Content-Length")
	return req, nil
}
