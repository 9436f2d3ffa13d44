package vctx

import (
	"sort"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

func sortConsts(c []bind.Const) {
	sort.SliceStable(c, func(i, j int) bool { return c[i].Name < c[j].Name })
}

// valid gives the method's context, or raises after the session has ended.
func valid(c *bind.Call) *Context {
	v := bind.Self[*Context](c)
	c.Raise(v.Err())
	return v
}

func scopeArg(c *bind.Call, i int) Scope {
	s := Scope(c.Int(i))
	if !s.Valid() {
		c.Raise(ErrScope)
	}
	return s
}

// whole message phases of the recipient list.
const listPhases = bind.Rcptto | bind.Data | bind.DataSpool | bind.EachRcpt

func contextClass() *bind.Class {
	return &bind.Class{
		Name: "msys.core:_validate_context", Short: "vctx", Of: (*Context)(nil),
		Doc:      "The validation context of a session: variables, the reply, the recipient list.",
		ToString: func(self any) string { return "validate_context: " + self.(*Context).Conn().ID() },
		Fields:   contextFields(),
		Methods:  append(append(variableMethods(), replyMethods()...), recipientMethods()...),
	}
}

func contextFields() []bind.Field {
	flag := func(name, doc string) bind.Field {
		return bind.Field{
			Name: name, Type: "number", Doc: doc,
			Get: func(c *bind.Call) { c.PushFlag(valid(c).Flag(name)) },
			Set: func(c *bind.Call) {
				if name == "deschedule" {
					c.Warn("vctx.deschedule has no effect here")
				}
				valid(c).SetFlag(name, truth(c, 1))
			},
		}
	}
	return []bind.Field{
		{Name: "code", Type: "number", Doc: "The reply code of the phase.",
			Get: func(c *bind.Call) { c.PushInt(valid(c).Code()) },
			Set: func(c *bind.Call) { c.Raise(valid(c).ChangeCode(c.Int(1))) }},
		{Name: "note", Type: "string", Doc: "The reply text of the phase.",
			Get: func(c *bind.Call) { c.PushString(valid(c).Note()) },
			Set: func(c *bind.Call) { valid(c).SetNote(c.OptString(1, "")) }},
		{Name: "disconnect", Type: "function", Doc: "The method disconnect; assigning 1 closes the connection after the reply, 0 takes that back.",
			Set: func(c *bind.Call) { valid(c).SetClosing(truth(c, 1)) }},
		flag("deschedule", "Accepted, without effect."),
		flag("body_has_changed", "The script says that the body has changed."),
		flag("transparency", "Built-in changes of the message are skipped."),
		flag("needs_auth_results", "An Authentication-Results field is wanted."),
	}
}

// truth reads a flag as scripts write it: 1 or true, 0, false or nil.
func truth(c *bind.Call, i int) bool {
	if c.Type(i) == lua.TypeNumber {
		return c.Number(i) != 0
	}
	return c.Bool(i)
}

func variableMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "get", Params: "type:number, key:string", Returns: "string", Phases: bind.Any,
			Doc: "Gives a variable of the connection (VCTX_CONN) or the message (VCTX_MESS), \"\" if there is none.",
			Fn: func(c *bind.Call) int {
				v, scope := valid(c), scopeArg(c, 1)
				if c.IsNil(2) {
					c.Warn("attempt to get null key in validate context")
					return c.PushString("")
				}
				return c.PushString(v.Get(scope, c.String(2)))
			},
		},
		{
			Name: "set", Params: "type:number, key:string, value:string", Phases: bind.Any,
			Doc: "Sets a variable. Numbers and booleans are stored as text; a nil key or value sets nothing.",
			Fn: func(c *bind.Call) int {
				v, scope := valid(c), scopeArg(c, 1)
				if c.IsNil(2) || c.IsNil(3) {
					c.Env().Log().Warn("attempt to set null key or value in validate context", "module", c.Env().Module,
						"callout", c.Env().Callout, "at", c.Where())
					return 0
				}
				v.Set(scope, c.String(2), c.Scalar(3))
				return 0
			},
		},
		{
			Name: "exists", Params: "type:number, key:string", Returns: "number", Phases: bind.Any, Doc: "Gives 1 if there is such a variable, else 0.",
			Fn: func(c *bind.Call) int {
				_, ok := valid(c).Lookup(scopeArg(c, 1), c.OptString(2, ""))
				return c.PushFlag(ok)
			},
		},
		{
			Name: "exists_and_get", Params: "type:number, key:string", Returns: "number, string|nil", Phases: bind.Any,
			Doc: "Gives 1 and the value, or 0 and nil.",
			Fn: func(c *bind.Call) int {
				value, ok := valid(c).Lookup(scopeArg(c, 1), c.OptString(2, ""))
				if !ok {
					return c.Push(0, nil)
				}
				return c.Push(1, value)
			},
		},
		{
			Name: "delete", Params: "type:number, key:string", Phases: bind.Any, Doc: "Deletes a variable.",
			Fn: func(c *bind.Call) int { valid(c).Delete(scopeArg(c, 1), c.OptString(2, "")); return 0 },
		},
	}
}

func replyMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "set_code", Params: "codenum:number|string, message:string", Phases: bind.Any,
			Doc: "Sets the reply of the phase: a code from 200 to 599 and a text, nil for the code's default text. Lines of the text become lines of the reply.",
			Fn: func(c *bind.Call) int {
				setCode(c, valid(c))
				return 0
			},
		},
		{
			Name: "disconnect", Params: "[code:number|string], [message:string]", Phases: bind.Any,
			Doc: "Sets the reply and closes the connection after it. Without a code: the current one if it refuses, else 421.",
			Fn: func(c *bind.Call) int {
				disconnect(c, valid(c))
				return 0
			},
		},
		{
			Name: "pbp_action", Params: "code:number|string, message:string", Returns: "number", Phases: bind.Any, Doc: "Sets the reply and gives VALIDATE_DONE.",
			Fn: func(c *bind.Call) int { setCode(c, valid(c)); return c.PushInt(1) },
		},
		{
			Name: "pbp_disconnect", Params: "code:number|string, message:string", Returns: "number", Phases: bind.Any,
			Doc: "Sets the reply, closes the connection after it, and gives VALIDATE_DONE.",
			Fn:  func(c *bind.Call) int { disconnect(c, valid(c)); return c.PushInt(1) },
		},
		{
			Name: "tarpit", Params: "interval:number", Phases: bind.Connect,
			Also: bind.Ehlo | bind.Mailfrom | bind.Rcptto | bind.Data | bind.DataSpool | bind.EachRcpt, AlsoNote: "samples tarpit at EHLO",
			Doc: "Delays the reply of the phase by a number of seconds, which may have a fraction; calls add up.",
			Fn: func(c *bind.Call) int {
				v, seconds := valid(c), c.Number(1)
				if seconds < 0 {
					c.ArgError(1, "interval must not be negative")
				}
				if !v.Conn().IsSMTP() {
					c.Warn("vctx:tarpit has no effect outside of an SMTP session")
					return 0
				}
				c.Raise(v.Tarpit(Seconds(seconds)))
				return 0
			},
		},
	}
}

func setCode(c *bind.Call, v *Context) {
	if err := v.SetCode(c.Int(1), c.OptString(2, "")); err != nil {
		c.ArgError(1, "%s", err)
	}
}

func disconnect(c *bind.Call, v *Context) {
	if err := v.Disconnect(c.OptInt(1, 0), c.OptString(2, "")); err != nil {
		c.ArgError(1, "%s", err)
	}
}

// addresses reads one address or an array of them.
func addresses(c *bind.Call, i int) []string {
	list, ok := bind.Strings(c.L, c.Index(i))
	if !ok {
		c.ArgError(i, "string or array of strings expected")
	}
	return list
}

func recipientMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "add_recipient", Params: "address:string|table", Phases: listPhases,
			Doc: "Adds one address or an array of them; one that is on the list is ignored. After the split it makes one more copy.",
			Fn:  func(c *bind.Call) int { c.Raise(valid(c).AddRecipient(addresses(c, 1)...)); return 0 },
		},
		{
			Name: "remove_recipient", Params: "address:string|table", Phases: listPhases | bind.Mailfrom,
			Doc: "Removes one address or an array of them; an absent one is ignored. After the split, removing the current recipient drops its copy.",
			Fn:  func(c *bind.Call) int { c.Raise(valid(c).RemoveRecipient(addresses(c, 1)...)); return 0 },
		},
		{
			Name: "recipient_list", Params: "[addresses:table]", Returns: "table", Phases: bind.Any,
			Doc: "Gives the recipients in the order of their RCPT TO; replaces them first if an array is given.",
			Fn: func(c *bind.Call) int {
				v := valid(c)
				if !c.IsNil(1) {
					c.Raise(v.SetRecipients(addresses(c, 1)))
				}
				if c.Env().Phase == bind.Rcptto {
					c.Warn("vctx:recipient_list in rcptto knows the recipients accepted so far")
				}
				PushRecipients(c.L, v.Recipients())
				return 1
			},
		},
		{
			Name: "add_rcpt", Params: "address:string, [unique:number|boolean]", Returns: "number", Phases: bind.Any,
			Doc: "Adds an address and gives its position from 0, or -1.",
			Fn:  func(c *bind.Call) int { return c.PushInt(valid(c).AddRcpt(c.String(1), truth(c, 2))) },
		},
		{
			Name: "remove_rcpt", Params: "address:string", Returns: "number", Phases: bind.Any, Doc: "Removes an address and gives the position it had, or -1.",
			Fn: func(c *bind.Call) int { return c.PushInt(valid(c).RemoveRcpt(c.String(1))) },
		},
		{
			Name: "remove_all_rcpts", Returns: "number", Phases: bind.Any, Doc: "Empties the list; 1 if that was possible, else 0.",
			Fn: func(c *bind.Call) int { return c.PushFlag(valid(c).RemoveAllRcpts()) },
		},
		{
			Name: "iterate_rcpt", Params: "pos:number", Returns: "number, string|nil", Phases: bind.Any,
			Doc: "Gives the next position and the address at pos, which begins at 0; past the last address it gives -1 and nil.",
			Fn: func(c *bind.Call) int {
				next, addr := valid(c).IterateRcpt(c.OptInt(1, 0))
				if next < 0 {
					return c.Push(-1, nil)
				}
				return c.Push(next, addr)
			},
		},
		{
			Name: "can_modify_rcpts", Returns: "number", Phases: bind.Any, Doc: "1 if the list may be changed, else 0.",
			Fn: func(c *bind.Call) int { return c.PushFlag(valid(c).CanModifyRecipients()) },
		},
	}
}
