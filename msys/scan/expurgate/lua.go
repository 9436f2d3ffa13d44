package expurgate

import (
	"context"
	"strconv"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
)

const moduleName = "msys.expurgate"

// Library returns the Lua module "msys.expurgate" backed by set. Nil options
// are all defaults.
func Library(set *scan.Set, o *Options) lua.RegistryFunction { return Module(set, o).Library() }

// Module declares the Lua module "msys.expurgate" backed by set.
func Module(set *scan.Set, o *Options) *bind.Module {
	client := New(set, o)
	return &bind.Module{
		Name:   moduleName,
		Doc:    "Scans mail with eleven eXpurgate, or with what the host has in its place.",
		Consts: consts(),
		Funcs: []bind.Func{{
			Name: "scan", Params: face.MsgParam + ", " + face.AcceptParam + ", " + face.ContextParam,
			Returns: "major:number, minor:number, major_str:string, minor_str:string", Phases: bind.InMessage,
			Doc: "Gives the major type, one of `TYPE_*`, the minor type, one of `SUBTYPE_*`, and both as words. Arguments that are nil come from the " +
				"callout. The message variables `eleven-majorscore` and `eleven-minorscore` have the numbers, `eleven-result` and `eleven-result-subtype` " +
				"the words. A failure gives TYPE_UNKNOWN, SUBTYPE_NORMAL, \"error\" and the reason; in the variables \"error\" stands for the major type " +
				"and the reason for the minor. Without an engine the call raises.",
			Example: `require("msys.expurgate")
local major, minor, major_text, minor_text = msys.expurgate.scan(msg, ac, vctx)
if major == msys.expurgate.TYPE_SPAM then
  msg:header("X-Spam", major_text)
end
assert(major == msys.expurgate.TYPE_SPAM and major_text == "spam")`,
			Fn: client.luaScan,
		}},
	}
}

func consts() []bind.Const {
	var list []bind.Const
	for i, m := range majors {
		list = append(list, bind.Const{Name: "TYPE_" + m.name, Value: i, Doc: "The major type \"" + m.word + "\"."})
	}
	for i, m := range minors {
		list = append(list, bind.Const{Name: "SUBTYPE_" + m.name, Value: i, Doc: "The minor type \"" + m.word + "\"."})
	}
	return list
}

func (e *Client) luaScan(c *bind.Call) int {
	if face.Missing(c, e.set, moduleName, Engine) {
		return c.Push(int(TypeUnknown), int(SubtypeNormal), TypeUnknown.String(), SubtypeNormal.String())
	}
	m := face.Args(c, moduleName, 1, 2, 3)
	var v Verdict
	failed := face.Block(c, Engine, func(ctx context.Context) (err error) {
		v, err = e.Scan(ctx, m.Request())
		return err
	})
	major, minor := v.Major.String(), v.Minor.String()
	majorScore, minorScore := strconv.Itoa(int(v.Major)), strconv.Itoa(int(v.Minor))
	if failed != "" {
		v = Verdict{TypeUnknown, SubtypeNormal}
		major, minor, majorScore, minorScore = "error", failed, "error", failed
	}
	m.Set("eleven-majorscore", majorScore)
	m.Set("eleven-result", major)
	m.Set("eleven-minorscore", minorScore)
	m.Set("eleven-result-subtype", minor)
	return c.Push(int(v.Major), int(v.Minor), major, minor)
}
