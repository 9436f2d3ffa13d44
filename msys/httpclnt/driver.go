package httpclnt

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// Driver delivers messages by HTTP requests. Make one with [NewDriver]; it
// keeps connections until Close.
type Driver struct {
	o    Options
	send transport
}

var (
	_ delivery.StatusDriver    = (*Driver)(nil)
	_ delivery.ObservingDriver = (*Driver)(nil)
)

// NewDriver makes a driver with the options o.
func NewDriver(o Options) *Driver {
	d := &Driver{o: o.withDefaults()}
	if o.Client != nil {
		d.send = newClientTransport(o.Client)
	} else {
		d.send = newWire(d.o.MaxIdle)
	}
	return d
}

// Close ends the connections that wait for a request. The driver may still be
// used.
func (d *Driver) Close() error { d.send.close(); return nil }

// Status implements delivery.StatusDriver.
func (d *Driver) Status(ctx context.Context, c *delivery.Conn, status string) delivery.Status {
	if strings.Contains(status, "[internal]") {
		return delivery.TempFailed // our own words, which no method knows
	}
	if f := d.o.Handler.Classify; f != nil {
		if s := f(ctx, c.Message(), status); s != delivery.Continue {
			return s
		}
	}
	return ClassifyStatus(status, d.o.Retry5xx)
}

// Disposed implements delivery.ObservingDriver.
func (d *Driver) Disposed(ctx context.Context, c *delivery.Conn, out delivery.Outcome) {
	if f := d.o.Handler.Disposed; f != nil {
		f(ctx, c.Message(), out)
	}
}

// exchange is one attempt.
type exchange struct {
	*Driver
	o Options
	c *delivery.Conn
	m *message.Message
	s *Session
}

// Deliver implements delivery.Driver.
func (d *Driver) Deliver(ctx context.Context, c *delivery.Conn) (delivery.Reply, error) {
	if err := ctx.Err(); err != nil {
		return delivery.Reply{}, context.Cause(ctx)
	}
	e := &exchange{Driver: d, c: c, m: c.Message()}
	if e.m == nil {
		return delivery.Reply{}, fmt.Errorf("httpclnt: delivery without a message")
	}
	e.o = d.o.For(e.m)
	e.newSession()
	observe(ctx, d.o.Handler.Init, e.s)
	defer func() {
		observe(ctx, d.o.Handler.Reset, e.s)
		observe(ctx, d.o.Handler.Destroy, e.s)
	}()
	if reply, ok := e.prepare(ctx); !ok {
		return reply, nil
	}
	return e.exchange(ctx)
}

func observe(ctx context.Context, f func(context.Context, *Session), s *Session) {
	if f != nil {
		f(ctx, s)
	}
}

// newSession makes the session with the fields that every request has.
func (e *exchange) newSession() {
	r := &Request{method: e.o.Method, uri: e.o.URI, version: "1.1"}
	for _, fix := range []struct {
		ok   bool
		what string
		f    *string
		def  string
	}{{isToken(r.method), "method", &r.method, "POST"}, {isTarget(r.uri), "URI", &r.uri, "/"}} {
		if !fix.ok {
			e.warn("invalid HTTP "+fix.what, slog.String("value", *fix.f))
			*fix.f = fix.def
		}
	}
	if v, err := httpVersion(e.o.Version); err == nil {
		r.version = v
	} else {
		e.warn("unknown HTTP version", slog.String("value", e.o.Version))
	}
	host := e.o.Host
	if host == "" {
		host = e.c.Attempt().Domain
	}
	if checkField("Host", host) == nil {
		r.header = append(r.header, Field{"Host", host})
	}
	if e.o.BasicAuth != "" {
		r.header = append(r.header, Field{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(e.o.BasicAuth))})
	}
	e.s = &Session{conn: e.c, request: r, response: newResponse()}
	set := func(key, value string) { e.m.ContextSet(message.ContextMess, key, value) }
	set(delivery.KeySourceAddr, e.m.Sender())
	set(delivery.KeyDestAddr, e.m.Recipient())
}

func (e *exchange) warn(text string, attrs ...any) {
	e.o.Logger.Warn("httpclnt: "+text, append(attrs, slog.String("message", e.m.ID()))...)
}

