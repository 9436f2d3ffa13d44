package delivery

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
)

// ManagedOptions are the options that adaptive rules change, which a [Plan]
// has the values of.
func ManagedOptions() []string {
	return []string{
		"max_outbound_connections", "max_deliveries_per_connection", "retry_interval", "max_retry_interval", "max_retries",
		"outbound_throttle_messages",
	}
}

// Policy is what a host asks around each attempt. The zero value lets all
// through: only the reply decides.
type Policy struct {
	// Hooks reach the scripts. If nil, there are none.
	Hooks Hooks
	// Adaptive adapts deliveries to replies. If nil, nothing is adapted.
	Adaptive Advisor
	// Classify gives the bounce class of a reply on which
	// core_smtp_error_classify has no opinion. If nil, all are 0.
	Classify func(reply string) int
	// Options are the names of those that plans have. If nil,
	// [ManagedOptions].
	Options []string
	// Now is the clock. If nil, time.Now.
	Now func() time.Time
	// Logger receives failures that have no effect on the mail. If nil,
	// slog.Default.
	Logger *slog.Logger
}

func (p *Policy) hooks() Hooks {
	if p.Hooks == nil {
		return NopHooks{}
	}
	return p.Hooks
}

func (p *Policy) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

func (p *Policy) log() *slog.Logger {
	if p.Logger == nil {
		return slog.Default()
	}
	return p.Logger
}

var errNoMessage = errors.New("delivery: attempt without a message")

// complete fills in what the message says itself.
func (a *Attempt) complete(ctx context.Context) error {
	if a == nil || a.Message == nil {
		return errNoMessage
	}
	if a.Binding == "" {
		a.Binding = a.Message.Binding()
	}
	if a.Binding == "" {
		a.Binding = message.DefaultBinding
	}
	if a.Domain == "" {
		a.Domain = a.Message.RoutingDomain(ctx)
	}
	a.Domain = strings.ToLower(a.Domain)
	if a.Method == "" {
		a.Method = a.Message.DeliveryMethod(ctx)
	}
	return nil
}

// Key gives the binding and domain of the attempt.
func (a *Attempt) Key() Key { return Key{Binding: a.Binding, Domain: a.Domain} }

// Route says whether a message is sent now; the host calls it before it
// connects. It completes a's Binding, Domain and Method.
//
// A plan to drop comes from a blackhole, or from a script that has discarded
// the message.
func (p *Policy) Route(ctx context.Context, a *Attempt) (Plan, error) {
	if err := a.complete(ctx); err != nil {
		return Plan{}, err
	}
	plan := Plan{Key: a.Key()}
	if reply, dropped := discarded(a.Message); dropped {
		plan.Action, plan.Reply = Blackhole, reply
		return plan, nil
	}
	if p.Adaptive == nil {
		return plan, nil
	}
	if st := p.Adaptive.State(plan.Key); st.Until.After(p.now()) {
		switch st.Standing {
		case Suspended:
			plan.Action, plan.Until = Wait, st.Until
			return plan, nil
		case Blackholed:
			plan.Action, plan.Until, plan.Reply = Blackhole, st.Until, Internal(PolicyBlackhole)
			return plan, nil
		}
	}
	plan.Options = p.options(ctx, plan.Key)
	return plan, nil
}

func (p *Policy) options(ctx context.Context, k Key) map[string]int64 {
	names := p.Options
	if names == nil {
		names = ManagedOptions()
	}
	values := make(map[string]int64, len(names))
	for _, name := range names {
		if v, ok := p.Adaptive.Value(ctx, k, name); ok {
			values[name] = v
		}
	}
	return values
}

// discarded gives the reply of a message that a script has discarded.
func discarded(m *message.Message) (Reply, bool) {
	d := m.Disposition()
	if !d.Discarded {
		return Reply{}, false
	}
	r := ParseReply(d.Reason)
	if r.Code == 0 {
		r = Internal(PolicyDiscard)
	}
	r.Internal = true
	return r, true
}

// Dispose runs generic_delivery_msg_dispose for an attempt by another method
// than SMTP and gives what DLV_Response_Status says afterwards: [Success] if
// it is empty or gone, else what the method's classifier makes of it. A nil
// classifier is [SMTPStatus].
//
// The host calls it after the attempt and before [Policy.Result];
// [Policy.Deliver] does so itself.
func (p *Policy) Dispose(ctx context.Context, a *Attempt, classify Classifier) (Status, error) {
	if err := a.complete(ctx); err != nil {
		return Continue, err
	}
	if classify == nil {
		classify = SMTPStatus
	}
	before, _ := a.Message.ContextGet(message.ContextMess, KeyResponseStatus)
	delivered, err := p.hooks().Dispose(ctx, a.Message, before)
	if err != nil {
		// The callout did not run, or not to its end: what was known before
		// stands.
		if before == "" {
			return Success, err
		}
		a.Message.ContextSet(message.ContextMess, KeyResponseStatus, before)
		return classify(before), err
	}
	if delivered {
		return Success, nil
	}
	after, _ := a.Message.ContextGet(message.ContextMess, KeyResponseStatus)
	return classify(after), nil
}
