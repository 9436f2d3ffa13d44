package message

import (
	"github.com/gomsys/gomsys/msys/bind"
)

// self gives the method's message, or raises if it has been freed.
func self(c *bind.Call) *Message {
	m := bind.Self[*Message](c)
	c.Raise(m.Err())
	return m
}

func messageFields() []bind.Field {
	number := func(get func(m *Message) float64) func(*bind.Call) {
		return func(c *bind.Call) { c.PushNumber(get(self(c))) }
	}
	flag := func(on bool) float64 {
		if on {
			return 1
		}
		return 0
	}
	return []bind.Field{
		{Name: "id", Type: "msys.core:_message_id", Doc: "The message's id; it stands for a string.",
			Get: func(c *bind.Call) { c.PushObject(luaID(self(c).ID())) }},
		{Name: "batch_id", Type: "msys.core:_message_id", Doc: "The id that the messages of a transaction share.",
			Get: func(c *bind.Call) { c.PushObject(luaID(self(c).BatchID())) }},
		{Name: "conn_id", Type: "msys.core:_message_id", Doc: "The id of the connection; all zeros for generated mail.",
			Get: func(c *bind.Call) { c.PushObject(luaID(self(c).ConnID())) }},
		{Name: "priority", Type: "number", Doc: "0, or 1 for mail that is delivered first.",
			Get: number(func(m *Message) float64 { return float64(m.Priority()) }),
			Set: func(c *bind.Call) { c.Raise(self(c).SetPriority(c.Int(1))) }},
		{Name: "recv_method", Type: "number", Doc: "How the message came in, msys.core.P_*.",
			Get: number(func(m *Message) float64 { return float64(m.ReceiveMethod()) })},
		{Name: "delivered", Type: "number", Doc: "msys.core.EM_*.",
			Get: number(func(m *Message) float64 { return float64(m.Status().Delivered) }),
			Set: func(c *bind.Call) { self(c).SetDelivered(Delivery(c.Int(1))) }},
		{Name: "creation_time", Type: "number", Doc: "Seconds since 1970, 0 if unknown.",
			Get: number(func(m *Message) float64 { return epoch(m.Status().Created) })},
		{Name: "next_attempt", Type: "number", Doc: "Seconds since 1970, 0 if unknown.",
			Get: number(func(m *Message) float64 { return epoch(m.Status().NextAttempt) })},
		{Name: "final_time", Type: "number", Doc: "Seconds since 1970, 0 if unknown.",
			Get: number(func(m *Message) float64 { return epoch(m.Status().Final) })},
		{Name: "num_retries", Type: "number", Doc: "Delivery attempts so far.",
			Get: number(func(m *Message) float64 { return float64(m.Status().Retries) })},
		{Name: "invalid_mime", Type: "number", Doc: "msys.core.EC_MSG_MIME_*.",
			Get: number(func(m *Message) float64 { return float64(m.Fault()) })},
		{Name: "is_snapshot", Type: "number", Doc: "1 for a snapshot.",
			Get: number(func(m *Message) float64 { return flag(m.IsSnapshot()) })},
		{Name: "failed", Type: "number", Doc: "1 if delivery was given up.",
			Get: number(func(m *Message) float64 { return flag(m.Status().Failed) })},
		{Name: "bounce", Type: "number", Doc: "1 for a bounce.",
			Get: number(func(m *Message) float64 { return flag(m.Status().Bounce) })},
		{Name: "recv_from", Type: "msys.core:_ec_sockaddr|nil", Doc: "The client's address; nil for internal mail.",
			Get: func(c *bind.Call) { pushAddr(c, self(c).RemoteAddr()) }},
		{Name: "recv_via", Type: "msys.core:_ec_sockaddr|nil", Doc: "The listener's address; nil for internal mail.",
			Get: func(c *bind.Call) { pushAddr(c, self(c).LocalAddr()) }},
	}
}

func envelopeMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "mailfrom", Params: "[value:string]", Returns: "string", Phases: fromT, Also: anywhere, AlsoNote: note,
			Doc: "Gives the sender without brackets, \"\" for the null sender; sets it first if a value is given.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if !c.IsNil(1) {
					c.Raise(m.SetSender(c.String(1)))
				}
				return c.PushString(m.Sender())
			},
		},
		{
			Name: "rcptto", Params: "[value:string]", Returns: "string", Phases: fromT, Also: anywhere, AlsoNote: note,
			Doc: "Gives the recipient without brackets; before the split the one that is being looked at, or the first. Sets it " +
				"first if a value is given; before the split that has no effect and is warned about.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if !c.IsNil(1) {
					if m.IsBatch() {
						c.String(1)
						c.Warn("msg:rcptto cannot change the recipient before data_spool_each_rcpt")
					} else {
						c.Raise(m.SetRecipient(c.String(1)))
					}
				}
				return c.PushString(m.Recipient())
			},
		},
		{
			Name: "get_envelope2", Params: "flags:number, lp:msys.core:_ec_string|nil, dom:msys.core:_ec_string|nil", Returns: "number, number",
			Phases: fromT, Also: anywhere, AlsoNote: note,
			Doc: "Writes local part and domain of the sender (EC_MSG_ENV_FROM) or recipient (EC_MSG_ENV_TO) into the strings; with " +
				"EC_MSG_ENV_COMPLETE the first gets the whole address. Gives 1, and 1 for the null sender, else 0.",
			Fn: func(c *bind.Call) int {
				local, domain, null, err := self(c).EnvelopePart(EnvelopeFlags(c.Int(1)))
				if err != nil {
					c.ArgError(1, "exactly one of EC_MSG_ENV_FROM and EC_MSG_ENV_TO expected")
				}
				if s := bind.OptArg[*ECString](c, 2); s != nil {
					s.Set(local)
				}
				if s := bind.OptArg[*ECString](c, 3); s != nil {
					s.Set(domain)
				}
				c.PushInt(1)
				return 1 + c.PushFlag(null)
			},
		},
		{
			Name: "listener_addr", Params: "[flag:string]", Returns: "string", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Gives the listener's address: \"all\" (or nil), \"ip\" or \"port\". \"\" for internal mail.",
			Fn: func(c *bind.Call) int {
				s, err := self(c).Local(c.OptString(1, "all"))
				return pushAddrText(c, s, err)
			},
		},
		{
			Name: "reception_peer", Params: "[flag:string]", Returns: "string", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Gives the client's address: \"all\" (or nil), \"ip\" or \"port\". \"\" for internal mail.",
			Fn: func(c *bind.Call) int {
				s, err := self(c).Remote(c.OptString(1, "all"))
				return pushAddrText(c, s, err)
			},
		},
		{
			Name: "attempted_ip", Returns: "string|nil", Phases: bind.Log | outgoing, Also: anywhere, AlsoNote: note,
			Doc: "Gives the address of the peer of the last attempt to deliver the message, nil if there was none.",
			Fn: func(c *bind.Call) int {
				if ip := self(c).Attempted(); ip.IsValid() {
					return c.PushString(ip.String())
				}
				return c.PushNil()
			},
		},
		{
			Name: "code", Params: "[number:number|string], [string:string]", Returns: "string|nil", Phases: inData, Also: anywhere, AlsoNote: note,
			Doc: "Gives the SMTP reply set for the message, or nil; sets it first if arguments are given. Number 0 or nil: the " +
				"text begins with the code.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				if c.NArgs() > 0 {
					if _, err := m.SetCode(codeArg(c, 1), c.OptString(2, "")); err != nil {
						c.Raise(err)
					}
				}
				return pushCode(c, m)
			},
		},
		{
			Name: "get_code", Returns: "string|nil", Phases: anywhere, Doc: "Gives the SMTP reply set for the message, or nil.",
			Fn: func(c *bind.Call) int { return pushCode(c, self(c)) },
		},
		{
			Name: "set_code", Params: "number:number|string, string:string", Returns: "number", Phases: anywhere,
			Doc: "Sets the SMTP reply and gives the number that was set before, 0 if none, -1 if the new one is invalid.",
			Fn: func(c *bind.Call) int {
				m := self(c)
				before := m.CodeNumber()
				if _, err := m.SetCode(codeArg(c, 1), c.OptString(2, "")); err != nil {
					return c.PushInt(-1)
				}
				return c.PushInt(before)
			},
		},
		{
			Name: "discard", Params: "[reason:string]", Phases: inData, Also: bind.Rcptto | bind.FinalValidation, AlsoNote: "scripts that drop a recipient",
			Doc: "Accepts the message towards the sender and delivers it to nobody. Before the split the whole transaction is " +
				"meant, afterwards this recipient. The script goes on.",
			Fn: func(c *bind.Call) int { self(c).Discard(c.OptString(1, "")); return 0 },
		},
	}
}

func codeArg(c *bind.Call, i int) int {
	if c.IsNil(i) {
		return 0
	}
	return c.Int(i)
}

func pushCode(c *bind.Call, m *Message) int {
	if code, ok := m.Code(); ok {
		return c.PushString(code)
	}
	return c.PushNil()
}

func pushAddrText(c *bind.Call, s string, err error) int {
	if err != nil {
		c.ArgError(1, "\"all\", \"ip\" or \"port\" expected")
	}
	return c.PushString(s)
}
