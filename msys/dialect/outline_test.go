package dialect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/dialect"
)

// describe writes an outline, a line for each use and function.
func describe(o *dialect.Outline) string {
	var b strings.Builder
	value := func(use, function int) string {
		switch {
		case use >= 0:
			return " = use " + o.Uses[use].Name
		case function >= 0:
			return fmt.Sprintf(" = function at %d", o.Functions[function].Line)
		}
		return ""
	}
	for _, f := range o.Functions[1:] {
		var params []string
		for _, p := range f.Params {
			params = append(params, o.Locals[p].Name)
		}
		fmt.Fprintf(&b, "%d: function %s(%s) in %d\n", f.Line, f.Name, strings.Join(params, ","), o.Functions[f.Outer].Line)
	}
	for _, l := range o.Locals {
		if l.Use >= 0 || l.Function >= 0 {
			fmt.Fprintf(&b, "%d: local %s%s\n", l.Line, l.Name, value(l.Use, l.Function))
		}
	}
	for _, u := range o.Uses {
		fmt.Fprintf(&b, "%d: ", u.Line)
		if u.Local < 0 {
			b.WriteString("_G.")
		}
		b.WriteString(u.Name)
		for _, s := range u.Steps {
			b.WriteString(map[dialect.StepKind]string{dialect.StepField: "." + s.Name, dialect.StepIndex: "[]", dialect.StepCall: "(" + s.Text + ")", dialect.StepMethod: ":" + s.Name + "(" + s.Text + ")"}[s.Kind])
		}
		if u.Assigned {
			b.WriteString(" assigned" + value(u.Use, u.Function))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestInspect(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"requires and fields", "require('msys.core')\nlocal db = require(\"msys.db\")\nprint(msys.core.X & msys['core'].Y[1])\ndb.query('c')", `2: local db = use require
1: _G.require(msys.core)
2: _G.require(msys.db)
3: _G.print()
3: _G.msys.core.X
3: _G.msys.core.Y[]
4: db.query(c)
`},
		{"callouts", `local mod = { validate_ehlo = function(self, s) return s end }
function mod:validate_connect(ac, vctx)
  vctx:set_code(421, "no"):x()
end
local function helper(...) return arg[1] end
mod.init = function(self) return helper(self) end
mod["deinit"] = helper
function global() local x, y = helper, 1 end
a, b.c = 1, function() end
`, `1: function validate_ehlo(self,s) in 1
2: function validate_connect(self,ac,vctx) in 1
5: function helper() in 1
6: function init(self) in 1
8: function global() in 1
9: function c() in 1
5: local helper = function at 5
8: local x = use helper
1: s
2: mod.validate_connect assigned = function at 2
3: vctx:set_code():x()
5: arg[]
6: mod.init assigned = function at 6
6: helper()
6: self
7: mod.deinit assigned = use helper
7: helper
8: _G.global assigned = function at 8
8: helper
9: _G.a assigned
9: _G.b.c assigned = function at 9
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := dialect.Inspect([]byte(tt.src), "@x.lua")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, describe(o)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := dialect.Inspect([]byte("x = = 1"), "@x.lua"); err == nil || err.Error() != "x.lua:1: unexpected symbol near '='" {
		t.Errorf("error %v", err)
	}
}
