package av_test

import (
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

const autoPolicy = `
require("msys.core")
require("msys.extended.message")
local mod = {}
function mod:validate_data(msg, ac, vctx)
  if msg:header("Subject")[1] == "skip" then
    msg:context_set(msys.core.ECMESS_CTX_MESS, "skip_virus_check", "1")
  end
  return msys.core.VALIDATE_CONT
end
function mod:validate_data_spool(msg, ac, vctx)
  for _, key in ipairs({"clamav_status", "clamav_status_info", "virus", "virus_info"}) do
    local value = msg:context_get(msys.core.ECMESS_CTX_MESS, key)
    if value ~= nil and value ~= "" then print(key, value) end
  end
  return msys.core.VALIDATE_CONT
end
msys.registerModule("policy", mod)
`

func TestAuto(t *testing.T) {
	clean := scantest.NewClamd(t, always("OK"))
	dirty := scantest.NewClamd(t, always("Eicar-Test FOUND"))
	broken := scantest.NewClamd(t, always("nonsense"))
	large := scantest.NewClamd(t, always("OK"))
	large.Limit = 10
	set := func(s *scantest.Clamd) *scan.Set { return newSet(t, antivirus("clamav", s.Addr)) }
	for _, tc := range []struct {
		name  string
		auto  av.Auto
		mail  string
		reply string
		print string
	}{
		{name: "clean", auto: av.Auto{Set: set(clean)}, reply: "250"},
		{name: "infected", auto: av.Auto{Set: set(dirty)}, reply: "550 5.7.1 message contains a virus: Eicar-Test"},
		{name: "named", auto: av.Auto{Set: set(dirty), Slot: "clamav"}, reply: "550 5.7.1 message contains a virus: Eicar-Test"},
		{name: "unscannable", auto: av.Auto{Set: set(large)}, reply: "550 5.7.1 message cannot be scanned for viruses"},
		{name: "trouble", auto: av.Auto{Set: set(broken)}, reply: "451 4.3.0 virus scan failed, try later"},
		{name: "trouble, own code", auto: av.Auto{Set: set(broken), ErrorCode: 421}, reply: "421 4.3.0 virus scan failed, try later"},
		{name: "skip", auto: av.Auto{Set: set(dirty)}, mail: "Subject: skip\r\n\r\n", reply: "250"},
		{name: "other skip variable", auto: av.Auto{Set: set(dirty), SkipVariable: "no_av"}, mail: "Subject: skip\r\n\r\n", reply: "550 5.7.1 message contains a virus: Eicar-Test"},
		{name: "no engines", auto: av.Auto{}, reply: "250"},
		{name: "engine not configured", auto: av.Auto{Set: set(clean), Slot: "csapi"}, reply: "451 4.3.0 virus scan failed, try later"},
		{name: "pass clean", auto: av.Auto{Set: set(clean), Action: av.Pass}, reply: "250"},
		{name: "pass infected", auto: av.Auto{Set: set(dirty), Action: av.Pass}, reply: "250", print: "clamav_status\tEicar-Test\nclamav_status_info\tEicar-Test"},
		{name: "pass unscannable", auto: av.Auto{Set: set(large), Action: av.Pass}, reply: "250", print: "clamav_status\tEC_AV_UNSCANNABLE\nclamav_status_info\tINSTREAM size limit exceeded"},
		{name: "pass trouble", auto: av.Auto{Set: set(broken), Action: av.Pass}, reply: "250", print: "clamav_status\terror\nclamav_status_info\tunusable answer: \"stream: nonsense\""},
		{name: "own variable", auto: av.Auto{Set: set(dirty), Action: av.Pass, ContextVariable: "virus"}, reply: "250", print: "virus\tEicar-Test\nvirus_info\tEicar-Test"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k := policykit.New(t, &policykit.Options{
				Modules: []lua.RegistryFunction{av.Library(tc.auto.Set)},
				Config:  msys.Config{Builtins: []msys.Builtin{{Name: "antivirus", Callout: "validate_data_spool", Run: tc.auto.Run}}},
			})
			k.LoadString("policy.lua", autoPolicy)
			mail := tc.mail
			if mail == "" {
				mail = scantest.Mail
			}
			if diff := cmp.Diff(tc.reply, k.Session("192.0.2.7:4321").Deliver("a@example.org", mail, "b@example.com")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.print, k.Printed()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
