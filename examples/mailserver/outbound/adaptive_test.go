package outbound_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
	msysoutbound "github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/timer"
)

// TestAdaptive has rules in Lua suspend a domain after more than three replies
// in five minutes, while mail for another domain goes on, and a logging script
// see all of it.
func TestAdaptive(t *testing.T) {
	s := newSink(t)
	clock := timer.NewManualClock(time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC))
	engine, err := adaptive.New(&adaptive.Options{
		Enabled: true, Clock: clock, Logger: slog.New(slog.DiscardHandler),
		Configured: func(_ delivery.Key, option string) (int64, bool) {
			v, ok := map[string]int64{"retry_interval": 60, "max_retry_interval": 60, "max_outbound_connections": 8}[option]
			return v, ok
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{adaptive.Library(engine)}})
	kit.LoadString("rules.lua", `
		require("msys.adaptive")
		msys.adaptive.registerRules({
			["busy.example"] = {
				responses = {
					{ code = "^450 4\\.2\\.0 too many messages", trigger = "3/300", action = { "suspend", "1 hours" }, message = "slow down" },
				},
				configuration = { max_outbound_connections = { 1, 2 } },
			},
			["alias.example"] = "busy.example",
		})
		local log = {}
		function log:core_log_transient_failure_v1(msg, dr, now, note)
			print("deferred " .. msg:rcptto() .. " " .. note .. " attempts " .. dr.attempts)
		end
		function log:core_log_delivery_v1(msg) print("delivered " .. msg:rcptto() .. " " .. msg:get_code()) end
		msys.registerModule("log", log)`)
	s.set(func(to string) *smtp.SMTPError {
		if strings.HasSuffix(to, "@busy.example") {
			return refusal(450, smtp.EnhancedCode{4, 2, 0}, "too many messages")
		}
		return nil
	})
	q := openQueue(t, "", clock.Now)
	for i := range 20 {
		put(t, q, newMail(t, "a@b.example", fmt.Sprintf("u%d@busy.example", i), "x\r\n"))
	}
	key := delivery.Key{Binding: "default", Domain: "busy.example"}
	policy := &delivery.Policy{Adaptive: engine, Hooks: msysoutbound.Hooks(kit.Runtime), Now: clock.Now}
	run(t, q, outbound.Options{Driver: relayTo(t, s.addr), Policy: policy, Clock: clock})

	tries := func() (n int) {
		for i := range 20 {
			n += s.tries(fmt.Sprintf("u%d@busy.example", i))
		}
		return n
	}
	eventually(t, "suspension", func() bool { return engine.State(key).Standing == delivery.Suspended })
	until := engine.State(key).Until
	put(t, q, newMail(t, "a@b.example", "c@good.example", "x\r\n"))
	eventually(t, "mail for another domain", func() bool { return len(s.received()) == 1 })
	n := tries()
	if n < 4 || n > 4+2 { // two connections may be under way
		t.Errorf("%d attempts before the suspension, want 4", n)
	}
	for clock.Now().Before(until.Add(-time.Minute)) {
		eventually(t, "the worker waits", func() bool { return clock.Waiting() > 0 })
		clock.Advance(10 * time.Minute)
	}
	if got := tries(); got != n {
		t.Errorf("%d attempts while suspended", got-n)
	}
	s.set(nil)
	for length(t, q) > 0 {
		eventually(t, "progress", func() bool { return clock.Waiting() > 0 || length(t, q) == 0 })
		clock.Advance(time.Minute)
	}
	if got := len(s.received()); got != 21 || engine.State(key).Standing != delivery.Active {
		t.Errorf("%d mails, want 21; %+v", got, engine.State(key))
	}
	s.mu.Lock()
	most := s.most
	s.mu.Unlock()
	if most > 3 { // two, and one for the other domain
		t.Errorf("%d connections at once", most)
	}
	printed := kit.Printed()
	for _, want := range []string{"deferred u0@busy.example 450 4.2.0 too many messages attempts 0\n", "delivered c@good.example 250 "} {
		if !strings.Contains(printed, want) {
			t.Errorf("no line %q in\n%s", want, printed)
		}
	}
}

// TestBlackhole has a rule drop a domain's mail without a trace for senders.
func TestBlackhole(t *testing.T) {
	s, q := newSink(t), openQueue(t, "", nil)
	engine, err := adaptive.New(&adaptive.Options{Enabled: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	actions, err := adaptive.ParseActions("transcode", "450 later", "blackhole", "4 hours")
	if err != nil {
		t.Fatal(err)
	}
	err = engine.RegisterRules(adaptive.RuleSet{"d.example": {Responses: []adaptive.Response{{Code: "^554", Actions: actions}}}}, adaptive.Augment)
	if err != nil {
		t.Fatal(err)
	}
	s.set(func(string) *smtp.SMTPError { return refusal(554, smtp.EnhancedCode{5, 7, 1}, "listed") })
	run(t, q, outbound.Options{Driver: relayTo(t, s.addr), Policy: &delivery.Policy{Adaptive: engine}, Bounce: bounce})
	put(t, q, newMail(t, "a@b.example", "1@d.example", "x\r\n"))
	eventually(t, "the first attempt", func() bool { return s.tries("1@d.example") == 1 })
	eventually(t, "blackhole", func() bool {
		return engine.State(delivery.Key{Binding: "default", Domain: "d.example"}).Standing == delivery.Blackholed
	})
	put(t, q, newMail(t, "a@b.example", "2@d.example", "x\r\n"))
	eventually(t, "the second is dropped", func() bool { return length(t, q) == 1 })
	if s.tries("2@d.example") != 0 || len(s.received()) != 0 {
		t.Errorf("%d attempts, mails %q", s.tries("2@d.example"), s.received())
	}
}

func newEngine(t *testing.T, q *outbound.Queue) *adaptive.Engine {
	t.Helper()
	e, err := adaptive.New(&adaptive.Options{Enabled: true, Store: q.AdaptiveStore(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	err = e.RegisterRules(adaptive.RuleSet{"d.example": {Responses: []adaptive.Response{
		{Code: "^450", Actions: []adaptive.Action{adaptive.Suspend(time.Hour)}},
	}}}, adaptive.Augment)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
