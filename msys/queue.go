package msys

import (
	"context"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Requeue tells policy that a delivery failed for now, before the message is
// queued again; it may have another binding or routing domain afterwards.
func (rt *Runtime) Requeue(ctx context.Context, m *message.Message) error {
	now := rt.now()
	_, err := rt.dispatch(ctx, rt.hooks.find("core_pre_mailq_message_requeue"), dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m, now)
		return 2
	}})
	return err
}

// RetryParams are how long and how often a message is tried.
type RetryParams struct {
	Expiration    time.Duration // of the message
	RetryInterval time.Duration // before the first retry
	MaxRetries    int
}

// Expiration asks policy how long and how often a message is tried; configured
// is what the host's configuration says.
func (rt *Runtime) Expiration(ctx context.Context, m *message.Message, configured RetryParams) (RetryParams, error) {
	boxes := []*box{{value: configured.Expiration.Seconds()}, {value: configured.RetryInterval.Seconds()}, {value: configured.MaxRetries}}
	set, err := rt.outParams(ctx, "core_get_msg_expiration_params", m, nil, boxes)
	if err != nil || !set {
		return configured, err
	}
	p := configured
	if n, ok := boxes[0].number(); ok && n >= 0 {
		p.Expiration = vctx.Seconds(n)
	}
	if n, ok := boxes[1].number(); ok && n >= 0 {
		p.RetryInterval = vctx.Seconds(n)
	}
	if n, ok := boxes[2].number(); ok && n >= 0 {
		p.MaxRetries = int(min(n, 1<<30))
	}
	return p, nil
}

// outParams runs a hook about a message whose boxes count if it returns 1, or
// which returns the values after its 1.
func (rt *Runtime) outParams(ctx context.Context, name string, m *message.Message, more []any, boxes []*box) (set bool, err error) {
	out, err := rt.dispatch(ctx, rt.hooks.find(name), dispatchOptions{
		message: m,
		push: func(l *lua.State) int {
			pushObjects(l, m)
			pushObjects(l, more...)
			for _, b := range boxes {
				bind.PushObject(l, b)
			}
			return 1 + len(more) + len(boxes)
		},
		results: func(l *lua.State, first, n int) {
			if n == 0 || !isYes(l, first) {
				return
			}
			for i := 1; i < n && i <= len(boxes); i++ {
				if !l.IsNil(first + i) {
					boxes[i-1].value = bind.Go(l, first+i)
				}
			}
		},
	})
	return out.number != 0, err
}

// isYes tells whether a result counts as non-zero.
func isYes(l *lua.State, index int) bool {
	n, ok := l.ToNumber(index)
	return l.TypeOf(index) == lua.TypeBoolean && l.ToBoolean(index) || ok && l.TypeOf(index) == lua.TypeNumber && n != 0
}

// SetNextAttempt asks policy to schedule a retry itself, by what the script
// does with the message. set is false if the host schedules it; failed says
// that policy could not.
func (rt *Runtime) SetNextAttempt(ctx context.Context, m *message.Message) (set, failed bool, err error) {
	rv := &box{value: 1}
	set, err = rt.outParams(ctx, "core_ec_message_set_next_attempt", m, []any{rt.now()}, []*box{rv})
	n, _ := rv.number()
	return set, set && n == 0, err
}

// DomainRoutes asks policy where mail for a domain goes, instead of its MX
// hosts: a list of hosts. from tells who asks. ok is false if policy has no
// opinion.
func (rt *Runtime) DomainRoutes(ctx context.Context, from, domain string) (routes []string, ok bool, err error) {
	value := &box{}
	out, err := rt.dispatch(ctx, rt.hooks.find("core_config_fetch_domain_routes"), dispatchOptions{push: func(l *lua.State) int {
		bind.PushObject(l, value)
		l.PushString(from)
		l.PushString(domain)
		return 3
	}})
	if err != nil || out.number == 0 {
		return nil, false, err
	}
	switch v := value.value.(type) {
	case string:
		return []string{v}, true, nil
	case []any:
		for _, r := range v {
			if s, ok := r.(string); ok {
				routes = append(routes, s)
			}
		}
		return routes, len(routes) > 0, nil
	}
	return nil, false, nil
}

// ChooseBinding asks policy for the binding of a group that a message is sent
// from. Its id is that of Config.Message.Bindings. ok is false if the host
// chooses; an id that does not exist is ignored with a warning.
func (rt *Runtime) ChooseBinding(ctx context.Context, m *message.Message, group string) (binding string, ok bool, err error) {
	answered := false
	var id float64
	_, err = rt.dispatch(ctx, rt.hooks.find("core_binding_group_choose_binding"), dispatchOptions{
		message: m,
		push: func(l *lua.State) int {
			pushObjects(l, m)
			l.PushString(group)
			return 2
		},
		skip: func() bool { return answered },
		results: func(l *lua.State, first, n int) {
			if n > 0 && l.TypeOf(first) == lua.TypeNumber {
				id, _ = l.ToNumber(first)
				answered = id >= 0
			}
		},
	})
	if err != nil || !answered {
		return "", false, err
	}
	if binding, ok = rt.msgOptions.BindingName(int(id)); !ok {
		rt.log.Warn("core_binding_group_choose_binding: no such binding", "id", id, "group", group)
		return "", false, nil
	}
	return binding, true, nil
}
