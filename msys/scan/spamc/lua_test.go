package spamc_test

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/msys/scan/spamc"
	"github.com/gomsys/gomsys/msys/scan/spamd"
)

// serve plays a spamd that answers once with each of the answers.
func serve(t testing.TB, answers ...string) string {
	t.Helper()
	left := make(chan string, len(answers))
	for _, a := range answers {
		left <- a
	}
	return scantest.Serve(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		io.Copy(io.Discard, r)
		select {
		case a := <-left:
			io.WriteString(c, a)
		default:
		}
	}).Addr
}

func library(t testing.TB, addr string) []lua.RegistryFunction {
	t.Helper()
	set, err := scan.NewSet(scan.Slot{Name: "spamassassin", Engine: spamd.New(&spamd.Options{Addr: addr})})
	if err != nil {
		t.Fatal(err)
	}
	return []lua.RegistryFunction{spamc.Library(set)}
}

const show = `
require("msys.spamc")
local function show()
  for _, key in ipairs({"status", "spam", "score", "thresh", "symbols"}) do
    print(key, msg:context_get(msys.core.ECMESS_CTX_MESS, "spamc_" .. key), vctx:get(msys.core.VCTX_MESS, "spamc_" .. key))
  end
end
`

const spam = "SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 7.12 / 5.00\r\n\r\nA,B\r\n"

func TestScan(t *testing.T) {
	refused := loopback.Addr(t)
	const failed = "status\tfailed\tfailed\nspam\t\t\nscore\t\t\nthresh\t\t\nsymbols\t\t"
	const ok = "status\tok\tok\nspam\ttrue\ttrue\nscore\t7.12\t7.12\nthresh\t5.00\t5.00\nsymbols\tA,B\tA,B"
	for _, tc := range []struct {
		name, addr, body, want string
	}{
		{"spam", serve(t, spam), `print(select("#", msys.spamc.spamc_scan(msg))) show()`, "0\n" + ok},
		{"message of the callout", serve(t, spam), `msys.spamc.spamc_scan() show()`, ok},
		{"ham", serve(t, "SPAMD/1.5 0 EX_OK\r\nSpam: False ; -0.004 / 5\r\n\r\n\r\n"), `msys.spamc.spamc_scan(msg) show()`,
			"status\tok\tok\nspam\tfalse\tfalse\nscore\t-0.00\t-0.00\nthresh\t5.00\t5.00\nsymbols\t\t"},
		{"protocol error", serve(t, "SPAMD/1.0 76 EX_PROTOCOL\r\n"), `msys.spamc.spamc_scan(msg) show()`, failed},
		{"no daemon", refused, `print(pcall(msys.spamc.spamc_scan, msg)) show()`, "true\n" + failed},
		{"no stale verdict", serve(t, spam, "SPAMD/1.0 76 EX_PROTOCOL\r\n"), `msys.spamc.spamc_scan(msg) msys.spamc.spamc_scan(msg) show()`, failed},
		{"wrong type", refused, `print(pcall(msys.spamc.spamc_scan, "x"))`, "false\tbad argument #1 to 'spamc_scan' (msys.core:_ec_message expected, got string)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := scantest.Policy(t, library(t, tc.addr), "validate_data_spool", show+tc.body, scantest.Mail)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Without an engine the scan fails; it does not raise.
func TestNoEngine(t *testing.T) {
	k, got := scantest.Policy(t, []lua.RegistryFunction{spamc.Library(nil)}, "validate_data", show+`
print(pcall(msys.spamc.spamc_scan)) print(vctx:get(msys.core.VCTX_MESS, "spamc_status"))`, scantest.Mail)
	if got != "true\nfailed" || !strings.Contains(k.Log(), "no such engine configured") {
		t.Errorf("%q %s", got, k.Log())
	}
}

func TestNoMessage(t *testing.T) {
	_, got := scantest.Policy(t, []lua.RegistryFunction{spamc.Library(nil)}, "validate_connect", `
require("msys.spamc") print(pcall(msys.spamc.spamc_scan))`, scantest.Mail)
	if want := "false\tmsys.spamc.spamc_scan: no message in this context"; got != want {
		t.Errorf("%q", got)
	}
}

// A policy as postmasters write it: it refuses spam, defers without a verdict
// and marks the rest.
func TestPolicy(t *testing.T) {
	const policy = `
require("msys.core")
require("msys.extended.message")
require("msys.spamc")
local mod = {}
function mod:validate_data_spool(msg, ac, vctx)
  msys.spamc.spamc_scan(msg)
  local function get(key) return msg:context_get(msys.core.ECMESS_CTX_MESS, "spamc_" .. key) end
  if get("status") == "failed" then
    vctx:set_code(451, "no verdict")
  elseif get("spam") == "true" then
    vctx:set_code(550, string.format("%s of %s: %s", get("score"), get("thresh"), get("symbols")))
  else
    msg:header("X-Spam-Status", "No, score=" .. get("score"))
  end
  return msys.core.VALIDATE_CONT
end
msys.registerModule("spam", mod)
`
	for _, tc := range []struct{ answer, reply, header string }{
		{spam, "550 7.12 of 5.00: A,B", ""},
		{"SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1 / 5\r\n\r\n\r\n", "250", "X-Spam-Status: No, score=1.00\r\n"},
		{"", "451 no verdict", ""},
	} {
		k := policykit.New(t, &policykit.Options{Modules: library(t, serve(t, tc.answer))})
		k.LoadString("spam.lua", policy)
		s := k.Session("192.0.2.7:4321")
		if got := s.Deliver("a@example.org", scantest.Mail, "b@example.com"); got != tc.reply {
			t.Errorf("%q", got)
		}
		if tc.header != "" && !strings.Contains(s.Raw(0), tc.header) {
			t.Error(s.Raw(0))
		}
	}
}
