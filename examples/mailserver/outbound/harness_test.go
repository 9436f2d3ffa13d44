package outbound_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/message"
)

// mail is what a sink has received.
type mail struct {
	from, to, content string
	connection        int
}

// sink is an SMTP server that keeps what it gets, or refuses it.
type sink struct {
	addr string

	mu       sync.Mutex
	refuse   func(to string) *smtp.SMTPError // nil, or a reply for RCPT
	confirm  func() *smtp.SMTPError          // nil, or a reply for the message
	mails    []mail
	attempts map[string]int // by recipient
	open     int            // connections
	most     int            // of them at once
	sessions int
}

func newSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{attempts: map[string]int{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open++
		s.sessions++
		s.most = max(s.most, s.open)
		return &sinkSession{sink: s, id: s.sessions}, nil
	}))
	server.Domain = "sink.test"
	server.EnableSMTPUTF8 = true
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-done })
	return s
}

func (s *sink) set(refuse func(to string) *smtp.SMTPError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

func (s *sink) received() []mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]mail(nil), s.mails...)
}

func (s *sink) tries(to string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts[to]
}

type sinkSession struct {
	sink     *sink
	id       int
	from, to string
}

func (s *sinkSession) Reset() {}

func (s *sinkSession) Logout() error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.open--
	return nil
}

func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.attempts[to]++
	if s.sink.refuse != nil {
		if err := s.sink.refuse(to); err != nil {
			return err
		}
	}
	s.to = to
	return nil
}

func (s *sinkSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if s.sink.confirm != nil {
		if err := s.sink.confirm(); err != nil {
			return err
		}
	}
	s.sink.mails = append(s.sink.mails, mail{s.from, s.to, string(b), s.id})
	return nil
}

func refusal(code int, enhanced smtp.EnhancedCode, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

func openQueue(t testing.TB, path string, now func() time.Time) *outbound.Queue {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "queue.db")
	}
	q, err := outbound.OpenQueue(path, &outbound.QueueOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q
}

func newMail(t testing.TB, from, to, text string) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte("From: "+from+"\r\nTo: "+to+"\r\nSubject: test\r\n\r\n"+text),
		message.Envelope{From: from, NullFrom: from == "", To: to}, nil)
	if err != nil {
		t.Error(err)
	}
	return m
}

func put(t testing.TB, q *outbound.Queue, m *message.Message) {
	t.Helper()
	if err := q.Put(context.Background(), m, ""); err != nil {
		t.Error(err)
	}
}

// run runs a worker until the test or stop ends it.
func run(t *testing.T, q *outbound.Queue, o outbound.Options) (stop func()) {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	w, err := outbound.NewWorker(q, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func relayTo(t *testing.T, addr string) *outbound.Relay {
	r := &outbound.Relay{Address: addr, Hostname: "mx.test", Timeout: 10 * time.Second}
	t.Cleanup(func() { r.Close() })
	return r
}

// eventually waits until f holds.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(60 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: did not come to pass", what)
		}
	}
}

func empty(t testing.TB, q *outbound.Queue) func() bool {
	return func() bool { return length(t, q) == 0 }
}

func length(t testing.TB, q *outbound.Queue) int {
	t.Helper()
	n, err := q.Len()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func numbered(n int) string { return fmt.Sprintf("u%d@d%d.example", n, n%3) }
