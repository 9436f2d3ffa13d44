package httpclnt

import (
	"context"
	"errors"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// errMethodGone is for a method whose scripts have ended.
var errMethodGone = errors.New("httpclnt: delivery method is gone")

// current gives the handler that was registered last.
func (m *method) current(ms *Methods) (Handler, bool) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if n := len(m.entries); n > 0 {
		return m.entries[n-1].handler, true
	}
	return Handler{}, false
}

// forward makes the handler of a method's driver, which asks the handler that
// counts at the time.
func (m *method) forward(ms *Methods) Handler {
	observer := func(pick func(*Handler) func(context.Context, *Session)) func(context.Context, *Session) {
		return func(ctx context.Context, s *Session) {
			if h, ok := m.current(ms); ok && pick(&h) != nil {
				pick(&h)(ctx, s)
			}
		}
	}
	return Handler{
		BuildRequest: func(ctx context.Context, s *Session) (Decision, error) {
			h, ok := m.current(ms)
			switch {
			case !ok:
				return Fail, errMethodGone
			case h.BuildRequest == nil:
				return Cont, s.useMessage()
			}
			return h.BuildRequest(ctx, s)
		},
		HandleResponse: func(ctx context.Context, s *Session) (Decision, error) {
			if h, ok := m.current(ms); ok && h.HandleResponse != nil {
				return h.HandleResponse(ctx, s)
			}
			return Cont, nil
		},
		Classify: func(ctx context.Context, msg *message.Message, status string) delivery.Status {
			if h, ok := m.current(ms); ok && h.Classify != nil {
				return h.Classify(ctx, msg, status)
			}
			return delivery.Continue
		},
		Init:    observer(func(h *Handler) func(context.Context, *Session) { return h.Init }),
		Reset:   observer(func(h *Handler) func(context.Context, *Session) { return h.Reset }),
		Destroy: observer(func(h *Handler) func(context.Context, *Session) { return h.Destroy }),
		Disposed: func(ctx context.Context, msg *message.Message, out delivery.Outcome) {
			if h, ok := m.current(ms); ok && h.Disposed != nil {
				h.Disposed(ctx, msg, out)
			}
		},
	}
}
