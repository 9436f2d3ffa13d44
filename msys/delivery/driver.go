package delivery

import (
	"context"
	"errors"
	"log/slog"
	"strconv"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
)

// Driver delivers messages by one method.
type Driver interface {
	// Deliver makes one attempt. A failure of the remote end is a Reply,
	// internal if it did not speak; an error says that no attempt was made,
	// such as a context that ended before.
	//
	// A Driver whose method has status numbers of its own sets the message
	// variable DLV_Response_Status to that of a failure. It is safe for
	// concurrent use.
	Deliver(ctx context.Context, c *Conn) (Reply, error)
}

// StatusDriver is a [Driver] whose method has status numbers of its own.
type StatusDriver interface {
	Driver
	// Status reads a DLV_Response_Status of the method; see [Classifier].
	Status(ctx context.Context, c *Conn, status string) Status
}

// ObservingDriver is a [Driver] that is told what became of the message.
type ObservingDriver interface {
	Driver
	// Disposed is called once after the attempt, when all is decided.
	Disposed(ctx context.Context, c *Conn, out Outcome)
}

// Conn is a delivery in progress, as drivers and scripts see it.
type Conn struct {
	attempt *Attempt
	plan    Plan
	hooks   Hooks
	id      string
}

// NewConn makes the Conn of an attempt, for drivers that are called without
// [Policy.Deliver]. Both may be nil.
func NewConn(a *Attempt, hooks Hooks) *Conn {
	if a == nil {
		a = &Attempt{}
	}
	if hooks == nil {
		hooks = NopHooks{}
	}
	return &Conn{attempt: a, hooks: hooks, id: vctx.NewID()}
}

// Message gives the message that is delivered, of a batch the first; nil if
// there is none.
func (c *Conn) Message() *message.Message {
	if c == nil {
		return nil
	}
	return c.attempt.Message
}

// Attempt gives the attempt; a driver sets its Remote and Phase.
func (c *Conn) Attempt() *Attempt { return c.attempt }

// Plan gives the plan for the attempt, whose Options a driver may heed.
func (c *Conn) Plan() Plan { return c.plan }

// Hooks give the scripts, never nil.
func (c *Conn) Hooks() Hooks { return c.hooks }

// ID gives the id of the outbound connection.
func (c *Conn) ID() string { return c.id }

// errNoDriver is for a method that nobody delivers.
var errNoDriver = errors.New("delivery: no driver")

// Deliver makes one attempt with a driver and all that belongs to it: Route,
// the attempt itself, Dispose and Result. A message that must wait gives an
// Outcome Deferred with RetryAfter and no Reply, without any callout.
//
// If the error comes with an Outcome whose Final is not zero, the attempt was
// made and the Outcome is valid; see [Policy.Result]. Without one, no attempt
// was made.
func (p *Policy) Deliver(ctx context.Context, a *Attempt, d Driver) (Outcome, error) {
	if d == nil {
		return Outcome{}, errNoDriver
	}
	plan, err := p.Route(ctx, a)
	if err != nil {
		return Outcome{}, err
	}
	switch plan.Action {
	case Wait:
		return Outcome{Final: Deferred, RetryAfter: plan.Until.Sub(p.now())}, nil
	case Blackhole:
		return p.Result(ctx, a, plan.Reply)
	}
	c := NewConn(a, p.hooks())
	c.plan = plan
	a.Message.ContextDelete(message.ContextMess, KeyResponseStatus)
	a.Message.ContextDelete(message.ContextMess, KeyResponseDetail)
	reply, err := d.Deliver(ctx, c)
	if err != nil {
		return Outcome{}, err
	}
	reply = withCode(reply)
	p.record(a, reply)
	classify := Classifier(SMTPStatus)
	if sd, ok := d.(StatusDriver); ok {
		classify = func(s string) Status { return sd.Status(ctx, c, s) }
	}
	status, disposeErr := p.Dispose(ctx, a, classify)
	if disposeErr != nil {
		p.log().Warn("generic_delivery_msg_dispose did not run", slog.String("message", a.Message.ID()), slog.Any("error", disposeErr))
	}
	out, err := p.Result(ctx, a, p.decided(a, reply, status))
	if o, ok := d.(ObservingDriver); ok {
		o.Disposed(ctx, c, out)
	}
	return out, errors.Join(disposeErr, err)
}

// record makes DLV_Response_Status agree with the reply for drivers that do
// not set it.
func (p *Policy) record(a *Attempt, r Reply) {
	m := a.Message
	if finalOf(r.Code) == Delivered {
		m.ContextDelete(message.ContextMess, KeyResponseStatus)
		return
	}
	if v, _ := m.ContextGet(message.ContextMess, KeyResponseStatus); v == "" {
		m.ContextSet(message.ContextMess, KeyResponseStatus, strconv.Itoa(r.Code))
	}
	if v, _ := m.ContextGet(message.ContextMess, KeyResponseDetail); v == "" {
		m.ContextSet(message.ContextMess, KeyResponseDetail, r.String())
	}
}

// decided gives the reply that agrees with the status which scripts left.
func (p *Policy) decided(a *Attempt, r Reply, status Status) Reply {
	final := finalOf(r.Code)
	detail, _ := a.Message.ContextGet(message.ContextMess, KeyResponseDetail)
	if detail == r.String() || detail == "" {
		detail, _ = a.Message.ContextGet(message.ContextMess, KeyResponseStatus)
	}
	switch {
	case status == Success && final != Delivered:
		return Reply{Code: 250, Text: "2.0.0 [internal] taken care of by policy", Internal: true}
	case status == PermFailed && final != Failed:
		return Reply{Code: 554, Text: "5.0.0 [internal] " + oneLine(detail), Internal: true}
	case status == TempFailed && final != Deferred:
		return Reply{Code: 451, Text: "4.0.0 [internal] " + oneLine(detail), Internal: true}
	}
	return r
}

// maxDetail bounds what a variable adds to a reply.
const maxDetail = 400

// oneLine makes a text fit for a reply.
func oneLine(s string) string {
	b := []byte(s[:min(len(s), maxDetail)])
	for i, c := range b {
		if c < ' ' || c == 0x7F {
			b[i] = ' '
		}
	}
	return string(b)
}
