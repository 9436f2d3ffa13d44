package adaptive

import (
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// pair is what the engine knows of a key.
type pair struct {
	key        delivery.Key
	prev, next *pair // in the table's order of use; guarded by the table's lock

	mu       sync.Mutex
	counters []counter
	hold     hold
	options  []*optionState

	adjusted  time.Time // when a rule last changed options
	fired     time.Time // when a rule last fired
	raised    time.Time // when options were last raised
	delivered int64     // since then
	traffic   tally     // deliveries, failures and bounce classes
	feedback  tally     // deliveries and complaints
	notified  map[Event]time.Time
	changed   time.Time // of what the store keeps
	saved     time.Time // the state of changed that the store has
}

// counter counts the replies that matched a rule.
type counter struct {
	rule   *rule
	window window
}

// hold is a suspension or blackhole.
type hold struct {
	standing delivery.Standing // Active if there is none
	until    time.Time
	rule     string
	message  string
	disabled bool // overridden by the host
}

// count counts a match and reports whether the trigger is crossed.
func (p *pair) count(r *rule, now time.Time) bool {
	kept := p.counters[:0]
	var mine *counter
	for _, c := range p.counters {
		if c.rule == r {
			kept = append(kept, c)
		} else if !c.window.idle(c.rule.trigger, now) {
			kept = append(kept, c)
		}
	}
	clear(p.counters[len(kept):])
	p.counters = kept
	for i := range p.counters {
		if p.counters[i].rule == r {
			mine = &p.counters[i]
		}
	}
	if mine == nil {
		p.counters = append(p.counters, counter{rule: r})
		mine = &p.counters[len(p.counters)-1]
	}
	return mine.window.add(r.trigger, now)
}

// reset forgets the matches of a rule.
func (p *pair) reset(r *rule) {
	for i := range p.counters {
		if p.counters[i].rule == r {
			p.counters[i].window.clear()
		}
	}
}

// option gives the state of an option; it is made if necessary.
func (p *pair) option(name string) *optionState {
	if s := p.find(name); s != nil {
		return s
	}
	s := &optionState{name: name}
	p.options = append(p.options, s)
	return s
}

// find gives the state of an option, nil if it has none.
func (p *pair) find(name string) *optionState {
	for _, s := range p.options {
		if s.name == name {
			return s
		}
	}
	return nil
}

// table has the pairs in the order of their use.
type table struct {
	mu    sync.Mutex
	max   int
	pairs map[delivery.Key]*pair
	root  pair // of the ring; root.next was used last
}

func newTable(max int) *table {
	t := &table{max: max, pairs: map[delivery.Key]*pair{}}
	t.root.next, t.root.prev = &t.root, &t.root
	return t
}

// get gives the pair of a key, nil if it is not known.
func (t *table) get(k delivery.Key) *pair {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.pairs[k]
	if p != nil {
		t.touch(p)
	}
	return p
}

// make gives the pair of a key, which becomes known.
func (t *table) make(k delivery.Key) *pair {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.pairs[k]
	if p == nil {
		if len(t.pairs) >= t.max {
			t.evict()
		}
		p = &pair{key: k}
		t.pairs[k] = p
	}
	t.touch(p)
	return p
}

func (t *table) touch(p *pair) {
	if t.root.next == p {
		return
	}
	if p.next != nil {
		p.prev.next, p.next.prev = p.next, p.prev
	}
	p.prev, p.next = &t.root, t.root.next
	p.prev.next, p.next.prev = p, p
}

// evict forgets the pair that was not used for longest. One whose mail is held
// is passed over, within reason.
func (t *table) evict() {
	for range 16 {
		p := t.root.prev
		p.mu.Lock()
		held := p.hold.standing != delivery.Active
		p.mu.Unlock()
		if !held {
			break
		}
		t.touch(p)
	}
	p := t.root.prev
	p.prev.next, p.next.prev = p.next, p.prev
	delete(t.pairs, p.key)
}

// all lists the pairs.
func (t *table) all() []*pair {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]*pair, 0, len(t.pairs))
	for p := t.root.next; p != &t.root; p = p.next {
		out = append(out, p)
	}
	return out
}
