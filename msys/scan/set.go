package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Set holds the engines of a server in their order. A nil Set has none.
type Set struct {
	slots    []*slot
	missing  Missing
	received *received
}

// NewSet makes a set. The error says which slot has no name, one that is too
// long or one that another slot has.
func NewSet(slots ...Slot) (*Set, error) {
	s := &Set{received: &received{}}
	for _, sl := range slots {
		switch {
		case sl.Name == "":
			return nil, errors.New("scan: a slot has no name")
		case len(sl.Name) > MaxNameLength:
			return nil, fmt.Errorf("scan: slot %q: %w", sl.Name, ErrNameTooLong)
		case s.slot(sl.Name) != nil:
			return nil, fmt.Errorf("scan: slot %q is given twice", sl.Name)
		}
		s.slots = append(s.slots, newSlot(sl))
	}
	return s, nil
}

// WithMissing gives a set with the same engines in which m is what functions
// of engines do that have no slot.
func (s *Set) WithMissing(m Missing) *Set {
	c := Set{received: &received{}}
	if s != nil {
		c = *s
	}
	c.missing = m
	return &c
}

func (s *Set) slot(name string) *slot {
	if s == nil {
		return nil
	}
	for _, sl := range s.slots {
		if sl.Name == name {
			return sl
		}
	}
	return nil
}

// Names gives the names of the engines of a kind, in their order.
func (s *Set) Names(k Kind) []string {
	names := []string{}
	if s == nil {
		return names
	}
	for _, sl := range s.slots {
		if sl.Engine != nil && sl.Kind == k {
			names = append(names, sl.Name)
		}
	}
	return names
}

// Has reports whether there is an engine of that name.
func (s *Set) Has(name string) bool {
	sl := s.slot(name)
	return sl != nil && sl.Engine != nil
}

// Missing says what the functions of an engine do that is not configured.
func (s *Set) Missing(name string) Missing {
	if s == nil {
		return Raise
	}
	if sl := s.slot(name); sl != nil && sl.Options.Missing != Raise {
		return sl.Options.Missing
	}
	return s.missing
}

// engine finds the slot of an engine.
func (s *Set) engine(name string) (*slot, error) {
	if len(name) > MaxNameLength {
		return nil, &Error{Engine: name[:MaxNameLength], Err: ErrNameTooLong}
	}
	if !s.Has(name) {
		return nil, &Error{Engine: name, Err: ErrNoEngine}
	}
	return s.slot(name), nil
}

// Scan has the engine of that name scan r within the limits of its slot. The
// error is an [*Error], or the context's if that ended.
func (s *Set) Scan(ctx context.Context, name string, r *Request) (*Result, error) {
	sl, err := s.engine(name)
	if err != nil {
		return nil, err
	}
	if r == nil || r.Open == nil {
		return nil, &Error{Engine: name, Err: &ContentError{errNoContent}}
	}
	return sl.bounded(ctx, func(ctx context.Context) (*Result, error) {
		if !sl.Options.NoWireRep {
			var err error
			if r, err = s.received.request(r); err != nil {
				return nil, err
			}
		}
		return sl.scanMail(ctx, r)
	})
}

var errNoContent = errors.New("the request has none")

// AnalyzeHeader has the engine judge an analysis header. An engine that is no
// [HeaderAnalyzer] scans the header's text alone as a mail.
func (s *Set) AnalyzeHeader(ctx context.Context, name, header string, r *Request) (*Result, error) {
	sl, err := s.engine(name)
	if err != nil {
		return nil, err
	}
	return sl.bounded(ctx, func(ctx context.Context) (*Result, error) {
		a, ok := sl.Engine.(HeaderAnalyzer)
		if !ok {
			q := *r
			q.msg, q.origin, q.Part = nil, nil, false
			b := BytesRequest([]byte(header))
			q.Open, q.Size = b.Open, b.Size
			return sl.guarded(ctx, &q, sl.Engine.Scan)
		}
		return sl.guarded(ctx, r, func(ctx context.Context, r *Request) (*Result, error) { return a.AnalyzeHeader(ctx, header, r) })
	})
}

// Ping asks the engine of that name whether it works, and ends the pause of
// one that says so. An engine that is no [Pinger] gives the error for which it
// is left alone, or nil.
func (s *Set) Ping(ctx context.Context, name string) error {
	sl, err := s.engine(name)
	if err != nil {
		return err
	}
	p, ok := sl.Engine.(Pinger)
	if !ok {
		if st := sl.status(); st.Down {
			return st.Err
		}
		return nil
	}
	_, err = sl.bounded(ctx, func(ctx context.Context) (*Result, error) { return nil, p.Ping(ctx) })
	if err == nil {
		sl.breaker.report(nil)
	}
	return err
}

// Status tells how each engine is, in their order.
func (s *Set) Status() []Status {
	var list []Status
	if s == nil {
		return list
	}
	for _, sl := range s.slots {
		if sl.Engine != nil {
			list = append(list, sl.status())
		}
	}
	return list
}

// Close closes the engines that can be closed: connections that they keep. No
// scan may run any more.
func (s *Set) Close() error {
	if s == nil {
		return nil
	}
	var errs []error
	for _, sl := range s.slots {
		if c, ok := sl.Engine.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}
