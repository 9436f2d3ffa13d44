package idn

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.idn".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "msys.idn".
func Module() *bind.Module {
	return &bind.Module{
		Name: "msys.idn",
		Doc:  "Converts internationalised domain names between UTF-8 and the ASCII form that DNS has.",
		Funcs: []bind.Func{
			{
				Name: "to_idn", Params: "name:string", Returns: "string|nil, [err:string]", Phases: bind.Any,
				Doc:     "Gives a domain name with every label in ASCII form, or nil and the reason why it has none. Plain ASCII names stay as they are.",
				Example: `assert(require("msys.idn").to_idn("bücher.example") == "xn--bcher-kva.example")`,
				Fn:      convert(ToASCII),
			},
			{
				Name: "to_utf8", Params: "name:string", Returns: "string|nil, [err:string]", Phases: bind.Any,
				Doc:     "Gives a domain name with every label in UTF-8, or nil and the reason why it has none.",
				Example: `assert(require("msys.idn").to_utf8("xn--bcher-kva.example") == "bücher.example")`,
				Fn:      convert(ToUnicode),
			},
		},
	}
}

func convert(f func(string) (string, error)) func(*bind.Call) int {
	return func(c *bind.Call) int {
		name, err := f(c.String(1))
		if err != nil {
			return c.Fail(err)
		}
		return c.PushString(name)
	}
}
