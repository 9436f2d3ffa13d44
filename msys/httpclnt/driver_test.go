package httpclnt_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
)

// TestExactBytes shows what goes on the wire, byte for byte.
func TestExactBytes(t *testing.T) {
	build := func(f func(r *httpclnt.Request) error) httpclnt.Handler {
		return httpclnt.Handler{BuildRequest: func(_ context.Context, s *httpclnt.Session) (httpclnt.Decision, error) {
			return httpclnt.Cont, f(s.Request())
		}}
	}
	tests := []struct {
		name string
		o    httpclnt.Options
		vars []string
		want string
	}{
		{"the message itself", httpclnt.Options{}, nil,
			"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Type: message/rfc822\r\nContent-Length: 22\r\n\r\n" + mail},
		{"options", httpclnt.Options{URI: "/x?y=1", Method: "PUT", BasicAuth: "user:pass", Version: "1.0"}, nil,
			"PUT /x?y=1 HTTP/1.0\r\nHost: HOST\r\nAuthorization: Basic dXNlcjpwYXNz\r\nContent-Type: message/rfc822\r\nContent-Length: 22\r\n\r\n" + mail},
		{"variables come first", httpclnt.Options{URI: "/x", Method: "PUT"}, []string{"http_uri", "/y", "http_method", "GET", "http_basic_auth", "a:b"},
			"GET /y HTTP/1.1\r\nHost: HOST\r\nAuthorization: Basic YTpi\r\n\r\n"},
		{"bad variables", httpclnt.Options{}, []string{"http_uri", "/y HTTP/1.1\r\nX: y", "http_method", "A B", "http_version", "7"},
			"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Type: message/rfc822\r\nContent-Length: 22\r\n\r\n" + mail},
		{"header as written", httpclnt.Options{Handler: build(func(r *httpclnt.Request) error {
			var errs []error
			for _, f := range []httpclnt.Field{{"x-low", "1"}, {"X-UPPER", "2"}, {"x-low", "3"}, {"X-Bytes", "\xff\xfe"}} {
				_, err := r.AddHeader(f.Name, f.Value, false)
				errs = append(errs, err)
			}
			return errors.Join(append(errs, r.SetBody("\x00body"))...)
		})}, nil, "POST / HTTP/1.1\r\nHost: HOST\r\nx-low: 1\r\nX-UPPER: 2\r\nx-low: 3\r\nX-Bytes: \xff\xfe\r\nContent-Length: 5\r\n\r\n\x00body"},
		{"wrong length corrected", httpclnt.Options{Handler: build(func(r *httpclnt.Request) error {
			_, err := r.AddHeader("content-length", "99", false)
			_, err2 := r.AddHeader("Content-Length", "98", false)
			return errors.Join(err, err2, r.SetBody("1234"))
		})}, nil, "POST / HTTP/1.1\r\nHost: HOST\r\ncontent-length: 4\r\n\r\n1234"},
		{"no body", httpclnt.Options{Handler: build(func(r *httpclnt.Request) error { return nil })}, nil,
			"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n"},
		{"changed after it was made", httpclnt.Options{Handler: build(func(r *httpclnt.Request) error {
			_, _, err := r.Finalize(true)
			return errors.Join(err, r.SetMethod("SET"), r.SetURI("/later"), r.SetVersion("HTTP/1.0"))
		})}, nil, "SET /later HTTP/1.0\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n"},
		{"own bytes", httpclnt.Options{Handler: httpclnt.Handler{BuildRequest: func(_ context.Context, s *httpclnt.Session) (httpclnt.Decision, error) {
			return httpclnt.Done, s.Request().SetData("GET  /odd HTTP/1.1\nhost:x\n\n")
		}}}, nil, "GET  /odd HTTP/1.1\nhost:x\n\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr, got := rawServer(t, "HTTP/1.1 204 No Content\r\n\r\n")
			tt.o.Host = addr
			m := newMessage(t, tt.vars...)
			out := deliver(t, nil, m, newDriver(t, tt.o))
			want := strings.ReplaceAll(tt.want, "HOST", addr)
			if d := cmp.Diff(want, <-got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if out.Final != delivery.Delivered || out.Reply.String() != "250 2.0.0 HTTP 204 No Content" {
				t.Errorf("%s %q", out.Final, out.Reply)
			}
			for key, want := range map[string]string{
				delivery.KeyRemoteIP: "127.0.0.1", delivery.KeySourceAddr: "ann@sender.example", delivery.KeyDestAddr: "bob@rcpt.example",
				delivery.KeyResponseStatus: "",
			} {
				if got := variable(m, key); got != want {
					t.Errorf("%s is %q", key, got)
				}
			}
			if v := variable(m, delivery.KeyMsgLength); v != strconv.Itoa(len(want)) {
				t.Errorf("DLV_Msg_Length is %q for %d bytes", v, len(want))
			}
		})
	}
}

