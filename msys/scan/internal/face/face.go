// Package face has what the Lua functions of all scanners have in common:
// which mail they are about, where results are noted, and what they do without
// an engine.
package face

import (
	"context"
	"log/slog"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/vctx"
)

// Mail is what a call is about.
type Mail struct {
	Message *message.Message
	Conn    *vctx.Conn    // nil: that of Context
	Context *vctx.Context // nil outside of a session
}

// Args reads the arguments msg, accept and vctx at these positions; 0 means
// that the function has no such argument. What is nil comes from the running
// callout. Without a message that has been received the call raises.
func Args(c *bind.Call, module string, msg, accept, context int) *Mail {
	m := &Mail{}
	if msg > 0 {
		m.Message = bind.OptArg[*message.Message](c, msg)
	}
	if accept > 0 {
		m.Conn = bind.OptArg[*vctx.Conn](c, accept)
	}
	if context > 0 {
		m.Context = bind.OptArg[*vctx.Context](c, context)
	}
	m.fromEnv(c.Env())
	if m.Message == nil || early(c.Env().Phase) && m.Message.Size() == 0 {
		c.Errorf("%s.%s: no message in this context", module, c.Name())
	}
	c.Raise(m.Message.Err())
	return m
}

func (m *Mail) fromEnv(e *bind.Env) {
	if m.Message == nil {
		m.Message, _ = e.Message.(*message.Message)
	}
	if m.Context == nil {
		m.Context = vctx.FromEnv(e)
	}
	if m.Context != nil && m.Context.Err() != nil {
		m.Context = nil
	}
}

// early reports whether a phase comes before the content.
func early(p bind.Phases) bool {
	const before = bind.Connect | bind.Ehlo | bind.Mailfrom | bind.Rcptto
	return p != bind.Any && p&before != 0
}

// Request gives the request for the mail.
func (m *Mail) Request() *scan.Request {
	r := scan.NewRequest(m.Message, m.Context)
	if m.Conn != nil {
		r.SetConn(m.Conn)
	}
	return r
}

// Set sets a message variable, of the message and of the session.
func (m *Mail) Set(key, value string) {
	m.Message.ContextSet(message.ContextMess, key, value)
	if m.Context != nil {
		m.Context.Set(vctx.MessScope, key, value)
	}
}

// SetOrDelete sets a message variable, or deletes it if value is empty.
func (m *Mail) SetOrDelete(key, value string) {
	if value == "" {
		m.Delete(key)
		return
	}
	m.Set(key, value)
}

// Delete deletes message variables.
func (m *Mail) Delete(keys ...string) {
	for _, key := range keys {
		m.Message.ContextDelete(message.ContextMess, key)
		if m.Context != nil {
			m.Context.Delete(vctx.MessScope, key)
		}
	}
}

// Missing reports whether the call must give its neutral result because the
// engine is not configured. If that is an error, it raises.
func Missing(c *bind.Call, set *scan.Set, module, engine string) bool {
	if set.Has(engine) {
		return false
	}
	if set.Missing(engine) == scan.Raise {
		c.Errorf("%s.%s: no engine %q configured: the host registers one with scan.NewSet(scan.Slot{Name: %q, Engine: …})",
			module, c.Name(), engine, engine)
	}
	c.Warn(module + "." + c.Name() + `: no engine "` + engine + `" configured: neutral result`)
	return true
}

// Block waits for f, whose failure is logged and given as a text for the
// script; "" means success.
func Block(c *bind.Call, engine string, f func(ctx context.Context) error) string {
	err := c.Block(f)
	if err == nil {
		return ""
	}
	LogFailure(c, engine, err)
	return scan.Reason(err)
}

// LogFailure logs that a scan failed.
func LogFailure(c *bind.Call, engine string, err error) {
	c.Env().Log().LogAttrs(c.Context(), slog.LevelError, "scan failed",
		slog.String("function", c.Name()), slog.String("engine", engine), slog.Any("error", err))
}

// The parameters that most scanners' functions have.
const (
	MsgParam     = "[msg:msys.core:_ec_message]"
	AcceptParam  = "[accept:msys.core:_accept_construct]"
	ContextParam = "[vctx:msys.core:_validate_context]"
)
