package brightmail_test

import (
	"context"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/brightmail"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

const show = `
require("msys.brightmail")
local function show(...)
  print(select("#", ...), ...)
  print(vctx:get(msys.core.VCTX_MESS, "brightmail::error"), msg:context_get(msys.core.ECMESS_CTX_MESS, "brightmail::error"))
end
`

func TestScan(t *testing.T) {
	set := func(res scan.Result) *scan.Set { return scantest.Set(t, "brightmail", scantest.Result(res)) }
	for _, tc := range []struct {
		name string
		set  *scan.Set
		body string
		want string
	}{
		{"spam", set(scan.Result{Spam: true, Symbols: []string{"1", "22"}, RefID: "AAAA"}), `show(msys.brightmail.scan(msg, ac, vctx))`, "4\tspam\tfalse\t1 22\tAAAA\n\t"},
		{"ham", set(scan.Result{}), `show(msys.brightmail.scan())`, "4\tinbox\ttrue\t\t\n\t"},
		{"undefined arguments", set(scan.Result{}), `show(msys.brightmail.scan(msg, accept, ctx))`, "4\tinbox\ttrue\t\t\n\t"},
		{"own words", set(scan.Result{Spam: true, Detail: map[string]string{"verdict": "bounce", "is_default": "true", "rules": "7", "tracker": "T"}}),
			`show(msys.brightmail.scan(msg))`, "4\tbounce\ttrue\t7\tT\n\t"},
		{"failure", scantest.Set(t, "brightmail", scantest.Broken), `show(msys.brightmail.scan(msg))`,
			"4\tnil\ttrue\t\t\nscanning: engine on fire\tscanning: engine on fire"},
		{"neutral", scantest.Neutral(t, "brightmail"), `show(msys.brightmail.scan(msg))`, "4\tinbox\ttrue\t\t\n\t"},
		{"neutral for all", (*scan.Set)(nil).WithMissing(scan.Neutral), `show(msys.brightmail.scan(msg))`, "4\tinbox\ttrue\t\t\n\t"},
		{"wrong type", set(scan.Result{}), `print(pcall(msys.brightmail.scan, msg, vctx))`,
			"false\tbad argument #2 to 'scan' (msys.core:_accept_construct expected, got msys.core:_validate_context)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k, got := scantest.Policy(t, []lua.RegistryFunction{brightmail.Library(tc.set, nil)}, "validate_data_spool_each_rcpt", show+tc.body, scantest.Mail)
			// Two recipients: everything happens twice.
			if diff := cmp.Diff(tc.want+"\n"+tc.want, got); diff != "" {
				t.Error(diff)
			}
			if warned := strings.Contains(k.Log(), `msys.brightmail.scan: no engine`); warned != strings.HasPrefix(tc.name, "neutral") {
				t.Errorf("warned: %v\n%s", warned, k.Log())
			}
		})
	}
}

// The second scan of a mail gives the first one's result; a failure is tried
// again.
func TestScanTwice(t *testing.T) {
	n := 0
	set := scantest.Set(t, "brightmail", scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
		if n++; n == 1 {
			return nil, scantest.ErrBroken
		}
		return &scan.Result{Spam: n == 2}, nil
	}))
	_, got := scantest.Policy(t, []lua.RegistryFunction{brightmail.Library(set, &brightmail.Options{SievePrefix: "bm"})}, "validate_data", `
require("msys.brightmail")
for i = 1, 3 do print((msys.brightmail.scan()), vctx:get(msys.core.VCTX_MESS, "bm::error")) end`, scantest.Mail)
	if want := "nil\tscanning: engine on fire\nspam\t\nspam\t"; got != want || n != 2 {
		t.Errorf("%q, %d scans", got, n)
	}
}

func TestNoEngine(t *testing.T) {
	_, got := scantest.Policy(t, []lua.RegistryFunction{brightmail.Library(nil, nil)}, "validate_data", `
require("msys.brightmail") print(pcall(msys.brightmail.scan))`, scantest.Mail)
	want := "false\tmsys.brightmail.scan: no engine \"brightmail\" configured: the host registers one with scan.NewSet(scan.Slot{Name: \"brightmail\", Engine: …})"
	if got != want {
		t.Error(got)
	}
}

func TestNoMessage(t *testing.T) {
	set := scantest.Set(t, "brightmail", scantest.Broken)
	for _, callout := range []string{"validate_connect", "validate_rcptto"} {
		_, got := scantest.Policy(t, []lua.RegistryFunction{brightmail.Library(set, nil)}, callout, `
require("msys.brightmail") print(pcall(msys.brightmail.scan))`, scantest.Mail)
		if first, _, _ := strings.Cut(got, "\n"); first != "false\tmsys.brightmail.scan: no message in this context" {
			t.Error(got)
		}
	}
}
