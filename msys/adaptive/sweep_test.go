package adaptive_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
)

func (r *rig) traffic(k delivery.Key, delivered, bounced, code int) {
	r.Delivered(k, delivered)
	for range bounced {
		r.Bounced(k, code)
	}
}

func TestSweep(t *testing.T) {
	k := delivery.Key{Binding: "b", Domain: "d"}
	tests := []struct {
		name                     string
		rules                    []adaptive.SweepRule
		delivered, bounced, code int
		complaints               int
		want                     string // what is in the log
	}{
		{name: "a rate between the thresholds throttles", delivered: 1900, bounced: 200, code: 10, want: "outbound_throttle_messages 1000 -> 800: bc:10 bc:24 at 9.52%"},
		{name: "too few attempts", delivered: 10, bounced: 10, code: 10},
		{name: "a high rate suspends", delivered: 1900, bounced: 300, code: 24, want: "suspended for 4 hours: bc:10 bc:24 at 13.64%"},
		{name: "another class", delivered: 1900, bounced: 300, code: 30},
		{name: "complaints", delivered: 20_000, complaints: 50, want: "outbound_throttle_messages 1000 -> 800: fbl:abuse at 0.25%"},
		{name: "many complaints", delivered: 20_000, complaints: 100, want: "suspended for 4 hours: fbl:abuse at 0.50%"},
		{name: "too little volume", delivered: 19_999, complaints: 1000},
		{name: "a rule of the host takes the place of the default", rules: []adaptive.SweepRule{{Name: "mine", Codes: []string{"bc:30"}}},
			delivered: 1900, bounced: 200, code: 10},
		{name: "with the usual thresholds", rules: []adaptive.SweepRule{{Name: "mine", Codes: []string{"bc:30", "bc:40"}}},
			delivered: 1800, bounced: 200, code: 40, want: "suspended for 4 hours: bc:30 bc:40 at 10.00%"},
		{name: "out of scope", rules: []adaptive.SweepRule{{Name: "mine", Domain: "other", Codes: []string{"bc:30"}}},
			delivered: 1800, bounced: 300, code: 30},
		{name: "the narrower scope holds", rules: []adaptive.SweepRule{
			{Name: "mine", Domain: "d", Codes: []string{"bc:10"}, HighActions: []adaptive.Action{adaptive.Suspend(2 * time.Hour)}},
			{Name: "mine", Codes: []string{"bc:10"}},
			{Name: "mine", Binding: "b", Codes: []string{"bc:10"}}},
			delivered: 1800, bounced: 300, code: 10, want: "suspended for 2 hours"},
		{name: "disabled in the narrower scope", rules: []adaptive.SweepRule{
			{Name: adaptive.DefaultBounceRule, Binding: "b", Domain: "d", Disabled: true}},
			delivered: 1800, bounced: 300, code: 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, adaptive.Options{SweepRules: tt.rules})
			r.options[adaptive.OutboundThrottleMessages] = 1000
			r.traffic(k, tt.delivered, tt.bounced, tt.code)
			for range tt.complaints {
				r.Feedback(k, "abuse")
			}
			r.sweep()
			if got := r.log.String(); !strings.Contains(got, tt.want) || tt.want == "" && got != "" || strings.Count(got, "NOTICE") > 1 {
				t.Errorf("log %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSweepForgets(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	k := delivery.Key{Domain: "d"}
	r.traffic(k, 1000, 1000, 10)
	r.clock.Advance(time.Hour + 5*time.Minute)
	r.traffic(k, 2000, 10, 10)
	r.sweep()
	if got := r.State(k); got.Standing != delivery.Active {
		t.Errorf("bounces of more than an hour ago count: %+v", got)
	}
	r.traffic(k, 0, 500, 10)
	r.sweep()
	if got := r.State(k); got.Standing != delivery.Suspended || got.Rule != adaptive.DefaultBounceRule {
		t.Errorf("%+v", got)
	}
}

func TestRejectionRate(t *testing.T) {
	r := newRig(t, adaptive.Options{DefaultSuspensionEnabled: true, DefaultSuspension: 30 * time.Minute})
	k := delivery.Key{Domain: "d"}
	r.traffic(k, 1600, 400, 0)
	r.sweep()
	if got := r.State(k); got.Standing != delivery.Active {
		t.Errorf("at 20%%: %+v", got)
	}
	r.Bounced(k, 0)
	r.sweep()
	if got := r.State(k); got.Standing != delivery.Suspended || !got.Until.Equal(start.Add(30*time.Minute)) {
		t.Errorf("above 20%%: %+v", got)
	}
}

func TestBadSweepRules(t *testing.T) {
	for want, rule := range map[string]adaptive.SweepRule{
		"no codes":            {},
		`code "10"`:           {Codes: []string{"10"}},
		`code "bc:x"`:         {Codes: []string{"bc:x"}},
		`code "fbl:"`:         {Codes: []string{"fbl:"}},
		"in one rule":         {Codes: []string{"bc:10", "fbl:abuse"}},
		"no reply to change":  {Codes: []string{"bc:10"}, LowActions: []adaptive.Action{adaptive.Transcode(450, "")}},
		`action "greylisted"`: {Codes: []string{"bc:10"}, HighActions: []adaptive.Action{adaptive.Greylisted(0)}},
	} {
		rule.Name = "r"
		if _, err := adaptive.New(&adaptive.Options{SweepRules: []adaptive.SweepRule{rule}}); err == nil ||
			!strings.HasPrefix(err.Error(), `adaptive: sweep rule 1 "r": `) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", rule, err, want)
		}
	}
}

func TestRaisingAgain(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.options = map[string]int64{adaptive.OutboundThrottleMessages: 1000, adaptive.RetryInterval: 880, adaptive.MaxOutboundConnections: 3}
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{
		response(t, "^421", "1", "throttle", "down", "greylisted", "15 minutes", "reduce_connections", "2"),
		response(t, "^450", "1", "warmup", "1"),
	}}}, adaptive.Augment)
	k := delivery.Key{Domain: "d"}
	want := func(throttle, retry, connections int64) {
		t.Helper()
		got := []int64{r.value(k, adaptive.OutboundThrottleMessages), r.value(k, adaptive.RetryInterval), r.value(k, adaptive.MaxOutboundConnections)}
		if !slices.Equal(got, []int64{throttle, retry, connections}) {
			t.Errorf("%v, want %d %d %d", got, throttle, retry, connections)
		}
	}
	r.reply(k, "421 slow")
	want(800, 900, 1)
	r.clock.Advance(time.Hour)
	r.sweep()
	want(800, 900, 1) // no deliveries
	r.Delivered(k, 1)
	r.reply(k, "450 x") // a rule has just fired
	r.sweep()
	want(800, 900, 1)
	r.clock.Advance(time.Hour)
	r.sweep()
	want(880, 880, 2)
	r.sweep()
	want(880, 880, 2) // not twice in the interval
	for range 2 {
		r.Delivered(k, 1)
		r.clock.Advance(time.Hour)
		r.sweep()
	}
	want(1000, 880, 3)
	if got := r.log.String(); !strings.Contains(got, "outbound_throttle_messages 800 -> 880\n") || !strings.Contains(got, "retry_interval 900 -> 880\n") {
		t.Errorf("log\n%s", got)
	}
}

