package adaptive

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// Engine applies adaptive rules. Make one with [New]. It is safe for
// concurrent use.
type Engine struct {
	o       Options
	log     *slog.Logger
	managed map[string]bool
	sweeps  []sweepRule
	events  map[Event]bool

	pairs *table
	ages  *ages
	lines lineLog

	registering sync.Mutex // serialises changes of the rules
	regs        []registration
	book        atomic.Pointer[book]
}

var _ delivery.Advisor = (*Engine)(nil)

// New makes an engine without rules; o may be nil. The error is that of a
// sweep rule.
func New(o *Options) (*Engine, error) {
	e := &Engine{
		o: o.withDefaults(), managed: map[string]bool{}, events: map[Event]bool{},
		ages: newAges(),
	}
	e.log = e.o.Logger
	e.lines.w = e.o.ChangeLog
	e.pairs = newTable(e.o.MaxPairs)
	e.book.Store(&book{})
	for _, option := range e.o.Managed {
		e.managed[option] = true
	}
	for _, event := range e.o.NotificationEvents {
		e.events[event] = true
	}
	for i, r := range e.o.SweepRules {
		compiled, err := r.compile()
		if err != nil {
			return nil, fmt.Errorf("adaptive: sweep rule %d %q: %w", i+1, r.Name, err)
		}
		e.sweeps = append(e.sweeps, compiled)
	}
	return e, nil
}

func (e *Engine) now() time.Time { return e.o.Clock.Now() }

// RegisterRules adds a set of rules. It is checked whole: after an error,
// which names the domain and the response, the rules are as before.
func (e *Engine) RegisterRules(set RuleSet, mode Mode) error {
	if err := e.register(nil, set, mode); err != nil {
		return fmt.Errorf("adaptive: registering rules: %w", err)
	}
	return nil
}

// register adds the rules of an owner, who can withdraw them.
func (e *Engine) register(owner any, set RuleSet, mode Mode) error {
	e.registering.Lock()
	defer e.registering.Unlock()
	known := map[string]*rule{}
	for _, reg := range e.regs {
		for key, r := range reg.rules {
			known[key] = r
		}
	}
	c := compiler{known}
	domains, rules, err := c.compile(set)
	if err != nil {
		return err
	}
	regs := append(e.regs[:len(e.regs):len(e.regs)], registration{owner, mode, domains, rules})
	b := merge(regs, e.warnOfRules)
	if err := b.checkAliases(); err != nil {
		return err
	}
	for domain, entry := range domains {
		for option := range entry.config {
			if !e.managed[option] {
				e.log.Warn("adaptive: rules configure an option that is not managed", "domain", domain, "option", option)
			}
		}
	}
	e.regs = regs
	e.book.Store(b)
	return nil
}

// withdraw takes back all rules of an owner.
func (e *Engine) withdraw(owner any) {
	e.registering.Lock()
	defer e.registering.Unlock()
	var left []registration
	for _, reg := range e.regs {
		if reg.owner != owner {
			left = append(left, reg)
		}
	}
	e.regs = left
	e.book.Store(merge(left, func(string, string) {}))
}

func (e *Engine) warnOfRules(text, domain string) {
	e.log.Warn("adaptive: "+text, "domain", domain)
}

// Delivered counts n messages delivered for a key.
func (e *Engine) Delivered(k delivery.Key, n int) {
	if !e.o.Enabled || n <= 0 {
		return
	}
	p, now := e.pairs.make(normal(k)), e.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered += int64(n)
	p.traffic.slot(now, e.o.StatsPeriod).good += int64(n)
	p.feedback.slot(now, e.o.FeedbackPeriod).good += int64(n)
}

// Bounced counts a message that failed for good, with its bounce class; 0 is
// an unknown one.
func (e *Engine) Bounced(k delivery.Key, class int) {
	if !e.o.Enabled {
		return
	}
	p, now := e.pairs.make(normal(k)), e.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.traffic.slot(now, e.o.StatsPeriod)
	s.failures++
	s.add(bounceClass(class), 1)
}

// Feedback counts a complaint from a feedback loop, such as "abuse".
func (e *Engine) Feedback(k delivery.Key, category string) {
	if !e.o.Enabled {
		return
	}
	p, now := e.pairs.make(normal(k)), e.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.feedback.slot(now, e.o.FeedbackPeriod)
	if len(s.classes) < maxCategories {
		s.add(class{feedback: category}, 1)
	}
}

// maxCategories bounds the categories of feedback that are told apart, which
// come from outside.
const maxCategories = 64

// State tells whether the mail of a key may be sent now.
func (e *Engine) State(k delivery.Key) delivery.State {
	if !e.o.Enabled {
		return delivery.State{}
	}
	p := e.pairs.get(normal(k))
	if p == nil {
		return delivery.State{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.expire(p, e.now())
	if h := &p.hold; h.standing != delivery.Active && !h.disabled {
		return delivery.State{Standing: h.standing, Until: h.until, Rule: h.rule}
	}
	return delivery.State{}
}

// Respond judges a reply with a code of 400 or above. The rules of the key's
// domain are tried in order, those of newer sets first: every rule of a set
// whose pattern matches counts the reply, and the first whose trigger is
// crossed fires: its actions run. A set of which a rule matches hides the
// older ones, even if none fires. Patterns see the first 16 KiB of the reply.
func (e *Engine) Respond(ctx context.Context, k delivery.Key, r delivery.Reply) (delivery.Decision, error) {
	d := delivery.Decision{Reply: r}
	if !e.o.Enabled || r.Code < 400 {
		return d, nil
	}
	k = normal(k)
	entry := e.book.Load().entry(k.Domain)
	if entry == nil {
		return d, nil
	}
	text := r.String()
	if len(text) > maxReply {
		text = text[:maxReply]
	}
	for _, layer := range entry.layers {
		fired, matched := e.judge(k, layer, text)
		if fired != nil {
			f := firing{e: e, key: k, rule: fired.name, message: fired.message, decision: &d}
			f.run(ctx, fired.actions)
			return d, nil
		}
		if matched {
			break
		}
	}
	return d, nil
}

const maxReply = 16 << 10

// judge counts a reply for the rules of a set and gives the one that fires.
func (e *Engine) judge(k delivery.Key, layer []*rule, text string) (fired *rule, matched bool) {
	for _, r := range layer {
		if !r.matches(text) {
			continue
		}
		matched = true
		if r.trigger.Count == 0 {
			if fired == nil {
				fired = r
			}
			continue
		}
		p := e.pairs.make(k)
		p.mu.Lock()
		if p.count(r, e.now()) && fired == nil {
			p.reset(r)
			fired = r
		}
		p.mu.Unlock()
	}
	return fired, matched
}
