package adaptive_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
)

var harry = delivery.Key{Binding: "b", Domain: "harry.com"}

func harryRules(t *testing.T) adaptive.RuleSet {
	return adaptive.RuleSet{" Harry.COM ": {Responses: []adaptive.Response{
		response(t, "^450 tempfail", "5/1", "suspend", "4 hours"),
		response(t, "^450 permfail", "2/1", "suspend", "8 hours"),
		response(t, `^421 4\.7\.0 \[TS01\] Messages from (?<IP>\d+\.\d+\.\d+\.\d+) temporarily deferred`, "1",
			"transcode", "554 Dynamic block in place", "throttle", "down"),
	}}}
}

func TestTriggerOfEventsInTime(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.register(harryRules(t), adaptive.Augment)
	for i := range 5 {
		if d := r.reply(harry, "450 tempfail"); d.Rule != "" {
			t.Fatalf("reply %d fired %q", i+1, d.Rule)
		}
		r.clock.Advance(100 * time.Millisecond)
	}
	d := r.reply(harry, "450 tempfail")
	until := r.clock.Now().Add(4 * time.Hour)
	want := delivery.Decision{
		Rule: "harry.com ^450 tempfail", Reply: delivery.ParseReply("450 tempfail"),
		Applied: []delivery.Applied{{Action: "suspend", Params: []string{"4 hours"}, Until: until}},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := r.State(harry); got != (delivery.State{Standing: delivery.Suspended, Until: until, Rule: want.Rule}) {
		t.Errorf("state %+v", got)
	}
	for range 3 {
		d = r.reply(harry, "450 permfail")
	}
	if len(d.Applied) != 0 || len(d.Skipped) != 1 || !strings.Contains(d.Skipped[0].Reason, "suspended until") {
		t.Errorf("a second suspension: %+v", d)
	}
	if got := r.State(harry); !got.Until.Equal(until) {
		t.Errorf("the second suspension moved the end from %v to %v", until, got.Until)
	}
	if got := r.State(delivery.Key{Binding: "other", Domain: "harry.com"}); got.Standing != delivery.Active {
		t.Errorf("another binding: %+v", got)
	}
	r.clock.Set(until)
	if got := r.State(harry); got != (delivery.State{}) {
		t.Errorf("at the end: %+v", got)
	}
	wantLog := fmt.Sprintf("%d@1@G@b@harry.com@NOTICE@suspended for 4 hours\n", start.Unix())
	if !strings.HasPrefix(r.log.String(), wantLog) || !strings.Contains(r.log.String(), "NOTICE@no longer suspended\n") {
		t.Errorf("log\n%s", r.log.String())
	}
}

func TestTriggerTooSlow(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.register(harryRules(t), adaptive.Augment)
	for range 6 {
		if d := r.reply(harry, "450 tempfail"); d.Rule != "" {
			t.Fatalf("fired %q", d.Rule)
		}
		r.clock.Advance(600 * time.Millisecond)
	}
	if got := r.State(harry); got != (delivery.State{}) {
		t.Errorf("%+v", got)
	}
}

func TestTriggerCounterIsCleared(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{response(t, "^450", "1000/60", "warmup", "1")}}}, adaptive.Augment)
	fired := 0
	for range 3003 {
		if d := r.reply(delivery.Key{Domain: "d"}, "450 x"); d.Rule != "" {
			fired++
		}
		r.clock.Advance(time.Millisecond)
	}
	if fired != 3 {
		t.Errorf("fired %d times for 3003 replies, want 3", fired)
	}
}

// TestTriggerWindow compares with a count of all times.
func TestTriggerWindow(t *testing.T) {
	for _, rate := range []string{"3/10", "300/20"} {
		r := newRig(t, adaptive.Options{})
		r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{response(t, "^450", rate, "warmup", "1")}}}, adaptive.Augment)
		trigger, _ := adaptive.ParseTrigger(rate)
		slack := time.Duration(0)
		if trigger.Count > 256 {
			slack = trigger.Within / 256
		}
		var times []time.Time
		for i := range 2000 {
			r.clock.Advance(time.Duration(i*7919%211) * time.Millisecond * time.Duration(1000/trigger.Count) / 40)
			now := r.clock.Now()
			times = append(times, now)
			in := func(d time.Duration) (n int) {
				for _, at := range times {
					if now.Sub(at) < d {
						n++
					}
				}
				return n
			}
			fired := r.reply(delivery.Key{Domain: "d"}, "450 x").Rule != ""
			if fired && in(trigger.Within+slack) <= trigger.Count || !fired && in(trigger.Within-slack) > trigger.Count {
				t.Fatalf("%s: reply %d: fired %v with %d in the time", rate, i, fired, in(trigger.Within))
			}
			if fired {
				times = nil
			}
		}
	}
}

