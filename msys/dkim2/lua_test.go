package dkim2_test

import (
	"fmt"
	"log"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim2"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
)

// TestPolicy runs scripts as the reference shows them: signers send unsigned
// mail or reject, verifiers defer.
func TestPolicy(t *testing.T) {
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{dkim2.Library()}})
	kit.LoadString("policy", `
		require("msys.core")
		local dkim2 = require("msys.validate.dkim2")
		local mod = {}
		function mod:validate_data_spool_each_rcpt(msg, ac, vctx)
			local result, err = msys.validate.dkim2.verify(msg, vctx, {authservid = "mx.test"})
			if not result then
				print("verify", err, dkim2.ar_clauses(result), #msg:header("Authentication-Results"), vctx:get(msys.core.VCTX_MESS, "dkim2_overall") or "")
			end
		end
		function mod:core_final_validation2(msg, ac, vctx)
			local ok, err = msys.validate.dkim2.sign(msg, vctx, {domain = "example.com", selector = "s", keyfile = "/k"})
			if not ok then
				print("sign", err)
			end
			print(pcall(dkim2.sign, "msg"))
			print(pcall(dkim2.verify, msg, vctx, "opts"))
			return msys.core.EC_HOOK_CONT
		end
		msys.registerModule("dkim2_policy", mod)`)
	s := kit.Session("192.0.2.7:4321")
	s.Connect()
	s.Ehlo("mx.example.org")
	s.MailFrom("ann@example.org")
	s.RcptTo("bob@example.com")
	if got := s.Data(policykit.Mail); !strings.HasPrefix(got, "250") {
		t.Error(got)
	}
	const want = "verify\tdkim2 is not supported by this build\tnil\t0\t\nsign\tdkim2 is not supported by this build\n" +
		"false\tbad argument #1 to 'sign' (msys.core:_ec_message expected, got string)\nfalse\tbad argument #3 to 'verify' (table expected, got string)"
	if got := strings.TrimSpace(kit.Printed()); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
	if !strings.HasSuffix(s.Raw(0), policykit.Mail) || strings.Contains(s.Raw(0), "DKIM2") {
		t.Errorf("the mail was changed:\n%s", s.Raw(0))
	}
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l, nil)
	bind.Preload(l, dkim2.Library())
	if err := lua.DoString(l, `print(require("msys.validate.dkim2").verify())`); err != nil {
		log.Fatal(err)
	}
	fmt.Println(dkim2.ErrUnsupported)
	// Output:
	// nil	dkim2 is not supported by this build
	// dkim2 is not supported by this build
}
