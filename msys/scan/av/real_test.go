package av_test

import (
	"encoding/base64"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

// Sessions whose mail the real clamd scans: automatically, by a script, and by
// the parts that the server has decoded.
func TestRealClamd(t *testing.T) {
	daemon := scantest.StartClamd(t)
	infected := "Subject: virus\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=eicar.com\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(scantest.EICAR())) + "\r\n"
	for _, decompose := range []bool{false, true} {
		set := newSet(t, scan.Slot{Name: "clamav", Kind: scan.Antivirus, Engine: clamd.New(daemon.Socket, &clamd.Options{MaxIdle: 2}),
			Options: &scan.Options{MIMEDecompose: decompose}})
		auto := av.Auto{Set: set}
		k := policykit.New(t, &policykit.Options{
			Modules: []lua.RegistryFunction{av.Library(set)},
			Config: msys.Config{Builtins: []msys.Builtin{
				{Name: "received", Callout: "validate_data", Run: set.KeepReceived}, {Name: "antivirus", Callout: "validate_data_spool", Run: auto.Run},
			}},
		})
		k.LoadString("policy.lua", `
require("msys.core") require("msys.av")
local mod = {}
function mod:validate_data(msg, ac, vctx)
  local rc, info, engine, code = msys.av.scan("clamav", msg, vctx)
  print(rc == msys.av.EC_AV_INFECTED, info, engine, code)
  return msys.core.VALIDATE_CONT
end
msys.registerModule("policy", mod)`)
		if got := k.Session("192.0.2.1:1").Deliver("a@example.org", infected, "b@example.com"); got != "550 5.7.1 message contains a virus: "+scantest.VirusName {
			t.Error(got)
		}
		if got, want := k.Printed(), "true\t"+scantest.VirusName+"\tclamav\t"+scantest.VirusName; got != want {
			t.Error(got)
		}
		if got := k.Session("192.0.2.1:1").Deliver("a@example.org", scantest.Mail, "b@example.com"); got != "250" {
			t.Error(got)
		}
		if got := k.Printed(); got != "false\t\tnil\tOK" {
			t.Error(got)
		}
	}
}
