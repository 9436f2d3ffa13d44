package msys

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// record gives a logger whose records carry where they come from: script
// module, callout, session and message.
func (rt *Runtime) record(env *bind.Env) *slog.Logger {
	return rt.log.With(attributes(env)...)
}

func attributes(env *bind.Env) []any {
	var attrs []any
	if env.Module != "" {
		attrs = append(attrs, slog.String("module", env.Module))
	}
	if env.Callout != "" {
		attrs = append(attrs, slog.String("callout", env.Callout))
	}
	if s, ok := env.Session.(*Session); ok {
		attrs = append(attrs, slog.String("session", s.ID()))
	}
	if m, ok := env.Message.(*message.Message); ok && m != nil {
		attrs = append(attrs, slog.String("message", m.ID()))
	}
	return attrs
}

// logFailure writes the record of a script's exception: the callout, the
// file and line, the traceback, and the Go stack of a panic behind it.
func (rt *Runtime) logFailure(env *bind.Env, m *module, e *luavm.Error) {
	attrs := attributes(env)
	if m != nil {
		attrs = append(attrs, slog.String("script", m.script))
	}
	attrs = append(attrs, slog.String("error", e.Message))
	if e.Traceback != "" {
		attrs = append(attrs, slog.String("traceback", e.Traceback))
	}
	if len(e.GoStack) > 0 {
		attrs = append(attrs, slog.String("go_stack", string(e.GoStack)))
	}
	rt.panics.add(rt.cfg.Clock.Now(), env.Callout+" error: "+e.Message)
	rt.log.ErrorContext(env.Ctx(), env.Callout+" error: "+e.Message, attrs...)
}

// printer gives the Print of an environment: one log record a line, or a call
// of Config.Print, as many as the limits allow in one invocation.
func (rt *Runtime) printer(env *bind.Env) func(line string) {
	other := 0 // lines outside of any call
	return func(line string) {
		count := &other
		if owner, ok := env.Owner.(*lockOwner); ok {
			count = &owner.lines
		}
		*count++
		lines := *count
		limit := rt.cfg.Limits.LogLines
		switch {
		case (limit == 0 || lines <= limit) && rt.cfg.Print != nil:
			rt.cfg.Print(line)
		case limit == 0 || lines <= limit:
			rt.log.InfoContext(env.Ctx(), line, attributes(env)...)
		case lines == limit+1:
			rt.log.WarnContext(env.Ctx(), fmt.Sprintf("more than %d lines printed in one call; the rest is dropped", limit), attributes(env)...)
		}
	}
}

// onceSet remembers what has been said once.
type onceSet struct {
	mu   sync.Mutex
	said map[string]bool
}

// maxOnce bounds the memory of an onceSet.
const maxOnce = 10000

func (o *onceSet) first(key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.said[key] || len(o.said) >= maxOnce {
		return false
	}
	if o.said == nil {
		o.said = map[string]bool{}
	}
	o.said[key] = true
	return true
}

// warnOnce logs a warning once per key in the runtime's life.
func (rt *Runtime) warnOnce(key, text string) {
	if rt.once.first(key) {
		rt.log.WarnContext(context.Background(), text)
	}
}
