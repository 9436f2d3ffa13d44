package delivery_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

var (
	_    delivery.Hooks = delivery.NopHooks{}
	noon                = time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC)
	key                 = delivery.Key{Binding: "b1", Domain: "rcpt.example"}
)

func newMessage(t *testing.T) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte("Subject: hello\r\n\r\nHi\r\n"), message.Envelope{From: "ann@sender.example", To: "bob@Rcpt.Example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// advisor is an Advisor with one answer.
type advisor struct {
	state     delivery.State
	decide    func(delivery.Reply) delivery.Decision
	err       error
	values    map[string]int64
	delivered []delivery.Key
	bounced   []int
	responded []string
}

func (a *advisor) Respond(_ context.Context, _ delivery.Key, r delivery.Reply) (delivery.Decision, error) {
	a.responded = append(a.responded, r.String())
	if a.decide == nil {
		return delivery.Decision{Reply: r}, a.err
	}
	return a.decide(r), a.err
}

func (a *advisor) State(delivery.Key) delivery.State { return a.state }

func (a *advisor) Value(_ context.Context, _ delivery.Key, option string) (int64, bool) {
	v, ok := a.values[option]
	return v, ok
}

func (a *advisor) Delivered(k delivery.Key, n int) {
	for range n {
		a.delivered = append(a.delivered, k)
	}
}

func (a *advisor) Bounced(_ delivery.Key, class int) { a.bounced = append(a.bounced, class) }

// recorder is Hooks that remember what they were told.
type recorder struct {
	delivery.NopHooks
	events []string
	log    func(delivery.LogEvent)
	err    error
}

var kindNames = [...]string{"attempt", "delivery", "transient", "permanent"}

func (r *recorder) Log(_ context.Context, ev delivery.LogEvent) error {
	r.events = append(r.events, kindNames[ev.Kind]+" "+ev.Note)
	if r.log != nil {
		r.log(ev)
	}
	return r.err
}

func TestRoute(t *testing.T) {
	hour := noon.Add(time.Hour)
	options := map[string]int64{"retry_interval": 1200, "unmanaged": 1}
	tests := []struct {
		name     string
		adaptive *advisor
		discard  bool
		want     delivery.Plan
	}{
		{"no rules", nil, false, delivery.Plan{Key: key}},
		{"active", &advisor{values: options}, false, delivery.Plan{Key: key, Options: map[string]int64{"retry_interval": 1200}}},
		{"suspended", &advisor{state: delivery.State{Standing: delivery.Suspended, Until: hour}}, false,
			delivery.Plan{Action: delivery.Wait, Key: key, Until: hour}},
		{"suspension over", &advisor{state: delivery.State{Standing: delivery.Suspended, Until: noon}}, false,
			delivery.Plan{Key: key, Options: map[string]int64{}}},
		{"blackholed", &advisor{state: delivery.State{Standing: delivery.Blackholed, Until: hour}}, false,
			delivery.Plan{Action: delivery.Blackhole, Key: key, Until: hour, Reply: delivery.Internal(delivery.PolicyBlackhole)}},
		{"discarded", &advisor{state: delivery.State{Standing: delivery.Suspended, Until: hour}}, true,
			delivery.Plan{Action: delivery.Blackhole, Key: key, Reply: delivery.Reply{Code: 550, Text: "5.7.1 not wanted", Internal: true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &delivery.Policy{Now: func() time.Time { return noon }}
			if tt.adaptive != nil {
				p.Adaptive = tt.adaptive
			}
			m := newMessage(t)
			if tt.discard {
				m.Discard("550 5.7.1 not wanted")
			}
			got, err := p.Route(context.Background(), &delivery.Attempt{Message: m, Binding: "b1"})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestRouteCompletesAttempt(t *testing.T) {
	a := &delivery.Attempt{Message: newMessage(t)}
	if _, err := (&delivery.Policy{}).Route(context.Background(), a); err != nil {
		t.Fatal(err)
	}
	if a.Binding != "default" || a.Domain != "rcpt.example" || a.Method != "esmtp" {
		t.Errorf("%+v", a)
	}
	if _, err := (&delivery.Policy{}).Route(context.Background(), &delivery.Attempt{}); err == nil {
		t.Error("an attempt without a message gives no error")
	}
}

func TestResult(t *testing.T) {
	transcode := func(to string) func(delivery.Reply) delivery.Decision {
		return func(delivery.Reply) delivery.Decision {
			return delivery.Decision{Rule: "rule 1", Reply: delivery.ParseReply(to), Applied: []delivery.Applied{{Action: "transcode"}}}
		}
	}
	tests := []struct {
		name     string
		reply    delivery.Reply
		adaptive *advisor
		discard  bool
		remote   bool
		final    delivery.Disposition
		out      string
		bounce   int
		events   []string
	}{
		{name: "delivered", reply: delivery.ParseReply("250 2.0.0 ok id=7"), adaptive: &advisor{},
			final: delivery.Delivered, out: "250 2.0.0 ok id=7", events: []string{"attempt 250 2.0.0 ok id=7", "delivery 250 2.0.0 ok id=7"}},
		{name: "deferred", reply: delivery.ParseReply("450 4.2.0 greylisted"), adaptive: &advisor{},
			final: delivery.Deferred, out: "450 4.2.0 greylisted", events: []string{"attempt 450 4.2.0 greylisted", "transient 450 4.2.0 greylisted"}},
		{name: "failed", reply: delivery.ParseReply("550 5.1.1 unknown"), adaptive: &advisor{}, bounce: 10,
			final: delivery.Failed, out: "550 5.1.1 unknown", events: []string{"attempt 550 5.1.1 unknown", "permanent 550 5.1.1 unknown"}},
		{name: "internal without a code", reply: delivery.Reply{Text: "4.4.1 [internal] gone", Internal: true},
			final: delivery.Deferred, out: "451 4.4.1 [internal] gone",
			events: []string{"attempt 451 4.4.1 [internal] gone", "transient 451 4.4.1 [internal] gone"}},
		{name: "nothing", final: delivery.Deferred, out: "451 4.3.0 [internal] transaction failed",
			events: []string{"attempt 451 4.3.0 [internal] transaction failed", "transient 451 4.3.0 [internal] transaction failed"}},
		{name: "nonsense code", reply: delivery.Reply{Code: 354, Text: "go on"}, final: delivery.Deferred, out: "354 go on",
			events: []string{"attempt 354 go on", "transient 354 go on"}},
		{name: "several lines", reply: delivery.ParseReply("550-5.1.1 no\r\n550 5.1.1 such user"), bounce: 10,
			final: delivery.Failed, out: "550 5.1.1 no 5.1.1 such user",
			events: []string{"attempt 550 5.1.1 no 5.1.1 such user", "permanent 550 5.1.1 no 5.1.1 such user"}},
		{name: "transcoded", reply: delivery.ParseReply("421 4.7.0 blocked"), adaptive: &advisor{decide: transcode("554 Dynamic block in place")},
			bounce: 10, final: delivery.Failed, out: "554 Dynamic block in place",
			events: []string{"attempt 554 Dynamic block in place", "permanent 554 Dynamic block in place"}},
		{name: "rules fail", reply: delivery.ParseReply("421 4.7.0 blocked"), adaptive: &advisor{decide: transcode("554 no"), err: errors.New("down")},
			final: delivery.Deferred, out: "421 4.7.0 blocked", events: []string{"attempt 421 4.7.0 blocked", "transient 421 4.7.0 blocked"}},
		{name: "blackholed", reply: delivery.Internal(delivery.PolicyBlackhole), adaptive: &advisor{decide: transcode("450 x")},
			final: delivery.Dropped, out: "554 5.7.0 [internal] Blackholed", events: []string{"permanent 554 5.7.0 [internal] Blackholed"}},
		{name: "discarded", reply: delivery.ParseReply("450 later"), discard: true, remote: true, adaptive: &advisor{},
			final: delivery.Dropped, out: "550 5.7.0 discarded by policy",
			events: []string{"attempt 550 5.7.0 discarded by policy", "permanent 550 5.7.0 discarded by policy"}},
		{name: "delivered before it was discarded", reply: delivery.ParseReply("250 ok"), discard: true, adaptive: &advisor{},
			final: delivery.Delivered, out: "250 ok", events: []string{"attempt 250 ok", "delivery 250 ok"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hooks := &recorder{}
			p := &delivery.Policy{Hooks: hooks, Now: func() time.Time { return noon }, Classify: func(string) int { return 10 }}
			if tt.adaptive != nil {
				p.Adaptive = tt.adaptive
			}
			m := newMessage(t)
			if tt.discard {
				m.Discard("")
			}
			a := &delivery.Attempt{Message: m}
			if tt.remote {
				a.Remote = netip.MustParseAddrPort("192.0.2.25:25")
			}
			out, err := p.Result(context.Background(), a, tt.reply)
			if wantErr := tt.adaptive != nil && tt.adaptive.err != nil; (err != nil) != wantErr {
				t.Errorf("error %v", err)
			}
			if out.Final != tt.final || out.Reply.String() != tt.out || out.BounceCode != tt.bounce {
				t.Errorf("%s %q class %d, want %s %q class %d", out.Final, out.Reply, out.BounceCode, tt.final, tt.out, tt.bounce)
			}
			if d := cmp.Diff(tt.events, hooks.events); d != "" {
				t.Errorf("events (-want +got)\n%s", d)
			}
			if tt.adaptive == nil {
				return
			}
			if n := len(tt.adaptive.delivered); (n == 1) != (tt.final == delivery.Delivered) {
				t.Errorf("%d deliveries counted", n)
			}
			if n := len(tt.adaptive.bounced); (n == 1) != (tt.final == delivery.Failed) {
				t.Errorf("%d failures counted", n)
			}
		})
	}
}

// TestResultHooksChange shows what callouts can change by msg:set_code: the
// text, not the result.
func TestResultHooksChange(t *testing.T) {
	m := newMessage(t)
	var seen []string
	hooks := &recorder{}
	hooks.log = func(ev delivery.LogEvent) {
		code, _ := ev.Attempt.Message.Code()
		seen = append(seen, code)
		text := "550 5.0.0 from attempt"
		if ev.Kind == delivery.EventPermanent {
			text = "250 made up"
		}
		if _, err := m.SetCode(0, text); err != nil {
			t.Error(err)
		}
	}
	p := &delivery.Policy{Hooks: hooks}
	out, err := p.Result(context.Background(), &delivery.Attempt{Message: m}, delivery.ParseReply("550-a\r\n550 b"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"550-a\r\n550 b", "550 5.0.0 from attempt"}, seen); d != "" {
		t.Errorf("codes (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"attempt 550 a b", "permanent 550 5.0.0 from attempt"}, hooks.events); d != "" {
		t.Errorf("events (-want +got)\n%s", d)
	}
	if out.Final != delivery.Failed || out.Reply.String() != "250 made up" {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
}

func TestResultRetryAfter(t *testing.T) {
	for name, tt := range map[string]struct {
		adaptive advisor
		want     time.Duration
	}{
		"no value":   {advisor{}, 0},
		"interval":   {advisor{values: map[string]int64{"retry_interval": 1200}}, 20 * time.Minute},
		"endless":    {advisor{values: map[string]int64{"retry_interval": 1 << 62}}, 100 * 365 * 24 * time.Hour},
		"suspension": {advisor{values: map[string]int64{"retry_interval": 60}, state: delivery.State{Standing: delivery.Suspended, Until: noon.Add(time.Hour)}}, time.Hour},
	} {
		p := &delivery.Policy{Adaptive: &tt.adaptive, Now: func() time.Time { return noon }}
		out, err := p.Result(context.Background(), &delivery.Attempt{Message: newMessage(t)}, delivery.ParseReply("450 x"))
		if err != nil || out.RetryAfter != tt.want {
			t.Errorf("%s: %v %v, want %v", name, out.RetryAfter, err, tt.want)
		}
	}
}

// TestResultHostFailure has hooks that cannot run: the outcome is valid.
func TestResultHostFailure(t *testing.T) {
	down := errors.New("runtime closed")
	p := &delivery.Policy{Hooks: &recorder{err: down}}
	out, err := p.Result(context.Background(), &delivery.Attempt{Message: newMessage(t)}, delivery.ParseReply("250 ok"))
	if !errors.Is(err, down) || out.Final != delivery.Delivered {
		t.Errorf("%s %v", out.Final, err)
	}
	if _, err := p.Result(context.Background(), &delivery.Attempt{}, delivery.ParseReply("250 ok")); err == nil {
		t.Error("an attempt without a message gives no error")
	}
}

// driver is a Driver with one answer.
type driver struct {
	reply    delivery.Reply
	status   string
	err      error
	calls    int
	disposed []delivery.Disposition
	before   string
}

func (d *driver) Deliver(_ context.Context, c *delivery.Conn) (delivery.Reply, error) {
	d.calls++
	d.before, _ = c.Message().ContextGet(message.ContextMess, delivery.KeyResponseStatus)
	if d.status != "" {
		c.Message().ContextSet(message.ContextMess, delivery.KeyResponseStatus, d.status)
	}
	return d.reply, d.err
}

func (d *driver) Status(_ context.Context, _ *delivery.Conn, status string) delivery.Status {
	if status == "4" {
		return delivery.PermFailed
	}
	return delivery.TempFailed
}

func (d *driver) Disposed(_ context.Context, _ *delivery.Conn, out delivery.Outcome) {
	d.disposed = append(d.disposed, out.Final)
}

// disposer is Hooks whose generic_delivery_msg_dispose is fn.
type disposer struct {
	recorder
	fn  func(m *message.Message) error
	got []string
}

func (d *disposer) Dispose(_ context.Context, m *message.Message, status string) (bool, error) {
	d.got = append(d.got, status)
	if d.fn != nil {
		if err := d.fn(m); err != nil {
			return false, err
		}
	}
	left, _ := m.ContextGet(message.ContextMess, delivery.KeyResponseStatus)
	return left == "", nil
}

func TestDeliver(t *testing.T) {
	set := func(key, value string) func(m *message.Message) error {
		return func(m *message.Message) error {
			if value == "" {
				m.ContextDelete(message.ContextMess, key)
			} else {
				m.ContextSet(message.ContextMess, key, value)
			}
			return nil
		}
	}
	clear := set(delivery.KeyResponseStatus, "")
	tests := []struct {
		name    string
		driver  driver
		dispose func(m *message.Message) error
		final   delivery.Disposition
		reply   string
		status  string // what generic_delivery_msg_dispose sees
		err     bool
	}{
		{name: "delivered", driver: driver{reply: delivery.ParseReply("250 ok"), status: "stale"}, final: delivery.Delivered, reply: "250 ok"},
		{name: "failed", driver: driver{reply: delivery.ParseReply("550 no"), status: "4"}, final: delivery.Failed, reply: "550 no", status: "4"},
		{name: "failed without a status", driver: driver{reply: delivery.ParseReply("450 no")}, final: delivery.Deferred, reply: "450 no", status: "450"},
		{name: "taken care of", driver: driver{reply: delivery.ParseReply("550 no"), status: "4"}, dispose: clear,
			final: delivery.Delivered, reply: "250 2.0.0 [internal] taken care of by policy", status: "4"},
		{name: "deferred by policy", driver: driver{reply: delivery.ParseReply("550 no"), status: "4"}, dispose: set(delivery.KeyResponseStatus, "9"),
			final: delivery.Deferred, reply: "451 4.0.0 [internal] 9", status: "4"},
		{name: "failed by policy", driver: driver{reply: delivery.ParseReply("250 ok")}, dispose: func(m *message.Message) error {
			m.ContextSet(message.ContextMess, delivery.KeyResponseDetail, "not\r\nwanted")
			return set(delivery.KeyResponseStatus, "4")(m)
		}, final: delivery.Failed, reply: "554 5.0.0 [internal] not  wanted"},
		{name: "discarded by policy", driver: driver{reply: delivery.ParseReply("550 no"), status: "4"}, dispose: func(m *message.Message) error {
			m.Discard("550 5.7.1 unsubscribed")
			return nil
		}, final: delivery.Dropped, reply: "550 5.7.1 unsubscribed", status: "4"},
		{name: "dispose cannot run", driver: driver{reply: delivery.ParseReply("550 no"), status: "4"}, dispose: func(m *message.Message) error {
			_ = clear(m)
			return errors.New("runtime closed")
		}, final: delivery.Failed, reply: "550 no", status: "4", err: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hooks := &disposer{fn: tt.dispose}
			log := &bytes.Buffer{}
			p := &delivery.Policy{Hooks: hooks, Logger: slog.New(slog.NewTextHandler(log, nil))}
			m := newMessage(t)
			m.ContextSet(message.ContextMess, delivery.KeyResponseStatus, "of an earlier attempt")
			out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: m}, &tt.driver)
			if (err != nil) != tt.err {
				t.Fatal(err)
			}
			if out.Final != tt.final || out.Reply.String() != tt.reply {
				t.Errorf("%s %q, want %s %q", out.Final, out.Reply, tt.final, tt.reply)
			}
			if tt.driver.before != "" {
				t.Errorf("the driver saw status %q", tt.driver.before)
			}
			if d := cmp.Diff([]string{tt.status}, hooks.got); d != "" {
				t.Errorf("status (-want +got)\n%s", d)
			}
			if d := cmp.Diff([]delivery.Disposition{tt.final}, tt.driver.disposed); d != "" {
				t.Errorf("disposed (-want +got)\n%s", d)
			}
			if tt.err != strings.Contains(log.String(), "did not run") {
				t.Errorf("log: %s", log)
			}
		})
	}
}

// TestDeliverWithoutAttempt has plans that forbid the attempt, and a driver
// that could not make one.
func TestDeliverWithoutAttempt(t *testing.T) {
	hour := noon.Add(time.Hour)
	for _, tt := range []struct {
		name   string
		state  delivery.State
		driver delivery.Driver
		want   delivery.Outcome
		calls  int
		err    bool
	}{
		{name: "suspended", state: delivery.State{Standing: delivery.Suspended, Until: hour}, driver: &driver{},
			want: delivery.Outcome{Final: delivery.Deferred, RetryAfter: time.Hour}},
		{name: "blackholed", state: delivery.State{Standing: delivery.Blackholed, Until: hour}, driver: &driver{},
			want: delivery.Outcome{Final: delivery.Dropped, Reply: delivery.Internal(delivery.PolicyBlackhole)}},
		{name: "no attempt", driver: &driver{err: context.Canceled}, calls: 1, err: true},
		{name: "no driver", err: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &delivery.Policy{Adaptive: &advisor{state: tt.state}, Now: func() time.Time { return noon }}
			out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: newMessage(t)}, tt.driver)
			if (err != nil) != tt.err {
				t.Error(err)
			}
			if d := cmp.Diff(tt.want, out); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if d, ok := tt.driver.(*driver); ok && d.calls != tt.calls {
				t.Errorf("%d calls of the driver", d.calls)
			}
		})
	}
}
