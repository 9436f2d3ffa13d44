package curl_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/curl"
)

func newService(t testing.TB, o *curl.Options) *curl.Service {
	t.Helper()
	s := curl.New(o)
	t.Cleanup(s.Close)
	return s
}

// fetch does a transfer with options and gives the body.
func fetch(t testing.TB, o *curl.Options, set map[curl.Option]any) (string, *curl.Easy, error) {
	t.Helper()
	e := newService(t, o).Easy()
	var body bytes.Buffer
	setAll(t, e, map[curl.Option]any{curl.OptWriteFunction: curl.WriteFunc(body.Write)})
	setAll(t, e, set)
	err := e.Perform(t.Context())
	return body.String(), e, err
}

func setAll(t testing.TB, e *curl.Easy, set map[curl.Option]any) {
	t.Helper()
	for option, value := range set {
		if err := e.SetOpt(option, value); err != nil {
			t.Fatal(option, err, errors.Unwrap(err))
		}
	}
}

// code gives the result that an error stands for.
func code(err error) curl.Code {
	var e *curl.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return -1
	}
	return curl.CodeOK
}

var lastModified = time.Date(2020, time.May, 1, 12, 0, 0, 0, time.UTC)

func newServer(t testing.TB) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/text", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "x.txt", lastModified, strings.NewReader("0123456789"))
	})
	mux.HandleFunc("/old", func(w http.ResponseWriter, _ *http.Request) { // ignores conditions and ranges
		w.Header().Set("Last-Modified", lastModified.Format(http.TimeFormat))
		io.WriteString(w, "0123456789")
	})
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("code"))
		w.WriteHeader(n)
		io.WriteString(w, "body of "+r.PathValue("code"))
	})
	mux.HandleFunc("/to/{code}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("code"))
		w.Header().Set("Location", r.FormValue("at"))
		w.WriteHeader(n)
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	coded := func(coding string, compress func(io.Writer) io.WriteCloser) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", coding)
			z := compress(w)
			z.Write([]byte("mail mail"))
			z.Close()
		}
	}
	mux.HandleFunc("/gzip", coded("gzip", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }))
	mux.HandleFunc("/zlib", coded("deflate", func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }))
	mux.HandleFunc("/flate", coded("deflate", func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 5); return f }))
	mux.HandleFunc("/badgzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, "this is no gzip")
	})
	mux.HandleFunc("/brotli", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		io.WriteString(w, "x")
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) { io.CopyN(w, zeros{}, 100<<20) })
	mux.HandleFunc("/cookie", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "kept", Value: "2", Path: "/", MaxAge: 3600, HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "deep", Value: "3", Path: "/deep"})
		http.SetCookie(w, &http.Cookie{Name: "safe", Value: "4", Path: "/", Secure: true})
		http.SetCookie(w, &http.Cookie{Name: "foreign", Value: "5", Domain: "example.com"})
		io.WriteString(w, r.Header.Get("Cookie"))
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	mux.HandleFunc("/stall", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "part")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	return mux
}

// echo answers with the request as it came.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	names := make([]string, 0, len(r.Header))
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprintf(w, "%s %s len=%d te=%v\n", r.Method, r.URL, r.ContentLength, r.TransferEncoding)
	for _, name := range names {
		fmt.Fprintf(w, "%s: %s\n", name, strings.Join(r.Header[name], "|"))
	}
	fmt.Fprintf(w, "\n%s", body)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// newProxy starts a proxy for http that says what it passes on.
func newProxy(t testing.TB) *httptest.Server {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	pass := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) {},
		Transport: transport,
		ModifyResponse: func(resp *http.Response) error {
			resp.Header.Set("X-Via", resp.Request.Header.Get("X-Auth"))
			return nil
		},
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		r.Header.Set("X-Auth", r.Header.Get("Proxy-Authorization"))
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// rawServer answers every connection with the same bytes.
func rawServer(t testing.TB, answer string) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { ln.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			var buf [4096]byte
			conn.Read(buf[:])
			io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	return "http://" + ln.Addr().String() + "/"
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// dnsFailure is a client for which no name exists.
func dnsFailure() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(address)
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}}}
}
