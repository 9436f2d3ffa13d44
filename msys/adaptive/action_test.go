package adaptive_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
)

// TestConstructors has actions made in Go say what rules would.
func TestConstructors(t *testing.T) {
	for want, a := range map[string]adaptive.Action{
		"suspend 4 hours":                    adaptive.Suspend(4 * time.Hour),
		"suspend 90 minutes":                 adaptive.Suspend(90 * time.Minute),
		"blackhole 1 day":                    adaptive.Blackhole(24 * time.Hour),
		"throttle down":                      adaptive.ThrottleDown(),
		"greylisted 61 seconds":              adaptive.Greylisted(61 * time.Second),
		"warmup 172800":                      adaptive.WarmUp(48 * time.Hour),
		"reduce_connections 2":               adaptive.ReduceConnections(2),
		"reduce_deliveries 5":                adaptive.ReduceDeliveries(5),
		"transcode 454":                      adaptive.Transcode(454, ""),
		"transcode 554 Dynamic block, sorry": adaptive.Transcode(554, "Dynamic block, sorry"),
	} {
		name, param, _ := strings.Cut(want, " ")
		parsed, err := adaptive.ParseActions(name, param)
		if err != nil || a.String() != want || a.Name() != name || !cmp.Equal(a.Params(), []string{param}) {
			t.Errorf("%q: %v, %v", want, a, err)
			continue
		}
		if diff := cmp.Diff(parsed[0], a, cmp.AllowUnexported(adaptive.Action{})); diff != "" {
			t.Errorf("%q (-parsed +made)\n%s", want, diff)
		}
	}
}

func TestAliasAndTable(t *testing.T) {
	rules := adaptive.Entry{Responses: []adaptive.Response{response(t, "^450", "1", "warmup", "1")}}
	r := newRig(t, adaptive.Options{})
	r.register(adaptive.RuleSet{"a": rules, "b": {Alias: "c"}}, adaptive.Augment)
	r.register(adaptive.RuleSet{"a": {Alias: "b"}, "b": rules}, adaptive.Augment)
	for _, domain := range []string{"a", "b"} {
		if d := r.reply(delivery.Key{Domain: domain}, "450 x"); d.Rule != "b ^450" {
			t.Errorf("%s: %q", domain, d.Rule)
		}
	}
	for _, want := range []string{"an alias takes the place of a domain's rules\" domain=a", "rules take the place of a domain's alias\" domain=b"} {
		if !strings.Contains(r.records.String(), want) {
			t.Errorf("no warning %q in\n%s", want, r.records.String())
		}
	}
}

// FuzzParse checks that what is read says what it was read from.
func FuzzParse(f *testing.F) {
	f.Add("suspend", "4 hours", "5/1")
	f.Add("transcode", "554 text", "1")
	f.Add("warmup", "1", "10/3600")
	f.Add("throttle", "down", "x")
	f.Fuzz(func(t *testing.T, name, param, trigger string) {
		if actions, err := adaptive.ParseActions(name, param); err == nil {
			again, err := adaptive.ParseActions(actions[0].Name(), actions[0].Params()[0])
			if err != nil || !cmp.Equal(actions, again, cmp.AllowUnexported(adaptive.Action{})) {
				t.Errorf("%q %q: %v, then %v, %v", name, param, actions, again, err)
			}
		}
		if tr, err := adaptive.ParseTrigger(trigger); err == nil {
			if again, err := adaptive.ParseTrigger(tr.String()); err != nil || again != tr {
				t.Errorf("%q: %v, then %v, %v", trigger, tr, again, err)
			}
		}
	})
}
