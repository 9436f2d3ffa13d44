package msys

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// sessionContext lets a message use the variables of its session.
type sessionContext struct{ v *vctx.Context }

func (s sessionContext) Get(t message.ContextType, key string) (string, bool) {
	return s.v.Lookup(vctx.Scope(t), key)
}

func (s sessionContext) Set(t message.ContextType, key, value string) bool {
	return s.v.Set(vctx.Scope(t), key, value)
}

func (s sessionContext) Delete(t message.ContextType, key string) bool {
	return s.v.Delete(vctx.Scope(t), key)
}

// Vars gives a copy of a dictionary, for the copies of a message.
func (s sessionContext) Vars(t message.ContextType) map[string]string {
	return s.v.Vars(vctx.Scope(t))
}

func (s sessionContext) Keys(t message.ContextType) []string { return s.v.Keys(vctx.Scope(t)) }

// injector takes what msg:inject and its like send through the callouts for
// generated mail and then to the host's Enqueuer.
type injector struct{ rt *Runtime }

// Inject implements message.Injector.
func (i injector) Inject(ctx context.Context, m *message.Message, from string, to []string) error {
	return i.rt.inject(ctx, m, from, to)
}

// ForwardHook implements message.ForwardHook: core_post_assemble_fwd_message.
type forwardHook struct{ rt *Runtime }

// Assembled implements message.ForwardHook.
func (f forwardHook) Assembled(ctx context.Context, original, forwarded *message.Message) error {
	_, err := f.rt.call(ctx, "core_post_assemble_fwd_message", func(l *lua.State) int {
		bind.PushObject(l, original)
		bind.PushObject(l, forwarded)
		return 2
	})
	return err
}

// newMessageOptions makes the options of all messages of the runtime.
func (rt *Runtime) newMessageOptions() *message.Options {
	o := rt.cfg.Message
	if o.Logger == nil {
		o.Logger = rt.log
	}
	if o.Clock == nil {
		o.Clock = rt.cfg.Clock
	}
	if o.Hostname == "" {
		o.Hostname = rt.cfg.Hostname
	}
	if rt.cfg.Enqueuer != nil {
		o.Injector = injector{rt}
	}
	o.ForwardHook = forwardHook{rt}
	return o.Prepare()
}

// generated runs the callouts of mail that did not come by SMTP.
type generated struct {
	rt  *Runtime
	lp  *loop
	env *bind.Env
	v   *vctx.Context
}

func (g *generated) dispatch(d *HookDef, o dispatchOptions) (outcome, error) {
	g.env.Message = nil
	if o.message != nil {
		g.env.Message = o.message
	}
	return g.lp.dispatchWithChecks(&invocation{
		hook: d, env: g.env, step: g, message: o.message,
		args: o.args, push: o.push, skip: o.skip, skipDropped: o.skipDropped, results: o.results,
	}, g.v, o)
}

func (g *generated) hooked(d *HookDef) bool { return g.lp.hooked(d) }

func (g *generated) next(code int) { g.v.ContinuePhase(code) }

func (g *generated) runtime() *Runtime { return g.rt }

// verdict reads the decision; an exception defers.
func (g *generated) verdict(out outcome) Verdict {
	if out.failed != nil {
		return Verdict{Action: Defer, Code: 451, Text: "4.3.0 temporary failure, try later"}
	}
	return Verdict{Action: actionFor(g.v.Code(), false), Code: g.v.Code(), Text: vctx.CleanText(g.v.Note())}
}

func (g *generated) pushMessage(l *lua.State, m *message.Message) { bind.PushObject(l, m) }

// connArgs pushes nil for ac and vctx.
func (g *generated) connArgs(l *lua.State) int {
	l.PushNil()
	l.PushNil()
	return 2
}

// Generated runs the callouts for mail that the host made (HTTP
// injection, notifications): core_pre_msg_each_rcpt, msg_gen_data_spool,
// core_post_msg_each_rcpt, then binding and final validation. m's envelope
// says for whom it is. The result has the message unless policy refused or
// dropped it.
func (rt *Runtime) Generated(ctx context.Context, m *message.Message) (*Result, error) {
	return rt.generate(ctx, m, true)
}

// Injected runs the callouts for mail that a script sends (msg:inject, forward,
// notifications) through an Injector of the host: those of Generated without
// msg_gen_data_spool.
func (rt *Runtime) Injected(ctx context.Context, m *message.Message) (*Result, error) {
	return rt.generate(ctx, m, false)
}

func (rt *Runtime) generate(ctx context.Context, m *message.Message, gen bool) (*Result, error) {
	lp := rt.pick()
	lp.retain()
	defer lp.release()
	g := &generated{rt: rt, lp: lp, env: lp.environment(ctx, phaseNone), v: vctx.NewContext(vctx.NewConn(vctx.Conn{Service: "generated"}), nil)}
	c := &copyState{msg: m, verdict: Verdict{Action: Accept, Code: 250}}
	o := dispatchOptions{message: m, skipDropped: true}
	names := []string{"core_pre_msg_each_rcpt", "msg_gen_data_spool", "core_post_msg_each_rcpt"}
	for _, name := range names {
		if name == "msg_gen_data_spool" && !gen {
			continue
		}
		o.push = func(l *lua.State) int {
			g.pushMessage(l, m)
			if name == "msg_gen_data_spool" {
				return 1
			}
			return 1 + g.connArgs(l)
		}
		if _, err := g.dispatch(rt.hooks.find(name), o); err != nil {
			return nil, err
		}
		if code := m.CodeNumber(); name == "msg_gen_data_spool" && code >= 400 && !c.dropped() {
			text, _ := m.Code()
			_, text = vctx.SplitReply(text, code)
			c.verdict = Verdict{Action: actionFor(code, false), Code: code, Text: text}
		}
		if c.done() {
			break
		}
	}
	if !c.done() {
		if err := finalSteps(ctx, g, c); err != nil {
			return nil, err
		}
	}
	res := &Result{Verdict: c.verdict}
	switch {
	case c.dropped():
		res.Action = Discard
		res.Discarded = []*Message{{Message: m, Verdict: res.Verdict}}
	case c.verdict.Code < 400 && !c.taken:
		res.Messages = []*Message{{Message: m, Verdict: c.verdict}}
	}
	if len(res.Messages) == 0 {
		rt.log.Info("generated message not queued", "message", m.ID(), "action", string(res.Action), "code", res.Code)
	}
	return res, nil
}

// inject queues one copy of m per recipient.
func (rt *Runtime) inject(ctx context.Context, m *message.Message, from string, to []string) error {
	for _, rcpt := range to {
		c, err := m.ForRecipient(rcpt)
		if err != nil {
			return err
		}
		if err := c.SetSender(from); err != nil {
			return err
		}
		res, err := rt.Injected(ctx, c)
		if err != nil {
			return err
		}
		for _, out := range res.Messages {
			if err := rt.cfg.Enqueuer.Enqueue(ctx, out.Message); err != nil {
				return err
			}
		}
	}
	return nil
}
