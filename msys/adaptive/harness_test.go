package adaptive_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/timer"
)

var start = time.Date(2025, time.June, 1, 12, 0, 0, 0, time.UTC)

// rig is an engine on a clock that stands still.
type rig struct {
	*adaptive.Engine
	t       *testing.T
	clock   *timer.ManualClock
	options map[string]int64 // the host's values
	bounds  map[string][2]int64
	log     strings.Builder // the adaptive log
	records strings.Builder
}

func newRig(t *testing.T, o adaptive.Options) *rig {
	t.Helper()
	r := &rig{t: t, clock: timer.NewManualClock(start), options: map[string]int64{}, bounds: map[string][2]int64{}}
	o.Enabled = true
	o.Clock = r.clock
	if o.ChangeLog == nil {
		o.ChangeLog = &r.log
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(&r.records, nil))
	}
	o.Configured = func(_ delivery.Key, option string) (int64, bool) {
		v, ok := r.options[option]
		return v, ok
	}
	o.Bounds = func(_ delivery.Key, option string) (int64, int64, bool) {
		b, ok := r.bounds[option]
		return b[0], b[1], ok
	}
	e, err := adaptive.New(&o)
	if err != nil {
		t.Fatal(err)
	}
	r.Engine = e
	return r
}

func (r *rig) register(set adaptive.RuleSet, mode adaptive.Mode) {
	r.t.Helper()
	if err := r.RegisterRules(set, mode); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) reply(k delivery.Key, text string) delivery.Decision {
	r.t.Helper()
	d, err := r.Respond(context.Background(), k, delivery.ParseReply(text))
	if err != nil {
		r.t.Fatal(err)
	}
	return d
}

func (r *rig) value(k delivery.Key, option string) int64 {
	r.t.Helper()
	v, _ := r.Value(context.Background(), k, option)
	return v
}

func (r *rig) sweep() {
	r.t.Helper()
	if err := r.Sweep(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// response is a rule by its words.
func response(t *testing.T, code, trigger string, action ...string) adaptive.Response {
	t.Helper()
	tr, err := adaptive.ParseTrigger(trigger)
	if err != nil {
		t.Fatal(err)
	}
	actions, err := adaptive.ParseActions(action...)
	if err != nil {
		t.Fatal(err)
	}
	return adaptive.Response{Code: code, Trigger: tr, Actions: actions}
}

func discard() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func newMessage(t *testing.T) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte("Subject: x\r\n\r\nhello\r\n"), message.Envelope{From: "a@b.example", To: "c@harry.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