// TestStatus has what a response makes of the message.
func TestStatus(t *testing.T) {
	tests := []struct {
		name, answer  string
		retry5xx      bool
		final         delivery.Disposition
		reply, status string
	}{
		{name: "200", answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", final: delivery.Delivered, reply: "250 2.0.0 HTTP 200 OK"},
		{name: "no reason", answer: "HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n", final: delivery.Delivered, reply: "250 2.0.0 HTTP 201"},
		{name: "100 first", answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n", final: delivery.Delivered, reply: "250 2.0.0 HTTP 202 Accepted"},
		{name: "404", answer: "HTTP/1.1 404 Not Found\r\n\r\n", final: delivery.Failed, reply: "550 5.0.0 HTTP 404 Not Found", status: "404"},
		{name: "503", answer: "HTTP/1.1 503 Busy\r\n\r\n", final: delivery.Failed, reply: "550 5.0.0 HTTP 503 Busy", status: "503"},
		{name: "503 tried again", answer: "HTTP/1.1 503 Busy\r\n\r\n", retry5xx: true, final: delivery.Deferred, reply: "450 4.0.0 HTTP 503 Busy", status: "503"},
		{name: "429 tried again", answer: "HTTP/1.1 429 Slow\r\n\r\n", retry5xx: true, final: delivery.Deferred, reply: "450 4.0.0 HTTP 429 Slow", status: "429"},
		{name: "redirect", answer: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", retry5xx: true, final: delivery.Failed, reply: "550 5.0.0 HTTP 302 Found", status: "302"},
		{name: "bytes in the reason", answer: "HTTP/1.1 404 \xff\x01x\r\n\r\n", final: delivery.Failed, reply: "550 5.0.0 HTTP 404 \xff x", status: "404"},
		{name: "closed", answer: "", final: delivery.Deferred, reply: "451 4.4.2 [internal] connection closed by remote host",
			status: "4.4.2 [internal] connection closed by remote host"},
		{name: "half a header", answer: "HTTP/1.1 200 OK\r\nX: y", final: delivery.Deferred, reply: "451 4.4.2 [internal] connection closed by remote host",
			status: "4.4.2 [internal] connection closed by remote host"},
		{name: "half a body", answer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1", final: delivery.Deferred, reply: "451 4.4.2 [internal] connection closed by remote host",
			status: "4.4.2 [internal] connection closed by remote host"},
		{name: "not HTTP", answer: "220 mx ESMTP\r\n", final: delivery.Deferred, reply: "451 4.4.2 [internal] no valid response", status: "4.4.2 [internal] no valid response"},
		{name: "bad length", answer: "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", final: delivery.Deferred, reply: "451 4.4.2 [internal] no valid response",
			status: "4.4.2 [internal] no valid response"},
		{name: "endless header", answer: "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", 20000), final: delivery.Deferred,
			reply: "451 4.4.2 [internal] no valid response", status: "4.4.2 [internal] no valid response"},
		{name: "endless line", answer: "HTTP/1.1 200 " + strings.Repeat("x", 100000) + "\r\n\r\n", final: delivery.Deferred,
			reply: "451 4.4.2 [internal] no valid response", status: "4.4.2 [internal] no valid response"},
		{name: "endless 1xx", answer: strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 20), final: delivery.Deferred,
			reply: "451 4.4.2 [internal] no valid response", status: "4.4.2 [internal] no valid response"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr, _ := rawServer(t, tt.answer)
			m := newMessage(t)
			out := deliver(t, nil, m, newDriver(t, httpclnt.Options{Host: addr, Retry5xx: tt.retry5xx}))
			if out.Final != tt.final || out.Reply.String() != tt.reply {
				t.Errorf("%s %q, want %s %q", out.Final, out.Reply, tt.final, tt.reply)
			}
			if got := variable(m, delivery.KeyResponseStatus); got != tt.status {
				t.Errorf("status %q, want %q", got, tt.status)
			}
		})
	}
}

