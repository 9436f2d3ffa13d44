package policykit

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// Mail is a small message for tests that do not care about the content.
const Mail = "From: Ann <ann@example.org>\r\nTo: Bob <bob@example.com>\r\nSubject: hello\r\n" +
	"Date: Sun, 1 Jun 2025 12:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHi Bob\r\n"

// Session drives a session of a client, one method per phase. Each gives the
// reply that the client would see, such as "550 5.1.1 nobody lives here" or
// "250"; Verdict has all of it.
type Session struct {
	*msys.Session
	// Verdict is that of the last step.
	Verdict msys.Verdict
	// Result is that of the last message's data.
	Result *msys.Result

	k *Kit
}

// stepTime bounds one step of a session.
const stepTime = 30 * time.Second

// Session begins a session of the client at peer, "192.0.2.7:4321", with an
// SMTP listener. It ends with the test, or before by Close.
func (k *Kit) Session(peer string) *Session {
	k.t.Helper()
	addr, err := netip.ParseAddrPort(peer)
	if err != nil {
		k.t.Fatalf("policykit: peer %q: %v", peer, err)
	}
	return k.SessionOn(vctx.Conn{
		Remote: addr, Local: netip.MustParseAddrPort("198.51.100.1:25"),
		Capabilities: []string{"PIPELINING", "8BITMIME", "SIZE 10485760"},
	})
}

// SessionOn begins a session with a connection of any kind.
func (k *Kit) SessionOn(conn vctx.Conn) *Session {
	s := &Session{Session: k.Runtime.NewSession(conn), k: k}
	k.t.Cleanup(s.Close)
	return s
}

// step runs a step and gives its reply.
func (s *Session) step(what string, f func(ctx context.Context) (msys.Verdict, error)) string {
	s.k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), stepTime)
	defer cancel()
	v, err := f(ctx)
	if err != nil {
		s.k.t.Fatalf("policykit: %s: %v", what, err)
	}
	s.Verdict = v
	return reply(v)
}

// Connect runs the callouts of a new connection, up to the banner.
func (s *Session) Connect() string {
	s.k.t.Helper()
	return s.step("connect", s.Session.Connect)
}

// Ehlo greets as name.
func (s *Session) Ehlo(name string) string {
	s.k.t.Helper()
	return s.step("ehlo", func(ctx context.Context) (msys.Verdict, error) { return s.Session.Ehlo(ctx, name) })
}

// Auth gives credentials; uri names what checks them, as with msys.Session.
func (s *Session) Auth(mechanism, uri, user, password string) string {
	s.k.t.Helper()
	return s.step("auth", func(ctx context.Context) (msys.Verdict, error) {
		return s.Session.Auth(ctx, mechanism, uri, user, password)
	})
}

// MailFrom begins a transaction.
func (s *Session) MailFrom(addr string, params ...string) string {
	s.k.t.Helper()
	return s.step("mailfrom", func(ctx context.Context) (msys.Verdict, error) {
		return s.Session.MailFrom(ctx, addr, params...)
	})
}

// RcptTo names a recipient.
func (s *Session) RcptTo(addr string, params ...string) string {
	s.k.t.Helper()
	return s.step("rcptto", func(ctx context.Context) (msys.Verdict, error) {
		return s.Session.RcptTo(ctx, addr, params...)
	})
}

// Data sends the content of a message; what came of it is in Result. Lone line
// feeds in content count as line ends, so that tests can write plain text.
func (s *Session) Data(content string) string {
	s.k.t.Helper()
	content = strings.ReplaceAll(strings.ReplaceAll(content, "\r\n", "\n"), "\n", "\r\n")
	return s.DataBytes(content)
}

// DataBytes is Data for content that is sent as it is.
func (s *Session) DataBytes(content string) string {
	s.k.t.Helper()
	return s.step("data", func(ctx context.Context) (v msys.Verdict, err error) {
		if s.Result, err = s.Session.Data(ctx, strings.NewReader(content)); err != nil {
			return v, err
		}
		return s.Result.Verdict, nil
	})
}

// Deliver plays a session with one message from the beginning and gives the
// first reply that refuses a step, or that to the data. Recipients that are
// refused end it, too.
func (s *Session) Deliver(from, content string, rcpts ...string) string {
	s.k.t.Helper()
	steps := []func() string{s.Connect, func() string { return s.Ehlo("client.example") }, func() string { return s.MailFrom(from) }}
	for _, r := range rcpts {
		steps = append(steps, func() string { return s.RcptTo(r) })
	}
	steps = append(steps, func() string { return s.Data(content) })
	var last string
	for _, step := range steps {
		if last = step(); !s.Verdict.OK() {
			break
		}
	}
	return last
}

// Raw gives the content of a message of Result.
func (s *Session) Raw(i int) string {
	s.k.t.Helper()
	if s.Result == nil || i >= len(s.Result.Messages) {
		s.k.t.Fatalf("policykit: there is no message %d", i)
		return ""
	}
	var b strings.Builder
	if _, err := s.Result.Messages[i].WriteTo(&b); err != nil {
		s.k.t.Fatalf("policykit: %v", err)
	}
	return b.String()
}