// prepare makes the request; ok is false if the attempt ends here.
func (e *exchange) prepare(ctx context.Context) (reply delivery.Reply, ok bool) {
	r := e.s.request
	r.setOpen(true)
	defer r.setOpen(false)
	decision := Cont
	if f := e.Driver.o.Handler.BuildRequest; f != nil {
		var err error
		if decision, err = f(ctx, e.s); err != nil {
			e.warn("building the request", slog.Any("error", err))
			return e.failed(delivery.Internal(delivery.Trouble)), false
		}
	}
	switch {
	case decision == Fail:
		return e.notSent(ctx), false
	case decision == Cont:
		if _, has := r.Body(); !has && e.Driver.o.Handler.BuildRequest == nil {
			if err := e.s.useMessage(); err != nil {
				e.warn("reading the message", slog.Any("error", err))
				return e.failed(delivery.Internal(delivery.BodyMissing)), false
			}
		}
	}
	length, _, _ := r.Finalize(false)
	e.setLength(length)
	if reply, ok = e.requestEval(ctx); !ok {
		return reply, false
	}
	data, _ := r.final()
	if v, _ := e.m.ContextGet(message.ContextMess, delivery.KeyMsgLength); v == strconv.Itoa(length) {
		e.setLength(len(data))
	}
	return reply, true
}

func (e *exchange) setLength(n int) {
	e.m.ContextSet(message.ContextMess, delivery.KeyMsgLength, strconv.Itoa(n))
}

// requestEval lets scripts change the request.
func (e *exchange) requestEval(ctx context.Context) (reply delivery.Reply, ok bool) {
	n := e.hook(ctx, "http_request_eval")
	if e.m.Disposition().Discarded {
		return delivery.Internal(delivery.PolicyDiscard), false
	}
	switch n {
	case int(Fail), int(delivery.TempFailed):
		return e.refused(ctx, delivery.Trouble), false
	case int(delivery.PermFailed):
		return e.refused(ctx, delivery.PolicyRefusal), false
	}
	return reply, true
}

// hook runs a callout about the session and gives its number.
func (e *exchange) hook(ctx context.Context, name string) int {
	hooks := e.c.Hooks()
	if !hooks.Has(name) {
		return 0
	}
	results, err := hooks.CallHook(ctx, name, e.s)
	if err != nil {
		e.warn(name+" did not run", slog.Any("error", err))
		return 0
	}
	return delivery.HookNumber(results)
}

// notSent is the reply to an attempt that a handler has ended before the
// request: DLV_Response_Status decides, and an empty one is a delivery.
func (e *exchange) notSent(ctx context.Context) delivery.Reply {
	if status, _ := e.m.ContextGet(message.ContextMess, delivery.KeyResponseStatus); status == "" {
		e.warn("no request was made, and no DLV_Response_Status set: the message counts as delivered")
		return e.replyFor(delivery.Success, "[internal] request not sent")
	}
	return e.refused(ctx, delivery.Trouble)
}

// refused is the reply to an attempt that a script has ended before the
// request: its DLV_Response_Status decides, else kind.
func (e *exchange) refused(ctx context.Context, kind delivery.InternalKind) delivery.Reply {
	status, _ := e.m.ContextGet(message.ContextMess, delivery.KeyResponseStatus)
	if status == "" {
		return e.failed(delivery.Internal(kind))
	}
	text := "request not sent, status " + status
	if detail, _ := e.m.ContextGet(message.ContextMess, delivery.KeyResponseDetail); detail != "" {
		text += " " + detail
	}
	return e.replyFor(e.Status(ctx, e.c, status), text)
}

// failed records an attempt without a response.
func (e *exchange) failed(r delivery.Reply) delivery.Reply {
	if v, _ := e.m.ContextGet(message.ContextMess, delivery.KeyResponseStatus); v == "" {
		status := e.Driver.o.Handler.Unreachable
		if r.Code >= 500 {
			status = strconv.Itoa(r.Code)
		} else if status == "" {
			status = r.Text
		}
		e.setStatus(status, r.String())
	}
	return r
}

func (e *exchange) setStatus(status, detail string) {
	e.m.ContextSet(message.ContextMess, delivery.KeyResponseStatus, status)
	if detail != "" {
		e.m.ContextSet(message.ContextMess, delivery.KeyResponseDetail, detail)
	}
}

// replyFor makes the SMTP reply that stands for a state.
func (e *exchange) replyFor(status delivery.Status, text string) delivery.Reply {
	text = oneLine(text)
	switch status {
	case delivery.Success:
		return delivery.Reply{Code: 250, Text: "2.0.0 " + text}
	case delivery.PermFailed:
		return delivery.Reply{Code: 550, Text: "5.0.0 " + text}
	}
	return delivery.Reply{Code: 450, Text: "4.0.0 " + text}
}

// maxText bounds what goes from a response or a variable into a reply.
const maxText = 400

// oneLine makes a text fit for a reply.
func oneLine(s string) string {
	b := []byte(s[:min(len(s), maxText)])
	for i, c := range b {
		if c < ' ' || c == 0x7F {
			b[i] = ' '
		}
	}
	return string(b)
}