func TestClassifyStatus(t *testing.T) {
	for _, tt := range []struct {
		status string
		want   delivery.Status
		retry  delivery.Status
	}{
		{"204", delivery.Success, delivery.Success}, {"", delivery.Success, delivery.Success}, {" ", delivery.Success, delivery.Success},
		{"404", delivery.PermFailed, delivery.PermFailed}, {"503", delivery.PermFailed, delivery.TempFailed},
		{"408", delivery.PermFailed, delivery.TempFailed}, {"0", delivery.PermFailed, delivery.PermFailed},
		{"abc", delivery.TempFailed, delivery.TempFailed}, {"nan", delivery.TempFailed, delivery.TempFailed},
	} {
		if got := httpclnt.ClassifyStatus(tt.status, false); got != tt.want {
			t.Errorf("%q: %d", tt.status, got)
		}
		if got := httpclnt.ClassifyStatus(tt.status, true); got != tt.retry {
			t.Errorf("%q with retry: %d", tt.status, got)
		}
	}
}

// TestNoConnection has attempts that do not come to a request.
func TestNoConnection(t *testing.T) {
	timeout := &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
	dial := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) { return nil, err }
	}
	plain, _ := rawServer(t, "220 this is not TLS\r\n")
	for _, tt := range []struct {
		name  string
		o     httpclnt.Options
		reply string
	}{
		{"refused", httpclnt.Options{Host: "h", Dial: dial(errors.New("refused"))}, "451 4.4.1 [internal] No valid hosts"},
		{"timeout", httpclnt.Options{Host: "h", Dial: dial(timeout)}, "450 4.4.1 [internal] Connection Timed Out"},
		{"no TLS", httpclnt.Options{Host: plain, UseTLS: true}, "451 4.7.5 [internal] TLS negotiation failed"},
		{"client refused", httpclnt.Options{Host: "h", Client: &http.Client{Transport: &http.Transport{DialContext: dial(errors.New("refused"))}}}, "451 4.4.1 [internal] No valid hosts"},
		{"client without TLS", httpclnt.Options{Host: plain, UseTLS: true, Client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}},
			"451 4.7.5 [internal] TLS negotiation failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Handler.Unreachable = "1"
			tt.o.Handler.Classify = func(_ context.Context, _ *message.Message, status string) delivery.Status {
				if status != "1" {
					t.Errorf("status %q", status)
				}
				return delivery.TempFailed
			}
			m := newMessage(t)
			out := deliver(t, nil, m, newDriver(t, tt.o))
			if out.Final != delivery.Deferred || out.Reply.String() != tt.reply || !out.Reply.Internal {
				t.Errorf("%s %q, want %q", out.Final, out.Reply, tt.reply)
			}
			if got := variable(m, delivery.KeyResponseStatus); got != "1" {
				t.Errorf("status %q", got)
			}
		})
	}
}

