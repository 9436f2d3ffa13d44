// Package outbound joins a runtime and package delivery, which know nothing
// of each other: a host whose scripts decide about its outgoing mail writes
//
//	policy := &delivery.Policy{Hooks: outbound.Hooks(rt)}
package outbound

import (
	"context"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/vctx"
)

// Hooks gives the scripts of a runtime to a delivery.Policy. It is safe for
// concurrent use, as the runtime is.
func Hooks(rt *msys.Runtime) delivery.Hooks { return hooks{rt} }

// hooks has Has, Dispose and CallHook from the runtime.
type hooks struct{ *msys.Runtime }

var kinds = map[delivery.EventKind]msys.LogKind{
	delivery.EventAttempt:   msys.LogAttempt,
	delivery.EventDelivery:  msys.LogDelivery,
	delivery.EventTransient: msys.LogTransientFailure,
	delivery.EventPermanent: msys.LogPermanentFailure,
}

// Log implements delivery.Hooks.
func (h hooks) Log(ctx context.Context, ev delivery.LogEvent) error {
	a := ev.Attempt
	out := msys.LogEvent{
		Kind: kinds[ev.Kind], Time: ev.Time, Message: a.Message, Note: ev.Note, Stage: a.Phase,
		Domain: &msys.Domain{Name: a.Domain, Fields: fields(a.Counters)},
	}
	if a.Remote.IsValid() {
		out.Remote = vctx.AddrOf(a.Remote)
	}
	return h.Runtime.Log(ctx, out)
}

// fields are what scripts see of dr, beside the name.
func fields(c delivery.Counters) map[string]any {
	f := map[string]any{
		"deliveries": c.Deliveries, "attempts": c.Attempts, "transients": c.Transients, "failures": c.Failures,
		"last_delivery": 0,
	}
	if !c.LastDelivery.IsZero() {
		f["last_delivery"] = c.LastDelivery.Unix()
	}
	return f
}
