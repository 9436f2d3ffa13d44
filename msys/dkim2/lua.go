package dkim2

import (
	"errors"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// ErrUnsupported is what signing and verifying give.
var ErrUnsupported = errors.New("dkim2 is not supported by this build")

// Library returns the Lua module "msys.validate.dkim2".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares what Library returns.
func Module() *bind.Module {
	return &bind.Module{
		Name: "msys.validate.dkim2", Doc: "DKIM2 signatures. This version has none: sign and verify fail, and scripts send unsigned mail or defer, as they do for any other failure.",
		Funcs: []bind.Func{
			{
				Name: "sign", Params: "msg:msys.core:_ec_message|nil, vctx:msys.core:_validate_context|nil, opts:table", Returns: "nil, err:string",
				Phases: bind.FinalValidation, Also: bind.Any, AlsoNote: "scripts that sign in the spool hooks",
				Doc: "Gives nil and \"dkim2 is not supported by this build\". The message stays as it is.",
				Example: `-- in core_final_validation(msg, ac, vctx)
local dkim2 = require("msys.validate.dkim2")
local signed, err = dkim2.sign(msg, vctx, { domain = "example.com", selector = "mail" })
assert(signed == nil and err == "dkim2 is not supported by this build")`,
				Fn: unsupported,
			},
			{
				Name: "verify", Params: "msg:msys.core:_ec_message|nil, vctx:msys.core:_validate_context|nil, [opts:table]", Returns: "nil, err:string",
				Phases: bind.DataSpool | bind.EachRcpt, Also: bind.Any, AlsoNote: "scripts that verify elsewhere",
				Doc: "Gives nil and \"dkim2 is not supported by this build\". No message variables are set.",
				Example: `local dkim2 = require("msys.validate.dkim2")
local result, err = dkim2.verify(msg, vctx)
assert(result == nil and err == "dkim2 is not supported by this build")`,
				Fn: unsupported,
			},
			{
				Name: "ar_clauses", Params: "result:table|nil", Returns: "nil", Phases: bind.Any,
				Doc: "Gives nil: there is nothing to say of a message that was not verified.",
				Example: `local dkim2 = require("msys.validate.dkim2")
assert(dkim2.ar_clauses(dkim2.verify(msg, vctx)) == nil)`,
				Fn: func(c *bind.Call) int { return c.PushNil() },
			},
		},
	}
}

// unsupported checks the arguments, so that a script's faults show before
// there is something to sign with.
func unsupported(c *bind.Call) int {
	bind.OptArg[*message.Message](c, 1)
	bind.OptArg[*vctx.Context](c, 2)
	if !c.IsNil(3) {
		c.CheckTable(3)
	}
	return c.Fail(ErrUnsupported)
}
