package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-milter"
	"github.com/google/go-cmp/cmp"
)

// logBuffer collects log lines.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// running is a milter on a loopback port.
type running struct {
	*server
	t    *testing.T
	addr string
	log  *logBuffer
	stop func()
}

func start(t *testing.T, o options, scripts map[string]string) *running {
	t.Helper()
	r := &running{t: t, log: &logBuffer{}}
	o.policies, o.hostname, o.service = t.TempDir(), "mx.test", "SMTP"
	o.logger = slog.New(slog.NewTextHandler(r.log, nil))
	o.timeout, o.maxTarpit = time.Minute, 20*time.Second
	if o.maxSize == 0 {
		o.maxSize = 1 << 20
	}
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(o.policies, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := newServer(&o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	r.server, r.addr = s, l.Addr().String()
	r.stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(r.stop)
	return r
}

// policyWith makes a script of the functions of one module.
func policyWith(body string) map[string]string {
	return map[string]string{"p.lua": "require('msys.core') require('msys.extended.message')\nlocal mod = {}\n" + body + "\nmsys.registerModule('p', mod)\n"}
}

const allActions = milter.OptAddHeader | milter.OptChangeBody | milter.OptAddRcpt | milter.OptRemoveRcpt | milter.OptChangeHeader |
	milter.OptQuarantine | milter.OptChangeFrom

// mta is the milter's view of an SMTP session.
type mta struct {
	t *testing.T
	*milter.ClientSession
}

func (r *running) dial(actions milter.OptAction, protocol milter.OptProtocol) *mta {
	r.t.Helper()
	c := milter.NewClientWithOptions("tcp", r.addr, milter.ClientOptions{
		ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second, ActionMask: actions, ProtocolMask: protocol,
	})
	s, err := c.Session()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { s.Close() })
	return &mta{r.t, s}
}

// answer makes one line of an action.
func answer(a *milter.Action) string {
	if a.Code == milter.ActReplyCode {
		return strings.ReplaceAll(strings.TrimSpace(itoa(a.SMTPCode)+" "+a.SMTPText), "\r\n", "|")
	}
	return string(a.Code)
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

func (m *mta) must(want string) func(*milter.Action, error) {
	m.t.Helper()
	return func(a *milter.Action, err error) {
		m.t.Helper()
		if err != nil {
			m.t.Fatal(err)
		}
		if diff := cmp.Diff(want, answer(a)); diff != "" {
			m.t.Fatalf("answer (-want +got):\n%s", diff)
		}
	}
}

// greet begins the session.
func (m *mta) greet() *mta {
	m.t.Helper()
	m.must("c")(m.Conn("client.example", milter.FamilyInet, 4321, "192.0.2.7"))
	m.must("c")(m.Helo("mx.example.org"))
	return m
}

// envelope begins a transaction.
func (m *mta) envelope(from string, rcpts ...string) {
	m.t.Helper()
	m.must("c")(m.Mail(from, nil))
	for _, rcpt := range rcpts {
		m.must("c")(m.Rcpt(rcpt, nil))
	}
}

// message sends a message, whose fields are parted by "|", and gives the
// modifications and the answer, one a line.
func (m *mta) message(header, body string) []string {
	m.t.Helper()
	for f := range strings.SplitSeq(header, "|") {
		name, value, _ := strings.Cut(f, ":")
		if !m.ProtocolOption(milter.OptHeaderLeadingSpace) {
			value = strings.TrimPrefix(value, " ")
		}
		m.must("c")(m.HeaderField(name, value))
	}
	m.must("c")(m.HeaderEnd())
	mods, act, err := m.BodyReadFrom(strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	return append(modifications(mods), answer(act))
}

func modifications(mods []milter.ModifyAction) []string {
	var list []string
	for _, a := range mods {
		index := string(rune('0' + a.HeaderIndex))
		switch a.Code {
		case milter.ActAddRcpt, milter.ActDelRcpt:
			list = append(list, string(a.Code)+a.Rcpt)
		case milter.ActReplBody:
			list = append(list, "body "+string(a.Body))
		case milter.ActChangeFrom:
			list = append(list, "from "+a.From)
		case milter.ActQuarantine:
			list = append(list, "quarantine "+a.Reason)
		case milter.ActInsertHeader:
			if a.HeaderIndex == pastEnd {
				list = append(list, "append "+a.HeaderName+":"+a.HeaderValue)
				continue
			}
			list = append(list, "insert "+index+" "+a.HeaderName+":"+a.HeaderValue)
		case milter.ActChangeHeader:
			list = append(list, "change "+index+" "+a.HeaderName+":"+a.HeaderValue)
		}
	}
	return list
}
