package msys

import (
	"context"
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// CallHook calls a hook's functions in all modules, for hooks of the host's
// own (Config.Hooks) and those of Momentum's engines that the library does
// not call itself. args are Go values as bind.Push takes them, or objects of
// the library (*message.Message and the like). The results are those of the
// function that decided, by the hook's kind: the first non-zero integer, the
// first string. Without any such there are none.
func (rt *Runtime) CallHook(ctx context.Context, name string, args ...any) ([]any, error) {
	d := rt.hooks.find(name)
	if d == nil {
		return nil, fmt.Errorf("msys: unknown hook %s: declare it in Config.Hooks", name)
	}
	var results []any
	o := dispatchOptions{
		push: func(l *lua.State) int {
			for _, a := range args {
				pushAny(l, a)
			}
			return len(args)
		},
		results: func(l *lua.State, first, n int) {
			results = results[:0]
			for i := range n {
				results = append(results, bind.Go(l, first+i))
			}
		},
	}
	for _, a := range args {
		if m, ok := a.(*message.Message); ok {
			o.message = m
			break
		}
	}
	out, err := rt.dispatch(ctx, d, o)
	if err != nil {
		return nil, err
	}
	if d.Kind == KindInt && out.number == 0 || d.Kind == KindString && !out.isText {
		return nil, nil
	}
	return results, nil
}

// pushAny pushes an object of a class that is open, or else a plain value.
func pushAny(l *lua.State, v any) {
	if bind.HasClass(l, v) {
		bind.PushObject(l, v)
		return
	}
	bind.Push(l, v)
}

// call dispatches a hook outside of any session.
func (rt *Runtime) call(ctx context.Context, name string, push func(l *lua.State) int) (outcome, error) {
	return rt.dispatch(ctx, rt.hooks.find(name), dispatchOptions{push: push})
}

// dispatch runs a hook outside of any session, on any loop.
func (rt *Runtime) dispatch(ctx context.Context, d *HookDef, o dispatchOptions) (outcome, error) {
	lp := rt.pick()
	lp.retain()
	defer lp.release()
	env := lp.environment(ctx, phaseNone)
	if o.message != nil {
		env.Message = o.message
	}
	if o.validation != nil {
		env.Validation = o.validation
		env.Conn = o.validation.Conn()
	}
	return lp.dispatch(&invocation{hook: d, env: env, push: o.push, skip: o.skip, results: o.results, ran: o.ran, raised: o.raised})
}

// notify dispatches a hook without arguments whose outcome does not matter.
func (rt *Runtime) notify(ctx context.Context, name string) {
	if _, err := rt.call(ctx, name, nil); err != nil {
		rt.log.Warn("callout did not run", "callout", name, "error", err)
	}
}
