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

// events has the kind and callout of each delivery.EventKind.
var events = [...]struct {
	kind    msys.LogKind
	callout string
}{
	delivery.EventAttempt:   {msys.LogAttempt, "core_log_attempt_v1"},
	delivery.EventDelivery:  {msys.LogDelivery, "core_log_delivery_v1"},
	delivery.EventTransient: {msys.LogTransientFailure, "core_log_transient_failure_v1"},
	delivery.EventPermanent: {msys.LogPermanentFailure, "core_log_permanent_failure_v1"},
}

// Log implements delivery.Hooks.
func (h hooks) Log(ctx context.Context, ev delivery.LogEvent) error {
	if ev.Kind < 0 || int(ev.Kind) >= len(events) || !h.Has(events[ev.Kind].callout) {
		return nil
	}
	a := ev.Attempt
	out := msys.LogEvent{
		Kind: events[ev.Kind].kind, Time: ev.Time, Message: a.Message, Note: ev.Note, Stage: a.Phase,
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
