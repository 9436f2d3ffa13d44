package adaptive

import (
	"context"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// Store keeps what the engine has learnt beyond the process. Methods are not
// called concurrently by one engine; several engines may share a store.
type Store interface {
	// Load gives all that is kept.
	Load(ctx context.Context) (Snapshot, error)
	// Save keeps what has changed, in place of what was kept for the same keys
	// and bindings.
	Save(ctx context.Context, changes Snapshot) error
}

// Snapshot is what a [Store] keeps.
type Snapshot struct {
	Pairs []PairState
	// Births are the times since when bindings are in use.
	Births map[string]time.Time
}

// PairState is what is kept of a key.
type PairState struct {
	Key delivery.Key
	// Standing, Until, Rule, Message and Overridden are the suspension or
	// blackhole, if there is one.
	Standing      delivery.Standing `json:",omitempty"`
	Until         time.Time
	Rule, Message string `json:",omitempty"`
	Overridden    bool   `json:",omitempty"`
	// Options are those that actions have changed.
	Options []OptionState `json:",omitempty"`
	// Changed is when the state was last changed; of two states the later
	// holds.
	Changed time.Time
}

// OptionState is the value that actions gave an option.
type OptionState struct {
	Option string
	Value  int64
	// Raised says that it is above the configured value, not below.
	Raised bool `json:",omitempty"`
}

// sync saves what has changed here and takes over what has changed elsewhere.
func (e *Engine) sync(ctx context.Context) error {
	if e.o.Store == nil {
		return nil
	}
	s, err := e.o.Store.Load(ctx)
	if err != nil {
		return fmt.Errorf("adaptive: loading: %w", err)
	}
	now := e.now()
	for _, state := range s.Pairs {
		e.adopt(state, now)
	}
	e.ages.adopt(s.Births)
	return e.save(ctx)
}

// adopt takes over a state that is newer than the one that there is.
func (e *Engine) adopt(state PairState, now time.Time) {
	if len(state.Options) == 0 && (state.Standing == delivery.Active || !now.Before(state.Until)) && e.pairs.get(state.Key) == nil {
		return // nothing worth a pair
	}
	p := e.pairs.make(state.Key)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !state.Changed.After(p.changed) {
		return
	}
	p.hold = hold{standing: state.Standing, until: state.Until, rule: state.Rule, message: state.Message, disabled: state.Overridden}
	for _, s := range p.options {
		s.adapted = false
	}
	for _, o := range state.Options {
		s := p.option(o.Option)
		s.adapted, s.value, s.up = true, o.Value, o.Raised
	}
	p.changed, p.saved = state.Changed, state.Changed
	e.expire(p, now)
}

// save saves what has changed since it was saved last.
func (e *Engine) save(ctx context.Context) error {
	if e.o.Store == nil {
		return nil
	}
	var s Snapshot
	var pairs []*pair
	for _, p := range e.pairs.all() {
		p.mu.Lock()
		if !p.changed.Equal(p.saved) {
			s.Pairs = append(s.Pairs, p.state())
			pairs = append(pairs, p)
		}
		p.mu.Unlock()
	}
	s.Births = e.ages.take()
	if len(s.Pairs) == 0 && len(s.Births) == 0 {
		return nil
	}
	if err := e.o.Store.Save(ctx, s); err != nil {
		e.ages.untake(s.Births)
		return fmt.Errorf("adaptive: saving: %w", err)
	}
	for i, p := range pairs {
		p.mu.Lock()
		p.saved = s.Pairs[i].Changed
		p.mu.Unlock()
	}
	return nil
}

// state gives what a store keeps; the lock is held.
func (p *pair) state() PairState {
	s := PairState{
		Key: p.key, Standing: p.hold.standing, Until: p.hold.until, Rule: p.hold.rule,
		Message: p.hold.message, Overridden: p.hold.disabled, Changed: p.changed,
	}
	for _, o := range p.options {
		if o.adapted {
			s.Options = append(s.Options, OptionState{o.name, o.value, o.up})
		}
	}
	return s
}

// adopt takes over births; what was set here and not saved yet stays.
func (a *ages) adopt(births map[string]time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for binding, born := range births {
		if !a.changed[binding] {
			a.born[binding] = born
		}
	}
}

// take gives the births that have changed.
func (a *ages) take() map[string]time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[string]time.Time{}
	for binding := range a.changed {
		out[binding] = a.born[binding]
	}
	clear(a.changed)
	return out
}

// untake marks births as changed again.
func (a *ages) untake(births map[string]time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for binding := range births {
		a.changed[binding] = true
	}
}
