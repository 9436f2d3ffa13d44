package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Result says what becomes of a message after an attempt. The host calls it
// exactly once for each attempt and recipient, also for attempts that Route
// forbade with a reply.
//
// Adaptive rules see the reply first and may change it; that decides whether
// the message is delivered (2xx), deferred or has failed (5xx). Then the
// logging callouts run, core_log_attempt_v1 and the one for the result; they
// may change the reply's text for those that follow and for the Outcome, but
// not the result. An internal reply without a code counts as 451.
//
// The Outcome is valid in any case. An error says that some of the callouts
// did not run.
func (p *Policy) Result(ctx context.Context, a *Attempt, r Reply) (Outcome, error) {
	if err := a.complete(ctx); err != nil {
		return Outcome{}, err
	}
	out := Outcome{Reply: withCode(r)}
	var errs []error
	drop := p.drops(a, &out)
	if !drop {
		errs = append(errs, p.respond(ctx, a.Key(), &out))
	}
	out.Final = finalOf(out.Reply.Code)
	if drop {
		out.Final = Dropped
	}
	errs = append(errs, p.tell(ctx, a, &out, drop && !a.Remote.IsValid()))
	p.count(ctx, a.Key(), &out)
	return out, errors.Join(errs...)
}

// withCode gives a reply that has none the code for any other failure.
func withCode(r Reply) Reply {
	if r.Code != 0 {
		return r
	}
	if r.Text == "" && len(r.Lines) == 0 {
		return Internal(Trouble)
	}
	r.Code, r.Internal = 451, true
	return r
}

// drops tells whether the message ends without delivery and bounce, and sets
// the reply that says why.
func (p *Policy) drops(a *Attempt, out *Outcome) bool {
	if finalOf(out.Reply.Code) == Delivered {
		return false
	}
	if reply, ok := discarded(a.Message); ok {
		out.Reply = reply
		return true
	}
	return out.Reply.Internal && out.Reply.Text == Internal(PolicyBlackhole).Text
}

func finalOf(code int) Disposition {
	switch {
	case code >= 200 && code < 300:
		return Delivered
	case code >= 500 && code < 600:
		return Failed
	}
	return Deferred
}

// respond lets adaptive rules judge a failure.
func (p *Policy) respond(ctx context.Context, k Key, out *Outcome) error {
	if p.Adaptive == nil || out.Reply.Code < 400 {
		return nil
	}
	d, err := p.Adaptive.Respond(ctx, k, out.Reply)
	if err != nil {
		return fmt.Errorf("delivery: adaptive rules: %w", err)
	}
	out.Rule, out.Actions = d.Rule, d.Applied
	if d.Reply.Code != 0 {
		out.Reply = d.Reply
	}
	return nil
}

// tell runs the logging callouts and reads the reply that they leave.
func (p *Policy) tell(ctx context.Context, a *Attempt, out *Outcome, notTried bool) error {
	m := a.Message
	text := strings.Join(out.Reply.TextLines(), "\r\n")
	m.SetAttempted(a.Remote.Addr())
	if _, err := m.SetCode(out.Reply.Code, text); err != nil {
		p.log().Warn("reply of a delivery has no valid code", slog.String("message", m.ID()), slog.Int("code", out.Reply.Code))
	}
	var errs []error
	ev := LogEvent{Kind: EventAttempt, Time: p.now(), Attempt: a, Note: out.Reply.String()}
	if !notTried {
		errs = append(errs, p.hooks().Log(ctx, ev))
		p.reread(a, out)
	}
	switch out.Final {
	case Delivered:
		ev.Kind = EventDelivery
	case Deferred:
		ev.Kind = EventTransient
	default:
		ev.Kind = EventPermanent
	}
	ev.Note = out.Reply.String()
	errs = append(errs, p.hooks().Log(ctx, ev))
	p.reread(a, out)
	return errors.Join(errs...)
}

// reread takes the reply that a callout has set.
func (p *Policy) reread(a *Attempt, out *Outcome) {
	code, ok := a.Message.Code()
	if !ok {
		return
	}
	if r := ParseReply(code); r.Code != 0 && r.String() != out.Reply.String() {
		out.Reply = r
	}
}

// count classifies a failure for good, keeps the statistics and says when a
// deferred message is due.
func (p *Policy) count(ctx context.Context, k Key, out *Outcome) {
	if out.Final == Failed {
		out.BounceCode = p.class(ctx, k.Domain, out.Reply.String())
	}
	if p.Adaptive == nil {
		return
	}
	switch out.Final {
	case Delivered:
		p.Adaptive.Delivered(k, 1)
	case Failed:
		p.Adaptive.Bounced(k, out.BounceCode)
	case Deferred:
		if v, ok := p.Adaptive.Value(ctx, k, "retry_interval"); ok && v > 0 {
			out.RetryAfter = time.Duration(min(v, maxSeconds)) * time.Second
		}
		if st := p.Adaptive.State(k); st.Standing == Suspended {
			out.RetryAfter = max(out.RetryAfter, st.Until.Sub(p.now()))
		}
	}
}

// maxSeconds keeps a duration in range: a hundred years.
const maxSeconds = 100 * 365 * 24 * 3600

// class gives the bounce class of a reply: that of core_smtp_error_classify,
// else that of Classify.
func (p *Policy) class(ctx context.Context, domain, reply string) int {
	results, err := p.hooks().CallHook(ctx, "core_smtp_error_classify", reply, domain)
	if err != nil {
		p.log().Warn("reply not classified by policy", "domain", domain, "error", err)
	}
	if n := HookNumber(results); n > 0 {
		return n
	}
	if p.Classify == nil {
		return 0
	}
	return p.Classify(reply)
}
