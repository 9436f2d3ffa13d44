package cloudmark

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/face"
)

const moduleName = "msys.cloudmark"

// Library returns the Lua module "msys.cloudmark" backed by set. Nil options
// are all defaults.
func Library(set *scan.Set, o *Options) lua.RegistryFunction { return Module(set, o).Library() }

// Module declares the Lua module "msys.cloudmark" backed by set.
func Module(set *scan.Set, o *Options) *bind.Module {
	client := New(set, o)
	const table = "Gives a table of `score` (0 to 100), `is_spam` (true or absent), `category`, `category-desc`, `sub-category`, `sub-category-desc`, " +
		"`rescan` (\"yes\" or absent) and `analysis`, the text of a header for later. Arguments that are nil come from the callout. "
	const after = "A failure gives a table with the score 0 and the reason in `error`, and no variables. Without an engine the call raises."
	return &bind.Module{
		Name: moduleName, Examples: snippets,
		Doc: "Scans mail with Cloudmark Authority, or with what the host has in its place.",
		Funcs: append(client.filterFuncs(), []bind.Func{
			{
				Name: "score", Params: face.MsgParam + ", " + face.AcceptParam + ", " + face.ContextParam, Returns: "table", Phases: bind.InMessage,
				Doc: "Scans the mail. " + table + "Message variables say the same: cmae-score, cmae-isspam (\"true\"), cmae-category, cmae-category-desc, " +
					"cmae-subcategory, cmae-subcategory-desc, cmae-rescan (\"1\") and cmae-analysis. " + after,
				Fn: func(c *bind.Call) int {
					return client.luaScore(c, 1, 2, 3, true, client.Score)
				},
			},
			{
				Name: "analyze", Params: "hdr:string, " + face.MsgParam + ", " + face.ContextParam, Returns: "table", Phases: bind.InMessage,
				Doc: "Judges the mail by the analysis header of an earlier scan, `hdr`. " + table +
					"Message variables say the same as after `score`, but for cmae-analysis. " + after,
				Fn: func(c *bind.Call) int {
					header := c.String(1)
					return client.luaScore(c, 2, 0, 3, false, func(ctx context.Context, r *scan.Request) (Score, error) {
						return client.Analyze(ctx, header, r)
					})
				},
			},
		}...),
	}
}

// luaScore scans with the arguments at these positions and gives the table.
func (cl *Client) luaScore(c *bind.Call, msg, accept, context int, analysis bool, scan scanFunc) int {
	if face.Missing(c, cl.set, moduleName, Engine) {
		return pushScore(c, Score{}, "")
	}
	m := face.Args(c, moduleName, msg, accept, context)
	s, failed := cl.scan(c, m, analysis, scan)
	return pushScore(c, s, failed)
}

type scanFunc func(context.Context, *scan.Request) (Score, error)

// scan waits for a scan and sets the variables; failed is the reason if it
// failed.
func (cl *Client) scan(c *bind.Call, m *face.Mail, analysis bool, scan scanFunc) (s Score, failed string) {
	failed = face.Block(c, Engine, func(ctx context.Context) (err error) {
		s, err = scan(ctx, m.Request())
		return err
	})
	if failed != "" {
		for name := range variables(Score{}) {
			m.Delete(name)
		}
		return Score{}, failed
	}
	for name, value := range variables(s) {
		if name != "cmae-analysis" || analysis {
			m.SetOrDelete(name, value)
		}
	}
	return s, ""
}

// variables are the message variables of a score, "" for those that are
// absent. Some have two names: those of the module's page and of the table.
func variables(s Score) map[string]string {
	v := map[string]string{
		"cmae-score": bind.FormatNumber(s.Score), "cmae-analysis": s.Analysis,
		"cmae-category": s.Category, "cmae-category-desc": s.CategoryDesc,
		"cmae-subcategory": s.SubCategory, "cmae-sub-category": s.SubCategory,
		"cmae-subcategory-desc": s.SubCategoryDesc, "cmae-sub-category-desc": s.SubCategoryDesc,
		"cmae-isspam": "", "cmae-is_spam": "", "cmae-rescan": "",
	}
	if s.IsSpam {
		v["cmae-isspam"], v["cmae-is_spam"] = "true", "true"
	}
	if s.Rescan {
		v["cmae-rescan"] = "1"
	}
	return v
}

// pushScore pushes the table.
func pushScore(c *bind.Call, s Score, failed string) int {
	t := map[string]any{
		"score": s.Score, "category": s.Category, "category-desc": s.CategoryDesc,
		"sub-category": s.SubCategory, "sub-category-desc": s.SubCategoryDesc, "analysis": s.Analysis,
	}
	if s.IsSpam {
		t["is_spam"] = true
	}
	if s.Rescan {
		t["rescan"] = "yes"
	}
	if failed != "" {
		t["error"] = failed
	}
	return c.Push(t)
}
