package outbound_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/rfc3464"
	"github.com/gomsys/gomsys/timer"
)

func TestDelivery(t *testing.T) {
	s, q := newSink(t), openQueue(t, "", nil)
	old := newMail(t, "a@b.example", "old@d0.example", "queued before the worker ran\r\n")
	put(t, q, old)
	run(t, q, outbound.Options{Driver: relayTo(t, s.addr)})
	const odd = ".dots\r\n..\r\nbytes \xff\x00\xe9\r\n\r\nend\r\n"
	put(t, q, newMail(t, "", "null@d1.example", odd))
	for i := range 50 {
		put(t, q, newMail(t, "a@b.example", numbered(i), "x\r\n"))
	}
	eventually(t, "delivery", empty(t, q))
	got := map[string]mail{}
	for _, m := range s.received() {
		if _, twice := got[m.to]; twice {
			t.Errorf("%s twice", m.to)
		}
		got[m.to] = m
	}
	if len(got) != 52 {
		t.Errorf("%d mails, want 52", len(got))
	}
	if m := got["null@d1.example"]; m.from != "" || !strings.HasSuffix(m.content, "\r\n\r\n"+odd) {
		t.Errorf("%q", m)
	}
	if m := got["old@d0.example"]; m.from != "a@b.example" || !strings.HasPrefix(m.content, "From: a@b.example\r\n") {
		t.Errorf("%q", m)
	}
}

func TestQueueKeepsAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	q := openQueue(t, path, nil)
	m := newMail(t, "a\xff@b.example", "c@d.example", "x\r\n")
	m.SetBinding("default")
	if _, err := m.SetRoutingDomain("hub.example"); err != nil {
		t.Fatal(err)
	}
	m.SetDeliveryMethod("http")
	m.ContextSet(message.ContextMess, "k\xff", "v\x00")
	m.ContextSet(message.ContextConn, "c", "w")
	id := m.ID()
	if err := q.Put(context.Background(), m, "Received: from x\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := outbound.OpenQueue(path, nil); !errors.Is(err, outbound.ErrLocked) {
		t.Errorf("opened twice: %v", err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openQueue(t, path, nil)
	got := make(chan *message.Message, 1)
	run(t, q, outbound.Options{Driver: failingDriver{}, Drivers: func(method string) delivery.Driver {
		if method != "http" {
			return nil
		}
		return driverFunc(func(_ context.Context, c *delivery.Conn) (delivery.Reply, error) {
			got <- c.Message()
			return delivery.Reply{Code: 250}, nil
		})
	}})
	back := <-got
	vars := func(m *message.Message) []string {
		a, _ := m.ContextGet(message.ContextMess, "k\xff")
		b, _ := m.ContextGet(message.ContextConn, "c")
		return []string{a, b, m.ID(), m.Binding(), m.RoutingDomain(context.Background()), m.DeliveryMethod(context.Background()), m.Sender(), m.Recipient()}
	}
	want := []string{"v\x00", "w", id, "default", "hub.example", "http", "a\xff@b.example", "c@d.example"}
	if diff := cmp.Diff(want, vars(back)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if h := back.Header().Bytes(); !strings.HasPrefix(string(h), "Received: from x\r\nFrom: ") {
		t.Errorf("header %q", h)
	}
}

type driverFunc func(ctx context.Context, c *delivery.Conn) (delivery.Reply, error)

func (f driverFunc) Deliver(ctx context.Context, c *delivery.Conn) (delivery.Reply, error) {
	return f(ctx, c)
}

// failingDriver cannot even try.
type failingDriver struct{}

func (failingDriver) Deliver(context.Context, *delivery.Conn) (delivery.Reply, error) {
	return delivery.Reply{}, errors.New("not this driver")
}

func TestRetries(t *testing.T) {
	s := newSink(t)
	clock := timer.NewManualClock(time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC))
	q := openQueue(t, "", clock.Now)
	s.set(func(string) *smtp.SMTPError { return refusal(450, smtp.EnhancedCode{4, 2, 0}, "busy") })
	put(t, q, newMail(t, "a@b.example", "c@d.example", "x\r\n"))
	run(t, q, outbound.Options{Driver: relayTo(t, s.addr), Clock: clock, RetryInterval: time.Minute, MaxRetryInterval: 3 * time.Minute})
	for i, pause := range []time.Duration{0, time.Minute, 2 * time.Minute, 3 * time.Minute, 3 * time.Minute} {
		if pause > 0 {
			eventually(t, "the worker waits", func() bool { return clock.Waiting() > 0 })
			clock.Advance(pause - time.Second)
			if n := s.tries("c@d.example"); n != i {
				t.Fatalf("%d attempts before retry %d", n, i)
			}
			eventually(t, "the worker waits", func() bool { return clock.Waiting() > 0 })
			clock.Advance(time.Second)
		}
		eventually(t, fmt.Sprintf("attempt %d", i+1), func() bool { return s.tries("c@d.example") == i+1 })
	}
	s.set(nil)
	eventually(t, "the worker waits", func() bool { return clock.Waiting() > 0 })
	clock.Advance(3 * time.Minute)
	eventually(t, "delivery", empty(t, q))
	if n := len(s.received()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func bounce(ctx context.Context, m *message.Message, _ delivery.Outcome) (*message.Message, error) {
	dsn, err := rfc3464.Create(ctx, m, rfc3464.Failed, &rfc3464.Options{Hostname: "mx.test"})
	if errors.Is(err, rfc3464.ErrNullSender) {
		return nil, nil
	}
	return dsn, err
}

func TestBounce(t *testing.T) {
	s, q := newSink(t), openQueue(t, "", nil)
	s.set(func(to string) *smtp.SMTPError {
		if strings.HasPrefix(to, "nobody@") {
			return refusal(550, smtp.EnhancedCode{5, 1, 1}, "no such user")
		}
		return nil
	})
	run(t, q, outbound.Options{Driver: relayTo(t, s.addr), Bounce: bounce})
	put(t, q, newMail(t, "a@b.example", "nobody@d.example", "x\r\n"))
	put(t, q, newMail(t, "", "nobody@d.example", "x\r\n"))
	eventually(t, "delivery", empty(t, q))
	got := s.received()
	if len(got) != 1 || got[0].from != "" || got[0].to != "a@b.example" || !strings.Contains(got[0].content, "550 5.1.1 no such user") {
		t.Errorf("%q", got)
	}
}

func TestExpiry(t *testing.T) {
	for name, o := range map[string]outbound.Options{
		"5.4.7 [internal] exceeded max time without delivery":    {MaxAge: 150 * time.Second},
		"5.4.7 [internal] exceeded max retries without delivery": {MaxRetries: 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSink(t)
			clock := timer.NewManualClock(time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC))
			q := openQueue(t, "", clock.Now)
			s.set(func(to string) *smtp.SMTPError {
				if to == "c@d.example" {
					return refusal(450, smtp.EnhancedCode{4, 2, 0}, "busy")
				}
				return nil
			})
			o.Driver, o.Clock, o.Bounce = relayTo(t, s.addr), clock, bounce
			o.RetryInterval, o.MaxRetryInterval = time.Minute, time.Minute
			put(t, q, newMail(t, "a@b.example", "c@d.example", "x\r\n"))
			run(t, q, o)
			for range 3 {
				eventually(t, "the worker waits", func() bool { return clock.Waiting() > 0 })
				clock.Advance(time.Minute)
			}
			eventually(t, "the end", empty(t, q))
			if got := s.received(); len(got) != 1 || !strings.Contains(got[0].content, "554 "+name) || s.tries("c@d.example") != 3 {
				t.Errorf("%q after %d attempts", got, s.tries("c@d.example"))
			}
		})
	}
}

// TestOneConnection has the connection carry several messages, also after
// refusals, and end after as many as policy says.
func TestOneConnection(t *testing.T) {
	s, q := newSink(t), openQueue(t, "", nil)
	s.set(func(to string) *smtp.SMTPError {
		if strings.HasPrefix(to, "no@") {
			return refusal(550, smtp.EnhancedCode{5, 1, 1}, "no")
		}
		return nil
	})
	for range 5 {
		put(t, q, newMail(t, "a@b.example", "yes@d.example", "x\r\n"))
		put(t, q, newMail(t, "a@b.example", "no@d.example", "x\r\n"))
	}
	run(t, q, outbound.Options{Driver: &outbound.Relay{Address: s.addr, PerConnection: 4}, Connections: 1})
	eventually(t, "delivery", empty(t, q))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions != 3 || s.most != 1 || len(s.mails) != 5 {
		t.Errorf("%d connections, %d at once, %d mails; want 3, 1, 5", s.sessions, s.most, len(s.mails))
	}
}

func TestConcurrency(t *testing.T) {
	var mu sync.Mutex
	now, most := map[string]int{}, map[string]int{}
	all := 0
	gate := make(chan struct{})
	driver := driverFunc(func(_ context.Context, c *delivery.Conn) (delivery.Reply, error) {
		d := c.Plan().Key.Domain
		mu.Lock()
		now[d]++
		all++
		most[d] = max(most[d], now[d])
		most[""] = max(most[""], all)
		mu.Unlock()
		<-gate
		mu.Lock()
		now[d]--
		all--
		mu.Unlock()
		return delivery.Reply{Code: 250}, nil
	})
	q := openQueue(t, "", nil)
	for i := range 60 {
		put(t, q, newMail(t, "a@b.example", numbered(i), "x\r\n"))
	}
	advisor := fixed{"max_outbound_connections": 4}
	run(t, q, outbound.Options{Driver: driver, MaxConcurrent: 10, Policy: &delivery.Policy{Adaptive: advisor}})
	eventually(t, "all attempts that may be", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return all == 10
	})
	close(gate)
	eventually(t, "delivery", empty(t, q))
	mu.Lock()
	defer mu.Unlock()
	if most[""] != 10 || most["d0.example"] > 4 || most["d1.example"] > 4 || most["d2.example"] > 4 {
		t.Errorf("attempts at once: %v", most)
	}
}

