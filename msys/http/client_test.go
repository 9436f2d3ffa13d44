package httpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	httpclient "github.com/gomsys/gomsys/msys/http"
)

func TestRequests(t *testing.T) {
	srv := newServer(t)
	host := strings.TrimPrefix(srv.URL, "http://")
	const agent = "User-Agent: gomsys\n"
	const coding = "Accept-Encoding: gzip, deflate\n"
	for _, tt := range []struct {
		name    string
		method  string
		path    string
		headers []string
		body    io.Reader
		want    string
	}{
		{"get", "get", "/echo", nil, nil, "GET " + host + " len=0 te=[]\n" + coding + agent + "\n"},
		{"post", "POST", "/echo", nil, strings.NewReader("a=1"),
			"POST " + host + " len=3 te=[]\n" + coding + "Content-Length: 3\nContent-Type: application/x-www-form-urlencoded\n" + agent + "\na=1"},
		{"put with type", "PUT", "/echo", []string{"Content-Type: text/xml"}, strings.NewReader("<a/>"),
			"PUT " + host + " len=4 te=[]\n" + coding + "Content-Length: 4\nContent-Type: text/xml\n" + agent + "\n<a/>"},
		{"empty post", "POST", "/echo", nil, strings.NewReader(""), "POST " + host + " len=0 te=[]\n" + coding + "Content-Length: 0\n" + agent + "\n"},
		{"stream", "POST", "/echo", []string{"Content-Type:"}, io.MultiReader(strings.NewReader("xy")),
			"POST " + host + " len=-1 te=[chunked]\n" + coding + agent + "\nxy"},
		{"chunked by header", "POST", "/echo", []string{"Transfer-Encoding: chunked", "content-type:"}, strings.NewReader("xy"),
			"POST " + host + " len=-1 te=[chunked]\n" + coding + agent + "\nxy"},
		{"wrong length is ours to know", "POST", "/echo", []string{"Content-Length: 99", "Content-Type:"}, strings.NewReader("xy"),
			"POST " + host + " len=2 te=[]\n" + coding + "Content-Length: 2\n" + agent + "\nxy"},
		{"headers", "DELETE", "/echo", []string{"X-A: 1", "x-a: 2", "User-Agent: policy", "Accept-Encoding:", "Host: other.test", "X-B:  b \t"}, nil,
			"DELETE other.test len=0 te=[]\nUser-Agent: policy\nX-A: 1|2\nX-B: b\n\n"},
		{"no agent", "GET", "/echo", []string{"User-Agent:", "Accept-Encoding:"}, nil, "GET " + host + " len=0 te=[]\n\n"},
		{"head", "HEAD", "/echo", nil, nil, ""},
		{"options", "OPTIONS", "/method", nil, nil, "OPTIONS"},
		{"patch", "patch", "/method", nil, nil, "PATCH"},
		{"interim response", "GET", "/early", nil, nil, "late"},
		{"gzip", "GET", "/gzip", nil, nil, strings.Repeat("mail ", 100)},
		{"head of gzip", "HEAD", "/gzip", nil, nil, ""},
		{"zlib", "GET", "/zlib", nil, nil, strings.Repeat("mail ", 100)},
		{"bare deflate", "GET", "/flate", nil, nil, strings.Repeat("mail ", 100)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newService(t, nil).Client()
			for _, h := range tt.headers {
				if err := c.SetHeader(h); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.Do(t.Context(), tt.method, srv.URL+tt.path, tt.body); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(c.Body())); diff != "" {
				t.Error(diff)
			}
			if code, reason := c.Status(); code != 200 || reason != "OK" {
				t.Error(code, reason)
			}
		})
	}
}

func TestBasicAuth(t *testing.T) {
	srv := newServer(t)
	c := newService(t, nil).Client()
	if err := c.Do(t.Context(), "GET", strings.Replace(srv.URL, "://", "://ann:secret@", 1)+"/echo", nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(c.Body()), "Authorization: Basic YW5uOnNlY3JldA==\n") {
		t.Errorf("%s", c.Body())
	}
}

