package httpsrv

import (
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

const (
	typeSession = "msys.core:_ec_httpsrv_session"
	typeURL     = "msys.core:_ec_url_details"
	typeAddr    = "msys.core:_ec_sockaddr"
)

// Library returns the Lua module "msys.httpsrv" backed by s.
func Library(s *Server) lua.RegistryFunction { return Module(s).Library() }

// Module declares the Lua module "msys.httpsrv" backed by s.
func Module(s *Server) *bind.Module {
	return &bind.Module{
		Name: "msys.httpsrv", Examples: snippets,
		Aliases: []string{"msys.extended.httpsrv"},
		Doc: "HTTP endpoints. A registered function is called for each request with its session, on the event loop of the script, beside mail sessions. " +
			"Session methods give 0 or an error number: 2 for what is not there, 5 for a broken connection, 9 once the response has begun or the request is over, " +
			"12 for a response that is too large, 22 for a wrong value, 27 for a body that is too large.",
		Classes: []*bind.Class{sessionClass(), urlClass()},
		Consts: []bind.Const{
			{Name: "DONE", Value: handlerDone, Doc: "The response is complete."},
			{Name: "ASYNC", Value: handlerAsync, Doc: "The response comes later; see `session:session_suspend`."},
		},
		Funcs: []bind.Func{{
			Name: "register", Params: "method:string|nil, endpoint:string, fn:function|string", Returns: "number", Phases: bind.Any,
			Doc: "Has fn(session) answer requests of a method (nil is every method) for a path and all paths below it. fn is a function, or the name of a global one " +
				"that is looked up at each request. The first that fits answers; the same method and path again replaces it. A slash at the end of the path makes " +
				"no difference. Gives 0, or 22 if the path does not begin with a slash. fn returns nothing or `msys.httpsrv.DONE` when the response is complete, " +
				"or `msys.httpsrv.ASYNC` after `session:session_suspend()`. If it raises, the client gets status 500. Registrations end when the scripts are loaded anew.",
			Fn: s.register,
		}},
	}
}

// register is msys.httpsrv.register.
func (s *Server) register(c *bind.Call) int {
	r := &route{method: c.OptString(1, ""), endpoint: c.String(2)}
	if c.Type(3) == lua.TypeString {
		r.function = bind.RefAt(c.L, c.Index(3))
	} else {
		r.function = c.Function(3)
	}
	if !strings.HasPrefix(r.endpoint, "/") || c.Given(1) && !c.IsNil(1) && r.method == "" {
		return c.PushInt(errnoInval)
	}
	r.endpoint = strings.TrimRight(r.endpoint, "/")
	env := c.Env()
	if env.Secondary { // the first loop answers
		return c.PushInt(errnoNone)
	}
	if env.Runner == nil {
		c.Errorf("msys.httpsrv.register: there is no event loop")
	}
	r.runner, r.module = env.Runner, env.Module
	s.routes.add(r)
	return c.PushInt(errnoNone)
}

// pushObject pushes an object; the module that declares its class is opened
// if the host did not do that.
func pushObject(c *bind.Call, v any, declaring func() lua.RegistryFunction) int {
	if !bind.HasClass(c.L, v) {
		c.L.PushGoFunction(declaring().Function)
		c.L.Call(0, 0)
	}
	return c.PushObject(v)
}

func sessionClass() *bind.Class {
	methods := append(requestMethods(), responseMethods()...)
	return &bind.Class{
		Name: typeSession, Short: "session", Of: (*session)(nil),
		Doc: "A request and its response. It may be kept, such as for a timer; once the response is sent, its methods give 9.",
		Methods: append(methods,
			bind.Func{
				Name: "session_suspend", Returns: "number", Phases: bind.Any,
				Doc: "Announces that the function will return `msys.httpsrv.ASYNC`: the request stays open until `session:session_resume`, or until the server's time limit. " +
					"Gives 9 if it is suspended already.",
				Fn: func(c *bind.Call) int { return c.PushInt(bind.Self[*session](c).suspend()) },
			},
			bind.Func{
				Name: "session_resume", Params: "[finished:number]", Returns: "number", Phases: bind.Any,
				Doc: "Ends the suspension: with 0 the function is called again, otherwise the response is sent. Gives 9 if the request is not suspended.",
				Fn: func(c *bind.Call) int {
					finished := true
					if c.Type(1) == lua.TypeBoolean {
						finished = c.Bool(1)
					} else {
						finished = c.OptNumber(1, 1) != 0
					}
					return c.PushInt(bind.Self[*session](c).resume(finished))
				},
			},
			bind.Func{
				Name: "ctx_set", Params: "value:any", Phases: bind.Any, Doc: "Keeps a value of any type with the request.",
				Fn: func(c *bind.Call) int {
					v := bind.Ref{}
					if !c.IsNil(1) {
						v = bind.RefAt(c.L, c.Index(1))
					}
					bind.Self[*session](c).respond(false, func(*response) int {
						bind.Self[*session](c).context = v
						return 0
					})
					return 0
				},
			},
			bind.Func{
				Name: "ctx_get", Returns: "any", Phases: bind.Any, Doc: "Gives the value of `session:ctx_set`, nil if there is none.",
				Fn: func(c *bind.Call) int {
					s := bind.Self[*session](c)
					s.mu.Lock()
					v := s.context
					s.mu.Unlock()
					return c.Push(v)
				},
			},
		),
	}
}
