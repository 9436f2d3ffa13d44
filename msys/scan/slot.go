package scan

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// slot is a place in a set at work.
type slot struct {
	Slot
	Options Options
	turns   chan struct{} // nil: no limit
	breaker breaker
	cache   *cache
	counts  counts
}

// counts are the statistics of a slot.
type counts struct {
	scans, parts, infected, unscannable, errors, cached atomic.Uint64
	busy                                                atomic.Int64
}

func newSlot(s Slot) *slot {
	sl := &slot{Slot: s, Options: s.Options.withDefaults(s.Engine)}
	if n := sl.Options.MaxConcurrency; n > 0 {
		sl.turns = make(chan struct{}, n)
	}
	sl.breaker = breaker{limit: sl.Options.FailureLimit, pause: sl.Options.FailurePause, now: sl.Options.Now}
	if s.Kind == Antivirus && sl.Options.CacheSize > 0 {
		sl.cache = newCache(sl.Options.CacheSize, sl.Options.CacheTime, sl.Options.Now)
	}
	return sl
}

// bounded runs f within the slot's time and puts its name on errors. If the
// caller's context has ended, the error is that context's.
func (sl *slot) bounded(ctx context.Context, f func(context.Context) (*Result, error)) (*Result, error) {
	within := ctx
	if sl.Options.Timeout > 0 {
		var cancel context.CancelFunc
		within, cancel = context.WithTimeoutCause(ctx, sl.Options.Timeout, ErrTimeout)
		defer cancel()
	}
	res, err := f(within)
	if err == nil {
		return res, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("scan: %s: %w", sl.Name, context.Cause(ctx))
	}
	return nil, sl.named(within, err)
}

// named makes err an *Error, and says so if the slot's time was over.
func (sl *slot) named(ctx context.Context, err error) *Error {
	e := named(sl.Name, err)
	if ctx.Err() != nil && context.Cause(ctx) == ErrTimeout && (e.Err == ErrTimeout || !errors.Is(e, ErrTimeout)) {
		e = &Error{Engine: e.Engine, Op: e.Op, Err: fmt.Errorf("%w after %v", ErrTimeout, sl.Options.Timeout)}
	}
	return e
}

// scanMail scans a mail as the options say, or a part.
func (sl *slot) scanMail(ctx context.Context, r *Request) (*Result, error) {
	if !sl.Options.MIMEDecompose && !sl.Options.Paranoid || r.Part {
		return sl.scan(ctx, r)
	}
	return sl.scanTree(ctx, r)
}

// scan scans the bytes of r, unless they are known.
func (sl *slot) scan(ctx context.Context, r *Request) (*Result, error) {
	if r.Part {
		sl.counts.parts.Add(1)
	} else {
		sl.counts.scans.Add(1)
	}
	if res, err := sl.cache.find(ctx, r); res != nil || err != nil {
		if res != nil {
			sl.counts.cached.Add(1)
			sl.count(res)
		}
		return res, err
	}
	res, err := sl.guarded(ctx, r, sl.Engine.Scan)
	if err != nil {
		sl.counts.errors.Add(1)
		return nil, err
	}
	sl.count(res)
	if res.Verdict == Infected {
		sl.cache.add(ctx, r, res)
	}
	return res, nil
}

func (sl *slot) count(res *Result) {
	switch res.Verdict {
	case Infected:
		sl.counts.infected.Add(1)
	case Unscannable:
		sl.counts.unscannable.Add(1)
	}
}

// guarded calls the engine in its turn, unless it is down.
func (sl *slot) guarded(ctx context.Context, r *Request, f func(context.Context, *Request) (*Result, error)) (res *Result, err error) {
	if err := sl.breaker.allow(); err != nil {
		return nil, &Error{Engine: sl.Name, Err: err}
	}
	if sl.turns != nil {
		select {
		case sl.turns <- struct{}{}:
			defer func() { <-sl.turns }()
		case <-ctx.Done():
			sl.breaker.report(errUnknown)
			return nil, &Error{Engine: sl.Name, Op: "waiting for a turn", Err: context.Cause(ctx)}
		}
	}
	begin := time.Now()
	res, err = protected(ctx, r, f)
	sl.counts.busy.Add(int64(time.Since(begin)))
	if err == nil && res == nil {
		err = &Error{Engine: sl.Name, Err: ErrAnswer}
	}
	sl.breaker.report(sl.blame(ctx, err))
	return res, err
}

// blame gives err if it is the engine's: neither the mail's, nor the caller's
// who went away, nor an answer, however useless.
func (sl *slot) blame(ctx context.Context, err error) error {
	var content *ContentError
	switch {
	case err == nil, errors.As(err, &content), errors.Is(err, ErrAnswer), errors.Is(err, ErrMail):
		return nil
	case ctx.Err() != nil && context.Cause(ctx) != ErrTimeout:
		return errUnknown
	}
	return sl.named(ctx, err)
}

// protected calls f and makes a panic an error.
func protected(ctx context.Context, r *Request, f func(context.Context, *Request) (*Result, error)) (res *Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			res, err = nil, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f(ctx, r)
}
