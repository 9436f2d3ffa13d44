package message

import (
	"context"
	"io"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

func headerMethods() []bind.Func {
	return []bind.Func{{
		Name: "header", Params: "hdr:string, [value:string|table|nil], [mode:string]", Returns: "table|boolean",
		Phases: toB, Also: bind.FinalValidation | bind.Log | outgoing, AlsoNote: note,
		Doc: "With a name alone: an array of the field's values, decoded, in file order; empty if there is none. With a value (or " +
			"an array of values): sets it by the mode `replace` (default), `append` (at the bottom) or `prepend` (at the top) and " +
			"gives true. With nil, \"\" or {}: deletes the fields and tells whether there were any.",
		Fn: func(c *bind.Call) int { return headerCall(c, self(c).Header()) },
	}}
}

// headerCall is the method header of messages and parts.
func headerCall(c *bind.Call, h *Header) int {
	name := c.String(1)
	if !c.Given(2) {
		values := h.Values(name)
		if values == nil {
			values = []string{}
		}
		return c.Push(values)
	}
	mode, err := ParseHeaderMode(c.OptString(3, ""))
	if err != nil {
		c.ArgError(3, "replace, append or prepend expected")
	}
	var values []string
	if !c.IsNil(2) {
		list, ok := bind.Strings(c.L, c.Index(2))
		if !ok {
			c.ArgError(2, "string or array of strings expected, got %s", lua.TypeNameOf(c.L, c.Index(2)))
		}
		values = list
	}
	done, err := h.Edit(name, values, mode)
	c.Raise(err)
	return c.PushBool(done)
}

func contentMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "raw", Params: "[value:string]", Returns: "string, number", Phases: inData, Also: bind.FinalValidation | bind.Log | outgoing | bind.SetBinding, AlsoNote: note,
			Doc: "Gives the whole content and its length; replaces it first if a value is given. A final CRLF.CRLF in the value is no content.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if !c.IsNil(1) {
					c.Raise(m.SetContent(c.Context(), valueReader(c, 1)))
				}
				s := luaString(c, m, m.Content())
				return c.Push(s, len(s))
			},
		},
		{
			Name: "body", Params: "[value:string]", Returns: "string, number", Phases: toB, Also: bind.FinalValidation | outgoing, AlsoNote: note,
			Doc: "Gives the body without the headers, transfer encoding kept, and its length; replaces it first if a value is given.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if !c.IsNil(1) {
					c.Raise(m.SetBody(c.Context(), valueReader(c, 1)))
				}
				s := luaString(c, m, m.Body())
				return c.Push(s, len(s))
			},
		},
		{
			Name: "get_message_size", Returns: "number", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Gives the number of bytes of the content.",
			Fn:  func(c *bind.Call) int { return c.PushNumber(float64(self(c).Size())) },
		},
		{
			Name: "render_to_string", Params: "string:msys.core:_ec_string, [flags:number]", Returns: "number", Phases: anywhere,
			Doc: "Appends the content in SMTP's wire form, or as the flags EC_MSG_RENDER_* say, and gives its length; -1 if writing failed.",
			Fn: func(c *bind.Call) int {
				s := bind.OptArg[*ECString](c, 1)
				var w io.Writer = io.Discard
				if s != nil {
					w = s
				}
				n, err := self(c).Render(w, RenderFlags(c.OptInt(2, 0)))
				if err != nil {
					return c.PushInt(-1)
				}
				return c.PushNumber(float64(n))
			},
		},
	}
}

// valueReader reads new content from a string or an object that can be read.
func valueReader(c *bind.Call, i int) io.Reader {
	if o, ok := c.Object(i); ok {
		if r, isReader := o.(io.Reader); isReader {
			return r
		}
	}
	return strings.NewReader(c.String(i))
}

func routingMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "binding", Params: "[value:string]", Returns: "string|nil", Phases: bind.SetBinding, Also: anywhere, AlsoNote: note,
			Doc: "Gives the name of the binding, nil if none is chosen. With a name: chooses it and gives it, or nil if it does not exist.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if !c.IsNil(1) && !m.SetBinding(c.String(1)) {
					return c.PushNil()
				}
				return pushName(c, m.Binding())
			},
		},
		{
			Name: "binding_group", Params: "[value:string]", Returns: "string|nil", Phases: bind.SetBinding, Also: anywhere, AlsoNote: note,
			Doc: "Gives the group of the binding or nil. With a name: chooses a binding of the group and gives the group, or nil " +
				"if there is none to choose.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if c.IsNil(1) {
					return pushName(c, m.BindingGroup())
				}
				group := c.String(1)
				if !m.SetBindingGroup(c.Context(), group) {
					return c.PushNil()
				}
				return c.PushString(group)
			},
		},
		{
			Name: "routing_domain", Params: "[value:string]", Returns: "string", Phases: bind.EachRcpt | bind.Rcptto, Also: anywhere, AlsoNote: note,
			Doc: "Gives the domain that decides where the message goes, in lower case; sets it first if a value is given. \"\" goes back to the recipient's.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if !c.IsNil(1) {
					if _, err := m.SetRoutingDomain(c.String(1)); err != nil {
						c.ArgError(1, "domain expected: %s", err)
					}
				}
				return c.PushString(m.RoutingDomain(c.Context()))
			},
		},
		{
			Name: "get_delivery_method", Returns: "string", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Gives the way of delivery in lower case: esmtp unless something else was chosen.",
			Fn:  func(c *bind.Call) int { return c.PushString(self(c).DeliveryMethod(c.Context())) },
		},
		{
			Name: "inject", Params: "mailfrom:string, rcptto:string|table", Returns: "boolean|nil, err:string", Phases: toB, Also: anywhere, AlsoNote: note,
			Doc: "Sends an independent copy as new mail. Recipients are an array or separated by commas. Gives true, or nil and why not.",
			Fn: func(c *bind.Call) int {
				to, ok := bind.Strings(c.L, c.Index(2))
				if !ok {
					c.ArgError(2, "string or array of strings expected, got %s", lua.TypeNameOf(c.L, c.Index(2)))
				}
				if c.Type(2) != lua.TypeTable {
					to = SplitRecipients(to[0])
				}
				m, from := self(c), c.String(1)
				if err := c.Block(func(ctx context.Context) error { return m.Inject(ctx, from, to) }); err != nil {
					// Most scripts do not look at the result.
					c.Env().Log().Warn("mail of a script not sent", "message", m.ID(), "from", from, "to", strings.Join(to, ","), "error", err)
					return c.FailText(strings.TrimPrefix(err.Error(), "message: "))
				}
				return c.PushBool(true)
			},
		},
	}
}

