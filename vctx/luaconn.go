package vctx

import (
	"context"
	"time"

	"github.com/gomsys/gomsys/msys/bind"
)

// SessionCounter counts open inbound sessions.
type SessionCounter interface {
	// CountSessions gives the number of open sessions to a service from a
	// block of addresses: "" is exactly peer, "/n" the peer's block, or an
	// address or block of its own. The error says what is wrong with cidr or
	// service.
	CountSessions(ctx context.Context, service, cidr string, peer Addr) (int, error)
}

func connClass() *bind.Class {
	conn := func(c *bind.Call) *Conn { return bind.Self[*Conn](c) }
	return &bind.Class{
		Name: "msys.core:_accept_construct", Short: "ac", Of: (*Conn)(nil),
		Doc:      "An inbound connection.",
		ToString: func(self any) string { return "accept_construct: " + self.(*Conn).ID() },
		Fields: []bind.Field{
			{Name: "remote_addr", Type: "msys.core:_ec_sockaddr", Doc: "The client's address.",
				Get: func(c *bind.Call) { c.PushObject(conn(c).RemoteAddr()) }},
			{Name: "local_addr", Type: "msys.core:_ec_sockaddr", Doc: "The listener's address.",
				Get: func(c *bind.Call) { c.PushObject(conn(c).LocalAddr()) }},
			{Name: "conn_id", Type: "string", Doc: "The connection's id.", Get: func(c *bind.Call) { c.PushString(conn(c).ID()) }},
			{Name: "protocol", Type: "number", Doc: "msys.core.P_*.", Get: func(c *bind.Call) { c.PushInt(conn(c).Protocol) }},
			{Name: "inst", Type: "table", Doc: "The listener: `ac.inst.address`.",
				Get: func(c *bind.Call) { c.Push(map[string]string{"address": conn(c).LocalAddr().String()}) }},
		},
		Methods: []bind.Func{
			{
				Name: "esmtp_capability_add", Params: "name:string", Phases: bind.Connect | bind.Ehlo,
				Doc: "Adds a line to the EHLO reply; one with the same first word is replaced.",
				Fn:  func(c *bind.Call) int { c.Raise(conn(c).AddCapability(c.String(1))); return 0 },
			},
			{
				Name: "esmtp_capability_remove", Params: "name:string", Phases: bind.Connect | bind.Ehlo,
				Doc: "Takes a line out of the EHLO reply, found by its first word.",
				Fn:  func(c *bind.Call) int { c.Raise(conn(c).RemoveCapability(c.String(1))); return 0 },
			},
			{
				Name: "inbound_session_count", Params: "[cidr:string], [service_type:string]", Returns: "number", Phases: bind.Any,
				Doc: "Gives the number of open sessions, this one included: of this client, or of a block (\"/24\", \"10.0.0.0/8\"), on a service (default SMTP).",
				Fn:  func(c *bind.Call) int { return sessionCount(c, c.OptString(1, ""), c.OptString(2, "SMTP")) },
			},
			{
				Name: "pbp_inbound_session_count_service", Params: "service:string, [cidr:string]", Returns: "number", Phases: bind.Any,
				Doc: "The same with the arguments the other way round.",
				Fn:  func(c *bind.Call) int { return sessionCount(c, c.OptString(2, ""), c.OptString(1, "SMTP")) },
			},
		},
	}
}

func sessionCount(c *bind.Call, cidr, service string) int {
	conn := bind.Self[*Conn](c)
	if conn.Counter == nil {
		return c.PushInt(1)
	}
	var n int
	var err error
	n, err = conn.Counter.CountSessions(c.Context(), service, cidr, conn.RemoteAddr())
	c.Raise(err)
	return c.PushInt(n)
}

func addrClass() *bind.Class {
	return &bind.Class{
		Name: "msys.core:_ec_sockaddr", Short: "sockaddr", Of: Addr{},
		Doc:      "A socket address.",
		ToString: func(self any) string { return self.(Addr).String() },
		Text:     func(self any) string { return self.(Addr).String() },
	}
}

func addrFuncs() []bind.Func {
	return []bind.Func{
		{
			Name: "ec_sockaddr_family", Params: "sockaddr:msys.core:_ec_sockaddr", Returns: "number", Phases: bind.Any,
			Doc: "Gives AF_INET, AF_INET6 or AF_UNIX.",
			Fn:  func(c *bind.Call) int { return c.PushInt(bind.Arg[Addr](c, 1).Family()) },
		},
		{
			Name: "sockaddr_to_string", Params: "sockaddr:msys.core:_ec_sockaddr", Returns: "string", Phases: bind.Any,
			Doc: "Gives the address with its port.",
			Fn:  func(c *bind.Call) int { return c.PushString(bind.Arg[Addr](c, 1).String()) },
		},
		{
			Name: "sockaddr_to_string_opt", Params: "sockaddr:msys.core:_ec_sockaddr, options:number", Returns: "string", Phases: bind.Any,
			Doc: "Gives the address; without its port for EC_SA2S_NO_PORT.",
			Fn: func(c *bind.Call) int {
				a := bind.Arg[Addr](c, 1)
				if c.OptInt(2, 0)&1 != 0 {
					return c.PushString(a.Host())
				}
				return c.PushString(a.String())
			},
		},
	}
}

