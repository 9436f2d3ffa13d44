package httpsrv

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// What a handler returns: msys.httpsrv.DONE and ASYNC.
const (
	handlerDone  = 0
	handlerAsync = 1
)

var (
	errNoFunction   = errors.New("there is no such function")
	errNotSuspended = errors.New("ASYNC without session_suspend")
)

// serve has a script answer.
func (c *conversation) serve(rt *route) {
	ctx := c.r.Context()
	if limit := c.s.o.Timeout; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	s := newSession(c)
	err := c.handle(ctx, rt, s)
	out, begun := s.finish()
	defer out.closeStream()
	switch {
	case err == nil:
		out.send(c.w)
	case begun:
		// The status is out; the client learns from the broken end that the
		// rest is missing.
		panic(http.ErrAbortHandler)
	case ctx.Err() == context.Canceled: // the client has gone
	case ctx.Err() != nil, errors.Is(err, errEnded):
		c.refuse(http.StatusServiceUnavailable)
	default:
		c.refuse(http.StatusInternalServerError)
	}
}

// errEnded says that the event loop of a route has ended.
var errEnded = errors.New("httpsrv: the event loop has ended")

// handle calls the function until it is done.
func (c *conversation) handle(ctx context.Context, rt *route, s *session) error {
	for {
		var call invocation
		err := call.run(ctx, rt, s)
		if !call.entered && err != nil && ctx.Err() == nil {
			// The loop ended between find and now: its successor answers.
			c.s.routes.end(rt.runner)
			if rt = c.s.routes.find(c.r.Method, c.r.URL.Path); rt == nil || s.called {
				return errEnded
			}
			continue
		}
		if err == nil && call.result == handlerAsync {
			if err = s.mayWait(); err == nil {
				again, waitErr := s.wait(ctx)
				if waitErr == nil && again {
					continue
				}
				err = waitErr
			}
		}
		if err != nil {
			c.report(ctx, rt, call.log, err)
		}
		return err
	}
}

// invocation is one call of a function.
type invocation struct {
	entered bool // the loop has begun it
	result  int
	log     *slog.Logger
}

// run calls the function on its loop.
func (i *invocation) run(ctx context.Context, rt *route, s *session) error {
	what := "httpsrv " + s.c.r.Method + " " + rt.endpoint
	return rt.runner.Run(ctx, what, 0, func(l *lua.State) error {
		i.entered, s.called = true, true
		env := bind.EnvOf(l)
		env.Module = rt.module
		i.log = env.Log()
		if !rt.push(l) {
			name, _ := bind.Text(l, -1)
			return fmt.Errorf("function %q: %w", name, errNoFunction)
		}
		bind.PushObject(l, s)
		l.Call(1, 1)
		if n, ok := l.ToNumber(-1); ok {
			i.result = int(n)
		}
		return nil
	})
}

// push pushes the function: the registered one, or what is global under the
// registered name now. If there is none it pushes the name and is false.
func (rt *route) push(l *lua.State) bool {
	rt.function.Push(l)
	name, isName := bind.Text(l, -1)
	if !isName {
		return true
	}
	l.Global(name)
	if l.IsFunction(-1) {
		return true
	}
	l.Pop(1)
	return false
}

// report logs why a request failed.
func (c *conversation) report(ctx context.Context, rt *route, log *slog.Logger, err error) {
	if c.s.o.Logger != nil {
		log = c.s.o.Logger
	}
	if log == nil {
		log = slog.Default()
	}
	attrs := []any{"method", c.r.Method, "path", c.r.URL.Path, "module", rt.module, "error", err}
	if ctx.Err() == context.Canceled {
		log.WarnContext(ctx, "httpsrv: the client has gone", attrs...)
		return
	}
	var failure *luavm.Error
	if errors.As(err, &failure) && failure.Traceback != "" {
		attrs = append(attrs, "traceback", failure.Traceback)
	}
	log.ErrorContext(ctx, "httpsrv: a request failed", attrs...)
}
