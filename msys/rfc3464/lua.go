package rfc3464

import (
	"context"
	"errors"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// Libraries returns the Lua module "msys.rfc3464" and what it adds to
// msys.core. Notifications are made with the options o; nil is the default.
func Libraries(o *Options) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(o) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares the Lua modules of this package; see [Libraries].
func Modules(o *Options) []*bind.Module {
	return []*bind.Module{
		{
			Name: "msys.core", Doc: "What became of a message.",
			Consts: []bind.Const{
				{Name: "FAILED", Value: int(Failed), Doc: "The message could not be delivered."},
				{Name: "DELAYED", Value: int(Delayed), Doc: "The message could not be delivered yet."},
				{Name: "DELIVERED", Value: int(Delivered), Doc: "The message was delivered."},
				{Name: "RELAYED", Value: int(Relayed), Doc: "The message was passed on to a system that does not report."},
				{Name: "EXPANDED", Value: int(Expanded), Doc: "The message was passed on to the members of a list."},
			},
		},
		{
			Name: "msys.rfc3464", Examples: snippets,
			Doc:   "Makes and reads the mails that tell a sender what became of a message (delivery status notifications).",
			Funcs: append(computeFuncs(o), mailFuncs(o)...),
		},
	}
}

const msgAndAction = "msg:msys.core:_ec_message, [action:number]"

func computeFuncs(o *Options) []bind.Func {
	return []bind.Func{
		{
			Name: "compute_delivery_status", Params: msgAndAction, Returns: "table", Phases: bind.Any,
			Doc: "Gives a table of the fields of a report and their values. `action` is one of `msys.core.FAILED`, `DELAYED`, `DELIVERED`, `RELAYED` and `EXPANDED`; nil is `FAILED`, any other number raises.",
			Fn: func(c *bind.Call) int {
				m, a := messageAndAction(c)
				pushFields(c.L, Compute(m, a, o).First())
				return 1
			},
		},
		{
			Name: "compute_delivery_status_string", Params: "msg:msys.core:_ec_message|string, [action:number]", Returns: "string", Phases: bind.Any,
			Doc: "Gives the report as text, lines that end in CRLF with an empty one before what concerns the recipient. Instead of a message it takes the text of a server's reply, which says what the action was.",
			Fn: func(c *bind.Call) int {
				if text, ok := c.Text(1); ok {
					return c.PushString(ComputeText(text, o).String())
				}
				m, a := messageAndAction(c)
				return c.PushString(Compute(m, a, o).String())
			},
		},
	}
}

func mailFuncs(o *Options) []bind.Func {
	return []bind.Func{
		{
			Name: "create_mdn", Params: msgAndAction, Returns: "msys.core:_ec_message|nil, [err:string]", Phases: bind.Any,
			Doc: "Makes a notification to the sender of `msg` and gives it; it is not sent. Where there is nobody to notify it gives nil and the reason, `null sender` for a message of the null sender.",
			Fn: func(c *bind.Call) int {
				m, a := messageAndAction(c)
				var dsn *message.Message
				err := c.Block(func(ctx context.Context) (err error) {
					dsn, err = Create(ctx, m, a, o)
					return err
				})
				if err != nil {
					return c.FailText(reason(err))
				}
				return c.PushObject(dsn)
			},
		},
		{
			Name: "send_mdn", Params: msgAndAction, Returns: "number", Phases: bind.Any,
			Doc: "Makes a notification to the sender of `msg` and queues it. Gives 1, or 0 if there was nobody to notify or it failed, which is logged.",
			Fn: func(c *bind.Call) int {
				m, a := messageAndAction(c)
				err := c.Block(func(ctx context.Context) error { return Send(ctx, m, a, o) })
				if err != nil && !isRefusal(err) {
					c.Env().Log().WarnContext(c.Context(), "rfc3464: notification not sent", "error", err, "where", c.Where())
				}
				return c.PushFlag(err == nil)
			},
		},
		{
			Name: "extract_delivery_status", Params: "msg:msys.core:_ec_message", Returns: "table|nil, [recipients:table]", Phases: bind.Any,
			Doc: "Gives a table of the fields of the report in a notification: those about the message and those about the first recipient. " +
				"Names are spelled as in RFC 3464 and found in any case. The second result is an array of such tables, one for each recipient. A message without a report gives nil.",
			Fn: extract,
		},
	}
}

// refusals are the reasons for which nobody is notified.
var refusals = [...]error{ErrNullSender, ErrLoop, ErrNotWanted, ErrSuppressed}

// reason gives the text that scripts get.
func reason(err error) string {
	for _, refusal := range refusals {
		if errors.Is(err, refusal) {
			return refusal.Error()
		}
	}
	return err.Error()
}

func isRefusal(err error) bool {
	for _, refusal := range refusals {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}

// messageAndAction gives the arguments that most functions have.
func messageAndAction(c *bind.Call) (*message.Message, Action) {
	m := bind.Arg[*message.Message](c, 1)
	a := Action(c.OptInt(2, int(Failed)))
	if !a.Valid() {
		c.ArgError(2, "unknown action %d", int(a))
	}
	return m, a
}

func extract(c *bind.Call) int {
	m := bind.Arg[*message.Message](c, 1)
	var r *Report
	err := c.Block(func(context.Context) (err error) {
		r, err = Parse(m)
		return err
	})
	if err != nil {
		return c.PushNil()
	}
	pushFields(c.L, r.First())
	c.L.CreateTable(len(r.Recipients), 0)
	for i, f := range r.Recipients {
		pushFields(c.L, f)
		c.L.RawSetInt(-2, i+1)
	}
	return 2
}

// pushFields pushes a table of fields that finds them in any case.
func pushFields(l *lua.State, fields Fields) {
	l.CreateTable(0, len(fields))
	for i := len(fields) - 1; i >= 0; i-- { // the first of a name counts
		l.PushString(fields[i].Name)
		l.PushString(fields[i].Value)
		l.RawSet(-3)
	}
	l.CreateTable(0, 1)
	l.PushGoFunction(luavm.Guard(func(l *lua.State) int {
		name, ok := bind.Text(l, 2)
		if value := fields.Get(name); ok && value != "" {
			l.PushString(value)
		} else {
			l.PushNil()
		}
		return 1
	}))
	l.SetField(-2, "__index")
	l.SetMetaTable(-2)
}
