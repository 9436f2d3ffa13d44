package delivery_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/timer"
)

// smtp is a Driver whose remote host gives this reply.
type smtp string

func (s smtp) Deliver(context.Context, *delivery.Conn) (delivery.Reply, error) {
	return delivery.ParseReply(string(s)), nil
}

// TestAdaptiveRules has rules from a script around attempts: replies suspend a
// domain, change into others, and drop mail.
func TestAdaptiveRules(t *testing.T) {
	clock := timer.NewManualClock(noon)
	e, err := adaptive.New(&adaptive.Options{Enabled: true, Clock: clock, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{delivery.Library(), adaptive.Library(e)}})
	kit.LoadString("rules.lua", `
		require("msys.adaptive")
		msys.adaptive.registerRules({
			["rcpt.example"] = { responses = {
				{ code = "^450 tempfail", trigger = "2/60", action = { "suspend", "4 hours" } },
				{ code = "dynamic block", trigger = "1", action = { "transcode", "554 Dynamic block in place" } },
				{ code = "spam trap", trigger = "1", action = { "blackhole", "1 hour" } },
			} },
		})
		msys.registerModule("log", {
			core_log_transient_failure_v1 = function(self, msg, dr, now, note) print("transient", note) end,
			core_log_permanent_failure_v1 = function(self, msg, dr, now, note) print("permanent", note) end,
		})`)
	m := received(t, kit)
	p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime), Adaptive: e, Now: clock.Now}
	attempt := func(reply string) delivery.Outcome {
		t.Helper()
		out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: m}, smtp(reply))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := attempt("421 4.7.0 dynamic block"); out.Final != delivery.Failed || out.Reply.String() != "554 Dynamic block in place" || len(out.Actions) != 1 {
		t.Errorf("transcode: %+v", out)
	}
	for i := range 3 {
		out := attempt("450 tempfail")
		if suspended := out.RetryAfter == 4*time.Hour; out.Final != delivery.Deferred || suspended != (i == 2) {
			t.Errorf("reply %d: %+v", i, out)
		}
		clock.Advance(time.Second)
	}
	if out := attempt("250 ok"); out.Final != delivery.Deferred || out.Reply.Code != 0 || out.RetryAfter != 4*time.Hour-time.Second {
		t.Errorf("suspended: %+v", out)
	}
	clock.Advance(4 * time.Hour)
	if out := attempt("250 ok"); out.Final != delivery.Delivered {
		t.Errorf("after the suspension: %+v", out)
	}
	if out := attempt("550 5.7.1 spam trap"); out.Final != delivery.Failed {
		t.Errorf("the reply that blackholes: %+v", out)
	}
	if out := attempt("250 ok"); out.Final != delivery.Dropped {
		t.Errorf("blackholed: %+v", out)
	}
	if d := cmp.Diff([]string{
		"permanent\t554 Dynamic block in place", "transient\t450 tempfail", "transient\t450 tempfail", "transient\t450 tempfail",
		"permanent\t550 5.7.1 spam trap", "permanent\t554 5.7.0 [internal] Blackholed",
	}, strings.Split(kit.Printed(), "\n")); d != "" {
		t.Errorf("printed (-want +got)\n%s", d)
	}
	if errs := kit.Errors(); len(errs) > 0 {
		t.Error(errs)
	}
}
