package brightmail

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
)

const moduleName = "msys.brightmail"

// Library returns the Lua module "msys.brightmail" backed by set. Nil options
// are all defaults.
func Library(set *scan.Set, o *Options) lua.RegistryFunction { return Module(set, o).Library() }

// Module declares the Lua module "msys.brightmail" backed by set.
func Module(set *scan.Set, o *Options) *bind.Module {
	client := New(set, o)
	first := &face.Memo[Verdict]{}
	return &bind.Module{
		Name: moduleName,
		Doc:  "Scans mail with Symantec Brightmail, or with what the host has in its place.",
		Funcs: []bind.Func{{
			Name: "scan", Params: face.MsgParam + ", " + face.AcceptParam + ", " + face.ContextParam,
			Returns: "verdict:string|nil, is_default:boolean, rules:string, tracker:string", Phases: bind.InMessage,
			Doc: "Gives the verdict, \"spam\" or \"inbox\"; whether the mail goes to its original destination; the numbers of the rules " +
				"that matched, separated by spaces; and a text for a field `X-Brightmail-Tracker`. Arguments that are nil come from the callout. " +
				"A second scan of the mail gives the first one's result. A failure gives nil, true and two empty strings, and the message variable " +
				"`brightmail::error` has the reason. Without an engine the call raises.",
			Example: `require("msys.brightmail")
local verdict, is_default, rules, tracker = msys.brightmail.scan(msg, ac, vctx)
assert(verdict == "spam" and not is_default and rules == "12 34")
msg:header("X-Brightmail-Tracker", tracker)`,
			Fn: func(c *bind.Call) int { return client.luaScan(c, first) },
		}},
	}
}

func (b *Client) luaScan(c *bind.Call, first *face.Memo[Verdict]) int {
	if face.Missing(c, b.set, moduleName, Engine) {
		return c.Push("inbox", true, "", "")
	}
	m := face.Args(c, moduleName, 1, 2, 3)
	v, known := first.Get(m.Message)
	if !known {
		failed := face.Block(c, Engine, func(ctx context.Context) (err error) {
			v, err = b.Scan(ctx, m.Request())
			return err
		})
		if failed != "" {
			m.Set(b.prefix+"::error", failed)
			return c.Push(nil, true, "", "")
		}
		first.Set(m.Message, v)
		m.Delete(b.prefix + "::error")
	}
	return c.Push(v.Verdict, v.IsDefault, v.Rules, v.Tracker)
}
