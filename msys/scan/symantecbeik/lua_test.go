package symantecbeik_test

import (
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/symantecbeik"
)

func TestScan(t *testing.T) {
	set := func(res scan.Result) *scan.Set {
		return scantest.Set(t, "symantec_beik", scantest.Result(res))
	}
	const call = `show(msys.symantec_beik.scan(msg, vctx))`
	for _, tc := range []struct {
		name string
		set  *scan.Set
		body string
		want string
	}{
		{"spam", set(scan.Result{Spam: true, RefID: "T"}), call, "4\t1\tis-spam\t0\tT"},
		{"ham", set(scan.Result{}), `show(msys.symantec_beik.scan())`, "4\t1\tinbox\t1\t"},
		{"own words", set(scan.Result{Detail: map[string]string{"code": "12", "destination": "tracker", "is_default": "0", "tracker": "X"}}), call, "4\t12\ttracker\t0\tX"},
		{"failure", scantest.Set(t, "symantec_beik", scantest.Broken), call, "4\t0\tscanning: engine on fire\tnil\tnil"},
		{"neutral", scantest.Neutral(t, "symantec_beik"), call, "4\t1\tinbox\t1\t"},
		{"missing", nil, `print((select(2, pcall(msys.symantec_beik.scan)):match('no engine "symantec_beik" configured')))`, `no engine "symantec_beik" configured`},
		{"wrong type", set(scan.Result{}), `print(pcall(msys.symantec_beik.scan, msg, ac))`,
			"false\tbad argument #2 to 'scan' (msys.core:_validate_context expected, got msys.core:_accept_construct)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := scantest.Policy(t, []lua.RegistryFunction{symantecbeik.Library(tc.set)}, "validate_data",
				`require("msys.symantec_beik") local function show(...) print(select("#", ...), ...) end `+tc.body, scantest.Mail)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A policy as it is usual: the error is told, spam is refused.
func TestPolicy(t *testing.T) {
	_, got := scantest.Policy(t, []lua.RegistryFunction{symantecbeik.Library(scantest.Set(t, "symantec_beik", scantest.Broken))}, "validate_data", `
require("msys.symantec_beik")
local a, b, is_default, tracker = msys.symantec_beik.scan(msg, vctx)
if a == 0 then print("Error found: ", b) else print(a, b, is_default, tracker) end`, scantest.Mail)
	if !strings.HasPrefix(got, "Error found: ") {
		t.Error(got)
	}
}
