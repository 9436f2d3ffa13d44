package spamc

import (
	"context"
	"fmt"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
)

// Engine is the name of the slot.
const Engine = "spamassassin"

const moduleName = "msys.spamc"

// Library returns the Lua module "msys.spamc" backed by set.
func Library(set *scan.Set) lua.RegistryFunction { return Module(set).Library() }

// Module declares the Lua module "msys.spamc" backed by set.
func Module(set *scan.Set) *bind.Module {
	return &bind.Module{
		Name: moduleName,
		Doc: "Scans mail with SpamAssassin. The result is in message variables: `spamc_status` is \"ok\" or \"failed\"; if it is \"ok\", " +
			"`spamc_spam` is \"true\" or \"false\", `spamc_score` and `spamc_thresh` are numbers with two decimals, and `spamc_symbols` is a comma list of the rules that matched.",
		Funcs: []bind.Func{{
			Name: "spamc_scan", Params: face.MsgParam, Phases: bind.InMessage,
			Doc: "Scans `msg`, nil being the message of the callout, and gives nothing. A failure, or no engine, sets `spamc_status` to \"failed\", " +
				"removes the other variables and is logged; it never raises.",
			Example: `require("msys.spamc")
msys.spamc.spamc_scan(msg)
local mess = msys.core.VCTX_MESS
assert(vctx:get(mess, "spamc_status") == "ok" and vctx:get(mess, "spamc_spam") == "true")
msg:header("X-Spam-Score", vctx:get(mess, "spamc_score"))`,
			Fn: func(c *bind.Call) int {
				m := face.Args(c, moduleName, 1, 0, 0)
				var res *scan.Result
				failed := face.Block(c, Engine, func(ctx context.Context) (err error) {
					res, err = set.Scan(ctx, Engine, m.Request())
					return err
				})
				if failed != "" {
					m.Delete("spamc_spam", "spamc_score", "spamc_thresh", "spamc_symbols")
					m.Set("spamc_status", "failed")
					return 0
				}
				m.Set("spamc_status", "ok")
				m.Set("spamc_spam", fmt.Sprint(res.Spam))
				m.Set("spamc_score", fmt.Sprintf("%.2f", res.Score))
				m.Set("spamc_thresh", fmt.Sprintf("%.2f", res.Threshold))
				m.Set("spamc_symbols", strings.Join(res.Symbols, ","))
				return 0
			},
		}},
	}
}
