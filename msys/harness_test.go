package msys_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// mail is a small message for tests.
const mail = "From: Ann <ann@sender.example>\r\nTo: bob@rcpt.example\r\nSubject: hello\r\n\r\nHi Bob\r\n.dot\r\n"

// host is a runtime with what its scripts print and log.
type host struct {
	t  *testing.T
	rt *msys.Runtime

	mu       sync.Mutex
	printed  []string
	log      bytes.Buffer
	enqueued []*message.Message
	traces   []msys.CalloutTrace
}

func (h *host) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(p)
}

// Enqueue implements msys.Enqueuer.
func (h *host) Enqueue(_ context.Context, m *message.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.enqueued = append(h.enqueued, m)
	return nil
}

// newHost makes a runtime that has loaded scripts; names are policy1, …
func newHost(t *testing.T, cfg msys.Config, scripts ...string) *host {
	t.Helper()
	h := startHost(t, cfg)
	for i, s := range scripts {
		if err := h.rt.LoadString(fmt.Sprintf("policy%d.lua", i+1), s); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func startHost(t *testing.T, cfg msys.Config) *host {
	t.Helper()
	h := &host{t: t}
	cfg.Logger = slog.New(slog.NewTextHandler(h, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg.Print = func(line string) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.printed = append(h.printed, line)
	}
	cfg.Trace = func(tr msys.CalloutTrace) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.traces = append(h.traces, tr)
	}
	if cfg.Enqueuer == nil {
		cfg.Enqueuer = h
	}
	if cfg.Hostname == "" {
		cfg.Hostname = "mx.test"
	}
	rt, err := msys.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.rt = rt
	t.Cleanup(func() { rt.Close() })
	return h
}

// lines gives what scripts printed so far, and forgets it.
func (h *host) lines() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := strings.Join(h.printed, "\n")
	h.printed = nil
	return s
}

func (h *host) logged() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.String()
}

func (h *host) session() *msys.Session {
	s := h.rt.NewSession(vctx.Conn{
		Remote: netip.MustParseAddrPort("192.0.2.7:4321"), Local: netip.MustParseAddrPort("198.51.100.1:25"),
		Capabilities: []string{"PIPELINING", "8BITMIME"},
	})
	h.t.Cleanup(s.Close)
	return s
}

// deliver plays a whole session and gives the result of the first step that
// is not accepted, or of the data.
func (h *host) deliver(s *msys.Session, from string, rcpts ...string) (string, *msys.Result) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	check := func(step string, v msys.Verdict, err error) (string, *msys.Result) {
		h.t.Helper()
		if err != nil {
			h.t.Fatalf("%s: %v", step, err)
		}
		return step, &msys.Result{Verdict: v}
	}
	v, err := s.Connect(ctx)
	if step, res := check("connect", v, err); !v.OK() {
		return step, res
	}
	v, err = s.Ehlo(ctx, "mx.example.org")
	if step, res := check("ehlo", v, err); !v.OK() {
		return step, res
	}
	return h.transaction(ctx, s, from, rcpts...)
}

func (h *host) transaction(ctx context.Context, s *msys.Session, from string, rcpts ...string) (string, *msys.Result) {
	h.t.Helper()
	v, err := s.MailFrom(ctx, from)
	if err != nil {
		h.t.Fatal(err)
	}
	if !v.OK() {
		return "mailfrom", &msys.Result{Verdict: v}
	}
	for _, r := range rcpts {
		v, err := s.RcptTo(ctx, r)
		if err != nil {
			h.t.Fatal(err)
		}
		if !v.OK() {
			return "rcptto", &msys.Result{Verdict: v}
		}
	}
	res, err := s.Data(ctx, strings.NewReader(mail))
	if err != nil {
		h.t.Fatal(err)
	}
	return "data", res
}

// raw gives the content of a message.
func raw(t *testing.T, m *msys.Message) string {
	t.Helper()
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// module wraps callouts into a script that registers them.
func module(body string) string {
	return "require('msys.core')\nlocal mod = {}\n" + body + "\nmsys.registerModule('m', mod)\n"
}

// replyOf shows a verdict's reply.
func replyOf(v msys.Verdict) string { return fmt.Sprintf("%d %s", v.Code, v.Text) }
