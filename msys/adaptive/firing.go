package adaptive

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// firing is one rule doing its actions for a key.
type firing struct {
	e        *Engine
	key      delivery.Key
	rule     string
	message  string
	decision *delivery.Decision

	adjusts bool // the interval of adjustments is this firing's
	refused bool // it is another's
}

func (f *firing) run(ctx context.Context, actions []Action) {
	f.decision.Rule = f.rule
	p, now := f.e.pairs.make(f.key), f.e.now()
	p.mu.Lock()
	p.fired = now
	p.mu.Unlock()
	for _, a := range actions {
		switch a.kind {
		case suspend:
			f.hold(ctx, p, a, delivery.Suspended, SuspensionEvent)
		case blackhole:
			f.hold(ctx, p, a, delivery.Blackholed, BlackholeEvent)
		case throttle:
			f.lower(ctx, p, a, OutboundThrottleMessages, func(v int64) int64 { return v - (v+4)/5 })
		case reduceConnections:
			f.lower(ctx, p, a, MaxOutboundConnections, func(v int64) int64 { return v - a.n })
		case reduceDeliveries:
			f.lower(ctx, p, a, MaxDeliveriesPerConnection, func(v int64) int64 { return v - a.n })
		case greylisted:
			f.raise(ctx, p, a, RetryInterval)
			f.raise(ctx, p, a, MaxRetryInterval)
		case warmup:
			f.e.Warmup(f.key.Binding, a.d)
			f.did(ctx, p, a, delivery.Applied{}, "", "warmup: age "+durationText(a.d))
		case transcode:
			f.transcode(ctx, p, a)
		}
	}
}

// did records an action that took effect.
func (f *firing) did(ctx context.Context, p *pair, a Action, applied delivery.Applied, event Event, line string) {
	applied.Action, applied.Params, applied.Message = a.Name(), a.params, f.message
	f.decision.Applied = append(f.decision.Applied, applied)
	f.e.changed(f.key, f.withMessage(line))
	if event != "" {
		f.e.notify(ctx, p, Alert{Event: event, Key: f.key, Rule: f.rule, Message: f.message, Reply: f.decision.Reply, Applied: applied})
	}
}

// skip records an action that did nothing.
func (f *firing) skip(a Action, option, reason string) {
	f.decision.Skipped = append(f.decision.Skipped, delivery.Applied{
		Action: a.Name(), Params: a.params, Option: option, Message: f.message, Reason: reason,
	})
	f.e.skipped(f.key, a.String()+" skipped: "+reason)
}

func (f *firing) withMessage(line string) string {
	if f.message == "" {
		return line
	}
	return line + ": " + f.message
}

// hold suspends or drops the key's mail, unless that is done already.
func (f *firing) hold(ctx context.Context, p *pair, a Action, standing delivery.Standing, event Event) {
	now := f.e.now()
	p.mu.Lock()
	f.e.expire(p, now)
	if h := p.hold; h.standing != delivery.Active {
		p.mu.Unlock()
		f.skip(a, "", fmt.Sprintf("%s until %s already", standingText(h.standing), h.until.UTC().Format(time.RFC3339)))
		return
	}
	until := now.Add(a.d)
	p.hold = hold{standing: standing, until: until, rule: f.rule, message: f.message}
	p.changed = now
	p.mu.Unlock()
	f.did(ctx, p, a, delivery.Applied{Until: until}, event, standingText(standing)+" for "+a.params[0])
}

// grant reports whether the firing may change options; the pair's lock is
// held.
func (f *firing) grant(p *pair, now time.Time) bool {
	if f.adjusts {
		return true
	}
	if f.refused || !p.adjusted.IsZero() && now.Sub(p.adjusted) < f.e.o.AdjustmentInterval {
		f.refused = true
		return false
	}
	f.adjusts, p.adjusted = true, now
	return true
}

const tooSoon = "another rule has just adjusted"

// lower makes an option less, at least 1.
func (f *firing) lower(ctx context.Context, p *pair, a Action, option string, less func(int64) int64) {
	v, ok := f.e.Value(ctx, f.key, option)
	if !ok || v <= 0 {
		f.skip(a, option, "no value")
		return
	}
	event := Event("")
	if a.kind == throttle {
		event = ThrottleEvent
	}
	f.adjust(ctx, p, a, option, event, v, max(less(v), 1), false)
}

// raise makes an interval at least as long as the action says.
func (f *firing) raise(ctx context.Context, p *pair, a Action, option string) {
	v, ok := f.e.Value(ctx, f.key, option)
	if !ok || v <= 0 {
		f.skip(a, option, "no value")
		return
	}
	f.adjust(ctx, p, a, option, "", v, max(v, int64(a.d/time.Second)), true)
}

// adjust changes an option from v to n.
func (f *firing) adjust(ctx context.Context, p *pair, a Action, option string, event Event, v, n int64, up bool) {
	if !f.e.managed[option] {
		f.skip(a, option, "not managed")
		return
	}
	n, _ = f.e.bounded(f.key, option, n, true)
	if n == v {
		f.skip(a, option, fmt.Sprintf("%d already", v))
		return
	}
	now := f.e.now()
	p.mu.Lock()
	if !f.grant(p, now) {
		p.mu.Unlock()
		f.skip(a, option, tooSoon)
		return
	}
	s := p.option(option)
	s.adapted, s.value, s.up = true, n, up
	s.given, s.last = true, n
	p.raised, p.delivered = now, 0
	p.changed = now
	p.mu.Unlock()
	f.did(ctx, p, a, delivery.Applied{Option: option, Old: v, New: n}, event, fmt.Sprintf("%s %d -> %d", option, v, n))
}

// transcode changes the reply.
func (f *firing) transcode(ctx context.Context, p *pair, a Action) {
	r := f.decision.Reply
	if r.Internal && r.Code >= 500 {
		f.skip(a, "", "the failure is the host's own and for good")
		return
	}
	changed := delivery.Reply{Code: int(a.n), Text: a.text, Internal: r.Internal}
	if a.text == "" {
		lines := r.TextLines()
		changed.Text = strings.Join(lines, "\n")
		if len(r.Lines) > 0 {
			changed.Text, changed.Lines = lines[0], lines
		}
	}
	f.decision.Reply = changed
	f.did(ctx, p, a, delivery.Applied{}, "", fmt.Sprintf("transcode %d -> %d", r.Code, changed.Code))
}

func standingText(s delivery.Standing) string {
	if s == delivery.Blackholed {
		return "blackholed"
	}
	return "suspended"
}