func TestTranscodeAndThrottle(t *testing.T) {
	const text = "421 4.7.0 [TS01] Messages from 192.0.2.1 temporarily deferred due to user complaints - 4.16.55.1"
	r := newRig(t, adaptive.Options{})
	r.register(harryRules(t), adaptive.Augment)
	d := r.reply(harry, text)
	if got := d.Reply.String(); got != "554 Dynamic block in place" {
		t.Errorf("reply %q", got)
	}
	if len(d.Applied) != 1 || len(d.Skipped) != 1 || d.Skipped[0].Action != "throttle" || d.Skipped[0].Reason != "no value" {
		t.Errorf("%+v", d)
	}
	r.options[adaptive.OutboundThrottleMessages] = 1000
	d = r.reply(harry, text)
	if len(d.Applied) != 2 || d.Applied[1].Old != 1000 || d.Applied[1].New != 800 {
		t.Errorf("%+v", d)
	}
	out, err := (&delivery.Policy{Adaptive: r}).Result(context.Background(), &delivery.Attempt{
		Message: newMessage(t), Binding: "b", Domain: "harry.com",
	}, delivery.ParseReply(text))
	if err != nil || out.Final != delivery.Failed || out.Reply.Code != 554 {
		t.Errorf("outcome %+v, %v", out, err)
	}
}

func TestTranscodeKeepsText(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{
		response(t, "rlyb1", "1", "transcode", "454", "suspend", "2 hours"),
		response(t, "internal", "1", "transcode", "450 later"),
	}}}, adaptive.Augment)
	k := delivery.Key{Domain: "d"}
	tests := []struct{ in, want string }{
		{"554 5.7.1 see rlyb1.html", "454 5.7.1 see rlyb1.html"},
		{"554-one\r\n554 two rlyb1", "454 one two rlyb1"},
		{"554 5.4.7 [internal] exceeded max time without delivery", "554 5.4.7 [internal] exceeded max time without delivery"},
		{"451 4.4.2 [internal] connection closed by remote host", "450 later"},
	}
	for _, tt := range tests {
		if got := r.reply(k, tt.in).Reply.String(); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := r.reply(k, "250 rlyb1"); got.Rule != "" {
		t.Errorf("a delivery fired %q", got.Rule)
	}
}

func TestThrottleDown(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.options[adaptive.OutboundThrottleMessages] = 1000
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{response(t, "^4", "1", "throttle", "down")}}}, adaptive.Augment)
	k := delivery.Key{Binding: "b", Domain: "d"}
	want := func(n int64) {
		t.Helper()
		if got := r.value(k, adaptive.OutboundThrottleMessages); got != n {
			t.Errorf("value %d, want %d", got, n)
		}
	}
	want(1000)
	r.reply(k, "421 slow")
	want(800)
	r.clock.Advance(59 * time.Second)
	if d := r.reply(k, "421 slow"); len(d.Skipped) != 1 || d.Skipped[0].Reason != "another rule has just adjusted" {
		t.Errorf("%+v", d)
	}
	want(800)
	r.clock.Advance(time.Second)
	r.reply(k, "421 slow")
	want(640)
	if want := "outbound_throttle_messages 1000 -> 800"; !strings.Contains(r.log.String(), "@b@d@NOTICE@"+want+"\n") {
		t.Errorf("log\n%s", r.log.String())
	}
	r.bounds[adaptive.OutboundThrottleMessages] = [2]int64{700, 900}
	want(700)
	delete(r.bounds, adaptive.OutboundThrottleMessages)
	r.options[adaptive.OutboundThrottleMessages] = 1
	r.clock.Advance(time.Minute)
	if d := r.reply(k, "421 slow"); len(d.Skipped) != 1 {
		t.Errorf("%+v", d)
	}
	want(1)
}