func TestResponseTimeout(t *testing.T) {
	release := make(chan struct{})
	srv := newServer(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	for name, client := range map[string]*http.Client{"wire": nil, "client": {Transport: &http.Transport{DisableKeepAlives: true}}} {
		m := newMessage(t, "delivery_response_timeout", "30")
		out := deliver(t, nil, m, newDriver(t, httpclnt.Options{Host: srv.host(), Client: client, ConnectTimeout: time.Millisecond * 30}))
		if out.Reply.String() != "451 4.4.2 [internal] no BODY response" {
			t.Errorf("%s: %q", name, out.Reply)
		}
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	over := errors.New("over")
	srv := newServer(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel(over)
		<-r.Context().Done()
	})
	d := newDriver(t, httpclnt.Options{Host: srv.host()})
	c := delivery.NewConn(&delivery.Attempt{Message: newMessage(t)}, nil)
	r, err := d.Deliver(ctx, c)
	if err != nil || !r.Internal || r.Code != 451 {
		t.Errorf("a request on its way: %q %v", r, err)
	}
	if _, err := d.Deliver(ctx, c); !errors.Is(err, over) {
		t.Errorf("before the attempt: %v", err)
	}
	if _, err := d.Deliver(context.Background(), delivery.NewConn(nil, nil)); err == nil {
		t.Error("a delivery without a message gives no error")
	}
}

// TestResponse has what handlers and scripts see of a response.
func TestResponse(t *testing.T) {
	long := strings.Repeat("0123456789", 1000)
	tests := []struct {
		name, answer       string
		version, code, why string
		header             []httpclnt.Field
		body, data         string
		length             int64
		maxBody            int
	}{
		{name: "plain", answer: "HTTP/1.1 200 Fine\r\nx-Odd: 1\r\nX-Fold: a\r\n  b\r\nContent-Length: 2\r\n\r\nhi",
			version: "HTTP/1.1", code: "200", why: "Fine",
			header: []httpclnt.Field{{Name: "x-Odd", Value: "1"}, {Name: "X-Fold", Value: "a b"}, {Name: "Content-Length", Value: "2"}},
			body:   "hi", data: "HTTP/1.1 200 Fine\r\nx-Odd: 1\r\nX-Fold: a\r\n  b\r\nContent-Length: 2\r\n\r\nhi", length: 2},
		{name: "chunked", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n",
			version: "HTTP/1.1", code: "200", why: "OK", header: []httpclnt.Field{{Name: "Transfer-Encoding", Value: "chunked"}},
			body: "hi!", data: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhi!", length: -1},
		{name: "until the end", answer: "HTTP/1.0 200 OK\r\n\r\n\xff\x00", version: "HTTP/1.0", code: "200", why: "OK",
			body: "\xff\x00", data: "HTTP/1.0 200 OK\r\n\r\n\xff\x00", length: -1},
		{name: "bare line feeds", answer: "HTTP/1.1 200 OK\nX: y\n\nhi", version: "HTTP/1.1", code: "200", why: "OK",
			header: []httpclnt.Field{{Name: "X", Value: "y"}}, body: "hi", data: "HTTP/1.1 200 OK\nX: y\n\nhi", length: -1},
		{name: "long body", answer: "HTTP/1.1 200 OK\r\n\r\n" + long, version: "HTTP/1.1", code: "200", why: "OK",
			body: long[:2048], data: "HTTP/1.1 200 OK\r\n\r\n" + long[:2048], length: -1},
		{name: "long body wanted", maxBody: 5000, answer: "HTTP/1.1 200 OK\r\n\r\n" + long, version: "HTTP/1.1", code: "200", why: "OK",
			body: long[:5000], data: "HTTP/1.1 200 OK\r\n\r\n" + long[:5000], length: -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr, _ := rawServer(t, tt.answer)
			called := false
			d := newDriver(t, httpclnt.Options{Host: addr, MaxBody: tt.maxBody, Handler: httpclnt.Handler{
				BuildRequest: func(_ context.Context, s *httpclnt.Session) (httpclnt.Decision, error) {
					if _, ok := s.Response().Body(); ok || s.Response().StatusCode() != "" || s.IP() != "" {
						t.Error("there is a response before the request")
					}
					return httpclnt.Cont, nil
				},
				HandleResponse: func(_ context.Context, s *httpclnt.Session) (httpclnt.Decision, error) {
					called = true
					r := s.Response()
					body, _ := r.Body()
					data, _ := r.Data()
					got := []any{r.Version(), r.StatusCode(), r.StatusReason(), r.Fields(), body, data, r.ContentLength(), s.IP()}
					if d := cmp.Diff([]any{tt.version, tt.code, tt.why, tt.header, tt.body, tt.data, tt.length, "127.0.0.1"}, got); d != "" {
						t.Errorf("(-want +got)\n%s", d)
					}
					if err := s.Request().SetBody("x"); !errors.Is(err, httpclnt.ErrReadOnly) {
						t.Errorf("request changed after it was sent: %v", err)
					}
					return httpclnt.Cont, nil
				},
			}})
			if out := deliver(t, nil, newMessage(t), d); out.Final != delivery.Delivered || !called {
				t.Errorf("%s %q", out.Final, out.Reply)
			}
		})
	}
}

// TestKeepAlive counts connections.
func TestKeepAlive(t *testing.T) {
	for _, tt := range []struct {
		name  string
		o     httpclnt.Options
		h     http.HandlerFunc
		conns int
	}{
		{"kept", httpclnt.Options{}, nil, 1},
		{"not wanted", httpclnt.Options{IdleTimeout: -1}, nil, 3},
		{"version 1.0", httpclnt.Options{Version: "1.0"}, nil, 3},
		{"server closes", httpclnt.Options{}, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }, 3},
		{"long body dropped", httpclnt.Options{}, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 100000)) }, 1},
		{"endless body", httpclnt.Options{MaxDrain: 1000}, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", 100000))
		}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := newServer(t, tt.h)
			tt.o.Host = srv.host()
			d := newDriver(t, tt.o)
			for range 3 {
				if out := deliver(t, nil, newMessage(t), d); out.Final != delivery.Delivered {
					t.Fatalf("%s %q", out.Final, out.Reply)
				}
			}
			if srv.mu.Lock(); srv.conns != tt.conns {
				t.Errorf("%d connections, want %d", srv.conns, tt.conns)
			}
			srv.mu.Unlock()
		})
	}
}