func TestResponse(t *testing.T) {
	srv := newServer(t)
	c := newService(t, nil).Client()
	if code, reason := c.Status(); code != 0 || reason != "" || c.Headers() != nil || c.Body() != nil {
		t.Error("a client begins with a response", code, reason)
	}
	if err := c.Do(t.Context(), "GET", srv.URL+"/headers", nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"HTTP/1.1 418 I'm a teapot", "Content-Length: 0", "Set-Cookie: a=1", "Set-Cookie: b=2", "Vary: x", "Vary: y", "X-Ab: 1"}
	if diff := cmp.Diff(want, c.Headers()); diff != "" {
		t.Error(diff)
	}
	got := map[string]string{}
	for name, value := range httpclient.ParseHeaders(c.Headers()...).All() {
		got[name] = value
	}
	if diff := cmp.Diff(map[string]string{"Content-Length": "0", "Set-Cookie": "a=1\nb=2", "Vary": "x, y", "X-Ab": "1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRedirect(t *testing.T) {
	srv := newServer(t)
	c := newService(t, nil).Client()
	if err := c.Do(t.Context(), "GET", srv.URL+"/loop", nil); err != nil {
		t.Fatal(err)
	}
	if code, reason := c.Status(); code != 302 || reason != "Found" {
		t.Error(code, reason)
	}
	own := &http.Client{CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) == 3 {
			return errors.New("three are enough")
		}
		return nil
	}}
	defer own.CloseIdleConnections()
	c = newService(t, &httpclient.Options{HTTP: own}).Client()
	if err := c.Do(t.Context(), "GET", srv.URL+"/loop", nil); err == nil || err.Error() != "three are enough" {
		t.Error(err)
	}
}

func TestReason(t *testing.T) {
	for _, tt := range []struct {
		answer string
		code   int
		reason string
		status string
	}{
		{"HTTP/1.1 200 Fine by me\r\n\r\nx", 200, "Fine by me", "HTTP/1.1 200 Fine by me"},
		{"HTTP/1.1 204\r\n\r\n", 204, "", "HTTP/1.1 204"},
		{"HTTP/1.0 599 \r\n\r\n", 599, "", "HTTP/1.0 599"},
	} {
		c := newService(t, nil).Client()
		if err := c.Do(t.Context(), "GET", rawServer(t, tt.answer), nil); err != nil {
			t.Error(err)
			continue
		}
		if code, reason := c.Status(); code != tt.code || reason != tt.reason || c.Headers()[0] != tt.status {
			t.Errorf("%q: %d %q %q", tt.answer, code, reason, c.Headers()[0])
		}
	}
}

