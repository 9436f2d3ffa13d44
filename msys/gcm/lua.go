package gcm

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/json"
)

// Library returns the Lua module "msys.gcm".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "msys.gcm".
func Module() *bind.Module {
	phases := bind.GCMResponseEval | bind.HTTPResponseEval | bind.MsgDispose
	const note = "statuses are looked at in other callouts of deliveries, too"
	return &bind.Module{
		Name:     "msys.gcm",
		Examples: snippets,
		Doc: "Push notifications by Google Cloud Messaging. `gcm_request_eval(req, msg)` may change `req.json` before it is sent: " +
			"registration_ids, data, time_to_live, collapse_key, delay_while_idle, restricted_package_name, dry_run. " +
			"`gcm_response_eval(resp, msg)` sees the answer to a request with HTTP status 200.",
		Consts:  consts(),
		Classes: []*bind.Class{requestClass(), responseClass(), resultsClass(), resultClass()},
		Funcs: []bind.Func{
			{
				Name: "gcm_classify_error", Params: "[status:string|number]", Returns: "number",
				Phases: phases, Also: delivery.Phases, AlsoNote: note,
				Doc: "Says what a `DLV_Response_Status` of a notification means: msys.delivery.DELIVERY_SUCCESS for nil, \"\" and " +
					"GCM_NO_ERROR, else DELIVERY_PERMFAILED or DELIVERY_TEMPFAILED. Unknown numbers and text failed for now.",
				Fn: func(c *bind.Call) int { return c.PushInt(int(ClassifyError(c.OptString(1, "")))) },
			},
			{
				Name: "gcm_get_result_error_code", Params: "[error:string]", Returns: "number",
				Phases: phases, Also: delivery.Phases, AlsoNote: note,
				Doc: "Gives the constant for the word by which the service names an error, such as \"NotRegistered\": GCM_NO_ERROR for " +
					"nil and \"\", GCM_UNKNOWN for a word that is not known. Case counts.",
				Fn: func(c *bind.Call) int { return c.PushInt(int(ErrorCode(c.OptString(1, "")))) },
			},
		},
	}
}

func consts() []bind.Const {
	var out []bind.Const
	for _, c := range codes {
		doc := "The error " + c.word
		switch c.code.Status() {
		case delivery.PermFailed:
			doc += ", a failure for good."
		case delivery.TempFailed:
			doc += ", a failure for now."
		default:
			doc = "No error."
		}
		out = append(out, bind.Const{Name: c.constant, Value: int(c.code), Doc: doc})
	}
	return out
}

// pushJSON pushes a JSON value as an object of the module json, or, in a state
// without it, as a table.
func pushJSON(c *bind.Call, v *json.Value) {
	if bind.HasClass(c.L, v) {
		c.PushObject(v)
		return
	}
	bind.Push(c.L, v.Go())
}

func requestClass() *bind.Class {
	return &bind.Class{
		Name: "gcm_request", Short: "req", Of: (*Request)(nil),
		Doc: "A notification before it is sent.",
		Fields: []bind.Field{{
			Name: "json", Type: "json", Doc: "The document; what a script changes in it is sent. A script may set another one.",
			Get: func(c *bind.Call) { pushJSON(c, bind.Self[*Request](c).JSON()) },
			Set: func(c *bind.Call) { bind.Self[*Request](c).SetJSON(bind.Arg[*json.Value](c, 1)) },
		}},
	}
}

func responseClass() *bind.Class {
	count := func(name, doc string, get func(*Response) int64) bind.Field {
		return bind.Field{Name: name, Type: "number", Doc: doc, Get: func(c *bind.Call) { c.PushNumber(float64(get(bind.Self[*Response](c)))) }}
	}
	return &bind.Class{
		Name: "gcm_message_response", Short: "resp", Of: (*Response)(nil),
		Doc: "The service's answer to a notification.",
		Fields: []bind.Field{
			count("success", "How many recipients got it.", func(r *Response) int64 { return r.Success }),
			count("failure", "How many did not.", func(r *Response) int64 { return r.Failure }),
			count("canonical_ids", "How many have another registration now.", func(r *Response) int64 { return r.CanonicalIDs }),
			{Name: "results", Type: "gcm_results", Doc: "What became of the recipients.",
				Get: func(c *bind.Call) { c.PushObject(&results{bind.Self[*Response](c).Results}) }},
		},
	}
}

// results is the field results: the first result itself, and an array.
type results struct{ list []Result }

func resultFields(get func(c *bind.Call) *Result) []bind.Field {
	text := func(name, doc string, f func(*Result) string) bind.Field {
		return bind.Field{Name: name, Type: "string|nil", Doc: doc, Get: func(c *bind.Call) {
			if s := f(get(c)); s != "" {
				c.PushString(s)
				return
			}
			c.PushNil()
		}}
	}
	return []bind.Field{
		text("message_id", "The service's id of the notification, nil if it failed.", func(r *Result) string { return r.MessageID }),
		text("registration_id", "The recipient's new registration, nil if it is the old one.", func(r *Result) string { return r.RegistrationID }),
		text("error", "The service's word for an error, nil if there is none.", func(r *Result) string { return r.Error }),
		{Name: "error_code", Type: "number", Doc: "The error's constant, GCM_NO_ERROR if there is none.",
			Get: func(c *bind.Call) { c.PushInt(int(get(c).Code())) }},
	}
}

func resultsClass() *bind.Class {
	self := func(c *bind.Call) *results { return bind.Self[*results](c) }
	first := func(c *bind.Call) *Result {
		if list := self(c).list; len(list) > 0 {
			return &list[0]
		}
		return &Result{}
	}
	return &bind.Class{
		Name: "gcm_results", Short: "results", Of: (*results)(nil),
		Doc:    "The results of a response: results[1], results[2] …; the fields are those of the first.",
		Fields: resultFields(first),
		Len:    func(s any) int { return len(s.(*results).list) },
		Index: func(c *bind.Call) bool {
			if c.Type(1) != lua.TypeNumber {
				return false
			}
			i, list := c.Number(1), self(c).list
			if n := int(i); float64(n) == i && n >= 1 && n <= len(list) {
				c.PushObject(&list[n-1])
				return true
			}
			return false
		},
	}
}

func resultClass() *bind.Class {
	return &bind.Class{
		Name: "gcm_recipient_response", Short: "result", Of: (*Result)(nil),
		Doc:    "What became of one recipient.",
		Fields: resultFields(func(c *bind.Call) *Result { return bind.Self[*Result](c) }),
	}
}