// TestStaleConnection: a server that has closed a waiting connection costs
// nothing.
func TestStaleConnection(t *testing.T) {
	srv := newServer(t, nil)
	d := newDriver(t, httpclnt.Options{Host: srv.host(), IdleTimeout: time.Hour})
	for range 3 {
		if out := deliver(t, nil, newMessage(t), d); out.Final != delivery.Delivered {
			t.Fatalf("%s %q", out.Final, out.Reply)
		}
		srv.CloseClientConnections()
	}
	if got := len(srv.take()); got != 3 {
		t.Errorf("%d requests", got)
	}
}

// TestIdle has the bounds of waiting connections.
func TestIdle(t *testing.T) {
	one, two := newServer(t, nil), newServer(t, nil)
	d := newDriver(t, httpclnt.Options{MaxIdle: 1})
	for range 2 {
		for _, srv := range []*server{one, two} {
			if out := deliver(t, nil, newMessage(t, "http_host", srv.host()), d); out.Final != delivery.Delivered {
				t.Fatalf("%s %q", out.Final, out.Reply)
			}
		}
	}
	for i, srv := range []*server{one, two} {
		if srv.mu.Lock(); srv.conns != i+1 {
			t.Errorf("%d connections to server %d", srv.conns, i)
		}
		srv.mu.Unlock()
	}
	// Connections that have waited long enough may end at any time.
	d = newDriver(t, httpclnt.Options{Host: one.host(), IdleTimeout: time.Nanosecond})
	for range 20 {
		if out := deliver(t, nil, newMessage(t), d); out.Final != delivery.Delivered {
			t.Fatalf("%s %q", out.Final, out.Reply)
		}
	}
}

// TestRemote: the attempt's address is where the connection goes, the host is
// what the request says.
func TestRemote(t *testing.T) {
	srv := newServer(t, nil)
	d := newDriver(t, httpclnt.Options{Host: "push.example"})
	p := &delivery.Policy{}
	m := newMessage(t)
	a := &delivery.Attempt{Message: m, Remote: netip.MustParseAddrPort(srv.host())}
	if out, err := p.Deliver(context.Background(), a, d); err != nil || out.Final != delivery.Delivered {
		t.Fatalf("%q %v", out.Reply, err)
	}
	if got := srv.take()[0].host; got != "push.example" {
		t.Errorf("Host %q", got)
	}
}

func TestTLS(t *testing.T) {
	protos := make(chan string, 10)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protos <- r.Proto + " " + r.Header.Get("User-Agent")
		w.WriteHeader(http.StatusAccepted)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	roots := srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	host := srv.Listener.Addr().String()
	for _, o := range []httpclnt.Options{
		{Host: host, TLS: &tls.Config{RootCAs: roots}},
		{Host: host, Client: srv.Client()},
	} {
		d := newDriver(t, o)
		for range 2 {
			m := newMessage(t, "http_use_tls", "yes")
			if out := deliver(t, nil, m, d); out.Final != delivery.Delivered || out.Reply.Text != "2.0.0 HTTP 202 Accepted" {
				t.Errorf("%s %q", out.Final, out.Reply)
			}
			if variable(m, delivery.KeyRemoteIP) != "127.0.0.1" {
				t.Error("no remote address")
			}
		}
	}
	for _, want := range []string{"HTTP/1.1 ", "HTTP/1.1 ", "HTTP/2.0 ", "HTTP/2.0 "} {
		if got := <-protos; got != want {
			t.Errorf("protocol and agent %q, want %q", got, want)
		}
	}
}

