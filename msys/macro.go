package msys

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
	"github.com/gomsys/gomsys/vctx/pbp"
)

// MacroFunc gives the value of a host's macro; arg is what the pattern's *
// matched.
type MacroFunc = macro.Func

// newExpander makes the expander of msys.expandMacro with the host's macros.
func (rt *Runtime) newExpander() (*macro.Expander, error) {
	e := macro.New(&macro.Options{
		Hostname: rt.cfg.Hostname,
		Now:      rt.cfg.Clock.Now,
		PTR: func(ctx context.Context, ip netip.Addr, domain string) string {
			return pbp.ValidatedName(ctx, rt.cfg.Resolver, ip, domain)
		},
		Unknown: func(site, name string) {
			text := "unknown macro %{" + name + "}"
			if site != "" {
				text += " at " + site
			}
			rt.warnOnce(text, text)
		},
		MaxSize: rt.cfg.Limits.StringSize,
	})
	patterns := make([]string, 0, len(rt.cfg.Macros))
	for p := range rt.cfg.Macros {
		patterns = append(patterns, p)
	}
	slices.Sort(patterns)
	for _, p := range patterns {
		if err := e.Register(p, rt.cfg.Macros[p]); err != nil {
			return nil, fmt.Errorf("msys: Config.Macros: %w", err)
		}
	}
	return e, nil
}

// Macros gives the expander of msys.expandMacro, for a host that expands
// texts about a delivery or writes log lines in a format of its own; see
// [MessageText] and [MessageVariables] for what a Subject needs.
func (rt *Runtime) Macros() *macro.Expander { return rt.macros }

// Expand replaces the macros of text, with v's session for those that need
// one; v may be nil. It may wait for DNS.
func (rt *Runtime) Expand(ctx context.Context, v *vctx.Context, text string) (string, error) {
	s, err := rt.macros.Expand(ctx, &macro.Subject{Context: v}, text)
	if err != nil {
		return "", fmt.Errorf("msys: expanding: %w", err)
	}
	return s, nil
}

// luaExpandMacro is msys.expandMacro.
func (rt *Runtime) luaExpandMacro(c *bind.Call) int {
	text := c.String(1)
	env := c.Env()
	sub := &macro.Subject{Context: vctx.FromEnv(env), SiteOf: c.Where}
	m, _ := env.Message.(*message.Message)
	if m == nil {
		if s, ok := env.Session.(*Session); ok {
			m, _ = s.mc.Message().(*message.Message)
		}
	}
	if m != nil {
		sub.Message = MessageText(m)
		if sub.Context == nil {
			sub.Vars = MessageVariables(m)
		}
		sub.Event = func() *macro.LogEvent { return rt.macroEvent(&LogEvent{Message: m, VCtx: sub.Context}) }
	}
	if rt.macros.MayBlock(text) {
		return rt.expandBlocking(c, sub, text)
	}
	s, err := rt.macros.Expand(c.Context(), sub, text)
	c.Raise(err)
	return c.PushString(s)
}

// expandBlocking is the part of luaExpandMacro that may wait, apart from it so
// that other texts do not pay for it.
func (rt *Runtime) expandBlocking(c *bind.Call, sub *macro.Subject, text string) int {
	var s string
	c.Raise(c.Block(func(ctx context.Context) (err error) {
		s, err = rt.macros.Expand(ctx, sub, text)
		return err
	}))
	return c.PushString(s)
}
