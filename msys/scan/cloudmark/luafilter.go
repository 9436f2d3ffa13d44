package cloudmark

import (
	"context"
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
)

// filterFuncs are the functions of the ActiveFilter.
func (cl *Client) filterFuncs() []bind.Func {
	// The settings are the process's: other event loops have set them too.
	setting := func(f func(c *bind.Call)) func(*bind.Call) int {
		return func(c *bind.Call) int {
			if !c.Env().Secondary {
				f(c)
			}
			return 0
		}
	}
	mode := func(m Mode) func(*bind.Call) int {
		return setting(func(*bind.Call) { cl.o.AF.SetMode(m, "", "", false) })
	}
	return []bind.Func{
		{
			Name: "score_af", Params: face.MsgParam + ", " + face.AcceptParam + ", " + face.ContextParam + ", threshold:number|string", Returns: "number",
			Phases: bind.InMessage,
			Doc: "Scans the mail as `score` does and gives its score, 0 after a failure. The mail is remembered: should it later score on the other side of `threshold`, " +
				"the host can have the ActiveFilter told.",
			Fn: cl.luaScoreAF,
		},
		{
			Name: "add_af_data", Params: "addr:string, data:table", Phases: bind.Any,
			Doc: "Says what the ActiveFilter is told of a recipient, a table of texts.",
			Fn: func(c *bind.Call) int {
				addr := c.String(1)
				c.CheckTable(2)
				data := map[string]string{}
				bind.RangeTable(c.L, c.Index(2), func() {
					key, ok1 := bind.Text(c.L, -2)
					value, ok2 := bind.Text(c.L, -1)
					if !ok1 || !ok2 {
						c.ArgError(2, "table of strings expected")
					}
					data[key] = value
				})
				cl.o.AF.AddData(addr, data)
				return 0
			},
		},
		{
			Name: "set_af_mode_discard", Phases: bind.Init,
			Doc: "Has mail discarded that later turns out to be spam.", Fn: mode(ModeDiscard),
		},
		{
			Name: "set_af_mode_keep", Phases: bind.Init,
			Doc: "Has mail kept that later turns out to be spam.", Fn: mode(ModeKeep),
		},
		{
			Name: "set_af_mode_movemsg", Params: "inbox:string, spam:string, unread_only:string", Phases: bind.Init,
			Doc: "Has mail moved to the folder `spam` when it turns out to be spam, and back to `inbox` when it turns out to be none. " +
				"`unread_only` is \"yes\" to leave alone what has been read, or \"no\"; others raise.",
			Fn: setting(func(c *bind.Call) {
				inbox, spam, unread := c.String(1), c.String(2), c.String(3)
				if unread != "yes" && unread != "no" {
					c.ArgError(3, "\"yes\" or \"no\" expected")
				}
				cl.o.AF.SetMode(ModeMove, inbox, spam, unread == "yes")
			}),
		},
		{
			Name: "set_af_msi_address", Params: "addr:string", Phases: bind.Init,
			Doc: "Sets the address that the ActiveFilter's notices go to. One with a control character or angle brackets raises.",
			Fn: setting(func(c *bind.Call) {
				addr := c.String(1)
				if strings.ContainsFunc(addr, func(r rune) bool { return r < ' ' || r == 0x7f || r == '<' || r == '>' }) {
					c.ArgError(1, "address expected")
				}
				cl.o.AF.SetAddress(addr)
			}),
		},
	}
}

func (cl *Client) luaScoreAF(c *bind.Call) int {
	threshold := c.Number(4)
	if face.Missing(c, cl.set, moduleName, Engine) {
		return c.PushInt(0)
	}
	m := face.Args(c, moduleName, 1, 2, 3)
	var kept error
	s, _ := cl.scan(c, m, true, func(ctx context.Context, r *scan.Request) (Score, error) {
		s, err := cl.Score(ctx, r)
		if err == nil {
			kept = cl.o.AF.Remember(ctx, r, s, threshold)
		}
		return s, err
	})
	if kept != nil {
		face.LogFailure(c, Engine, kept)
	}
	return c.PushNumber(s.Score)
}
