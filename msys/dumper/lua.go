package dumper

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.dumper".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "msys.dumper".
func Module() *bind.Module {
	return &bind.Module{
		Name: "msys.dumper",
		Doc:  "Shows what a variable holds.",
		Funcs: []bind.Func{{
			Name: "Dumper", Params: "res:any", Returns: "string", Phases: bind.Any,
			Doc:     "Gives Lua source that returns the value. Objects, functions and threads appear as a quoted `\"<type>\"`; it never raises.",
			Example: `assert(require("msys.dumper").Dumper({ code = "550", note = "x" }) == 'return { code="550", note="x" }')`,
			Fn:      func(c *bind.Call) int { return c.PushString(Dump(c.L, c.Index(1))) },
		}},
	}
}