// TestClient sends the same with a net/http client: redirects are not
// followed, and the response looks the same.
func TestClient(t *testing.T) {
	srv := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-B", "2")
		w.Header().Add("X-A", "1")
		w.Header().Add("X-A", "3")
		w.Header()["Date"] = nil
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "body")
	})
	var data string
	o := httpclnt.Options{Host: srv.host(), URI: "/a%2Fb?x=%20", Client: srv.Client(), Handler: httpclnt.Handler{
		HandleResponse: func(_ context.Context, s *httpclnt.Session) (httpclnt.Decision, error) {
			data, _ = s.Response().Data()
			return httpclnt.Cont, nil
		},
	}}
	d := newDriver(t, o)
	if out := deliver(t, nil, newMessage(t), d); out.Final != delivery.Delivered {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
	want := "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/plain; charset=utf-8\r\nX-A: 1\r\nX-A: 3\r\nX-B: 2\r\n\r\nbody"
	if d := cmp.Diff(want, data); d != "" {
		t.Errorf("response (-want +got)\n%s", d)
	}
	got := srv.take()
	if len(got) != 1 || got[0].uri != "/a%2Fb?x=%20" || got[0].body != mail || got[0].host != srv.host() {
		t.Errorf("%+v", got)
	}
	if out := deliver(t, nil, newMessage(t, "http_uri", "/moved"), d); out.Final != delivery.Failed || len(srv.take()) != 1 {
		t.Errorf("a redirect: %s %q", out.Final, out.Reply)
	}
	if out := deliver(t, nil, newMessage(t, "http_uri", "no-path"), d); out.Final != delivery.Deferred {
		t.Errorf("a target that no client sends: %s %q", out.Final, out.Reply)
	}
}

// TestHandler has what a method's handler decides.
func TestHandler(t *testing.T) {
	set := func(d httpclnt.Decision, status string, err error) func(context.Context, *httpclnt.Session) (httpclnt.Decision, error) {
		return func(_ context.Context, s *httpclnt.Session) (httpclnt.Decision, error) {
			if status != "" {
				s.Message().ContextSet(message.ContextMess, delivery.KeyResponseStatus, status)
			}
			return d, err
		}
	}
	tests := []struct {
		name     string
		h        httpclnt.Handler
		answer   int
		final    delivery.Disposition
		reply    string
		requests int
	}{
		{"build fails without a status", httpclnt.Handler{BuildRequest: set(httpclnt.Fail, "", nil)}, 200, delivery.Delivered, "250 2.0.0 [internal] request not sent", 0},
		{"build fails for good", httpclnt.Handler{BuildRequest: set(httpclnt.Fail, "400", nil)}, 200, delivery.Failed, "550 5.0.0 request not sent, status 400", 0},
		{"build breaks", httpclnt.Handler{BuildRequest: set(httpclnt.Cont, "", errors.New("x"))}, 200, delivery.Deferred, "451 4.3.0 [internal] transaction failed", 0},
		{"own success", httpclnt.Handler{HandleResponse: set(httpclnt.Done, "", nil)}, 500, delivery.Delivered, "250 2.0.0 HTTP 500", 1},
		{"own failure", httpclnt.Handler{HandleResponse: set(httpclnt.Done, "410", nil)}, 200, delivery.Failed, "550 5.0.0 status 410", 1},
		{"own failure, in words", httpclnt.Handler{HandleResponse: set(httpclnt.Fail, "quota", nil)}, 200, delivery.Deferred, "450 4.0.0 status quota", 1},
		{"handler breaks", httpclnt.Handler{HandleResponse: set(httpclnt.Done, "", errors.New("x"))}, 200, delivery.Delivered, "250 2.0.0 HTTP 200 OK", 1},
		{"own classes", httpclnt.Handler{Classify: func(_ context.Context, _ *message.Message, s string) delivery.Status {
			return delivery.TempFailed
		}}, 404, delivery.Deferred, "450 4.0.0 HTTP 404 Not Found", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(tt.answer) })
			var seen []string
			note := func(what string) func(context.Context, *httpclnt.Session) {
				return func(context.Context, *httpclnt.Session) { seen = append(seen, what) }
			}
			tt.h.Init, tt.h.Reset, tt.h.Destroy = note("init"), note("reset"), note("destroy")
			tt.h.Disposed = func(_ context.Context, _ *message.Message, out delivery.Outcome) {
				seen = append(seen, out.Final.String())
			}
			out := deliver(t, nil, newMessage(t), newDriver(t, httpclnt.Options{Host: srv.host(), Handler: tt.h}))
			if out.Final != tt.final || out.Reply.String() != tt.reply {
				t.Errorf("%s %q, want %s %q", out.Final, out.Reply, tt.final, tt.reply)
			}
			if got := len(srv.take()); got != tt.requests {
				t.Errorf("%d requests", got)
			}
			if d := cmp.Diff([]string{"init", "reset", "destroy", tt.final.String()}, seen); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