func TestErrors(t *testing.T) {
	srv := newServer(t)
	tlsServer := httptest.NewUnstartedServer(http.NotFoundHandler())
	tlsServer.Config.ErrorLog = quiet()
	tlsServer.StartTLS()
	defer tlsServer.Close()
	noSuchHost := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "nx.test", IsNotFound: true}}
	})}
	brokenDNS := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, &net.DNSError{Err: "server misbehaving", Name: "x.test", IsTemporary: true}
	})}
	slow := &httpclient.Options{MaxTimeout: 20 * time.Millisecond}
	small := &httpclient.Options{MaxBody: 1 << 20}
	for _, tt := range []struct {
		name   string
		o      *httpclient.Options
		method string
		url    string
		want   string
		again  bool // worth another try
	}{
		{"refused", nil, "GET", closedPort(t), "connection refused", true},
		{"no host", &httpclient.Options{HTTP: noSuchHost}, "GET", "http://nx.test/", "could not resolve host: nx.test", false},
		{"dns down", &httpclient.Options{HTTP: brokenDNS}, "GET", "http://x.test/", "could not resolve host: x.test", true},
		{"slow", slow, "GET", srv.URL + "/slow", "timeout", true},
		{"slow body", slow, "GET", srv.URL + "/stall", "timeout", true},
		{"unknown authority", nil, "GET", tlsServer.URL, "TLS: ", false},
		{"no tls there", nil, "GET", strings.Replace(srv.URL, "http:", "https:", 1), "TLS: ", false},
		{"no scheme", nil, "GET", "example.test/x", "malformed URL", false},
		{"empty", nil, "GET", "", "malformed URL", false},
		{"other scheme", nil, "GET", "gopher://example.test/", "malformed URL", false},
		{"no host in it", nil, "GET", "http:///x", "malformed URL", false},
		{"space", nil, "GET", "http://a b/", "malformed URL", false},
		{"crlf", nil, "GET", "http://a.test/\r\nX: 1", "malformed URL", false},
		{"bad port", nil, "GET", "http://a.test:x/", "malformed URL", false},
		{"bad escape", nil, "GET", "http://a.test/%zz", "malformed URL", false},
		{"method", nil, "TRACE", srv.URL, "unsupported request type 'TRACE'", false},
		{"method with crlf", nil, "GET /\r\n", srv.URL, "unsupported request type 'GET /\r\n'", false},
		{"huge", small, "GET", srv.URL + "/huge", "response too large", false},
		{"huge by its length", small, "GET", srv.URL + "/length", "response too large", false},
		{"bomb", small, "GET", srv.URL + "/bomb", "response too large", false},
		{"bad gzip", nil, "GET", srv.URL + "/badgzip", "decoding the response: gzip: invalid header", true},
		{"no http", nil, "GET", rawServer(t, "220 mx.test ESMTP\r\n"), "malformed HTTP", true},
		{"nothing", nil, "GET", rawServer(t, ""), "connection closed by the server", true},
		{"cut off", nil, "GET", rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), "unexpected EOF", true},
		{"not allowed", &httpclient.Options{AllowURL: func(u *url.URL) error { return fmt.Errorf("%s is out of bounds", u.Host) }},
			"GET", "http://a.test/", "a.test is out of bounds", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newService(t, tt.o).Client()
			if err := c.Do(t.Context(), "GET", srv.URL+"/method", nil); err != nil && tt.o == nil {
				t.Fatal(err)
			}
			err := c.Do(t.Context(), tt.method, tt.url, nil)
			var e *httpclient.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.want) || e.Temporary() != tt.again || e.Timeout() != (tt.want == "timeout") {
				t.Fatalf("%v, want %s", err, tt.want)
			}
			if code, reason := c.Status(); code != 0 || reason != err.Error() || len(c.Body()) != 0 || len(c.Headers()) != 0 {
				t.Error("the last response is still there", code, reason)
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestHeaderLines(t *testing.T) {
	c := newService(t, nil).Client()
	for _, line := range []string{"", "X", ":", ": x", "X Y: 1", "X: 1\r\nY: 2", "X: 1\n", "X\r\n: 1", "X: \x00", "X: a\x7fb"} {
		if err := c.SetHeader(line); !errors.Is(err, httpclient.ErrHeader) {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, line := range []string{"X:", "X: 1", "X:1", "X: \xe4\xff"} {
		if err := c.SetHeader(line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestParseHeaders(t *testing.T) {
	f := httpclient.ParseHeaders("HTTP/1.1 200 OK: fine\r\nA: 1\r\n folded\r\n\tmore\r\nB : 2\r\nnothing\r\n lost\r\n", "a:3", ": none", "")
	var got []string
	for name, value := range f.All() {
		got = append(got, name+"="+value)
	}
	if diff := cmp.Diff([]string{"A=1 folded more, 3", "B=2"}, got); diff != "" {
		t.Error(diff)
	}
	if v, ok := f.Get("b"); v != "2" || !ok {
		t.Error(v, ok)
	}
	if v, ok := f.Get("c"); v != "" || ok {
		t.Error(v, ok)
	}
}

func TestCancel(t *testing.T) {
	srv := newServer(t)
	c := newService(t, nil).Client()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() { result <- c.Do(ctx, "GET", srv.URL+"/stall", nil) }()
	second := make(chan error)
	go func() { second <- c.Do(ctx, "GET", srv.URL+"/slow", nil) }() // waits for the first, or the other way round
	cancel()
	for _, ch := range []chan error{result, second} {
		if err := <-ch; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

func TestTimeout(t *testing.T) {
	srv := newServer(t)
	c := newService(t, &httpclient.Options{MaxTimeout: -1}).Client()
	c.SetTimeout(20 * time.Millisecond)
	if err := c.Do(t.Context(), "GET", srv.URL+"/slow", nil); err == nil || err.Error() != "timeout" {
		t.Error(err)
	}
	c.SetTimeout(0)
	if err := c.Do(t.Context(), "GET", srv.URL+"/method", nil); err != nil {
		t.Error(err)
	}
}

// TestShared has many requests on one client: each sees a whole response.
func TestShared(t *testing.T) {
	srv := newServer(t)
	c := newService(t, nil).Client()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := c.SetHeader("X-N: 1"); err != nil {
				t.Error(err)
			}
			if err := c.Do(t.Context(), "POST", srv.URL+"/echo", strings.NewReader("a=1")); err != nil {
				t.Error(err)
			}
			c.Status()
			c.Body()
			c.Headers()
		})
	}
	wg.Wait()
	if !strings.HasSuffix(string(c.Body()), "\n\na=1") {
		t.Errorf("%s", c.Body())
	}
}
