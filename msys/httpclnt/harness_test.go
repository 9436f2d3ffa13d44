package httpclnt_test

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const mail = "Subject: hello\r\n\r\nHi\r\n"

func newMessage(t testing.TB, vars ...string) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte(mail), message.Envelope{From: "ann@sender.example", To: "bob@rcpt.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	for i := 0; i < len(vars); i += 2 {
		m.ContextSet(message.ContextMess, vars[i], vars[i+1])
	}
	return m
}

func variable(m *message.Message, key string) string {
	v, _ := m.ContextGet(message.ContextMess, key)
	return v
}

// server is an HTTP server that remembers the requests.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []request
	conns    int
}

type request struct {
	method, uri, host, body string
	header                  http.Header
}

// newServer answers every request with handle; nil answers 200 "ok".
func newServer(t testing.TB, handle http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading request: %v", err)
		}
		s.mu.Lock()
		s.requests = append(s.requests, request{r.Method, r.RequestURI, r.Host, string(body), r.Header.Clone()})
		s.mu.Unlock()
		if handle == nil {
			_, _ = io.WriteString(w, "ok")
			return
		}
		handle(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			s.mu.Lock()
			s.conns++
			s.mu.Unlock()
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *server) host() string { return s.Listener.Addr().String() }

// take gives the requests since the last call.
func (s *server) take() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.requests
	s.requests = nil
	return out
}

// rawServer answers each connection with the same bytes after it has read a
// request, whose bytes it sends to got, and closes it.
func rawServer(t testing.TB, answer string) (addr string, got chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	got = make(chan string, 10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			var raw strings.Builder
			req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &raw)))
			if err == nil {
				_, _ = io.Copy(io.Discard, req.Body)
			}
			got <- raw.String()
			_, _ = io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String(), got
}

// newDriver makes a driver that is closed with the test.
func newDriver(t testing.TB, o httpclnt.Options) *httpclnt.Driver {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	d := httpclnt.NewDriver(o)
	t.Cleanup(func() { d.Close() })
	return d
}

// deliver makes one attempt with a policy around it.
func deliver(t testing.TB, hooks delivery.Hooks, m *message.Message, d delivery.Driver) delivery.Outcome {
	t.Helper()
	p := &delivery.Policy{Hooks: hooks, Logger: slog.New(slog.DiscardHandler)}
	out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: m, Method: "http"}, d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// logTo makes a logger that writes to w.
func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// scripts are the files that a runtime loads; they may change.
type scripts struct {
	mu    sync.Mutex
	files fstest.MapFS
}

func newScripts(name, source string) *scripts {
	s := &scripts{files: fstest.MapFS{}}
	s.set(name, source)
	return s
}

func (s *scripts) set(name, source string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name+".lua"] = &fstest.MapFile{Data: []byte(source)}
}

// Open implements fs.FS.
func (s *scripts) Open(name string) (fs.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files.Open(name)
}

func (s *scripts) path() []fs.FS { return []fs.FS{s} }