func constructClass() *bind.Class {
	mc := func(c *bind.Call) *MessageConstruct { return bind.Self[*MessageConstruct](c) }
	conn := func(c *bind.Call) *Conn { return mc(c).Context().Conn() }
	name := func(field string) bind.Field {
		return bind.Field{Name: field, Type: "string", Doc: "A name the server gives itself.",
			Get: func(c *bind.Call) { c.PushString(conn(c).Name(field)) },
			Set: func(c *bind.Call) { conn(c).SetName(field, c.OptString(1, "")) }}
	}
	limit := func(field, doc string, get func(l *Limits) float64, set func(l *Limits, n float64)) bind.Field {
		return bind.Field{Name: field, Type: "number", Doc: doc,
			Get: func(c *bind.Call) { l := conn(c).CurrentLimits(); c.PushNumber(get(&l)) },
			Set: func(c *bind.Call) { n := c.Number(1); conn(c).UpdateLimits(func(l *Limits) { set(l, n) }) }}
	}
	count := func(field, doc string, pick func(messages, rcpts, messageRcpts int) int) bind.Field {
		return bind.Field{Name: field, Type: "number", Doc: doc,
			Get: func(c *bind.Call) { c.PushInt(pick(mc(c).Counts())) }}
	}
	return &bind.Class{
		Name: "msys.core:_message_construct", Short: "mc", Of: (*MessageConstruct)(nil),
		Doc:      "The state of an ESMTP transaction. Unknown fields are nil.",
		ToString: func(self any) string { return "message_construct: " + self.(*MessageConstruct).Context().Conn().ID() },
		Fields: []bind.Field{
			{Name: "message", Type: "msys.core:_ec_message|nil", Doc: "The message, from MAIL FROM on.",
				Get: func(c *bind.Call) { pushOrNil(c, mc(c).Message()) }},
			{Name: "ctx", Type: "msys.core:_validate_context", Doc: "The validation context.",
				Get: func(c *bind.Call) { c.PushObject(mc(c).Context()) }},
			{Name: "ac", Type: "msys.core:_accept_construct", Doc: "The connection.", Get: func(c *bind.Call) { c.PushObject(conn(c)) }},
			{Name: "relayable", Type: "number", Doc: "1 if the session may relay.",
				Get: func(c *bind.Call) { c.PushFlag(mc(c).Relayable()) }, Set: func(c *bind.Call) { mc(c).SetRelayable(truth(c, 1)) }},
			{Name: "can_auth", Type: "number", Doc: "1 if the session may authenticate.",
				Get: func(c *bind.Call) { c.PushFlag(mc(c).CanAuth()) }, Set: func(c *bind.Call) { mc(c).SetCanAuth(truth(c, 1)) }},
			{Name: "peer_address", Type: "string", Doc: "The client's address without the port.",
				Get: func(c *bind.Call) { c.PushString(conn(c).RemoteAddr().Host()) }},
			{Name: "auth_info", Type: "table", Doc: "Who authenticated: `mc.auth_info.user`.",
				Get: func(c *bind.Call) { c.Push(map[string]string{"user": mc(c).User()}) }},
			{Name: "line", Type: "string", Doc: "The last command line.", Get: func(c *bind.Call) { c.PushString(mc(c).Line()) }},
			name("banner_hostname"), name("received_hostname"), name("static_banner"),
			limit("idle_timeout", "Seconds without a command.",
				func(l *Limits) float64 { return l.IdleTimeout.Seconds() },
				func(l *Limits, n float64) { l.IdleTimeout = time.Duration(Seconds(n)) }),
			limit("connection_message_limit", "Messages per connection.",
				func(l *Limits) float64 { return float64(l.ConnectionMessages) },
				func(l *Limits, n float64) { l.ConnectionMessages = int(n) }),
			limit("connection_rcpt_limit", "Recipients per connection.",
				func(l *Limits) float64 { return float64(l.ConnectionRcpts) },
				func(l *Limits, n float64) { l.ConnectionRcpts = int(n) }),
			limit("message_rcpt_limit", "Recipients per message.",
				func(l *Limits) float64 { return float64(l.MessageRcpts) },
				func(l *Limits, n float64) { l.MessageRcpts = int(n) }),
			limit("max_message_size", "Bytes per message.",
				func(l *Limits) float64 { return float64(l.MaxMessageSize) },
				func(l *Limits, n float64) { l.MaxMessageSize = int64(n) }),
			count("connection_message_count", "Messages of the connection so far.", func(m, _, _ int) int { return m }),
			count("connection_rcpt_count", "Recipients of the connection so far.", func(_, r, _ int) int { return r }),
			count("message_rcpt_count", "Recipients of the message so far.", func(_, _, r int) int { return r }),
			{Name: "state", Type: "number", Doc: "msys.core.MC_STATE_*.", Get: func(c *bind.Call) { c.PushInt(int(mc(c).State())) }},
		},
	}
}

func pushOrNil(c *bind.Call, v any) {
	if v == nil {
		c.PushNil()
		return
	}
	c.PushObject(v)
}
