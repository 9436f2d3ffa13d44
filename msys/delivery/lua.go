package delivery

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.delivery".
func Library() lua.RegistryFunction { return Module().Library() }

// Phases are those of all callouts of a delivery.
const Phases = bind.HTTPRequestEval | bind.HTTPResponseEval | bind.GCMResponseEval | bind.APNResponseEval | bind.MsgDispose | bind.Delivery | bind.Log

// messageHolder is what ob_get_current_message takes: a *Conn, or the session
// of a delivery method.
type messageHolder interface{ Message() *message.Message }

// Module declares the Lua module "msys.delivery".
func Module() *bind.Module {
	return &bind.Module{
		Name: "msys.delivery",
		Doc: "Constants and functions for the callouts of delivery methods. The message variables `DLV_Source_Addr`, `DLV_Source_ID`, " +
			"`DLV_Dest_Addr`, `DLV_Dest_ID`, `DLV_Transaction_ID`, `DLV_Response_Status`, `DLV_Response_Status_Detail`, `DLV_Msg_Length` " +
			"and `DLV_Remote_IP_Address` describe a delivery. A message counts as delivered if `DLV_Response_Status` is empty or missing.",
		Consts: []bind.Const{
			{Name: "DELIVERY_CONTINUE", Value: int(Continue), Doc: "No opinion: go on."},
			{Name: "DELIVERY_DONE", Value: int(Done), Doc: "The script has seen to it; later modules are not asked."},
			{Name: "DELIVERY_SUCCESS", Value: int(Success), Doc: "Delivered."},
			{Name: "DELIVERY_TEMPFAILED", Value: int(TempFailed), Doc: "Failed for now."},
			{Name: "DELIVERY_PERMFAILED", Value: int(PermFailed), Doc: "Failed for good."},
			{Name: "DELIVERY_FAIL", Value: int(PermFailed), Doc: "The same as DELIVERY_PERMFAILED, as older scripts write it."},
		},
		Classes: []*bind.Class{connClass()},
		Funcs: []bind.Func{{
			Name: "ob_get_current_message",
			Example: `-- in http_response_eval(sess)
local msg = msys.delivery.ob_get_current_message(sess.connh)
assert(msg:rcptto() == "bob@example.com" and sess.response.status_code.buffer == "202")`, Params: "connh:connection_handle|http_session",
			Returns: "msys.core:_ec_message|nil", Phases: bind.HTTPResponseEval,
			Also: Phases, AlsoNote: "http_request_eval and other callouts of deliveries use it",
			Doc: "Gives the message that is being delivered over a connection, of a batch the first, or nil if there is none. It takes " +
				"`sess.connh`, or the session itself.",
			Fn: luaCurrentMessage,
		}},
	}
}

func luaCurrentMessage(c *bind.Call) int {
	h, ok := bind.ObjectAt[messageHolder](c.L, c.Index(1))
	if !ok {
		bind.Arg[*Conn](c, 1) // raises with the usual text
	}
	m := h.Message()
	if m == nil {
		return c.PushNil()
	}
	return c.PushObject(m)
}

func connClass() *bind.Class {
	return &bind.Class{
		Name: "connection_handle", Short: "connh", Of: (*Conn)(nil),
		Doc: "The outbound connection of a delivery; the field `connh` of a session is one.",
		Fields: []bind.Field{
			{Name: "id", Type: "string", Doc: "The id of the connection.",
				Get: func(c *bind.Call) { c.PushString(bind.Self[*Conn](c).id) }},
			{Name: "domain", Type: "string", Doc: "The routing domain.",
				Get: func(c *bind.Call) { c.PushString(bind.Self[*Conn](c).attempt.Domain) }},
			{Name: "binding", Type: "string", Doc: "The binding that the message leaves from.",
				Get: func(c *bind.Call) { c.PushString(bind.Self[*Conn](c).attempt.Binding) }},
			{Name: "method", Type: "string", Doc: "The delivery method, in lower case.",
				Get: func(c *bind.Call) { c.PushString(bind.Self[*Conn](c).attempt.Method) }},
		},
		ToString: func(self any) string { return "connection_handle: " + self.(*Conn).id },
	}
}
