package msys

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
)

// Builtin is a check in Go that takes part in a callout of sessions, or of mail
// that was generated, as
// Momentum's own modules do beside scripts: SPF at MAIL FROM, a virus scan
// of the data, a signature as the last edit.
type Builtin struct {
	// Name names the check in records.
	Name string
	// Callout is the callout it belongs to: "validate_mailfrom".
	Callout string
	// Last runs the check after the scripts' functions of the callout; if
	// false, it runs before them.
	Last bool
	// Run is the check. m is nil before MAIL FROM and the recipient's copy
	// after the message was split. It decides by c.SetCode: with a code of
	// 400 or more the rest of the callout does not run. An error is logged
	// and decides nothing; so is a panic. It may wait: other sessions run
	// meanwhile. Calls for different sessions are concurrent.
	Run func(ctx context.Context, c *vctx.Context, m *message.Message) error
}

// builtinTable holds the checks of each callout.
type builtinTable map[string]*calloutChecks

type calloutChecks struct{ first, last []Builtin }

// newBuiltinTable sorts the checks by callout. The error names a check whose
// callout does not exist or has no session.
func newBuiltinTable(hooks *hookTable, checks []Builtin) (builtinTable, error) {
	t := builtinTable{}
	for _, b := range checks {
		d := hooks.find(b.Callout)
		if d == nil || d.internal || d.Phase == phaseNone {
			return nil, fmt.Errorf("msys: builtin %q: %q is no callout of a session", b.Name, b.Callout)
		}
		if b.Run == nil {
			return nil, fmt.Errorf("msys: builtin %q: Run is missing", b.Name)
		}
		c := t[d.Name]
		if c == nil {
			c = &calloutChecks{}
			t[d.Name] = c
		}
		if b.Last {
			c.last = append(c.last, b)
		} else {
			c.first = append(c.first, b)
		}
	}
	return t, nil
}

// dispatchWithChecks runs a callout's checks around its dispatch to scripts.
func (lp *loop) dispatchWithChecks(inv *invocation, v *vctx.Context, o dispatchOptions) (outcome, error) {
	rt := lp.rt
	checks := rt.builtins[inv.hook.Name]
	if checks == nil {
		return lp.dispatch(inv)
	}
	ctx := inv.env.Ctx()
	if rt.check(ctx, checks.first, v, o) {
		return outcome{}, nil
	}
	out, err := lp.dispatch(inv)
	if err == nil && out.failed == nil && v.Code() < 400 {
		rt.check(ctx, checks.last, v, o)
	}
	return out, err
}

// hooked reports whether dispatching the hook does anything: there are checks,
// or a module has a function for it.
func (lp *loop) hooked(d *HookDef) bool {
	if lp.rt.builtins[d.Name] != nil {
		return true
	}
	lp.mu.Lock()
	defer lp.mu.Unlock()
	return lp.closed || lp.defines(d) // closed is the dispatch's to tell
}

// check runs checks and reports whether the callout is decided.
func (rt *Runtime) check(ctx context.Context, checks []Builtin, v *vctx.Context, o dispatchOptions) (decided bool) {
	for _, b := range checks {
		if o.skipDropped && dropped(o.message) || o.skip != nil && o.skip() {
			return true
		}
		if err := b.protected(ctx, v, o.message); err != nil {
			rt.log.LogAttrs(ctx, slog.LevelWarn, "builtin check failed",
				slog.String("check", b.Name), slog.String("callout", b.Callout), slog.String("conn", v.Conn().ID()), slog.Any("error", err))
		}
		if v.Code() >= 400 || v.Disconnecting() {
			return true
		}
	}
	return false
}

// protected runs the check and makes a panic an error.
func (b *Builtin) protected(ctx context.Context, c *vctx.Context, m *message.Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return b.Run(ctx, c, m)
}
