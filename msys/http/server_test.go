package httpclient_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/internal/loopback"
	httpclient "github.com/gomsys/gomsys/msys/http"
)

// newService makes a service that ends with the test.
func newService(t testing.TB, o *httpclient.Options) *httpclient.Service {
	t.Helper()
	s := httpclient.New(o)
	t.Cleanup(s.Close)
	return s
}

// newServer starts a server that answers by path.
func newServer(t testing.TB) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/method", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Method) })
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/headers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["X-Ab"] = []string{"1"}
		w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
		w.Header()["Vary"] = []string{"x", "y"}
		w.Header()["Date"] = nil
		w.WriteHeader(http.StatusTeapot)
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/early", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusOK)
		io.WriteString(w, "late")
	})
	mux.HandleFunc("/gzip", compressed("gzip", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }))
	mux.HandleFunc("/zlib", compressed("deflate", func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }))
	mux.HandleFunc("/flate", compressed("deflate", func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 5); return f }))
	mux.HandleFunc("/badgzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, "not gzip at all")
	})
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		io.CopyN(z, zeros{}, 100<<20)
		z.Close()
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) { io.CopyN(w, zeros{}, 100<<20) })
	mux.HandleFunc("/length", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(100<<20))
		io.CopyN(w, zeros{}, 1<<20)
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/stall", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "part")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// echo answers with the request as it came.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	names := make([]string, 0, len(r.Header))
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprintf(w, "%s %s len=%d te=%v\n", r.Method, r.Host, r.ContentLength, r.TransferEncoding)
	for _, name := range names {
		fmt.Fprintf(w, "%s: %s\n", name, strings.Join(r.Header[name], "|"))
	}
	fmt.Fprintf(w, "\n%s", body)
}

func compressed(coding string, compress func(io.Writer) io.WriteCloser) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		z := compress(w)
		z.Write(bytes.Repeat([]byte("mail "), 100))
		z.Close()
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// rawServer answers every connection with the same bytes, after it has read a
// request's head.
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
			http.ReadRequest(bufio.NewReader(conn))
			io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	return "http://" + ln.Addr().String() + "/"
}

// closedPort gives an address where nobody listens.
func closedPort(t testing.TB) string {
	t.Helper()
	return "http://" + loopback.Addr(t) + "/"
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
