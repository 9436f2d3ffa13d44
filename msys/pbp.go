package msys

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/pbp"
)

// pbpModule declares msys.pbp: helpers of policies by points.
func (rt *Runtime) pbpModule() *bind.Module {
	return &bind.Module{
		Name:     "msys.pbp",
		Examples: snippets("msys.pbp"),
		Doc:      "Helpers of the default policy: white lists, DNS checks of the client, sizes.",
		Setup: func(c *bind.Call) {
			l := c.L
			l.Global("msys")
			l.Field(-1, "dp_config")
			if l.IsNil(-1) {
				l.Pop(1)
				l.NewTable()
				l.NewTable()
				l.SetField(-2, "custom_policy")
				l.SetField(-2, "dp_config")
			} else {
				l.Pop(1)
			}
			l.Pop(1)
			l.PushGoFunction(func(l *lua.State) int {
				s, ok := bind.Text(l, 1)
				if a, isAddr := bind.ObjectAt[vctx.Addr](l, 1); isAddr {
					s, ok = a.String(), true
				}
				if !ok {
					s = ""
				}
				l.PushString(pbp.IPFromAddrAndPort(s))
				return 1
			})
			l.SetGlobal("ip_from_addr_and_port")
		},
		Funcs: []bind.Func{
			{
				Name: "set_whitelist", Params: "vctx:msys.core:_validate_context, [type:number], name:string, on:boolean", Phases: bind.Any,
				Doc: "Puts the session on a named white list, or takes it off. Without a type: the message's while there is a transaction, else the connection's.",
				Fn:  luaSetWhitelist,
			},
			{
				Name: "check_whitelist", Params: "vctx:msys.core:_validate_context, conf:table|nil", Returns: "boolean", Phases: bind.Any,
				Doc: "Tells whether the session is on one of the white lists: conf.honor_whitelist, or conf itself as an array.",
				Fn:  luaCheckWhitelist,
			},
			{
				Name: "fcdns_check", Params: "ac:msys.core:_accept_construct, vctx:msys.core:_validate_context",
				Returns: "boolean, rdns_error:string|nil, fdns_error:string|nil", Phases: bind.Any,
				Doc: "Checks that the client's name points back to it; sets the connection variables reverse_dns and fcdns_status. " +
					"Gives true or false, and what went wrong on the way back and forth: texts, or nil where nothing did.",
				Fn: rt.luaFCDNS,
			},
			{
				Name: "size_in_bytes", Params: "s:string|number", Returns: "number", Phases: bind.Any,
				Doc:     "Reads a size: \"1024b\", \"50k\", \"30m\", \"1g\" (1024-based), or a plain number; raises for anything else.",
				Example: `assert(require("msys.pbp").size_in_bytes("30m") == 31457280)`,
				Fn: func(c *bind.Call) int {
					n, err := pbp.Size(c.String(1))
					c.Raise(err)
					return c.PushNumber(float64(n))
				},
			},
		},
	}
}

func luaSetWhitelist(c *bind.Call) int {
	v := bind.Arg[*vctx.Context](c, 1)
	c.Raise(v.Err())
	scope, i := v.CurrentScope(), 2
	if c.Type(2) == lua.TypeNumber {
		scope, i = vctx.Scope(c.Int(2)), 3
		if !scope.Valid() {
			c.Raise(vctx.ErrScope)
		}
	}
	v.SetWhitelist(scope, c.String(i), c.Bool(i+1))
	return 0
}

func luaCheckWhitelist(c *bind.Call) int {
	v := bind.Arg[*vctx.Context](c, 1)
	c.Raise(v.Err())
	if c.IsNil(2) {
		return c.PushBool(false)
	}
	c.CheckTable(2)
	names := c.Options(2).Strings("honor_whitelist")
	if names == nil {
		names, _ = bind.Strings(c.L, c.Index(2))
	}
	return c.PushBool(v.Whitelisted(names...))
}

func (rt *Runtime) luaFCDNS(c *bind.Call) int {
	conn, v := bind.Arg[*vctx.Conn](c, 1), bind.Arg[*vctx.Context](c, 2)
	var res pbp.Result
	c.Raise(c.Block(func(ctx context.Context) (err error) {
		res, err = pbp.FCDNS(ctx, rt.cfg.Resolver, conn.RemoteAddr().IP())
		return err
	}))
	res.Store(v)
	c.PushBool(res.OK)
	for _, text := range []string{res.ReverseErr, res.ForwardErr} {
		if text == "" {
			c.PushNil()
		} else {
			c.PushString(text)
		}
	}
	return 3
}
