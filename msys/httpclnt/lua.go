package httpclnt

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
)

// Libraries returns the Lua modules "msys.httpclnt" and "msys.http_lua"; the
// methods that scripts define go to ms.
func Libraries(ms *Methods) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(ms) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares the Lua modules of this package; see [Libraries].
func Modules(ms *Methods) []*bind.Module { return []*bind.Module{clientModule(), methodModule(ms)} }

func clientModule() *bind.Module {
	m := &bind.Module{
		Name:     "msys.httpclnt",
		Examples: snippets,
		Doc: "Deliveries over HTTP: the session that the callouts `http_request_eval` and `http_response_eval` get. Its methods change the " +
			"request; call `request_finalize(1)` after changes. The functions here are the same with the session as first argument.",
		Consts: []bind.Const{
			{Name: "HTTP_INTERNAL_CONT", Value: int(Cont), Doc: "Go on as usual."},
			{Name: "HTTP_INTERNAL_OK", Value: int(Cont), Doc: "It worked."},
			{Name: "HTTP_INTERNAL_DONE", Value: int(Done), Doc: "The script has done the step."},
			{Name: "HTTP_INTERNAL_FAIL", Value: int(Fail), Doc: "The attempt fails."},
			{Name: "MAX_HTTP_RESPONSE_LENGTH", Value: MaxResponseLength, Doc: "Bytes of a response body that scripts see, unless the host raises it."},
		},
		Classes: []*bind.Class{sessionClass(), requestClass(), responseClass(), headersClass()},
		Funcs: []bind.Func{{
			Name: "http_status_classifier", Params: "[status:string|number]", Returns: "number", Phases: bind.HTTPResponseEval,
			Also: delivery.Phases, AlsoNote: "the status is looked at in generic_delivery_msg_dispose, too",
			Doc: "Says what a `DLV_Response_Status` of a delivery over HTTP means: msys.delivery.DELIVERY_SUCCESS for 2xx, nil or \"\", " +
				"DELIVERY_PERMFAILED for any other number, DELIVERY_TEMPFAILED for text that is none.",
			Fn: func(c *bind.Call) int {
				return c.PushInt(int(ClassifyStatus(c.OptString(1, ""), false)))
			},
		}},
	}
	for _, f := range sessionMethods() {
		method := f.Fn
		f.Name = "http_" + f.Name
		f.Params = "sess:http_session, " + f.Params
		f.Doc = "The same as sess:" + f.Name[len("http_"):] + "."
		f.Fn = func(c *bind.Call) int { return c.AsMethod(bind.Arg[*Session](c, 1), method) }
		m.Funcs = append(m.Funcs, f)
	}
	return m
}

// sessionMethods are the methods of a session. Outside of http_request_eval
// and build_request the request cannot be changed: they raise.
func sessionMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "request_add_header", Params: "name:string, value:string|number, [replace:boolean|number]", Returns: "number",
			Phases: bind.HTTPRequestEval,
			Doc: "Appends a header field to the request and gives 0. With replace true or 1 one field of that name (in any case) has the " +
				"value afterwards; if there was one, it gives 1. A line end or NUL raises.",
			Fn: func(c *bind.Call) int {
				replaced, err := bind.Self[*Session](c).request.AddHeader(c.String(1), c.String(2), flag(c, 3))
				raise(c, err)
				return c.PushFlag(replaced)
			},
		},
		{
			Name: "request_delete_header", Params: "name:string", Returns: "number", Phases: bind.HTTPRequestEval,
			Doc: "Removes all header fields of that name from the request; gives 1 if there was one, else 0.",
			Fn:  luaDeleteHeader,
		},
		{
			Name: "request__delete_header", Params: "name:string", Returns: "number", Phases: bind.HTTPRequestEval,
			Doc: "Another name of request_delete_header.",
			Fn:  luaDeleteHeader,
		},
		{
			Name: "request_set_body", Params: "[text:string]", Phases: bind.HTTPRequestEval,
			Doc: "Replaces the body of the request; nil removes it.",
			Fn: func(c *bind.Call) int {
				r := bind.Self[*Session](c).request
				if c.IsNil(1) {
					raise(c, r.ClearBody())
					return 0
				}
				raise(c, r.SetBody(c.String(1)))
				return 0
			},
		},
		{
			Name: "request_finalize", Params: "[update:boolean|number]", Returns: "number", Phases: bind.HTTPRequestEval,
			Doc: "Makes `request.data` of the request line, the header and the body: with true or 1 anew, else only if there is none yet. " +
				"It gives msys.httpclnt.HTTP_INTERNAL_OK, or the length of the data that was there already. A Content-Length is added " +
				"or corrected.",
			Fn: func(c *bind.Call) int {
				n, made, err := bind.Self[*Session](c).request.Finalize(flag(c, 1))
				raise(c, err)
				if made {
					return c.PushInt(int(Cont))
				}
				return c.PushInt(n)
			},
		},
	}
}

func luaDeleteHeader(c *bind.Call) int {
	found, err := bind.Self[*Session](c).request.DeleteHeader(c.String(1))
	raise(c, err)
	return c.PushFlag(found)
}

// flag reads a yes or no that scripts write as a boolean or as 1 and 0.
func flag(c *bind.Call, i int) bool {
	switch c.Type(i) {
	case lua.TypeNil, lua.TypeNone, lua.TypeBoolean:
		return c.Bool(i)
	}
	return c.Number(i) != 0
}

// raise raises an error of a request with the function's name before it.
func raise(c *bind.Call, err error) {
	if err != nil {
		c.Errorf("%s: %s", c.Name(), reason(err))
	}
}