func TestReduceAndGreylist(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.options = map[string]int64{"max_outbound_connections": 3, "max_deliveries_per_connection": 20, "retry_interval": 600, "max_retry_interval": 3600}
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{
		response(t, "^421 connections", "1", "reduce_connections", "2"),
		response(t, "^421 all", "1", "reduce_connections", "1", "reduce_deliveries", "5", "greylisted", "15 minutes"),
	}}}, adaptive.Augment)
	k := delivery.Key{Domain: "d"}
	d := r.reply(k, "421 all")
	want := []delivery.Applied{
		{Action: "reduce_connections", Params: []string{"1"}, Option: "max_outbound_connections", Old: 3, New: 2},
		{Action: "reduce_deliveries", Params: []string{"5"}, Option: "max_deliveries_per_connection", Old: 20, New: 15},
		{Action: "greylisted", Params: []string{"15 minutes"}, Option: "retry_interval", Old: 600, New: 900},
	}
	if diff := cmp.Diff(want, d.Applied); diff != "" {
		t.Errorf("one firing makes all its adjustments (-want +got)\n%s", diff)
	}
	if len(d.Skipped) != 1 || d.Skipped[0].Reason != "3600 already" {
		t.Errorf("skipped %+v", d.Skipped)
	}
	r.clock.Advance(time.Minute)
	for range 3 {
		r.reply(k, "421 connections")
		r.clock.Advance(time.Minute)
	}
	if got := r.value(k, "max_outbound_connections"); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

func TestEscalation(t *testing.T) {
	r := newRig(t, adaptive.Options{AdjustmentInterval: -1})
	r.options[adaptive.OutboundThrottleMessages] = 1 << 40
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{
		response(t, "^421", "10/1", "suspend", "1 hours"),
		response(t, "^421 slow", "1", "throttle", "down"),
	}}}, adaptive.Augment)
	k := delivery.Key{Domain: "d"}
	var rules []string
	for range 12 {
		rules = append(rules, r.reply(k, "421 slow down").Rule)
		r.clock.Advance(time.Millisecond)
	}
	for i, rule := range rules {
		if want := map[bool]string{true: "d ^421", false: "d ^421 slow"}[i == 10]; rule != want {
			t.Errorf("reply %d fired %q, want %q", i+1, rule, want)
		}
	}
	if got := r.State(k); got.Standing != delivery.Suspended {
		t.Errorf("%+v", got)
	}
}

func TestAugmentAndReplace(t *testing.T) {
	system := adaptive.RuleSet{
		"yahoo.com": {
			Responses:     []adaptive.Response{response(t, "^553 Mail from", "1", "suspend", "4 hours"), response(t, "^540", "1", "suspend", "1 hours")},
			Configuration: map[string]adaptive.Setting{"max_outbound_connections": adaptive.Within(30, 300), "max_retries": adaptive.Fixed(7)},
		},
		"yahoo.de":   {Alias: "Yahoo.com"},
		"google.com": {Responses: []adaptive.Response{response(t, "^553 You", "1", "blackhole", "4 hours")}},
	}
	custom := adaptive.RuleSet{"yahoo.com": {
		Responses:     []adaptive.Response{response(t, "^540 Too many", "10/1", "reduce_connections", "1")},
		Configuration: map[string]adaptive.Setting{"max_outbound_connections": adaptive.Fixed(5)},
	}}
	r := newRig(t, adaptive.Options{})
	r.register(system, adaptive.Augment)
	r.register(custom, adaptive.Augment)
	yahoo, de, google := delivery.Key{Domain: "yahoo.com"}, delivery.Key{Domain: "YAHOO.de."}, delivery.Key{Domain: "google.com"}
	if d := r.reply(yahoo, "540 Too many connections"); d.Rule != "" {
		t.Errorf("a match of the newer set lets the older one fire: %q", d.Rule)
	}
	if d := r.reply(yahoo, "540 other"); d.Rule != "yahoo.com ^540" {
		t.Errorf("older responses are kept: %q", d.Rule)
	}
	if d := r.reply(de, "553 Mail from x"); d.Rule != "yahoo.com ^553 Mail from" {
		t.Errorf("alias: %q", d.Rule)
	}
	if got := r.State(delivery.Key{Domain: "yahoo.de"}); got.Standing != delivery.Suspended {
		t.Errorf("the alias has a state of its own: %+v", got)
	}
	if got := []int64{r.value(de, "max_outbound_connections"), r.value(de, "max_retries")}; got[0] != 5 || got[1] != 7 {
		t.Errorf("configuration %v", got)
	}
	if d := r.reply(google, "553 You are"); d.Rule == "" {
		t.Error("google.com has lost its rule")
	}
	if got := r.State(google); got.Standing != delivery.Blackholed {
		t.Errorf("%+v", got)
	}
	r.register(custom, adaptive.Replace)
	if d := r.reply(delivery.Key{Binding: "2", Domain: "google.com"}, "553 You are"); d.Rule != "" {
		t.Error("replace has left google.com")
	}
}

