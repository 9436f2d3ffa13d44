package msys

import (
	"context"
	"io"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Delivery is a delivery attempt over one outbound connection, dc in Lua.
type Delivery struct {
	Message *message.Message // being delivered, nil between messages
	Domain  string           // the routing domain
	Host    string           // the MX host
	Remote  vctx.Addr        // its address
	ConnID  string           // the outbound connection
}

var deliveryClass = &bind.Class{
	Name: "msys.core:_delivery_construct", Short: "dc", Of: (*Delivery)(nil),
	Doc: "A delivery attempt over an outbound connection.",
	Fields: []bind.Field{
		{Name: "message", Type: "msys.core:_ec_message|nil", Doc: "The message that is delivered, nil between messages.",
			Get: func(c *bind.Call) { pushObjects(c.L, bind.Self[*Delivery](c).Message) }},
		{Name: "domain", Type: "string", Doc: "The routing domain.",
			Get: func(c *bind.Call) { c.PushString(bind.Self[*Delivery](c).Domain) }},
		{Name: "host", Type: "string", Doc: "The MX host.",
			Get: func(c *bind.Call) { c.PushString(bind.Self[*Delivery](c).Host) }},
		{Name: "remote_addr", Type: "object", Doc: "The other end's address.",
			Get: func(c *bind.Call) { c.PushObject(bind.Self[*Delivery](c).Remote) }},
		{Name: "conn_id", Type: "string", Doc: "The id of the outbound connection.",
			Get: func(c *bind.Call) { c.PushString(bind.Self[*Delivery](c).ConnID) }},
	},
	ToString: func(self any) string { return "delivery_construct: " + self.(*Delivery).ConnID },
}

// Credentials are how a delivery authenticates to the next hop.
type Credentials struct {
	Mechanism      string // PLAIN, LOGIN or XOAUTH2; "" for none
	User, Password string
}

// OutboundAuth asks policy how to authenticate to the next hop, before AUTH.
// configured is what the host's configuration says; what the message variables
// outbound_smtp_auth_type, _user and _pass hold afterwards comes first.
func (rt *Runtime) OutboundAuth(ctx context.Context, m *message.Message, configured Credentials) (Credentials, error) {
	_, err := rt.dispatch(ctx, rt.hooks.find("outbound_smtp_auth_config"), dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m)
		l.PushNil()
		l.PushNil()
		return 3
	}})
	c := configured
	for key, field := range map[string]*string{"type": &c.Mechanism, "user": &c.User, "pass": &c.Password} {
		if v, ok := m.ContextGet(message.ContextType(vctx.MessScope), "outbound_smtp_auth_"+key); ok {
			*field = v
		}
	}
	c.Mechanism = strings.ToUpper(c.Mechanism)
	return c, err
}

// BodyModify lets policy change the outgoing content a last time. It gives r,
// or what a module put in its place.
func (rt *Runtime) BodyModify(ctx context.Context, m *message.Message, r io.Reader) (io.Reader, error) {
	hook := rt.hooks.find("core_body_modify")
	if !rt.Has(hook.Name) {
		return r, nil
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	iop := &box{value: string(content)}
	_, err = rt.dispatch(ctx, hook, dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m, iop)
		return 2
	}})
	switch v := iop.value.(type) {
	case string:
		return strings.NewReader(v), err
	case io.Reader:
		return v, err
	}
	rt.log.Warn("core_body_modify left no content; the message is sent as it was", "message", m.ID())
	return strings.NewReader(string(content)), err
}

// ShouldShutdown asks policy whether the connection ends with QUIT now, after
// a success or failure.
func (rt *Runtime) ShouldShutdown(ctx context.Context, d *Delivery) (bool, error) {
	out, err := rt.dispatch(ctx, rt.hooks.find("core_smtp_should_session_shutdown"), dispatchOptions{
		message: d.Message,
		push:    func(l *lua.State) int { pushObjects(l, d); return 1 },
	})
	return out.number != 0, err
}

// Dispose tells policy that a message is about to be finished, delivered or
// failed, and gives whether it counts as delivered: the message variable
// DLV_Response_Status, which holds status before, is empty or absent then.
func (rt *Runtime) Dispose(ctx context.Context, m *message.Message, status string) (delivered bool, err error) {
	const key = "DLV_Response_Status"
	mess := message.ContextType(vctx.MessScope)
	if status == "" {
		m.ContextDelete(mess, key)
	} else {
		m.ContextSet(mess, key, status)
	}
	// What a module did to the status before it raised does not count.
	var before string
	_, err = rt.dispatch(ctx, rt.hooks.find("generic_delivery_msg_dispose"), dispatchOptions{
		message: m,
		push:    func(l *lua.State) int { pushObjects(l, m); return 1 },
		ran:     func(*module) { before, _ = m.ContextGet(mess, key) },
		raised: func() {
			if before != "" {
				m.ContextSet(mess, key, before)
			}
		},
	})
	left, _ := m.ContextGet(mess, key)
	return left == "", err
}

// SMTPArgs are the ESMTP parameters of a command that a delivery sends, by
// name in upper case. Values may be empty.
type SMTPArgs map[string]string

// SMTPCommand is a command whose parameters policy may change.
type SMTPCommand string

// Commands of [Runtime.CommandArgs].
const (
	CommandMailFrom SMTPCommand = "MAIL FROM"
	CommandRcptTo   SMTPCommand = "RCPT TO"
	CommandXClient  SMTPCommand = "XCLIENT"
)

// CommandArgs lets policy change the parameters of a command. If a module
// fails the attempt, the verdict's code is 451 and the host gives up the
// attempt with it.
func (rt *Runtime) CommandArgs(ctx context.Context, d *Delivery, cmd SMTPCommand, args SMTPArgs) (SMTPArgs, Verdict, error) {
	name := "core_smtp_client_" + strings.ToLower(strings.ReplaceAll(string(cmd), " ", "")) + "_args"
	hook := rt.hooks.find(name)
	accept := Verdict{Action: Accept, Code: 250}
	if hook == nil {
		return args, accept, nil
	}
	changed := SMTPArgs{}
	for k, v := range args {
		changed[strings.ToUpper(k)] = v
	}
	var table bind.Ref
	read := func(l *lua.State, _, _ int) {
		clear(changed)
		table.Push(l)
		bind.RangeTable(l, -1, func() {
			key, ok := bind.Text(l, -2)
			value, isText := bind.Text(l, -1)
			if ok && (isText || l.ToBoolean(-1)) && l.TypeOf(-2) == lua.TypeString {
				changed[strings.ToUpper(key)] = value
			}
		})
		l.Pop(1)
	}
	out, err := rt.dispatch(ctx, hook, dispatchOptions{message: d.Message, results: read, push: func(l *lua.State) int {
		pushObjects(l, d)
		bind.Push(l, map[string]string(changed))
		table = bind.RefAt(l, -1)
		return 2
	}})
	if out.number != 0 {
		return args, Verdict{Action: Defer, Code: 451, Text: "4.4.2 [internal] " + string(cmd) + " argument hook failed"}, err
	}
	for k, v := range changed {
		if k == "" || strings.ContainsAny(k+v, " \t\r\n\x00") {
			rt.log.Warn(name+" set a parameter that cannot be sent; ignored", "parameter", k)
			delete(changed, k)
		}
	}
	return changed, accept, err
}
