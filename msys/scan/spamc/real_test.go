package spamc_test

import (
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/spamc"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

// A session whose mail the real spamd scans.
func TestRealSpamd(t *testing.T) {
	daemon := scantest.StartSpamd(t)
	for mail, want := range map[string]string{
		"From: a@example.org\r\nSubject: offer\r\n\r\nbuy cheap watches\r\n": "status\tok\tok\nspam\ttrue\ttrue\nscore\t8.50\t8.50\nthresh\t5.00\t5.00\n" +
			"symbols\tTEST_OFFER,TEST_WATCHES\tTEST_OFFER,TEST_WATCHES",
		scantest.Mail: "status\tok\tok\nspam\tfalse\tfalse\nscore\t0.00\t0.00\nthresh\t5.00\t5.00\nsymbols\t\t",
	} {
		_, got := scantest.Policy(t, library(t, daemon.Addr), "validate_data_spool", show+`msys.spamc.spamc_scan(msg) show()`, mail)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// Scripts are told that there is no verdict, and the log why.
func TestScriptsSeeRealOutages(t *testing.T) {
	daemon := scantest.StartSpamd(t)
	outage := &scantest.Outage{Daemon: daemon, Engine: func(d *scantest.Dialer) scan.Engine {
		return spamd.New(&spamd.Options{Addr: daemon.Addr, MaxSize: -1, Dial: d.Dial})
	}}
	want := scantest.Answers{
		Good:     "^ok false 0.00\n",
		TimedOut: "^failed  \n.*scanning: timeout after 250ms",
		Lost:     "^failed  \n.*scanning: .*(connection closed before the answer|reset by peer|broken pipe)",
		Gone:     "^failed  \n.*connecting: .*connection refused",
	}
	outage.SeenByScript(t, scan.Slot{Name: "spamassassin"}, want, func(set *scan.Set, mail string) string {
		k, printed := scantest.Policy(t, []lua.RegistryFunction{spamc.Library(set)}, "validate_data_spool", `
require("msys.spamc")
msys.spamc.spamc_scan(msg)
local function get(key) return msg:context_get(msys.core.ECMESS_CTX_MESS, "spamc_" .. key) end
print(get("status") .. " " .. get("spam") .. " " .. get("score"))`, mail)
		return printed + "\n" + k.Log()
	})
}