func TestBadRules(t *testing.T) {
	ok := response(t, "^450", "1", "suspend", "1 hours")
	bad := func(change func(*adaptive.Response)) adaptive.RuleSet {
		r := ok
		change(&r)
		return adaptive.RuleSet{"harry.com": {Responses: []adaptive.Response{ok, r}}}
	}
	tests := []struct {
		set  adaptive.RuleSet
		want string
	}{
		{bad(func(r *adaptive.Response) { r.Code = "(" }), "harry.com: response 2: code \"(\": "},
		{bad(func(r *adaptive.Response) { r.Code = "" }), "harry.com: response 2: code: no pattern"},
		{bad(func(r *adaptive.Response) { r.Actions = nil }), "harry.com: response 2: action: none given"},
		{bad(func(r *adaptive.Response) { r.Actions = []adaptive.Action{{}} }), "harry.com: response 2: action"},
		{bad(func(r *adaptive.Response) { r.Actions = []adaptive.Action{adaptive.Suspend(0)} }), "harry.com: response 2: action \"suspend\""},
		{bad(func(r *adaptive.Response) { r.Actions = []adaptive.Action{adaptive.Transcode(250, "ok")} }), "from 400 to 599"},
		{bad(func(r *adaptive.Response) { r.Trigger.Count = 3 }), "harry.com: response 2: trigger"},
		{adaptive.RuleSet{"a": {Alias: "b"}, "b": {Alias: "c"}}, "a: alias of b, which is an alias itself"},
		{adaptive.RuleSet{"a": {Alias: "a"}}, "a: alias of a"},
		{adaptive.RuleSet{"a": {Alias: "kept.de"}}, "a: alias of kept.de"},
		{adaptive.RuleSet{"a": {Alias: "b", Responses: []adaptive.Response{ok}}}, "a: an alias with rules"},
		{adaptive.RuleSet{"a": {}, "A ": {}}, "a: given twice"},
		{adaptive.RuleSet{" ": {}}, "a domain without a name"},
		{adaptive.RuleSet{"a": {Configuration: map[string]adaptive.Setting{"x": adaptive.Within(2, 1)}}}, "a: configuration x: "},
		{adaptive.RuleSet{"a": {Configuration: map[string]adaptive.Setting{"x": adaptive.Computed(nil)}}}, "a: configuration x: no function"},
	}
	for _, tt := range tests {
		r := newRig(t, adaptive.Options{})
		r.register(adaptive.RuleSet{"kept.com": {Responses: []adaptive.Response{ok}}, "kept.de": {Alias: "kept.com"}}, adaptive.Augment)
		mode := adaptive.Replace
		if tt.set["a"].Alias == "kept.de" {
			mode = adaptive.Augment
		}
		err := r.RegisterRules(tt.set, mode)
		if err == nil || !strings.HasPrefix(err.Error(), "adaptive: registering rules: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: error %v, want %q", tt.set, err, tt.want)
		}
		if d := r.reply(delivery.Key{Domain: "kept.com"}, "450 x"); d.Rule == "" {
			t.Errorf("%v: the former rules are gone", tt.set)
		}
	}
}

func TestParseActions(t *testing.T) {
	tests := []struct {
		words string
		want  string // "" for an error
	}{
		{"suspend|4 hours", "suspend 4 hours"},
		{"suspend|1 second|throttle|down", "suspend 1 second; throttle down"},
		{"blackhole|2 days", "blackhole 2 days"},
		{"transcode|454", "transcode 454"},
		{"warmup|1", "warmup 1"},
		{"explode", ""}, {"explode|now", ""}, {"suspend", ""}, {"suspend|4", ""}, {"suspend|4 weeks", ""}, {"suspend|-1 hours", ""},
		{"suspend|0 hours", ""}, {"suspend|99999999999999999999 hours", ""}, {"suspend|9000 days", ""},
		{"suspend|4 hours|explode", ""}, {"throttle|up", ""}, {"reduce_connections|0", ""}, {"reduce_deliveries|x", ""},
		{"transcode|250 ok", ""}, {"transcode|x", ""}, {"transcode|600", ""}, {"warmup|-1", ""}, {"warmup|99999999999999", ""}, {"", ""},
	}
	for _, tt := range tests {
		actions, err := adaptive.ParseActions(strings.Split(tt.words, "|")...)
		var got []string
		for _, a := range actions {
			got = append(got, a.String())
		}
		if strings.Join(got, "; ") != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%q: %q, %v", tt.words, got, err)
		}
	}
	if _, err := adaptive.ParseActions(); err == nil {
		t.Error("no action is no error")
	}
	for _, s := range []string{"", "5/", "/1", "0/1", "5/0", "2", "x", "1/x", "-1/1", "5/1/1", "99999999999/1", "1/99999999"} {
		if tr, err := adaptive.ParseTrigger(s); err == nil || !strings.HasSuffix(err.Error(), `expected "1" or "events/seconds"`) {
			t.Errorf("trigger %q: %v, %v", s, tr, err)
		}
	}
	for _, s := range []string{"1", "5/1", "10/3600", "3/1000000"} {
		if tr, err := adaptive.ParseTrigger(s); err != nil || tr.String() != s {
			t.Errorf("trigger %q: %v, %v", s, tr, err)
		}
	}
}

