package adaptive_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
)

func TestConsole(t *testing.T) {
	r := newRig(t, adaptive.Options{SweepRules: []adaptive.SweepRule{{Name: adaptive.DefaultFeedbackRule, Disabled: true}}})
	r.options[adaptive.OutboundThrottleMessages] = 1000
	rules := adaptive.RuleSet{}
	for _, d := range []string{"gmail.com", "test.example"} {
		rules[d] = adaptive.Entry{Responses: []adaptive.Response{response(t, "^450", "1", "suspend", "4 hours", "throttle", "down")}}
	}
	r.register(rules, adaptive.Augment)
	gmail := delivery.Key{Binding: "default", Domain: "gmail.com"}
	r.reply(gmail, "450 x")
	r.reply(delivery.Key{Binding: "other", Domain: "test.example"}, "450 x")
	r.traffic(gmail, 90, 10, 10)
	r.Warmup("default", time.Hour)
	r.clock.Advance(81 * time.Second)
	say := func(line string) string {
		t.Helper()
		var b strings.Builder
		if err := r.Console(context.Background(), strings.Fields(line), &b); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		return strings.Join(strings.Fields(b.String()), " ")
	}
	const dashes = "--------------------------------------------------------------------------"
	for _, tt := range []struct{ line, want string }{
		{"suspensions --all", "Group/Binding Domain TTL Enable " + dashes + " default gmail.com 14319 1 other test.example 14319 1"},
		{"suspensions --binding other", "Group/Binding Domain TTL Enable " + dashes + " other test.example 14319 1"},
		{"override --domain Gmail.com --binding default", "Overrode 1 entries"},
		{"suspensions", "Group/Binding Domain TTL Enable " + dashes + " default gmail.com 14319 0 other test.example 14319 1"},
		{"override --domain gmail.com enable", "Overrode 1 entries"},
		{"override ttl 10", "Overrode 2 entries"},
		{"suspensions --domain gmail.com", "Group/Binding Domain TTL Enable " + dashes + " default gmail.com 10 1"},
		{"list --domain gmail.com", "Group/Binding Domain Opt Value " + dashes + " default gmail.com outbound_throttle_messages 800"},
		{"reset --domain gmail.com", "Reset 1 entries"},
		{"reset --domain gmail.com", "Reset 0 entries"},
		{"list --domain gmail.com --domain x", "Group/Binding Domain Opt Value " + dashes},
		{"rules --binding default --domain gmail.com", "default_fbl_rule enabled => 0 codes => low_threshold => 0 low_action => high_threshold => 0 high_action => count/total => 0/100 " +
			"default_bounce_rule enabled => 1 codes => bc:10 bc:24 low_threshold => 3 low_action => throttle down high_threshold => 10 high_action => suspend 4 hours count/total => 10/100"},
		{"rules --binding new --domain x", "default_fbl_rule enabled => 0 codes => low_threshold => 0 low_action => high_threshold => 0 high_action => count/total => 0/0 " +
			"default_bounce_rule enabled => 1 codes => bc:10 bc:24 low_threshold => 3 low_action => throttle down high_threshold => 10 high_action => suspend 4 hours count/total => 0/0"},
		{"warmup", "default 3681"},
		{"warmup b1 3600", ""}, {"warmup b2", ""},
		{"warmup", "b1 3600 b2 0 default 3681"},
	} {
		if diff := cmp.Diff(tt.want, strings.ReplaceAll(say(tt.line), "_threshold=>", "_threshold =>")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.line, diff)
		}
	}
	if got := say("help"); !strings.HasPrefix(got, "list [scope] show the options") {
		t.Errorf("help: %s", got)
	}
	r.clock.Advance(10 * time.Second)
	if got := r.State(gmail); got.Standing != delivery.Active {
		t.Errorf("after its new end: %+v", got)
	}
	for _, line := range []string{"", "x", "list x", "suspensions --binding", "override x", "override ttl", "override ttl x", "rules", "rules --binding b",
		"warmup b x", "warmup a b c", "reset --what", "help me"} {
		if err := r.Console(context.Background(), strings.Fields(line), &strings.Builder{}); !errors.Is(err, adaptive.ErrUsage) {
			t.Errorf("%q: %v", line, err)
		}
	}
}