func TestAfterSuspension(t *testing.T) {
	for _, keep := range []bool{false, true} {
		r := newRig(t, adaptive.Options{ReadCacheAfterSuspension: keep})
		r.options[adaptive.OutboundThrottleMessages] = 1000
		r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{response(t, "^421", "1", "throttle", "down", "suspend", "1 hours")}}}, adaptive.Augment)
		k := delivery.Key{Domain: "d"}
		r.reply(k, "421 slow")
		r.clock.Advance(time.Hour)
		if got, want := r.value(k, adaptive.OutboundThrottleMessages), map[bool]int64{false: 1000, true: 800}[keep]; got != want {
			t.Errorf("kept %v: %d, want %d", keep, got, want)
		}
	}
}

func TestNotices(t *testing.T) {
	var got []adaptive.Alert
	r := newRig(t, adaptive.Options{Notifier: adaptive.NotifierFunc(func(_ context.Context, a adaptive.Alert) error {
		got = append(got, a)
		return errors.New("mailer is down")
	})})
	r.options[adaptive.OutboundThrottleMessages] = 1000
	rule := response(t, "^421", "1", "throttle", "down", "warmup", "1")
	rule.Message = "Remediation required"
	r.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{rule}}}, adaptive.Augment)
	k := delivery.Key{Domain: "d"}
	for range 3 {
		r.reply(k, "421 slow")
		r.clock.Advance(20 * time.Minute)
	}
	want := adaptive.Alert{
		Event: adaptive.ThrottleEvent, Key: k, Time: start, Rule: "d ^421", Message: rule.Message, Reply: delivery.ParseReply("421 slow"),
		Applied: delivery.Applied{Action: "throttle", Params: []string{"down"}, Option: adaptive.OutboundThrottleMessages, Old: 1000, New: 800, Message: rule.Message},
	}
	if diff := cmp.Diff([]adaptive.Alert{want}, got); diff != "" {
		t.Errorf("one in an hour (-want +got)\n%s", diff)
	}
	r.reply(k, "421 slow")
	if len(got) != 2 || !strings.Contains(r.records.String(), "mailer is down") {
		t.Errorf("%d notices\n%s", len(got), r.records.String())
	}
}

