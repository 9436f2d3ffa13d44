package adaptive

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// Sweep does at once what [Engine.Run] does from time to time: suspensions
// that are over end, options that were lowered go up a step, sweep rules and
// the limit of rejections are applied, and the store is brought up to date.
// The error is the store's or ctx's.
func (e *Engine) Sweep(ctx context.Context) error {
	if !e.o.Enabled {
		return nil
	}
	for _, p := range e.pairs.all() {
		if err := ctx.Err(); err != nil {
			return err
		}
		e.tidy(ctx, p)
		e.sweepPair(ctx, p)
	}
	return e.sync(ctx)
}

// Run keeps the engine going until ctx ends: it loads what the store has,
// sweeps by the clock, and saves at the end. The error is that of the store
// at the end; earlier ones are logged.
func (e *Engine) Run(ctx context.Context) error {
	if !e.o.Enabled || e.o.SuspendSweepInterval < 0 && e.o.BounceSweepInterval < 0 {
		<-ctx.Done()
		return nil
	}
	report := func(err error) {
		if err != nil && ctx.Err() == nil {
			e.log.ErrorContext(ctx, "adaptive: the store failed", "error", err)
		}
	}
	report(e.sync(ctx))
	tidied, swept := e.now(), e.now()
	for {
		e.waitUntil(ctx, next(tidied, e.o.SuspendSweepInterval), next(swept, e.o.BounceSweepInterval))
		if ctx.Err() != nil {
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			return e.save(end)
		}
		now := e.now()
		tidy := due(tidied, e.o.SuspendSweepInterval, now)
		sweep := due(swept, e.o.BounceSweepInterval, now)
		for _, p := range e.pairs.all() {
			if ctx.Err() != nil {
				break
			}
			if tidy {
				e.tidy(ctx, p)
			}
			if sweep {
				e.sweepPair(ctx, p)
			}
		}
		if tidy {
			tidied = now
			report(e.sync(ctx))
		}
		if sweep {
			swept = now
		}
	}
}

// next gives when something that is done every d is due; the zero time if it
// is switched off.
func next(last time.Time, d time.Duration) time.Time {
	if d < 0 {
		return time.Time{}
	}
	return last.Add(d)
}

func due(last time.Time, d time.Duration, now time.Time) bool {
	return d >= 0 && now.Sub(last) >= d
}

// waitUntil waits for the earlier of two times, or the end of ctx.
func (e *Engine) waitUntil(ctx context.Context, a, b time.Time) {
	at := a
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		at = b
	}
	fire := make(chan struct{})
	stop := e.o.Clock.AfterFunc(at.Sub(e.now()), func() { close(fire) })
	defer stop()
	select {
	case <-fire:
	case <-ctx.Done():
	}
}

// tidy ends a suspension that is over and raises lowered options.
func (e *Engine) tidy(ctx context.Context, p *pair) {
	now := e.now()
	p.mu.Lock()
	e.expire(p, now)
	well := p.delivered > 0 && e.o.PositiveAdjustmentInterval >= 0
	for _, t := range []time.Time{p.fired, p.raised} {
		well = well && now.Sub(t) >= e.o.PositiveAdjustmentInterval
	}
	var options []string
	for _, s := range p.options {
		if well && s.adapted {
			options = append(options, s.name)
		}
	}
	if len(options) > 0 {
		p.raised, p.delivered = now, 0
	}
	p.mu.Unlock()
	for _, option := range options {
		e.relax(ctx, p, option, now)
	}
}

// relax moves an option a tenth of its value towards the unadapted one.
func (e *Engine) relax(ctx context.Context, p *pair, option string, now time.Time) {
	goal, ok := e.unadapted(ctx, p.key, option)
	p.mu.Lock()
	s := p.option(option)
	if !s.adapted {
		p.mu.Unlock()
		return
	}
	old := s.value
	step := max(old/10, 1)
	unlimited := !ok || goal == 0 && isLimit(option)
	if s.up {
		s.value = old - step
		s.adapted = ok && s.value > goal
	} else {
		s.value = old + step
		s.adapted = !unlimited && s.value < goal
	}
	if !s.adapted {
		s.value = goal
	}
	n := s.value
	p.changed = now
	p.mu.Unlock()
	e.changed(p.key, fmt.Sprintf("%s %d -> %d", option, old, n))
}

// sweepPair applies the sweep rules and the limit of rejections to a pair.
func (e *Engine) sweepPair(ctx context.Context, p *pair) {
	now := e.now()
	for _, r := range e.sweepsFor(p.key) {
		if !r.Disabled {
			e.sweepRule(ctx, p, r, now)
		}
	}
	if !e.o.DefaultSuspensionEnabled {
		return
	}
	p.mu.Lock()
	good, failures, _ := p.traffic.sum(now, e.o.StatsPeriod, nil)
	p.mu.Unlock()
	if total := good + failures; total >= e.o.AttemptThreshold && percent(failures, total) > e.o.RejectionPercent {
		e.fire(ctx, p, "rejection_rate", fmt.Sprintf("%d of %d failed", failures, total), []Action{Suspend(e.o.DefaultSuspension)})
	}
}

func (e *Engine) sweepRule(ctx context.Context, p *pair, r *sweepRule, now time.Time) {
	p.mu.Lock()
	matching, total, enough := e.rate(p, r, now)
	p.mu.Unlock()
	if !enough || total == 0 {
		return
	}
	rate := percent(matching, total)
	message := fmt.Sprintf("%s at %.2f%%", strings.Join(r.Codes, " "), rate)
	switch {
	case rate >= r.HighThreshold:
		e.fire(ctx, p, r.Name, message, r.HighActions)
	case rate >= r.LowThreshold:
		e.fire(ctx, p, r.Name, message, r.LowActions)
	}
}

// rate gives how much of the mail of a pair a rule is about, and whether there
// was enough mail; the pair's lock is held.
func (e *Engine) rate(p *pair, r *sweepRule, now time.Time) (matching, total int64, enough bool) {
	if r.feedback {
		good, _, matching := p.feedback.sum(now, e.o.FeedbackPeriod, r.classes)
		return matching, good, good >= e.o.FBLVolumeThreshold
	}
	good, failures, matching := p.traffic.sum(now, e.o.StatsPeriod, r.classes)
	return matching, good + failures, good+failures >= e.o.AttemptThreshold
}

// fire runs the actions of a rule that no reply fired.
func (e *Engine) fire(ctx context.Context, p *pair, rule, message string, actions []Action) {
	var d delivery.Decision
	f := firing{e: e, key: p.key, rule: rule, message: message, decision: &d}
	f.run(ctx, actions)
}

func percent(part, whole int64) float64 { return 100 * float64(part) / float64(whole) }
