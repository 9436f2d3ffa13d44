package outbound_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
)

// script is a server that answers each command with the next line; "hush" is
// no answer, and at the end the connection is closed.
type script struct {
	addr string
	mu   sync.Mutex
	said []string // by clients
}

func scripted(t *testing.T, connections ...string) *script {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{addr: l.Addr().String()}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for _, lines := range connections {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.serve(c, strings.Split(lines, "|"))
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return s
}

func (s *script) serve(c net.Conn, answers []string) {
	in := bufio.NewReader(c)
	data := false
	for i, answer := range answers {
		for first := i > 0; first || data; first = false {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			if line = strings.TrimRight(line, "\r\n"); data && line == "." {
				data = false
				break
			}
			s.mu.Lock()
			s.said = append(s.said, line)
			s.mu.Unlock()
		}
		if answer == "hush" {
			_, _ = io.Copy(io.Discard, in) // until the client gives up
			return
		}
		data = strings.HasPrefix(answer, "354")
		if _, err := io.WriteString(c, strings.ReplaceAll(answer, "/", "\r\n")+"\r\n"); err != nil {
			return
		}
	}
}

func (s *script) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.said...)
}

func TestRelayFailures(t *testing.T) {
	const greeting = "220 hi|250-hi/250 8BITMIME"
	tests := []struct{ name, script, want string }{
		{"delivered", greeting + "|250 ok|250 ok|354 go|250 2.0.0 queued as 7", "250 2.0.0 queued as 7"},
		{"delivered with more lines", greeting + "|250 ok|250 ok|354 go|250-one/250 two", "250 one two"},
		{"refused greeting", "554 5.7.1 go away", "554 5.7.1 go away"},
		{"busy greeting", "421 4.3.2 busy", "421 4.3.2 busy"},
		{"closed before the greeting", "", "451 4.4.2 [internal] connection closed by remote host"},
		{"silent", "hush", "451 4.4.2 [internal] no HELO/EHLO response"},
		{"refused EHLO and HELO", "220 hi|502 no|550 5.5.0 no", "550 5.5.0 no"},
		{"refused sender", greeting + "|550 5.1.8 who|250 ok", "550 5.1.8 who"},
		{"silent at MAIL", greeting + "|hush", "451 4.4.2 [internal] no MAIL FROM response"},
		{"silent at RCPT", greeting + "|250 ok|hush", "451 4.4.2 [internal] no RCPT TO response"},
		{"refused recipient", greeting + "|250 ok|450-4.2.0 try/450 4.2.0 later|250 ok", "450 4.2.0 try 4.2.0 later"},
		{"silent at DATA", greeting + "|250 ok|250 ok|hush", "451 4.4.2 [internal] no DATA response"},
		{"refused DATA", greeting + "|250 ok|250 ok|452 4.3.1 full|250 ok", "452 4.3.1 full"},
		{"silent at the end", greeting + "|250 ok|250 ok|354 go|hush", "451 4.4.2 [internal] no BODY response"},
		{"closed at the end", greeting + "|250 ok|250 ok|354 go", "451 4.4.2 [internal] connection closed by remote host"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := scripted(t, tt.script)
			r := &outbound.Relay{Address: s.addr, Timeout: 2 * time.Second}
			if strings.Contains(tt.script, "hush") {
				r.Timeout = 100 * time.Millisecond
			}
			if tt.script == "" {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				defer l.Close()
				go func() {
					if c, err := l.Accept(); err == nil {
						c.Close()
					}
				}()
				r.Address = l.Addr().String()
			}
			defer r.Close()
			a := &delivery.Attempt{Message: newMail(t, "a@b.example", "c@d.example", "x\r\n")}
			reply, err := r.Deliver(context.Background(), delivery.NewConn(a, nil))
			if err != nil || reply.String() != tt.want || reply.Internal != strings.Contains(tt.want, "[internal]") {
				t.Errorf("%q, %v; want %q", reply, err, tt.want)
			}
		})
	}
}

// TestStaleConnection has the next hop close a connection that waits; the next
// message goes over a new one.
func TestStaleConnection(t *testing.T) {
	s := scripted(t, "220 hi|250 hi|250 ok|250 ok|354 go|250 first", "220 hi|250 hi|250 ok|250 ok|354 go|250 second")
	r := relayTo(t, s.addr)
	for _, want := range []string{"250 first", "250 second"} {
		a := &delivery.Attempt{Message: newMail(t, "a@b.example", "c@d.example", "x\r\n")}
		reply, err := r.Deliver(context.Background(), delivery.NewConn(a, nil))
		if err != nil || reply.String() != want {
			t.Errorf("%q, %v; want %q", reply, err, want)
		}
	}
}

// relayPolicy authenticates and changes the content.
type relayPolicy struct{ err error }

func (p relayPolicy) OutboundAuth(context.Context, *message.Message, msys.Credentials) (msys.Credentials, error) {
	return msys.Credentials{Mechanism: "PLAIN", User: "u", Password: "p"}, p.err
}

func (p relayPolicy) BodyModify(_ context.Context, _ *message.Message, r io.Reader) (io.Reader, error) {
	return io.MultiReader(strings.NewReader("X-Last: change\r\n"), r), nil
}

func TestRelayPolicy(t *testing.T) {
	s := scripted(t, "220 hi|250-hi/250 AUTH PLAIN|235 ok|250 ok|250 ok|354 go|250 done")
	r := relayTo(t, s.addr)
	r.Policy = relayPolicy{}
	a := &delivery.Attempt{Message: newMail(t, "", "c@d.example", ".x\r\n")}
	reply, err := r.Deliver(context.Background(), delivery.NewConn(a, nil))
	if err != nil || reply.Code != 250 {
		t.Fatalf("%q, %v", reply, err)
	}
	want := []string{
		"EHLO mx.test", "AUTH PLAIN AHUAcA==", "MAIL FROM:<>", "RCPT TO:<c@d.example>", "DATA",
		"X-Last: change", "From: ", "To: c@d.example", "Subject: test", "", "..x",
	}
	if diff := cmp.Diff(want, s.heard()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	r.Policy = relayPolicy{err: errors.New("runtime is closed")}
	if _, err := r.Deliver(context.Background(), delivery.NewConn(a, nil)); err == nil {
		t.Error("delivered without policy")
	}
}

func TestInternationalizedAddress(t *testing.T) {
	s := scripted(t, "220 hi|250 hi", "220 hi|250-hi/250 SMTPUTF8|250 ok|250 ok|354 go|250 done")
	for _, want := range []string{"550 5.6.7 [internal] the next hop does not take internationalized addresses", "250 done"} {
		r := relayTo(t, s.addr)
		a := &delivery.Attempt{Message: newMail(t, "ä@b.example", "c@d.example", "x\r\n")}
		reply, err := r.Deliver(context.Background(), delivery.NewConn(a, nil))
		if err != nil || reply.String() != want {
			t.Errorf("%q, %v; want %q", reply, err, want)
		}
		r.Close()
	}
	if got := s.heard(); !strings.Contains(strings.Join(got, "\n"), "MAIL FROM:<ä@b.example> SMTPUTF8\n") {
		t.Errorf("%q", got)
	}
}
