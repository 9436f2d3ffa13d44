package outbound

import (
	"context"
	"sync/atomic"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

// Reports gives the scripts of a runtime a say in delivery status
// notifications: the callouts core_generate_rfc3464_message, its preamble,
// core_rfc3464_inline_message_fragment and core_post_generate_rfc3464_message.
//
// The Lua modules of a runtime exist before it, so that its runtime is set
// afterwards; without one it decides nothing:
//
//	reports := &outbound.Reports{}
//	o := modules.Options{DSN: &rfc3464.Options{Hooks: reports}}
//	rt, err := msys.New(msys.Config{Modules: modules.All(o)})
//	reports.Use(rt)
//
// It is safe for concurrent use.
type Reports struct{ rt atomic.Pointer[msys.Runtime] }

var _ rfc3464.Hooks = (*Reports)(nil)

// Use sets the runtime whose scripts are asked, nil for none.
func (r *Reports) Use(rt *msys.Runtime) { r.rt.Store(rt) }

// Notification implements rfc3464.Hooks.
func (r *Reports) Notification(ctx context.Context, original *message.Message, a rfc3464.Action) (*message.Message, bool, error) {
	rt := r.rt.Load()
	if rt == nil {
		return nil, false, nil
	}
	return rt.BounceMessage(ctx, original, msys.ReportAction(a))
}

// Preamble implements rfc3464.Hooks.
func (r *Reports) Preamble(ctx context.Context, original *message.Message, a rfc3464.Action) (string, bool, error) {
	rt := r.rt.Load()
	if rt == nil {
		return "", false, nil
	}
	return rt.BouncePreamble(ctx, original, msys.ReportAction(a))
}

// Fragment implements rfc3464.Hooks.
func (r *Reports) Fragment(ctx context.Context, original *message.Message, a rfc3464.Action) (string, bool, error) {
	rt := r.rt.Load()
	if rt == nil {
		return "", false, nil
	}
	return rt.BounceFragment(ctx, original, msys.ReportAction(a))
}

// Created implements rfc3464.Hooks.
func (r *Reports) Created(ctx context.Context, original, dsn *message.Message, a rfc3464.Action) error {
	rt := r.rt.Load()
	if rt == nil {
		return nil
	}
	return rt.BounceMade(ctx, original, dsn, msys.ReportAction(a))
}
