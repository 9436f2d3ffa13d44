package av

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
	"github.com/gomsys/gomsys/vctx"
)

const moduleName = "msys.av"

// Library returns the Lua module "msys.av" backed by set.
func Library(set *scan.Set) lua.RegistryFunction { return Module(set).Library() }

// Module declares the Lua module "msys.av" backed by set.
func Module(set *scan.Set) *bind.Module {
	s := New(set)
	const results = "number, string, string|nil, string|nil"
	return &bind.Module{
		Name: moduleName, Examples: snippets,
		Doc: "Scans mail for viruses with the engines that the host has configured. " +
			"Scans give four values: the status, one of the constants; the virus, \"\" for clean mail, or the reason of any other status; " +
			"the engine that found it, nil otherwise; and the engine's own code, nil if there is none.",
		Consts: consts(),
		Funcs: []bind.Func{
			{
				Name: "engines", Returns: "table", Phases: bind.Any,
				Doc: "Gives an array of the names of the engines in the order in which they scan, empty if none is configured.",
				Fn:  func(c *bind.Call) int { return c.Push(s.Engines()) },
			},
			{
				Name: "scan", Params: "[engine:string], " + face.MsgParam + ", " + face.ContextParam, Returns: results, Phases: bind.InMessage,
				Doc: "Scans the mail with one engine, or if that is nil with all of them in order until one finds something; then the most serious " +
					"result is given. Arguments that are nil come from the running callout; without a message there the call raises. " +
					"Failures of an engine, a timeout included, give EC_AV_ERROR.",
				Fn: s.luaScan,
			},
			{
				Name: "scan_part", Params: "part:msys.core:_ec_message_part|msys.core:_ec_message, [engine:string], " + face.ContextParam,
				Returns: results, Phases: bind.InMessage,
				Doc: "Scans one part, decoded, as `scan` does. A part with parts of its own gives EC_AV_PART_IS_CONTAINER, a message is scanned as a whole; nil raises.",
				Fn:  s.luaScanPart,
			},
		},
	}
}

func consts() []bind.Const {
	docs := [...]string{
		"Nothing was found.", "A virus was found.", "The content is encrypted, too large or otherwise not to be scanned.",
		"The engine failed, or did not answer in time.", "No engine is configured, or none of that name.",
		"The name of the engine has more than 40 bytes.", "A part with parts of its own cannot be scanned by itself.",
		"The engine cannot scan this as a stream.",
	}
	var list []bind.Const
	for i, name := range statusNames {
		list = append(list, bind.Const{Name: "EC_AV_" + name, Value: i, Doc: docs[i]})
	}
	return list
}

// engineArg gives the name of an engine, "" if it is nil. An empty name is the
// name of no engine.
func engineArg(c *bind.Call, i int) (name string, unknown bool) {
	name = c.OptString(i, "")
	return name, name == "" && !c.IsNil(i)
}

func (s *Scanner) luaScan(c *bind.Call) int {
	engine, unknown := engineArg(c, 1)
	m := face.Args(c, moduleName, 2, 0, 3)
	if unknown {
		return push(c, Result{Status: NoEngine, Info: `no engine "" configured`})
	}
	return s.push(c, engine, func(ctx context.Context) (Result, error) { return s.Scan(ctx, engine, m.Request()) })
}

func (s *Scanner) luaScanPart(c *bind.Call) int {
	engine, unknown := engineArg(c, 2)
	v := bind.OptArg[*vctx.Context](c, 3)
	if v == nil {
		v = vctx.FromEnv(c.Env())
	}
	o, _ := c.Object(1)
	m, isMessage := o.(*message.Message)
	var p *message.Part
	if isMessage {
		c.Raise(m.Err())
	} else {
		p = bind.Arg[*message.Part](c, 1)
		c.Raise(p.Err())
	}
	if unknown {
		return push(c, Result{Status: NoEngine, Info: `no engine "" configured`})
	}
	return s.push(c, engine, func(ctx context.Context) (Result, error) {
		if isMessage {
			return s.Scan(ctx, engine, scan.NewRequest(m, v))
		}
		return s.ScanPart(ctx, engine, p, v)
	})
}

// push waits for a scan and pushes what it found.
func (s *Scanner) push(c *bind.Call, engine string, scan func(context.Context) (Result, error)) int {
	var res Result
	err := c.Block(func(ctx context.Context) (err error) { res, err = scan(ctx); return err })
	if err != nil && res.Status == Failed {
		face.LogFailure(c, engine, err)
	}
	return push(c, res)
}

func push(c *bind.Call, res Result) int {
	return c.Push(int(res.Status), res.Info, orNil(res.Engine), orNil(res.Code))
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
