package policykit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/policykit"
)

// Scripts ask the kit's zone by msys.dnsLookup.
func TestExchange(t *testing.T) {
	zone, err := policykit.ParseZone("d.example. MX 10 mx.example.\nwww.example. CNAME web.example.\nweb.example. A 192.0.2.1\ndown.example. A 192.0.2.2\n")
	if err != nil {
		t.Fatal(err)
	}
	zone.Break("down.example")
	r, err := dns.New(&dns.Options{Exchange: zone.Exchange})
	if err != nil {
		t.Fatal(err)
	}
	kit := policykit.New(t, &policykit.Options{Modules: modules.All(modules.Options{DNS: r})})
	kit.LoadString("lookup.lua", `require("msys.core")
local mod = {}
function mod:validate_connect()
  print(msys.dnsLookup("d.example", "MX")[1], msys.dnsLookup("www.example", "A")[1], #msys.dnsLookup("web.example", "TXT"))
  print((select(2, msys.dnsLookup("none.example"))), (select(2, msys.dnsLookup("down.example"))))
  return msys.core.VALIDATE_CONT
end
msys.registerModule("lookup", mod)`)
	kit.Session("192.0.2.7:1000").Connect()
	if diff := cmp.Diff("mx.example\t192.0.2.1\t0\nNXDOMAIN\tSERVFAIL", kit.Printed()); diff != "" {
		t.Error(diff)
	}
}