func TestOverride(t *testing.T) {
	r := newRig(t, adaptive.Options{RetryFuzz: time.Minute})
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{response(t, "^450", "1", "suspend", "1 hours")}}}, adaptive.Augment)
	k := delivery.Key{Binding: "b", Domain: "d"}
	if r.Override(k, false) {
		t.Error("there was nothing to override")
	}
	r.reply(k, "450 x")
	until := start.Add(time.Hour)
	if at := r.RetryTime(k); at.Before(until) || !at.Before(until.Add(time.Minute)) {
		t.Errorf("retry at %v", at)
	}
	if !r.Override(k, false) || r.State(k).Standing != delivery.Active {
		t.Errorf("overridden: %+v", r.State(k))
	}
	want := []adaptive.Suspension{{Key: k, Standing: delivery.Suspended, Until: until, Rule: "d ^450"}}
	if diff := cmp.Diff(want, r.Suspensions()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !r.Override(k, true) || r.State(k).Standing != delivery.Suspended {
		t.Errorf("in force again: %+v", r.State(k))
	}
	r.clock.Set(until)
	if got := r.Suspensions(); len(got) != 0 || r.Override(k, true) {
		t.Errorf("after the end: %+v", got)
	}
	if at := r.RetryTime(k); !at.Equal(until) {
		t.Errorf("retry at %v", at)
	}
}

func TestDisabled(t *testing.T) {
	e, err := adaptive.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.RegisterRules(harryRules(t), adaptive.Augment); err != nil {
		t.Fatal(err)
	}
	e.Delivered(harry, 1)
	e.Bounced(harry, 10)
	e.Feedback(harry, "abuse")
	for range 9 {
		if d, err := e.Respond(context.Background(), harry, delivery.ParseReply("450 tempfail")); d.Rule != "" || err != nil {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	if got := e.State(harry); got != (delivery.State{}) {
		t.Errorf("%+v", got)
	}
}

func TestMaxPairs(t *testing.T) {
	r := newRig(t, adaptive.Options{MaxPairs: 100})
	r.register(adaptive.RuleSet{"held": {Responses: []adaptive.Response{response(t, "^450", "1", "suspend", "1 hours")}}}, adaptive.Augment)
	r.reply(delivery.Key{Domain: "held"}, "450 x")
	for i := range 1000 {
		r.Delivered(delivery.Key{Domain: fmt.Sprint(i)}, 1)
	}
	if got := r.State(delivery.Key{Domain: "held"}); got.Standing != delivery.Suspended {
		t.Error("a suspension was forgotten for room")
	}
}

func TestConcurrent(t *testing.T) {
	r := newRig(t, adaptive.Options{Logger: discard(), MaxPairs: 20})
	r.options[adaptive.OutboundThrottleMessages] = 1000
	set := harryRules(t)
	set["harry.com"] = adaptive.Entry{Configuration: map[string]adaptive.Setting{
		adaptive.MaxRetries: adaptive.Computed(func(context.Context, adaptive.Input) (float64, error) { return 5, nil }),
	}}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ctx := context.Background()
			for j := range 50 {
				k := delivery.Key{Binding: fmt.Sprint(i % 3), Domain: []string{"harry.com", fmt.Sprint(j)}[i%2]}
				if i%16 == 0 {
					if err := r.RegisterRules(harryRules(t), adaptive.Mode(j%2)); err != nil {
						t.Error(err)
					}
				}
				if _, err := r.Respond(ctx, k, delivery.ParseReply("450 tempfail")); err != nil {
					t.Error(err)
				}
				r.State(k)
				r.Value(ctx, k, adaptive.MaxRetries)
				r.Delivered(k, 1)
				r.Bounced(k, 10)
				r.Feedback(k, "abuse")
				r.Override(k, j%2 == 0)
				r.Warmup(k.Binding, time.Hour)
				r.Suspensions()
				if i == 1 {
					r.clock.Advance(time.Second)
					if err := r.Sweep(ctx); err != nil {
						t.Error(err)
					}
				}
			}
		}()
	}
	wg.Wait()
}
