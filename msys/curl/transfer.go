package curl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// transfer is one Perform.
type transfer struct {
	s       *Service
	set     settings
	cookies *cookies
	fetch   *fetch
	log     *slog.Logger
	info    info

	rt    http.RoundTripper
	host  string // that the passwords are for
	began time.Time
	stop  context.CancelCauseFunc

	up, down    atomic.Int64 // bytes so far
	upLen       atomic.Int64
	downLen     atomic.Int64
	connectCode atomic.Int64
	trace       trace
	callbacks   sync.Mutex // held while one is called
	over        bool       // no callback may be called any more; under callbacks
}

// run does the transfer.
func (t *transfer) run(ctx context.Context) (err error) {
	t.began = time.Now()
	ctx, stop := context.WithCancelCause(ctx)
	t.stop = stop
	limit := time.Duration(max(t.set.num(OptTimeout, 0), 0)) * time.Second
	if most := t.s.o.MaxTimeout; most > 0 && (limit == 0 || limit > most) {
		limit = most
	}
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	watch := t.watch(ctx)
	defer func() {
		stop(nil)
		watch()
		t.callbacks.Lock()
		t.over = true
		t.callbacks.Unlock()
		t.finish()
	}()
	u, err := t.address()
	if err != nil {
		return err
	}
	if t.s.o.AllowURL != nil {
		if err := t.s.o.AllowURL(u); err != nil {
			return fail(CodeFailedInit, err)
		}
	}
	switch u.Scheme {
	case "http", "https":
		err = t.http(ctx, u)
	case "file":
		err = t.file(ctx, u)
	default:
		return fail(CodeUnsupportedProtocol, fmt.Errorf("curl: scheme %s", u.Scheme))
	}
	if err == nil {
		err = t.progress()
	}
	return t.classify(ctx, err)
}

// finish completes what is known of the transfer.
func (t *transfer) finish() {
	t.info.total = time.Since(t.began)
	t.info.up, t.info.down = t.up.Load(), t.down.Load()
	t.info.connectCode = int(t.connectCode.Load())
	t.trace.fill(&t.info, t.began)
	if t.set.flag(OptVerbose) {
		t.log.Info("curl: transfer", "url", t.info.url, "status", t.info.status, "received", t.info.down, "sent", t.info.up, "time", t.info.total)
	}
}

// address gives the URL of the transfer.
func (t *transfer) address() (*url.URL, error) {
	raw := t.set.str(OptURL)
	if raw == "" {
		return nil, fail(CodeURLMalformat, errors.New("curl: no URL"))
	}
	if !strings.Contains(raw, "://") && !strings.HasPrefix(strings.ToLower(raw), "file:") {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fail(CodeURLMalformat, err)
	}
	web := u.Scheme == "http" || u.Scheme == "https"
	if web && u.Hostname() == "" {
		return nil, fail(CodeURLMalformat, errors.New("curl: no host"))
	}
	if port := t.set.num(OptPort, 0); web && port > 0 && port < 65536 {
		u.Host = joinPort(u.Hostname(), port)
	}
	t.info.url = withoutUser(u)
	return u, nil
}

func joinPort(host string, port int64) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.FormatInt(port, 10)
}

// withoutUser gives a URL without its password.
func withoutUser(u *url.URL) string {
	plain := *u
	plain.User = nil
	return plain.String()
}

// http does the requests of a transfer: one, and those of redirects.
func (t *transfer) http(ctx context.Context, u *url.URL) error {
	rt, done, err := t.s.transport(t.set)
	if err != nil {
		return err
	}
	defer done()
	t.rt, t.host = rt, u.Host
	ctx = context.WithValue(ctx, connectCodeKey{}, &t.connectCode)
	r := request{url: u, method: t.set.method()}
	for {
		next, err := t.exchange(ctx, r)
		if err != nil || next == nil {
			return err
		}
		r = *next
	}
}

// exchange does one request; next is the one that a redirect leads to.
func (t *transfer) exchange(ctx context.Context, r request) (next *request, err error) {
	req, err := t.request(ctx, r)
	if err != nil {
		return nil, err
	}
	t.info.requestSize += requestSize(req)
	t.info.upLen = max(req.ContentLength, -1)
	t.upLen.Store(max(req.ContentLength, 0))
	t.trace.begin()
	resp, err := t.rt.RoundTrip(req.WithContext(t.trace.context(req.Context())))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	t.received(resp)
	if t.cookies != nil {
		t.cookies.take(r.url, resp.Header, time.Now())
	}
	if next, err = t.redirect(r, resp); err != nil {
		return nil, err
	}
	if err := t.headers(resp); err != nil {
		return nil, err
	}
	if next != nil {
		_, err := io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
		if err != nil && err != io.EOF && ctx.Err() != nil {
			return nil, err
		}
		return next, nil
	}
	if resp.StatusCode >= 400 && t.set.flag(OptFailOnError) {
		return nil, fail(CodeHTTPReturnedError, fmt.Errorf("curl: status %d", resp.StatusCode))
	}
	return nil, t.body(r, resp)
}

// received notes what a response says of itself.
func (t *transfer) received(resp *http.Response) {
	t.info.done = true
	t.info.status = resp.StatusCode
	t.info.contentType = resp.Header.Get("Content-Type")
	t.info.downLen = resp.ContentLength
	t.downLen.Store(max(resp.ContentLength, 0))
	if t.set.flag(OptFileTime) {
		t.info.fileTime, _ = http.ParseTime(resp.Header.Get("Last-Modified"))
	}
}
