package commtouch

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
)

const moduleName = "msys.commtouch"

// Library returns the Lua module "msys.commtouch" backed by set. Nil options
// are all defaults.
func Library(set *scan.Set, o *Options) lua.RegistryFunction { return Module(set, o).Library() }

// Module declares the Lua module "msys.commtouch" backed by set.
func Module(set *scan.Set, o *Options) *bind.Module {
	client := New(set, o)
	return &bind.Module{
		Name: moduleName,
		Doc:  "Scans mail with Cyren's (Commtouch's) ctasd, or with what the host has in its place.",
		Funcs: []bind.Func{{
			Name: "diagnose", Params: face.MsgParam + ", " + face.AcceptParam + ", " + face.ContextParam, Returns: "table", Phases: bind.InMessage,
			Doc: "Gives a table of `class` (Spam, Bulk, Suspected, Unknown, None), `virus-threat` (virus, high, medium, unknown, non-virus) and `ref-id`. " +
				"Arguments that are nil come from the callout. The message variables `commtouch-class` (confirmed, bulk, suspect, unknown, none), " +
				"`commtouch-virus-threat` (virus, high, medium, unknown, nonvirus) and `commtouch-ref-id` say the same. " +
				"A failure gives Unknown, unknown and \"\", and no variables. Without an engine the call raises.",
			Example: `require("msys.commtouch")
local result = msys.commtouch.diagnose(msg, ac, vctx)
assert(result.class == "Spam" and result["ref-id"] == "ref-1")
assert(vctx:get(msys.core.VCTX_MESS, "commtouch-class") == "confirmed")`,
			Fn: client.luaDiagnose,
		}},
	}
}

// variables are the message variables of a diagnosis.
var variables = [...]string{"commtouch-class", "commtouch-virus-threat", "commtouch-ref-id"}

func (d *Client) luaDiagnose(c *bind.Call) int {
	if d.turns == nil || face.Missing(c, d.set, moduleName, Engine) {
		return push(c, Diagnosis{})
	}
	m := face.Args(c, moduleName, 1, 2, 3)
	var res Diagnosis
	failed := face.Block(c, Engine, func(ctx context.Context) (err error) {
		res, err = d.Diagnose(ctx, m.Request())
		return err
	})
	if failed != "" {
		m.Delete(variables[:]...)
		return push(c, Diagnosis{})
	}
	for i, value := range [...]string{res.Class.Variable(), res.Threat.Variable(), res.RefID} {
		m.Set(variables[i], value)
	}
	return push(c, res)
}

func push(c *bind.Call, d Diagnosis) int {
	return c.Push(map[string]string{"class": d.Class.String(), "virus-threat": d.Threat.String(), "ref-id": d.RefID})
}
