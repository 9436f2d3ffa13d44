package msys

import (
	"context"
	"slices"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// recipients runs the callouts about the recipient list, splits the message
// into one copy per recipient and runs the callouts for each.
func (s *Session) recipients(ctx context.Context, msg *message.Message) (*Result, error) {
	v, err := s.phase("validate_rcptto_list", dispatchOptions{message: msg, skipDropped: true, args: recipientArgs})
	if res, err := s.settled(msg, vctx.StateRcptListResponse, v, err); res != nil || err != nil {
		return res, err
	}
	s.v.FreezeRecipients(true)
	v, err = s.phase("validate_rcptto_list_final", dispatchOptions{message: msg, skipDropped: true, args: recipientNodeArgs})
	if res, err := s.settled(msg, vctx.StateRcptListFinalResponse, v, err); res != nil || err != nil {
		return res, err
	}
	list := s.v.Recipients()
	if len(list) == 0 {
		msg.Discard("550 5.7.1 [internal] discarded by policy")
		return s.discardAll(msg), nil
	}
	copies, err := s.eachRecipient(ctx, msg, list)
	if err != nil {
		return nil, err
	}
	s.v.FreezeRecipients(true)
	for _, c := range copies {
		if c.done() {
			continue
		}
		if err := s.finalSteps(ctx, c); err != nil {
			return nil, err
		}
	}
	return s.outcome(copies), nil
}

// copyState is one recipient's copy on its way through the callouts.
type copyState struct {
	msg     *message.Message
	verdict Verdict // refuses the copy if its code is 400 or more
	taken   bool    // a script took the message in core_ec_message_enqueue
}

func (c *copyState) dropped() bool { return dropped(c.msg) }

// done reports whether later callouts do not run for the copy.
func (c *copyState) done() bool { return c.verdict.Code >= 400 || c.dropped() }

// recipientArgs pushes the recipients as a table, and vctx.
func recipientArgs(st stepper, l *lua.State, m *message.Message) int {
	vctx.PushRecipients(l, st.(*Session).v.Recipients())
	return 1 + contextArgs(st, l, m)
}

// recipientNodeArgs pushes the recipients as nodes, and vctx.
func recipientNodeArgs(st stepper, l *lua.State, m *message.Message) int {
	pushRecipientNodes(l, st.(*Session).v.Recipients())
	return 1 + contextArgs(st, l, m)
}

// pushRecipientNodes pushes the recipients as a chain of nodes with the
// fields data and next, nil for none.
func pushRecipientNodes(l *lua.State, list []string) {
	l.PushNil()
	for i := len(list) - 1; i >= 0; i-- {
		l.CreateTable(0, 2)
		l.Insert(-2)
		l.SetField(-2, "next")
		l.PushString(list[i])
		l.SetField(-2, "data")
	}
}

// eachRecipient makes the copies and runs the callouts up to
// core_post_msg_each_rcpt. Recipients that policy adds meanwhile get copies
// of their own.
func (s *Session) eachRecipient(ctx context.Context, msg *message.Message, list []string) ([]*copyState, error) {
	var copies []*copyState
	for i := 0; i < len(list); i++ {
		cp, err := msg.ForRecipient(list[i])
		if err != nil {
			return nil, err
		}
		c := &copyState{msg: cp, verdict: Verdict{Action: Accept, Code: 250}}
		cp.SetHostOwned(true)
		s.v.BeginRecipient(list[i])
		if line := s.v.Get(vctx.MessScope, vctx.KeyRcpttoString); line != "" {
			cp.ContextSet(message.ContextMess, vctx.KeyRcpttoString, line) // with its parameters
		}
		if err := s.eachSteps(c); err != nil {
			return nil, err
		}
		added, removed := s.v.EndRecipient()
		if removed && !c.done() {
			cp.Discard("550 5.7.1 [internal] discarded by policy")
		}
		list = append(list, added...)
		copies = append(copies, c)
	}
	return copies, nil
}

func (s *Session) eachSteps(c *copyState) error {
	o := dispatchOptions{message: c.msg, skipDropped: true, args: messageConnArgs}
	if err := s.notify("core_pre_msg_each_rcpt", o); err != nil || c.done() {
		return err
	}
	v, err := s.phase("validate_data_spool_each_rcpt", o)
	if err != nil {
		return err
	}
	if c.verdict = v; c.done() {
		return nil
	}
	for _, name := range [...]string{"core_validate_data_spool_each_rcpt", "core_post_validate_data_spool_each_rcpt_v1", "core_post_msg_each_rcpt"} {
		if err := s.notify(name, o); err != nil || c.done() {
			return err
		}
	}
	return nil
}

// stepper is what runs the callouts that all mail meets, received or
// generated.
type stepper interface {
	dispatch(d *HookDef, o dispatchOptions) (outcome, error)
	hooked(d *HookDef) bool
	next(code int)
	verdict(out outcome) Verdict
	pushMessage(l *lua.State, m *message.Message)
	connArgs(l *lua.State) int
	runtime() *Runtime
}

func (s *Session) runtime() *Runtime { return s.rt }

func (s *Session) finalSteps(ctx context.Context, c *copyState) error {
	s.v.ResumeRecipient(c.msg.Recipient())
	return finalSteps(ctx, s, c)
}

// finalSteps runs the callouts from validate_set_binding to
// core_ec_message_enqueue for one message.
func finalSteps(_ context.Context, s stepper, c *copyState) error {
	rt := s.runtime()
	hook := rt.hooks.find
	o := dispatchOptions{message: c.msg, skipDropped: true, args: messageArgs}
	before := c.msg.Binding()
	s.next(250)
	out, err := s.dispatch(hook("validate_set_binding"), o)
	if err != nil {
		return err
	}
	if v := s.verdict(out); v.Code >= 400 {
		c.verdict = v
	}
	if c.done() {
		return nil
	}
	if c.msg.Binding() == "" {
		c.msg.SetBinding(message.DefaultBinding)
	}
	if b := c.msg.Binding(); b != before && (before != "" || b != message.DefaultBinding) {
		if _, err := s.dispatch(hook("core_post_validate_set_binding"), o); err != nil {
			return err
		}
	}
	if err := routingDomain(s, c.msg); err != nil {
		return err
	}
	o.args = messageConnArgs
	s.next(250)
	out, err = s.dispatch(hook("core_final_validation2"), o)
	if err != nil {
		return err
	}
	if c.verdict = finalVerdict(s, out); c.done() {
		return nil
	}
	for _, name := range [...]string{"core_final_validation", "core_post_final_validation"} {
		s.next(250)
		out, err := s.dispatch(hook(name), o)
		if err != nil || c.done() {
			return err
		}
		v := s.verdict(out)
		if out.failed != nil {
			c.verdict = v
			return nil
		}
		if v.Code >= 400 {
			rt.log.Warn(name+" cannot reject; the code it set is ignored", "message", c.msg.ID(), "code", v.Code)
		}
	}
	return enqueueHook(s, c)
}

// Results of core_final_validation2 and core_ec_message_enqueue.
const (
	hookDone       = 1
	hookRetry      = 2
	enqueueTaken   = 1
	enqueueRefused = 2
)

// finalVerdict reads core_final_validation2: DONE rejects, RETRY defers, and
// a code that was set replaces the reply.
func finalVerdict(s stepper, out outcome) Verdict {
	set := s.verdict(out)
	switch {
	case set.Code >= 400:
		return set
	case out.number == hookDone:
		return Verdict{Action: Reject, Code: 550, Text: "5.7.1 rejected by policy", Tarpit: set.Tarpit}
	case out.number == hookRetry:
		return Verdict{Action: Defer, Code: 451, Text: "4.3.0 transaction failed", Tarpit: set.Tarpit}
	}
	return set
}

// routingDomain asks the hook for the message's queue domain, unless policy
// set it.
func routingDomain(s stepper, m *message.Message) error {
	rt := s.runtime()
	hook := rt.hooks.find("core_config_get_message_routing_domain")
	if m.ExplicitRoutingDomain() != "" || !s.hooked(hook) {
		return nil
	}
	buff := message.NewECString("")
	out, err := s.dispatch(hook, dispatchOptions{message: m, push: func(l *lua.State) int {
		l.PushNil()
		s.pushMessage(l, m)
		bind.PushObject(l, buff)
		l.PushInteger(maxDomain)
		return 4
	}})
	if err != nil || out.number == 0 {
		return err
	}
	if _, err := m.SetRoutingDomain(buff.String()); err != nil || buff.String() == "" {
		rt.log.Warn("routing domain of a script ignored", "domain", buff.String(), "message", m.ID())
	}
	return nil
}

// maxDomain is the room that the routing hook is told of.
const maxDomain = 1024

// enqueueArgs pushes the message and the time.
func enqueueArgs(st stepper, l *lua.State, m *message.Message) int {
	st.pushMessage(l, m)
	bind.PushObject(l, st.runtime().now())
	return 2
}

func enqueueHook(s stepper, c *copyState) error {
	rt := s.runtime()
	out, err := s.dispatch(rt.hooks.find("core_ec_message_enqueue"), dispatchOptions{message: c.msg, args: enqueueArgs})
	if err != nil {
		return err
	}
	switch out.number {
	case enqueueTaken:
		c.taken = true
	case enqueueRefused:
		c.verdict = Verdict{Action: Defer, Code: 451, Text: "4.3.0 message could not be queued"}
	}
	return nil
}

// refusal gives the verdict that refuses the transaction as a whole because of
// its copies, nil if there is none.
func refusal(mode EachRcptMode, copies []*copyState) *Verdict {
	var first, deferred *Verdict
	accepted := 0
	for _, c := range copies {
		switch v := &c.verdict; {
		case c.dropped():
		case v.OK():
			accepted++
		default:
			if first == nil {
				first = v
			}
			if deferred == nil && v.Code < 500 {
				deferred = v
			}
		}
	}
	switch {
	case mode == PerRecipient:
		return nil
	case mode == NotifyRejected && deferred != nil:
		return deferred
	case mode == NotifyRejected && accepted > 0:
		return nil
	}
	return first
}

// outcome makes the transaction's result of its copies.
func (s *Session) outcome(copies []*copyState) *Result {
	res := &Result{Verdict: Verdict{Action: Accept, Code: 250, Tarpit: s.v.TarpitDelay()}, Recipients: s.v.Recipients()}
	refused := refusal(s.rt.cfg.EachRcptReject, copies)
	for _, c := range copies {
		switch {
		case c.dropped():
			s.logDiscard(c.msg)
			res.Discarded = append(res.Discarded, &Message{Message: c.msg, Verdict: Verdict{Action: Discard, Code: 250}})
		case !c.verdict.OK():
			s.logIfRejected(vctx.StateAsyncBodyResponse, c.verdict)
			res.Messages = append(res.Messages, &Message{Message: c.msg, Verdict: c.verdict})
		case !c.taken:
			res.Messages = append(res.Messages, &Message{Message: c.msg, Verdict: c.verdict})
		}
	}
	if refused != nil {
		return &Result{Verdict: *refused}
	}
	if s.v.Disconnecting() {
		res.Action = Disconnect
	} else if len(res.Discarded) == len(copies) {
		res.Action = Discard
	}
	s.noteSiblings(res.Messages)
	if slices.ContainsFunc(res.Messages, func(m *Message) bool { return m.Verdict.OK() }) {
		s.rt.accounts().Reception(s.conn.RemoteAddr().IP(), 1)
	}
	for _, m := range res.Messages {
		if m.Verdict.OK() {
			s.logReception(m.Message)
		}
	}
	return res
}

// noteSiblings tells each of several messages that one transaction made which
// these are.
func (s *Session) noteSiblings(messages []*Message) {
	if len(messages) < 2 {
		return
	}
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.ID()
	}
	s.v.SetBatchIDs(ids)
	for _, m := range messages {
		m.ContextSet(message.ContextType(vctx.MessScope), vctx.KeyBatchIDs, strings.Join(ids, ","))
	}
}

// discardAll is the result of a transaction that policy dropped: accepted
// towards the sender, nothing delivered.
func (s *Session) discardAll(msg *message.Message) *Result {
	s.logDiscard(msg)
	v := Verdict{Action: Discard, Code: 250, Tarpit: s.v.TarpitDelay()}
	if s.v.Disconnecting() {
		v.Action = Disconnect
	}
	return &Result{Verdict: v, Discarded: []*Message{{Message: msg, Verdict: v}}}
}