// fixed is advice that never changes.
type fixed map[string]int64

func (f fixed) Respond(_ context.Context, _ delivery.Key, r delivery.Reply) (delivery.Decision, error) {
	return delivery.Decision{Reply: r}, nil
}
func (f fixed) State(delivery.Key) delivery.State { return delivery.State{} }
func (f fixed) Value(_ context.Context, _ delivery.Key, option string) (int64, bool) {
	v, ok := f[option]
	return v, ok
}
func (f fixed) Delivered(delivery.Key, int) {}
func (f fixed) Bounced(delivery.Key, int)   {}

func TestThrottle(t *testing.T) {
	clock := timer.NewManualClock(time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC))
	q := openQueue(t, "", clock.Now)
	var mu sync.Mutex
	var times []time.Duration
	start := clock.Now()
	driver := driverFunc(func(context.Context, *delivery.Conn) (delivery.Reply, error) {
		mu.Lock()
		defer mu.Unlock()
		times = append(times, clock.Now().Sub(start))
		return delivery.Reply{Code: 250}, nil
	})
	// The first attempt tells the worker how fast it may go, so that the
	// second is the first to wait.
	put(t, q, newMail(t, "a@b.example", "c@d.example", "x\r\n"))
	run(t, q, outbound.Options{Driver: driver, Clock: clock, Policy: &delivery.Policy{Adaptive: fixed{"outbound_throttle_messages": 60}}})
	eventually(t, "the first", empty(t, q))
	for range 4 {
		put(t, q, newMail(t, "a@b.example", "c@d.example", "x\r\n"))
	}
	for length(t, q) > 0 {
		eventually(t, "progress", func() bool { return clock.Waiting() > 0 || length(t, q) == 0 })
		clock.Advance(time.Second)
	}
	for i, at := range times {
		if i > 1 && at-times[i-1] < time.Minute {
			t.Errorf("mails at %v", times)
		}
	}
	if len(times) != 5 {
		t.Errorf("mails at %v", times)
	}
}

func TestInternalReplies(t *testing.T) {
	closed := newSink(t)
	tests := []struct {
		name    string
		confirm func() *smtp.SMTPError
		addr    string
		want    string
	}{
		{"refused connection", nil, "127.0.0.1:1", "451 4.4.1 [internal] No valid hosts"},
		{"refused message", func() *smtp.SMTPError { return refusal(554, smtp.EnhancedCode{5, 7, 1}, "spam\nsee example") }, "", "554 spam 5.7.1 see example"},
		{"no enhanced code", func() *smtp.SMTPError { return refusal(452, smtp.NoEnhancedCode, "full") }, "", "452 full"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := tt.addr
			if addr == "" {
				addr = closed.addr
			}
			closed.mu.Lock()
			closed.confirm = tt.confirm
			closed.mu.Unlock()
			m := newMail(t, "a@b.example", "c@d.example", "x\r\n")
			reply, err := relayTo(t, addr).Deliver(context.Background(), delivery.NewConn(&delivery.Attempt{Message: m}, nil))
			if err != nil || reply.String() != tt.want {
				t.Errorf("%q, %v; want %q", reply, err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := newMail(t, "a@b.example", "c@d.example", "x\r\n")
	if _, err := relayTo(t, closed.addr).Deliver(ctx, delivery.NewConn(&delivery.Attempt{Message: m}, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestNoDriver(t *testing.T) {
	if _, err := outbound.NewWorker(openQueue(t, "", nil), outbound.Options{}); err == nil {
		t.Error("a worker without a driver")
	}
}