// memoryStore is what two engines share.
type memoryStore struct {
	mu     sync.Mutex
	pairs  map[delivery.Key]adaptive.PairState
	births map[string]time.Time
	broken error
	saves  int
}

func (s *memoryStore) Load(context.Context) (adaptive.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := adaptive.Snapshot{Births: map[string]time.Time{}}
	for _, p := range s.pairs {
		out.Pairs = append(out.Pairs, p)
	}
	for b, at := range s.births {
		out.Births[b] = at
	}
	return out, s.broken
}

func (s *memoryStore) Save(_ context.Context, changes adaptive.Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	s.saves++
	if s.pairs == nil {
		s.pairs, s.births = map[delivery.Key]adaptive.PairState{}, map[string]time.Time{}
	}
	for _, p := range changes.Pairs {
		s.pairs[p.Key] = p
	}
	for b, at := range changes.Births {
		s.births[b] = at
	}
	return nil
}

func TestStore(t *testing.T) {
	store := &memoryStore{}
	rules := adaptive.RuleSet{"d": {Responses: []adaptive.Response{
		response(t, "^421", "1", "throttle", "down"), response(t, "^450", "1", "suspend", "1 hours"),
	}}}
	k := delivery.Key{Binding: "b", Domain: "d"}
	a, b := newRig(t, adaptive.Options{Store: store}), newRig(t, adaptive.Options{Store: store})
	for _, r := range []*rig{a, b} {
		r.options[adaptive.OutboundThrottleMessages] = 1000
		r.register(rules, adaptive.Augment)
	}
	a.reply(k, "421 x")
	a.reply(k, "450 x")
	a.Warmup("b", time.Hour)
	a.sweep()
	b.sweep()
	if got := b.State(k); got != a.State(k) || got.Standing != delivery.Suspended {
		t.Errorf("%+v", got)
	}
	if got := b.value(k, adaptive.OutboundThrottleMessages); got != 800 || b.Age("b") != time.Hour {
		t.Errorf("throttle %d, age %v", got, b.Age("b"))
	}
	saves := store.saves
	a.sweep()
	if store.saves != saves {
		t.Error("what has not changed was saved again")
	}
	b.clock.Advance(time.Minute)
	b.Override(k, false)
	b.sweep()
	a.sweep()
	if got := a.State(k); got.Standing != delivery.Active {
		t.Errorf("the override did not arrive: %+v", got)
	}
	store.broken = errors.New("disk full")
	if err := a.Sweep(context.Background()); !errors.Is(err, store.broken) {
		t.Errorf("error %v", err)
	}
}

func TestRun(t *testing.T) {
	store := &memoryStore{}
	k := delivery.Key{Binding: "b", Domain: "d"}
	first := newRig(t, adaptive.Options{Store: store})
	first.register(adaptive.RuleSet{"d": {Responses: []adaptive.Response{response(t, "^450", "1", "suspend", "30 minutes")}}}, adaptive.Augment)
	first.reply(k, "450 x")
	first.sweep()

	r := newRig(t, adaptive.Options{Store: store, Logger: discard()})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	waitFor(t, func() bool { return r.State(k).Standing == delivery.Suspended })
	r.traffic(delivery.Key{Domain: "bad"}, 1000, 1000, 10)
	for range 60 {
		waitFor(t, func() bool { return r.clock.Waiting() > 0 })
		r.clock.Advance(time.Minute)
	}
	waitFor(t, func() bool { return r.State(delivery.Key{Domain: "bad"}).Standing == delivery.Suspended })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := store.pairs[k]; got.Standing != delivery.Active {
		t.Errorf("the end of the suspension was not saved: %+v", got)
	}
	if got := store.pairs[delivery.Key{Domain: "bad"}]; got.Standing != delivery.Suspended {
		t.Errorf("the last change was not saved: %+v", got)
	}
}

func TestRunOff(t *testing.T) {
	r := newRig(t, adaptive.Options{SuspendSweepInterval: -1, BounceSweepInterval: -1})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Run(ctx); err != nil {
		t.Error(err)
	}
}

// waitFor gives other goroutines time until f holds.
func waitFor(t *testing.T, f func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !f() {
		if time.Now().After(deadline) {
			t.Fatal("did not come to pass")
		}
		runtime.Gosched()
	}
}
