package mstore

import (
	"context"
	"errors"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// What a script's store hooks return.
const (
	// Continue has the host store the message.
	Continue = 0
	// Done says that the script has stored it.
	Done = 1
)

// Library returns the Lua module "msys.mstore" backed by s.
func Library(s *Messages) lua.RegistryFunction { return Module(s).Library() }

const messageClass = "msys.core:_ec_message"

// Module declares what [Library] returns.
func Module(s *Messages) *bind.Module {
	m := &bind.Module{
		Name: "msys.mstore", Examples: snippets,
		Doc: "Messages that wait for a delivery receipt. Buckets are named `MADR-` and the short code, or `MADR-MM7`. What is saved is forgotten " +
			"after some days, 14 if the host does not say otherwise.",
		Consts: []bind.Const{
			{Name: "MSTORE_CONTINUE", Value: Continue, Doc: "Returned by a store hook: the server stores the message."},
			{Name: "MSTORE_DONE", Value: Done, Doc: "Returned by a store hook: the script has stored it."},
		},
		Funcs: []bind.Func{
			{
				Name: "save", Params: "msg:" + messageClass + ", bucket_id:string, msgid:string", Returns: "boolean|nil, err:string",
				Doc: "Saves content, envelope and message context variables, in place of what was saved under that id. Gives true, or nil and a text if the store fails.",
				Fn: func(c *bind.Call) int {
					m, bucket, id := bind.Arg[*message.Message](c, 1), c.String(2), c.String(3)
					return done(c, func(ctx context.Context) error { return s.Save(ctx, m, bucket, id) })
				},
			},
			{
				Name: "load", Params: "bucket_id:string, msgid:string", Returns: messageClass + "|nil, [err:string]",
				Doc: "Gives a new message like the one that was saved, nil if there is none, or nil and a text if the store fails.",
				Fn:  func(c *bind.Call) int { return luaLoad(c, s) },
			},
			{
				Name: "inject", Params: "msg:" + messageClass, Returns: "boolean|nil, err:string",
				Doc: "Sends a loaded message again, from and to whom its envelope says. Gives true, or nil and why not.",
				Fn: func(c *bind.Call) int {
					m := bind.Arg[*message.Message](c, 1)
					return done(c, func(ctx context.Context) error { return Inject(ctx, m) })
				},
			},
			{
				Name: "delete", Params: "bucket_id:string, msgid:string", Returns: "boolean|nil, err:string",
				Doc: "Forgets a saved message. Gives true, also if there is none; nil and a text if the store fails.",
				Fn: func(c *bind.Call) int {
					bucket, id := c.String(1), c.String(2)
					return done(c, func(ctx context.Context) error { return s.Delete(ctx, bucket, id) })
				},
			},
		},
	}
	for i := range m.Funcs {
		m.Funcs[i].Phases, m.Funcs[i].Also, m.Funcs[i].AlsoNote = bind.SMPP, bind.Any, "receipts of MM7 and log scripts"
	}
	return m
}

func luaLoad(c *bind.Call, s *Messages) int {
	bucket, id := c.String(1), c.String(2)
	m := newMessage(c, s)
	err := wait(c, func(ctx context.Context) error { return s.LoadInto(ctx, m, bucket, id) })
	switch {
	case errors.Is(err, ErrNotFound):
		return c.PushNil()
	case err != nil:
		return fail(c, err)
	}
	return c.PushObject(m)
}

// newMessage makes an empty message as scripts do, so that it has the options
// of the runtime, its injector above all.
func newMessage(c *bind.Call, s *Messages) *message.Message {
	top := c.L.Top()
	defer c.L.SetTop(top)
	c.L.Global("msys")
	if c.L.IsTable(-1) {
		c.L.Field(-1, "core")
		if c.L.IsTable(-1) {
			c.L.Field(-1, "ec_message_new")
			if c.L.IsFunction(-1) {
				c.L.Call(0, 1)
				if m, ok := bind.ObjectAt[*message.Message](c.L, -1); ok {
					return m
				}
			}
		}
	}
	return message.New(s.o.Message, s.o.Clock.Now())
}

func done(c *bind.Call, f func(ctx context.Context) error) int {
	if err := wait(c, f); err != nil {
		return fail(c, err)
	}
	return c.PushBool(true)
}

func fail(c *bind.Call, err error) int {
	text := strings.TrimPrefix(err.Error(), "mstore: ")
	return c.FailText(strings.Replace(text, "injecting: message: ", "injecting: ", 1))
}

// wait lets other sessions go on while f works, where that is possible.
func wait(c *bind.Call, f func(ctx context.Context) error) error {
	if c.Env().NoWait != "" {
		return f(c.Context())
	}
	return c.Block(f)
}
