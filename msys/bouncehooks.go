package msys

import (
	"context"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// decide runs a hook whose box enabled decides if the hook returns 1 (or that
// returns the decision after the 1).
func (rt *Runtime) decide(ctx context.Context, name string, m *message.Message, configured bool) (bool, error) {
	b := &box{value: 0}
	if configured {
		b.value = 1
	}
	set, err := rt.outParams(ctx, name, m, nil, []*box{b})
	if n, ok := b.number(); set && ok {
		return n != 0, err
	}
	return configured, err
}

// ReportAction is the Action field of a delivery status notification
// (RFC 3464 section 2.3.3). The numbers are those of msys.core.FAILED and its
// like, which hooks get.
type ReportAction int

// The actions.
const (
	ReportFailed ReportAction = iota
	ReportDelayed
	ReportDelivered
	ReportRelayed
	ReportExpanded
)

// GenerateBounces asks policy whether a message that failed for good makes a
// bounce.
func (rt *Runtime) GenerateBounces(ctx context.Context, m *message.Message, configured bool) (bool, error) {
	return rt.decide(ctx, "core_generate_bounces", m, configured)
}

// DelayNotice asks policy whether a message that waits makes a notice for its
// sender.
func (rt *Runtime) DelayNotice(ctx context.Context, m *message.Message, configured bool) (bool, error) {
	return rt.decide(ctx, "delay_dsn_generate_delay_dsn", m, configured)
}

// NextDelayNotice asks policy when the next such notice is due.
func (rt *Runtime) NextDelayNotice(ctx context.Context, m *message.Message, configured time.Time) (time.Time, error) {
	when := &box{value: float64(configured.Unix())}
	set, err := rt.outParams(ctx, "delay_dsn_next_delay_dsn", m, []any{rt.now()}, []*box{when})
	if n, ok := when.number(); set && ok && n >= 0 && n < 1<<40 {
		return time.Unix(int64(n), 0), err
	}
	return configured, err
}

// SendDelayNotice asks policy to send the notice itself; handled says that it
// did, and that the host sends none.
func (rt *Runtime) SendDelayNotice(ctx context.Context, m *message.Message) (handled bool, err error) {
	out, err := rt.dispatch(ctx, rt.hooks.find("delay_dsn_send_notification"), dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m)
		return 1
	}})
	return out.number != 0, err
}

// BouncePreamble asks policy for the text that a delivery status notification
// about a message begins with.
// ok is false if the default text is used.
func (rt *Runtime) BouncePreamble(ctx context.Context, m *message.Message, action ReportAction) (text string, ok bool, err error) {
	return rt.textHook(ctx, "core_generate_rfc3464_message_preamble", m, func(l *lua.State, body *message.ECString) int {
		pushObjects(l, m)
		l.PushInteger(int(action))
		bind.PushObject(l, body)
		return 3
	})
}

// BounceFragment asks policy for the part of the original that a notification
// returns.
func (rt *Runtime) BounceFragment(ctx context.Context, m *message.Message, action ReportAction) (text string, ok bool, err error) {
	return rt.textHook(ctx, "core_rfc3464_inline_message_fragment", m, func(l *lua.State, response *message.ECString) int {
		pushObjects(l, response, m)
		l.PushInteger(int(action))
		return 3
	})
}

// textHook runs a hook that fills an ec_string and returns true.
func (rt *Runtime) textHook(ctx context.Context, name string, m *message.Message, push func(*lua.State, *message.ECString) int) (string, bool, error) {
	text := message.NewECString("")
	out, err := rt.dispatch(ctx, rt.hooks.find(name), dispatchOptions{message: m, push: func(l *lua.State) int { return push(l, text) }})
	return text.String(), out.number != 0, err
}

// BounceMessage asks policy for the whole notification. decided says that
// policy made it, or, with a nil bounce, that there is none.
func (rt *Runtime) BounceMessage(ctx context.Context, m *message.Message, action ReportAction) (bounce *message.Message, decided bool, err error) {
	mdn := &box{}
	out, err := rt.dispatch(ctx, rt.hooks.find("core_generate_rfc3464_message"), dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m)
		l.PushInteger(int(action))
		bind.PushObject(l, mdn)
		return 3
	}})
	bounce, _ = mdn.value.(*message.Message)
	return bounce, out.number != 0, err
}

// BounceMade tells policy of a notification that was made; it may still be
// changed.
func (rt *Runtime) BounceMade(ctx context.Context, original, bounce *message.Message, action ReportAction) error {
	_, err := rt.dispatch(ctx, rt.hooks.find("core_post_generate_rfc3464_message"), dispatchOptions{message: original, push: func(l *lua.State) int {
		pushObjects(l, original, bounce)
		l.PushInteger(int(action))
		return 3
	}})
	return err
}

// ClassifyResponse asks policy for the bounce class of an SMTP response; 0
// means that policy has no opinion.
func (rt *Runtime) ClassifyResponse(ctx context.Context, response, domain string) (class int, err error) {
	out, err := rt.call(ctx, "core_smtp_error_classify", func(l *lua.State) int {
		l.PushString(response)
		l.PushString(domain)
		return 2
	})
	return int(out.number), err
}

// ClassifyBounce asks policy for the class of a bounce message from its text;
// pos is the offset in it of what decided.
func (rt *Runtime) ClassifyBounce(ctx context.Context, body string) (class, pos int, err error) {
	at := &box{value: 0}
	out, err := rt.call(ctx, "core_bounce_error_classify", func(l *lua.State) int {
		l.PushString(body)
		l.PushInteger(len(body))
		bind.PushObject(l, at)
		return 3
	})
	if n, ok := at.number(); ok && n >= 0 && n <= float64(len(body)) {
		pos = int(n)
	}
	return int(out.number), pos, err
}
