package hostile_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/vctx"
)

const (
	// attackTime is the most that one attack may take: many times the limit of
	// Lua's time, because machines are busy and the race detector slows.
	attackTime = 30 * time.Second
	// attackHeap is the most that the heap may have grown after an attack and
	// a garbage collection.
	attackHeap = 64 << 20
)

// innocent is the mail of the next session.
const innocent = "From: Ann <ann@sender.example>\r\nTo: bob@rcpt.example\r\nSubject: hello\r\n\r\nHi Bob\r\n.dot\xff\r\n"

// attack is a row of a table. The script runs in the callout that has the
// whole mail; the mail is the innocent one if it is empty.
type attack struct {
	name   string
	script string
	mail   func() string

	// What stops the attack: the script fails with this text in the log, and
	// its session gets a temporary failure;
	fails string
	// or the script goes on and has printed this;
	prints string
	// or the code of the mail's reply, if neither; 250 if zero.
	code int
	// check looks further.
	check func(t *testing.T, o *outcome)

	// costly attacks are left out with the race detector: what stops them is a
	// number of steps, which take long then.
	costly   bool
	services func(t *testing.T, o *modules.Options, c *msys.Config)
}

// outcome is what an attack led to.
type outcome struct {
	step    string
	result  *msys.Result
	printed string
	log     string
	queued  []*message.Message
	session *msys.Session
}

// raw gives the content of the accepted copy.
func (o *outcome) raw(t *testing.T) string {
	t.Helper()
	if len(o.result.Messages) == 0 {
		t.Fatal("no message")
	}
	return content(t, o.result.Messages[0].Message)
}

func content(t *testing.T, m *message.Message) string {
	t.Helper()
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// target is a runtime with all modules that is attacked.
type target struct {
	t   *testing.T
	rt  *msys.Runtime
	set *modules.Set

	mu      sync.Mutex
	printed []string
	log     bytes.Buffer
	queued  []*message.Message
}

func (g *target) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.Write(p)
}

// Enqueue implements msys.Enqueuer.
func (g *target) Enqueue(_ context.Context, m *message.Message) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queued = append(g.queued, m)
	return nil
}

// newTarget makes a runtime that runs script in the sessions of the host
// "attacker", and nothing in others.
func newTarget(t *testing.T, script string, services func(*testing.T, *modules.Options, *msys.Config)) *target {
	t.Helper()
	g := &target{t: t}
	var o modules.Options
	c := msys.Config{
		Limits: msys.Limits{Time: 250 * time.Millisecond, Total: 5 * time.Second, Memory: 96 << 20, StringSize: 8 << 20, LogLines: 100, PatternSteps: 300_000},
		Logger: slog.New(slog.NewTextHandler(g, nil)),
		Print: func(line string) {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.printed = append(g.printed, line)
		},
		Enqueuer: g,
		Hostname: "mx.test",
	}
	if services != nil {
		services(t, &o, &c)
	}
	var err error
	if g.set, err = modules.New(o); err != nil {
		t.Fatal(err)
	}
	c.Modules = g.set.Libraries()
	if g.rt, err = msys.New(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		g.rt.Close()
		if err := g.set.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := g.rt.LoadString("policy.lua", `
require("msys.core") require("msys.extended.message") require("msys.extended.vctx") require("msys.extended.ac")
local mod = {}
local function attack(msg, ac, vctx) `+script+`
end
function mod:validate_data_spool(msg, ac, vctx)
  if vctx:get(msys.core.VCTX_CONN, "ehlo_domain") == "attacker.example" then attack(msg, ac, vctx) end
  return msys.core.VALIDATE_CONT
end
msys.registerModule("policy", mod)`); err != nil {
		t.Fatal(err)
	}
	return g
}

// session plays a session as far as it is accepted.
func (g *target) session(helo, content string) *outcome {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), attackTime)
	defer cancel()
	s := g.rt.NewSession(vctx.Conn{
		Remote: netip.MustParseAddrPort("192.0.2.7:4321"), Local: netip.MustParseAddrPort("198.51.100.1:25"), Service: "SMTP",
		Capabilities: []string{"PIPELINING", "8BITMIME"},
	})
	defer s.Close()
	o := &outcome{session: s, result: &msys.Result{}}
	for _, step := range []struct {
		name string
		do   func() (msys.Verdict, error)
	}{
		{"connect", func() (msys.Verdict, error) { return s.Connect(ctx) }},
		{"ehlo", func() (msys.Verdict, error) { return s.Ehlo(ctx, helo) }},
		{"mailfrom", func() (msys.Verdict, error) { return s.MailFrom(ctx, "ann@sender.example") }},
		{"rcptto", func() (msys.Verdict, error) { return s.RcptTo(ctx, "bob@rcpt.example") }},
		{"data", func() (msys.Verdict, error) {
			res, err := s.Data(ctx, strings.NewReader(content))
			if err != nil {
				return msys.Verdict{}, err
			}
			o.result = res
			return res.Verdict, nil
		}},
	} {
		v, err := step.do()
		if err != nil {
			g.t.Fatalf("%s: %v\n%s", step.name, err, g.logged())
		}
		if o.step, o.result.Verdict = step.name, v; !v.OK() {
			break
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	o.printed, o.log, o.queued = strings.Join(g.printed, "\n"), g.log.String(), g.queued
	g.printed, g.queued = nil, nil
	g.log.Reset()
	return o
}

func (g *target) logged() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.String()
}

// play plays the attacks of a table.
func play(t *testing.T, attacks []attack) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			if a.costly && raceDetector {
				t.Skip("too slow with the race detector")
			}
			g := newTarget(t, a.script, a.services)
			sent := innocent
			if a.mail != nil {
				sent = a.mail()
			}
			before := heap()
			began := time.Now()
			o := g.session("attacker.example", sent)
			took := time.Since(began)
			a.judge(t, o)
			if took > attackTime {
				t.Errorf("took %v", took)
			}
			o.result = nil
			if grown := heap() - before; grown > attackHeap {
				t.Errorf("the heap is larger by %d MiB", grown>>20)
			}
			g.served()
		})
	}
}

// judge compares what came of the attack with what should stop it.
func (a *attack) judge(t *testing.T, o *outcome) {
	t.Helper()
	code := a.code
	switch {
	case a.fails != "":
		if code = 421; !strings.Contains(o.log, "validate_data_spool error: ") || !strings.Contains(o.log, a.fails) {
			t.Errorf("the log lacks %q", a.fails)
		}
	case code == 0:
		code = 250
	}
	if o.step != "data" || o.result.Code != code {
		t.Errorf("reply to %s: %+v, want %d", o.step, o.result.Verdict, code)
	}
	if !strings.Contains(o.printed, a.prints) {
		t.Errorf("printed %q, want %q", clip(o.printed), a.prints)
	}
	if a.check != nil && !t.Failed() {
		a.check(t, o)
	}
	if t.Failed() {
		t.Logf("printed %q\nlog: %s", clip(o.printed), clip(o.log))
	}
}

// served sees that another session's mail comes through.
func (g *target) served() {
	g.t.Helper()
	o := g.session("mx.example", innocent)
	if o.step != "data" || o.result.Code != 250 || len(o.result.Messages) != 1 {
		g.t.Errorf("the next session: %s %+v\n%s", o.step, o.result, clip(o.log))
		return
	}
	if got := o.raw(g.t); got != innocent {
		g.t.Errorf("the next session's mail is %q", got)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func clip(s string) string {
	if len(s) > 1500 {
		return s[:1000] + " … " + s[len(s)-400:]
	}
	return s
}
