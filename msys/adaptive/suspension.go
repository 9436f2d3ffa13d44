package adaptive

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// Suspension is a suspension or blackhole that has not ended.
type Suspension struct {
	Key      delivery.Key
	Standing delivery.Standing // Suspended or Blackholed
	Until    time.Time
	// Rule and Message are those of the rule that made it.
	Rule, Message string
	// Enabled is false if the host has overridden it.
	Enabled bool
}

// Suspensions lists what is suspended or blackholed, by binding and domain.
func (e *Engine) Suspensions() []Suspension {
	now := e.now()
	var out []Suspension
	for _, p := range e.pairs.all() {
		p.mu.Lock()
		e.expire(p, now)
		if h := p.hold; h.standing != delivery.Active {
			out = append(out, Suspension{Key: p.key, Standing: h.standing, Until: h.until, Rule: h.rule, Message: h.message, Enabled: !h.disabled})
		}
		p.mu.Unlock()
	}
	slices.SortFunc(out, func(a, b Suspension) int {
		return cmp.Or(cmp.Compare(a.Key.Binding, b.Key.Binding), cmp.Compare(a.Key.Domain, b.Key.Domain))
	})
	return out
}

// Override takes the suspension or blackhole of a key out of force, or with
// enabled into force again. It ends at its time in any case. Override reports
// whether there is one.
func (e *Engine) Override(k delivery.Key, enabled bool) bool {
	p := e.pairs.get(normal(k))
	if p == nil {
		return false
	}
	now := e.now()
	p.mu.Lock()
	e.expire(p, now)
	found := p.hold.standing != delivery.Active
	if found && p.hold.disabled == enabled {
		p.hold.disabled = !enabled
		p.changed = now
	}
	p.mu.Unlock()
	return found
}

// RetryTime gives a time at which mail of a key that is suspended may be
// tried: the end of the suspension and up to [Options.RetryFuzz], so that what
// waits does not go out at once. If the key is not suspended it is now.
func (e *Engine) RetryTime(k delivery.Key) time.Time {
	s := e.State(k)
	if s.Standing == delivery.Active {
		return e.now()
	}
	if e.o.RetryFuzz == 0 {
		return s.Until
	}
	return s.Until.Add(rand.N(e.o.RetryFuzz))
}

// expire ends the pair's suspension if its time has come; the lock is held.
func (e *Engine) expire(p *pair, now time.Time) {
	if p.hold.standing == delivery.Active || now.Before(p.hold.until) {
		return
	}
	line := "no longer " + standingText(p.hold.standing)
	p.hold = hold{}
	p.changed = now
	if !e.o.ReadCacheAfterSuspension {
		for _, s := range p.options {
			s.adapted = false
		}
	}
	e.changed(p.key, line)
}
