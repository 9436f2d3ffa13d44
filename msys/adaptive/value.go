package adaptive

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// optionState is what rules made of an option of a key. It is guarded by the
// pair's lock.
type optionState struct {
	name string

	adapted bool  // actions have changed the option
	value   int64 // to this
	up      bool  // above the unadapted value, not below

	given    bool  // the engine has given the option a value
	last     int64 // the last one
	by       *computed
	result   int64
	at       time.Time
	born     time.Time     // of the binding, when result was computed
	computes chan struct{} // closed when the running computation ends
}

// Value gives the effective value of an option for a key: the host's, as the
// rules' configuration changes it, as actions have changed that, within the
// host's bounds. ok is false if nobody sets the option. ctx bounds the
// functions of rules. An option that is not managed has the host's value.
func (e *Engine) Value(ctx context.Context, k delivery.Key, option string) (v int64, ok bool) {
	k = normal(k)
	if !e.o.Enabled || !e.managed[option] {
		return e.o.Configured(k, option)
	}
	v, ok = e.unadapted(ctx, k, option)
	p := e.pairs.get(k)
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		e.expire(p, e.now())
		v = p.adaptedValue(option, v)
	}
	v, ok = e.bounded(k, option, v, ok)
	if p != nil {
		if s := p.find(option); s != nil && ok {
			s.given, s.last = true, v
		}
	}
	return v, ok
}

// unadapted gives the value of an option before actions.
func (e *Engine) unadapted(ctx context.Context, k delivery.Key, option string) (int64, bool) {
	v, ok := e.o.Configured(k, option)
	entry := e.book.Load().entry(k.Domain)
	if entry == nil {
		return v, ok
	}
	s, set := entry.config[option]
	switch {
	case !set:
		return v, ok
	case s.computed != nil:
		return e.compute(ctx, k, option, s.computed, v, ok)
	case s.clamps:
		return clamp(option, v, ok, s.lo, s.hi)
	}
	return s.lo, true
}

func (e *Engine) bounded(k delivery.Key, option string, v int64, ok bool) (int64, bool) {
	if lo, hi, bounds := e.o.Bounds(k, option); bounds {
		return clamp(option, v, ok, lo, hi)
	}
	return v, ok
}

// clamp keeps v from lo to hi. A limit that is not set is above hi; what is
// not set otherwise stays so.
func clamp(option string, v int64, ok bool, lo, hi int64) (int64, bool) {
	if isLimit(option) && v == 0 {
		return hi, true
	}
	if !ok {
		return v, false
	}
	return max(lo, min(v, hi)), true
}

// adaptedValue gives what actions made of the value v; the lock is held.
func (p *pair) adaptedValue(option string, v int64) int64 {
	s := p.find(option)
	if s == nil || !s.adapted {
		return v
	}
	if s.up {
		return max(v, s.value)
	}
	if v == 0 && isLimit(option) {
		return s.value
	}
	return min(v, s.value)
}

// compute gives the value of a function, which is called at most once in an
// interval; those who ask meanwhile wait for it.
func (e *Engine) compute(ctx context.Context, k delivery.Key, option string, f *computed, current int64, ok bool) (int64, bool) {
	p := e.pairs.make(k)
	for {
		now := e.now()
		age, born := e.age(k.Binding, now)
		p.mu.Lock()
		s := p.option(option)
		if s.by == f && s.born.Equal(born) && now.Sub(s.at) < e.o.AdjustmentInterval {
			defer p.mu.Unlock()
			if s.result < 0 {
				return current, ok
			}
			return s.result, true
		}
		if running := s.computes; running != nil {
			p.mu.Unlock()
			select {
			case <-running:
				continue
			case <-ctx.Done():
				return current, ok
			}
		}
		done := make(chan struct{})
		s.computes = done
		in := Input{Key: k, Option: option, Current: current, Last: current, Age: age}
		if s.given {
			in.Last = s.last
		}
		p.mu.Unlock()

		n, err := callFunc(ctx, f, in)
		if err != nil {
			e.log.ErrorContext(ctx, "adaptive: the function of a rule failed; the configured value holds",
				"binding", k.Binding, "domain", k.Domain, "option", option, "error", err)
			n = -1
		}
		p.mu.Lock()
		s.by, s.result, s.at, s.born, s.computes = f, n, now, born, nil
		p.mu.Unlock()
		close(done)
		if n < 0 {
			return current, ok
		}
		return n, true
	}
}

// callFunc gives the function's result as a whole number; what is above 0
// stays above it, since 0 would be no limit.
func callFunc(ctx context.Context, f *computed, in Input) (n int64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	v, err := f.f(ctx, in)
	switch {
	case err != nil:
		return 0, err
	case math.IsNaN(v) || v < 0 || v >= math.MaxInt64:
		return 0, fmt.Errorf("result %v", v)
	case v > 0 && v < 1:
		return 1, nil
	}
	return int64(v), nil
}
