// Package bind is what every Lua binding of this library is written with.
//
// A package with a Lua face declares a [Module] once, as data: its functions,
// constants and classes with their parameters, phases and documentation. From
// that one declaration come the registration in a github.com/Shopify/go-lua
// state, the argument errors that name the function, the check that a call
// is made in a phase that allows it, the reference pages and editor
// definitions (package refdoc below this one) and the list that
// examples/policy prints with -api.
//
//	func Module(reg *Registry) *bind.Module {
//		return &bind.Module{
//			Name: "msys.counter",
//			Funcs: []bind.Func{{
//				Name: "inc", Params: "counter:string", Returns: "number",
//				Phases: bind.Any, Doc: "Adds one.",
//				Fn: func(c *bind.Call) int { … },
//			}},
//		}
//	}
//
//	func Library(reg *Registry) lua.RegistryFunction { return Module(reg).Library() }
//
// A host composes a state with exactly the modules it needs:
//
//	l := lua.NewState()
//	lualib.Open(l)
//	bind.Preload(l, counter.Library(reg), pcre.Library())
//
// after which require("msys.counter") works in Lua, returns the module's
// table and sets it under the global table msys.
//
// # Environment
//
// A binding learns where it runs from [Call.Env]: the context, the logger,
// the session's objects and the phase. On a bare state there is a background
// environment, so every module works there. [Call.Block] is the one way to
// wait for anything: inside the runtime other sessions go on meanwhile.
//
// # Concurrency
//
// Declarations are read-only once registered and may be shared by any number
// of states. A lua.State itself is used by one goroutine at a time.
package bind
