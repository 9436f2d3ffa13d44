package policycheck_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/policycheck"
)

// newChecker makes a checker that knows all modules.
func newChecker(t testing.TB) *policycheck.Checker {
	t.Helper()
	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rt.Close() })
	return modules.NewChecker(rt)
}

func TestClean(t *testing.T) {
	c := newChecker(t)
	if err := c.AddDir(os.DirFS("testdata/clean")); err != nil {
		t.Fatal(err)
	}
	r := c.Report()
	if len(r.Findings) > 0 {
		t.Errorf("findings: %v", r.Findings)
	}
	want := []string{"msg:header", "msg:mime", "msgpart:content_type", "msys.counter.inc", "msys.registerModule"}
	for _, name := range want {
		if !strings.Contains(strings.Join(r.Used, " "), name) {
			t.Errorf("%s is missing in %v", name, r.Used)
		}
	}
	if diff := cmp.Diff([]string{"init", "validate_data_spool_each_rcpt", "validate_rcptto"}, r.Callouts); diff != "" {
		t.Error(diff)
	}
	if r.Scripts != 2 || !strings.Contains(r.Summary(), ": all of them are supported\n0 errors, 0 warnings") {
		t.Errorf("summary: %s", r.Summary())
	}
}

func TestBroken(t *testing.T) {
	c := newChecker(t)
	if err := c.AddDir(os.DirFS("testdata/broken")); err != nil {
		t.Fatal(err)
	}
	r := c.Report()
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.String())
	}
	want := []string{
		"policy.lua:4: error: module 'msys.nonexistent' not found [unknown-module]",
		"policy.lua:5: warning: module 'site.rules' not found [unknown-module]",
		"policy.lua:10: warning: msg:text_replace is for the phases core_final_validation, data, data_spool, data_spool_each_rcpt, set_binding, and validate_connect runs in connect [phase]",
		"policy.lua:11: warning: assigns the global variable 'total', which all sessions share: is a local missing? [global]",
		"policy.lua:12: error: there is no constant msys.core.VALIDATE_KONT [unknown]",
		"policy.lua:16: warning: no script requires 'msys.counter' [missing-require]",
		"policy.lua:17: error: there is no method vctx:set_kode [unknown]",
		"policy.lua:18: error: there is no function msys.audit.conncurrent_inc [unknown]",
		"policy.lua:22: warning: there is no callout validate_mailform; is validate_mailfrom meant? [callout]",
		"policy.lua:28: error: there is no method msg:heeder [unknown]",
		"policy.lua:29: error: there is no method msg:heder [unknown]",
		"policy.lua:30: warning: nothing defines the global variable 'undefined_variable' [undefined]",
		"policy.lua:30: warning: there is no field msg.colour [unknown]",
		"policy.lua:31: error: nothing defines 'undefined_function', which is called or indexed here [undefined]",
		"policy.lua:35: warning: callout core_dns_get_MXs is accepted but never called by this library [callout]",
		"syntax.lua:2: error: unexpected symbol near 'if' [syntax]",
		"unregistered.lua:3: warning: the script has callouts but no msys.registerModule [never-registered]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"msg:heder", "msg:heeder", "msys.audit.conncurrent_inc", "msys.core.VALIDATE_KONT", "msys.nonexistent", "vctx:set_kode"}, r.Unsupported); diff != "" {
		t.Error(diff)
	}
}

// Real scripts load modules lazily, keep them in locals, define callouts in
// constructors and leave self out; none of that is a mistake.
func TestStyles(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		want         []string
	}{
		{"constructor", `require("msys.core") msys.registerModule("x", { validate_connect = function(self, ac, v) v:set_code(1, "x") v:nope() return 0 end })`,
			[]string{`x.lua:1: error: there is no method vctx:nope [unknown]`}},
		{"own fields of msys", `require("msys.core") msys.site = { f = 1 } msys.site.g() function msys.mine() end msys.mine()`, nil},
		{"a local hides the library", `local msys = {} msys.core.nonsense() local json = 1 json.x()`, nil},
		{"reassigned", `require("msys.core") local m = msys.core.ec_message_new() m = 1 m:nope()`, nil},
		{"alias of a module", `local t = require("msys.timer") t.soon(1)`, []string{`x.lua:1: error: there is no function msys.timer.soon [unknown]`}},
		{"alias of a table", `require("msys.core") local core = msys.core print(core.VALIDATE_NOPE)`, []string{`x.lua:1: error: there is no constant msys.core.VALIDATE_NOPE [unknown]`}},
		{"result of a call", `require("msys.core") local s = msys.core.string_new() s:sett("x")`, []string{`x.lua:1: error: there is no method string:sett [unknown]`}},
		{"default policy style", "module(\"mymodule\", package.seeall)\nrequire(\"msys.core\")\nfunction validate_connect(self, ac, v) return msys.core.VALIDATE_CONT end\nmsys.registerModule(\"x\", mymodule)", nil},
		{"Momentum's operators", `require("msys.core") if 1 != 2 and !nil then print(1 & 2 | 4) end`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newChecker(t)
			c.Add("x.lua", []byte(tt.script))
			var got []string
			for _, f := range c.Report().Findings {
				got = append(got, fmt.Sprint(f))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
