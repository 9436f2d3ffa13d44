package adaptive_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

// kit makes a runtime with a script whose rules the rig's engine has.
func (r *rig) kit(loops int, scripts ...string) *policykit.Kit {
	r.t.Helper()
	k := policykit.New(r.t, &policykit.Options{
		Modules: []lua.RegistryFunction{adaptive.Library(r.Engine)},
		Config:  msys.Config{Loops: loops},
	})
	for _, s := range scripts {
		k.LoadString("rules.lua", s)
	}
	return k
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestLuaRules(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.options[adaptive.OutboundThrottleMessages] = 1000
	r.kit(2, read(t, "custom_ad.lua"))
	for i := range 6 {
		if d := r.reply(harry, "450 tempfail"); (d.Rule != "") != (i == 5) {
			t.Errorf("reply %d: %+v", i+1, d)
		}
	}
	d := r.reply(harry, "421 4.7.0 [TS01] Messages from 192.0.2.1 temporarily deferred due to user complaints - 4.16.55.1")
	if d.Reply.String() != "554 Dynamic block in place" || len(d.Applied) != 2 || d.Applied[1].New != 800 || d.Applied[1].Message != "slower for a while" {
		t.Errorf("%+v", d)
	}
	k := delivery.Key{Binding: "b", Domain: "alias.example"}
	r.Warmup("b", 48*time.Hour)
	for option, want := range map[string]int64{"outbound_throttle_messages": 200, "max_retries": 7, "max_outbound_connections": 30} {
		if got := r.value(k, option); got != want {
			t.Errorf("%s is %d, want %d", option, got, want)
		}
	}
	if d := r.reply(k, "452 too many"); len(d.Applied) != 2 || d.Applied[0].New != 29 {
		t.Errorf("%+v", d)
	}
}

func TestLuaFaults(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.kit(1, read(t, "faults.lua"))
	if d := r.reply(delivery.Key{Domain: "kept.com"}, "450 x"); d.Rule == "" {
		t.Error("the former rules are gone")
	}
}

func TestLuaFunctionFails(t *testing.T) {
	for _, body := range []string{"error('no idea')", "return 'x'", ""} {
		r := newRig(t, adaptive.Options{})
		r.options["max_retries"] = 3
		r.kit(1, `require("msys.adaptive").registerRules({ ["d"] = { configuration = { max_retries = function() `+body+` end } } })`)
		k := delivery.Key{Domain: "d"}
		for range 2 {
			if got := r.value(k, "max_retries"); got != 3 {
				t.Errorf("%s: %d instead of the configured value", body, got)
			}
		}
		if n := strings.Count(r.records.String(), "the function of a rule failed"); n != 1 {
			t.Errorf("%d records\n%s", n, r.records.String())
		}
	}
}

func TestLuaUnknownKeys(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	k := r.kit(1, `require("msys.adaptive").registerRules({ d = {
		responses = { { code = "x", trigger = "1", action = { "suspend", "1 hours" }, sample = 1 }, configuration = {} },
		comment = "y", configuration = { colour = 3 } } })`)
	for _, want := range []string{`d: response 1: unknown key \"sample\"`, `d: responses: unknown key \"configuration\"`, `d: unknown key \"comment\"`} {
		if !strings.Contains(k.Log(), want) {
			t.Errorf("no warning %s in\n%s", want, k.Log())
		}
	}
	if !strings.Contains(r.records.String(), "option=colour") {
		t.Errorf("no warning of the option\n%s", r.records.String())
	}
}

// TestLuaReload loads the scripts anew, well and badly.
func TestLuaReload(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.register(adaptive.RuleSet{"host.example": {Responses: []adaptive.Response{response(t, "^450", "1", "suspend", "1 hours")}}}, adaptive.Augment)
	k := r.kit(2, `
		generation = 1
		require("msys.adaptive").registerRules({ d = {
			responses = { { code = "^450", trigger = "2/60", action = { "suspend", "1 hours" } } },
			configuration = { max_retries = function() return 5 end } } })`)
	d := delivery.Key{Domain: "d"}
	if got := r.value(d, "max_retries"); got != 5 {
		t.Errorf("%d", got)
	}
	r.reply(d, "450 x")
	for range 2 {
		if err := k.Reload(); err != nil {
			t.Fatal(err)
		}
		r.reply(d, "450 x")
	}
	if got := r.State(d); got.Standing != delivery.Suspended {
		t.Errorf("the counter did not survive: %+v", got)
	}
	r.clock.Advance(time.Minute)
	if got := r.value(d, "max_retries"); got != 5 {
		t.Errorf("%d after a reload", got)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if d := r.reply(delivery.Key{Binding: "2", Domain: "d"}, "450 x"); d.Rule != "" {
		t.Errorf("rules of an ended runtime: %+v", d)
	}
	r.clock.Advance(time.Minute)
	if _, ok := r.Value(context.Background(), d, "max_retries"); ok {
		t.Error("configuration of an ended runtime")
	}
	if d := r.reply(delivery.Key{Domain: "host.example"}, "450 x"); d.Rule == "" {
		t.Error("the host's rules went with the scripts")
	}
}

// TestLuaPolicy has rules and logging scripts around an attempt.
func TestLuaPolicy(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	k := r.kit(1, read(t, "custom_ad.lua"), `
		local mod = {}
		function mod:core_log_permanent_failure_v1(msg, dr, now, note) print("failed: " .. msg:get_code()) end
		function mod:core_log_transient_failure_v1(msg) print("deferred: " .. msg:get_code()) end
		msys.registerModule("logger", mod)`)
	p := &delivery.Policy{Adaptive: r, Hooks: outbound.Hooks(k.Runtime), Now: r.clock.Now}
	ctx := context.Background()
	attempt := func(reply string) delivery.Outcome {
		a := &delivery.Attempt{Message: newMessage(t), Binding: "b", Domain: "harry.com"}
		plan, err := p.Route(ctx, a)
		if err != nil || plan.Action != delivery.Send {
			t.Fatalf("%+v, %v", plan, err)
		}
		out, err := p.Result(ctx, a, delivery.ParseReply(reply))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	out := attempt("421 4.7.0 [TS01] Messages from 192.0.2.1 temporarily deferred due to user complaints - 4.16.55.1")
	if out.Final != delivery.Failed {
		t.Errorf("%+v", out)
	}
	for range 6 {
		out = attempt("450 tempfail")
	}
	if out.Final != delivery.Deferred || out.RetryAfter != 4*time.Hour {
		t.Errorf("%+v", out)
	}
	a := &delivery.Attempt{Message: newMessage(t), Binding: "b", Domain: "harry.com"}
	if plan, err := p.Route(ctx, a); err != nil || plan.Action != delivery.Wait || !plan.Until.Equal(start.Add(4*time.Hour)) {
		t.Errorf("%+v, %v", plan, err)
	}
	if printed := k.Printed(); !strings.HasPrefix(printed, "failed: 554 Dynamic block in place\ndeferred: 450 tempfail\n") {
		t.Errorf("printed\n%s", printed)
	}
}

// TestLuaBareState is a state without a runtime: no functions, but rules.
func TestLuaBareState(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, adaptive.Library(r.Engine))
	bind.OpenPreloaded(l)
	for _, f := range adaptive.Module(r.Engine).Funcs {
		if err := lua.DoString(l, f.Example); err != nil || f.Example == "" {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if d := r.reply(delivery.Key{Domain: "example.com"}, "421 too many"); d.Rule != "" {
		t.Errorf("%+v", d)
	}
	err := lua.DoString(l, `msys.adaptive.registerRules({ d = { configuration = { max_retries = function() end } } })`)
	if text := fmt.Sprint(err); err != nil {
		if s, ok := l.ToString(-1); ok {
			text = s
		}
		if !strings.Contains(text, "there is no event loop") {
			t.Error(text)
		}
	} else {
		t.Error("a function was taken")
	}
}