func pushName(c *bind.Call, name string) int {
	if name == "" {
		return c.PushNil()
	}
	return c.PushString(name)
}

func lifeMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "copy", Returns: "msys.core:_ec_message", Phases: anywhere,
			Doc: "Gives an independent copy under a new id.",
			Fn: func(c *bind.Call) int {
				m, err := self(c).Copy()
				c.Raise(err)
				return c.PushObject(m)
			},
		},
		{
			Name: "snapshot", Returns: "msys.core:_ec_message", Phases: anywhere,
			Doc: "Gives a view of the message as it is now, under the same id; setters on it raise.",
			Fn: func(c *bind.Call) int {
				m, err := self(c).Snapshot()
				c.Raise(err)
				return c.PushObject(m)
			},
		},
		{
			Name: "free", Phases: anywhere, Doc: "Releases a copy, snapshot or new message; later use raises. Nothing for the server's own.",
			Fn: func(c *bind.Call) int {
				if m := bind.Self[*Message](c); !m.HostOwned() {
					m.Close()
				}
				return 0
			},
		},
	}
}

func contextMethods() []bind.Func {
	which := func(c *bind.Call) ContextType {
		t := ContextType(c.Int(1))
		if !t.Valid() {
			c.Errorf("invalid context type")
		}
		return t
	}
	return []bind.Func{
		{
			Name: "context_set", Params: "type:number, key:string, value:string", Returns: "number", Phases: toB, Also: anywhere, AlsoNote: note,
			Doc: "Sets a context variable; 1 if that changed something, else 0. A nil key or value stores nothing.",
			Fn: func(c *bind.Call) int {
				t := which(c)
				if c.IsNil(2) || c.IsNil(3) {
					return c.PushInt(0)
				}
				return c.PushFlag(self(c).ContextSet(t, c.String(2), c.Scalar(3)))
			},
		},
		{
			Name: "context_get", Params: "type:number, key:string", Returns: "string", Phases: toB, Also: anywhere, AlsoNote: note,
			Doc: "Gives a context variable, \"\" if there is none.",
			Fn: func(c *bind.Call) int {
				v, _ := self(c).ContextGet(which(c), c.OptString(2, ""))
				return c.PushString(v)
			},
		},
		{
			Name: "context_exists", Params: "type:number, key:string", Returns: "number", Phases: toB, Also: anywhere, AlsoNote: note,
			Doc: "Gives 1 if there is such a context variable, else 0.",
			Fn: func(c *bind.Call) int {
				_, ok := self(c).ContextGet(which(c), c.OptString(2, ""))
				return c.PushFlag(ok)
			},
		},
		{
			Name: "context_exists_and_get", Params: "type:number, key:string", Returns: "number, string|nil", Phases: toB, Also: anywhere, AlsoNote: note,
			Doc: "Gives 1 and the value, or 0 and nil.",
			Fn: func(c *bind.Call) int {
				v, ok := self(c).ContextGet(which(c), c.OptString(2, ""))
				if !ok {
					return c.Push(0, nil)
				}
				return c.Push(1, v)
			},
		},
		{
			Name: "context_delete", Params: "type:number, key:string", Returns: "number", Phases: toB, Also: anywhere, AlsoNote: note,
			Doc: "Deletes a context variable; 1 if there was one, else 0.",
			Fn:  func(c *bind.Call) int { return c.PushFlag(self(c).ContextDelete(which(c), c.OptString(2, ""))) },
		},
		{
			Name: "context_firstkey", Params: "type:number", Returns: "string|nil", Phases: anywhere,
			Doc: "Gives the first key in sorted order, or nil.",
			Fn: func(c *bind.Call) int {
				key, ok := self(c).ContextFirst(which(c))
				if !ok {
					return c.PushNil()
				}
				return c.PushString(key)
			},
		},
		{
			Name: "context_nextkey", Params: "type:number, key:string", Returns: "string|nil", Phases: anywhere,
			Doc: "Gives the key after another one in sorted order, or nil.",
			Fn: func(c *bind.Call) int {
				key, ok := self(c).ContextNext(which(c), c.String(2))
				if !ok {
					return c.PushNil()
				}
				return c.PushString(key)
			},
		},
	}
}
