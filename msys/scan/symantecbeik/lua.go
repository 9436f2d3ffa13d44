package symantecbeik

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
)

const moduleName = "msys.symantec_beik"

// Library returns the Lua module "msys.symantec_beik" backed by set.
func Library(set *scan.Set) lua.RegistryFunction { return Module(set).Library() }

// Module declares the Lua module "msys.symantec_beik" backed by set.
func Module(set *scan.Set) *bind.Module {
	client := New(set)
	return &bind.Module{
		Name: moduleName,
		Doc:  "Scans mail with the Symantec Brightmail Engine Integration Kit, or with what the host has in its place.",
		Funcs: []bind.Func{{
			Name: "scan", Params: face.MsgParam + ", " + face.ContextParam,
			Returns: "code:number, destination:string, is_default:number|nil, tracker:string|nil", Phases: bind.InMessage,
			Doc: "Gives the engine's code; where the mail should go, \"inbox\", \"is-spam\" or \"tracker\"; 1 if it goes to its original destination, " +
				"else 0; and a text for a header field. Arguments that are nil come from the callout. A failure gives 0 and the reason. " +
				"Without an engine the call raises.",
			Example: `require("msys.symantec_beik")
local code, destination, is_default, tracker = msys.symantec_beik.scan(msg, vctx)
assert(code ~= 0, destination) -- 0: it failed, and destination says why
assert(destination == "is-spam" and is_default == 0)`,
			Fn: client.luaScan,
		}},
	}
}

func (b *Client) luaScan(c *bind.Call) int {
	if face.Missing(c, b.set, moduleName, Engine) {
		return c.Push(1, "inbox", 1, "")
	}
	m := face.Args(c, moduleName, 1, 0, 2)
	var v Verdict
	failed := face.Block(c, Engine, func(ctx context.Context) (err error) {
		v, err = b.Scan(ctx, m.Request())
		return err
	})
	if failed != "" {
		return c.Push(0, failed, nil, nil)
	}
	isDefault := 0
	if v.IsDefault {
		isDefault = 1
	}
	return c.Push(v.Code, v.Destination, isDefault, v.Tracker)
}
