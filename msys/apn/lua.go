package apn

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/json"
)

// Library returns the Lua module "msys.apn".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "msys.apn".
func Module() *bind.Module {
	m := &bind.Module{
		Name: "msys.apn",
		Doc: "Push notifications to Apple devices. `apn_request_eval(req, msg)` may change `req.token`, `req.expiry` and `req.json` before " +
			"they are sent. `apn_response_eval(resp)` sees an error and may change `resp.status`.",
		Classes: []*bind.Class{requestClass(), responseClass()},
		Funcs: []bind.Func{{
			Name: "apn_status_classifier", Params: "[status:string|number]", Returns: "number",
			Phases: bind.APNResponseEval | bind.MsgDispose, Also: delivery.Phases, AlsoNote: "statuses are looked at in other callouts of deliveries, too",
			Doc: "Says what a `DLV_Response_Status` of a notification means: msys.delivery.DELIVERY_SUCCESS for nil, \"\" and " +
				"APNS_NO_ERROR, else DELIVERY_PERMFAILED or DELIVERY_TEMPFAILED. Unknown numbers and text failed for now.",
			Example: `-- in generic_delivery_msg_dispose(msg)
assert(msys.apn.apn_status_classifier(8) == msys.delivery.DELIVERY_PERMFAILED) -- the token is wrong
assert(msys.apn.apn_status_classifier(nil) == msys.delivery.DELIVERY_SUCCESS)`,
			Fn: func(c *bind.Call) int { return c.PushInt(int(ClassifyStatus(c.OptString(1, "")))) },
		}},
	}
	for _, c := range codes {
		doc := "The error: " + c.text
		switch c.code.Status() {
		case delivery.PermFailed:
			doc += ", a failure for good."
		case delivery.TempFailed:
			doc += ", a failure for now."
		default:
			doc = "No error."
		}
		m.Consts = append(m.Consts, bind.Const{Name: c.constant, Value: int(c.code), Doc: doc})
	}
	return m
}

func requestClass() *bind.Class {
	self := func(c *bind.Call) *Request { return bind.Self[*Request](c) }
	return &bind.Class{
		Name: "apn_request", Short: "req", Of: (*Request)(nil),
		Doc: "A notification before it is sent.",
		Fields: []bind.Field{
			{Name: "command", Type: "number", Doc: "1, the command of the binary interface.", Get: func(c *bind.Call) { c.PushInt(commandNotification) }},
			{Name: "id", Type: "number", Doc: "The number of the notification.", Get: func(c *bind.Call) { c.PushNumber(float64(self(c).ID)) }},
			{Name: "expiry", Type: "number", Doc: "When the service gives up, in seconds since 1970; 0 is at once.",
				Get: func(c *bind.Call) { c.PushNumber(float64(self(c).Expiry())) },
				Set: func(c *bind.Call) { self(c).SetExpiry(int64(max(0, c.Int(1)))) }},
			{Name: "token", Type: "string", Doc: "The device token in hexadecimal digits.",
				Get: func(c *bind.Call) { c.PushString(self(c).Token()) },
				Set: func(c *bind.Call) { self(c).SetToken(c.String(1)) }},
			{Name: "json", Type: "json", Doc: "The payload; what a script changes in it is sent. A script may set another one.",
				Get: func(c *bind.Call) {
					v := self(c).JSON()
					if bind.HasClass(c.L, v) {
						c.PushObject(v)
						return
					}
					bind.Push(c.L, v.Go()) // a state without the module json
				},
				Set: func(c *bind.Call) { self(c).SetJSON(bind.Arg[*json.Value](c, 1)) }},
		},
	}
}

func responseClass() *bind.Class {
	self := func(c *bind.Call) *Response { return bind.Self[*Response](c) }
	return &bind.Class{
		Name: "apn_error_response", Short: "resp", Of: (*Response)(nil),
		Doc: "An error of the service.",
		Fields: []bind.Field{
			{Name: "command", Type: "number", Doc: "8, the command of the binary interface.", Get: func(c *bind.Call) { c.PushInt(commandError) }},
			{Name: "status", Type: "number", Doc: "The error, one of msys.apn.APNS_*. What a script sets counts.",
				Get: func(c *bind.Call) { c.PushInt(int(self(c).Status())) },
				Set: func(c *bind.Call) {
					n := c.Int(1)
					if n < 0 || n > int(Unknown) {
						c.Errorf("resp.status: %d is no status from 0 to 255", n)
					}
					self(c).SetStatus(Code(n))
				}},
			{Name: "id", Type: "number", Doc: "The number of the notification.", Get: func(c *bind.Call) { c.PushNumber(float64(self(c).ID)) }},
		},
	}
}
