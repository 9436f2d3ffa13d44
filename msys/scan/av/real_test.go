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
	"github.com/gomsys/gomsys/msys/scan/icap"
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

// Scripts are told what happens to a scanner, in one and the same way.
func TestScriptsSeeRealOutages(t *testing.T) {
	virus := scantest.StartClamd(t)
	gateway := scantest.StartICAP(t, virus)
	const lost = "connection closed before the answer|EOF|reset by peer|broken pipe"
	want := scantest.Answers{
		Good:     "^CLEAN\t\tnil\t(OK|20[04])$",
		TimedOut: "^ERROR\tscanning: timeout after 250ms\tnil\tnil$",
		Lost:     "^ERROR\t(scanning: .*(" + lost + ")|connecting: .*refused)[^\t]*\tnil\tnil$",
		Gone:     "^ERROR\tconnecting: .*connection refused\tnil\tnil$",
	}
	for name, outage := range map[string]*scantest.Outage{
		"gateway": {Daemon: gateway, Engine: func(d *scantest.Dialer) scan.Engine {
			c, err := icap.New("icap://"+gateway.Addr+"/virus_scan", &icap.Options{Dial: d.Dial})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}},
		"clamav": {Daemon: virus.Daemon, Engine: func(d *scantest.Dialer) scan.Engine {
			return clamd.New(virus.Addr, &clamd.Options{Dial: d.Dial})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			outage.SeenByScript(t, scan.Slot{Name: name, Kind: scan.Antivirus}, want, func(set *scan.Set, mail string) string {
				_, printed := scantest.Policy(t, []lua.RegistryFunction{av.Library(set)}, "validate_data",
					`require("msys.av")`+show+`show(msys.av.scan("`+name+`", msg, vctx))`, mail)
				return printed
			})
		})
	}
}

// Of several engines the first that finds something is the last to be asked,
// and parts reach a scanner decoded that would not decode them itself.
func TestRealEnginesInOrder(t *testing.T) {
	virus := scantest.StartClamd(t, "ScanMail no")
	gateway := scantest.StartICAP(t, virus)
	encoded := "Subject: virus\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n" +
		"--b\r\nContent-Type: application/octet-stream; name=eicar.com\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(scantest.EICAR())) + "\r\n--b--\r\n"
	plain := "Subject: virus\r\n\r\n" + scantest.EICAR() + "\r\n"
	const found = "INFECTED\t" + scantest.VirusName + "\t"
	for _, tc := range []struct {
		name      string
		decompose bool
		body      string
		mail      string
		want      string
		dials     [2]int // of clamd and of the gateway
	}{
		{"clean", false, `show(msys.av.scan())`, scantest.Mail, "CLEAN\t\tnil\t204", [2]int{1, 1}},
		{"infected", false, `show(msys.av.scan())`, plain, found + "clamav\t" + scantest.VirusName, [2]int{1, 0}},
		{"the second by name", false, `show(msys.av.scan("gateway"))`, plain, found + "gateway\t" + scantest.VirusName, [2]int{0, 1}},
		{"encoded, as it is", false, `show(msys.av.scan())`, encoded, "CLEAN\t\tnil\t204", [2]int{1, 1}},
		{"encoded, by parts", true, `show(msys.av.scan())`, encoded, found + "clamav\t" + scantest.VirusName, [2]int{2, 0}},
		{"encoded, by parts, the second", true, `show(msys.av.scan("gateway"))`, encoded, found + "gateway\t" + scantest.VirusName, [2]int{0, 1}},
		{"one part", false, `local text = msg:mime().parts show(msys.av.scan_part(text)) show(msys.av.scan_part(text.next))`, encoded,
			"CLEAN\t\tnil\t204\n" + found + "clamav\t" + scantest.VirusName, [2]int{2, 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			first, second := &scantest.Dialer{}, &scantest.Dialer{}
			c, err := icap.New("icap://"+gateway.Addr+"/virus_scan", &icap.Options{Dial: second.Dial})
			if err != nil {
				t.Fatal(err)
			}
			o := &scan.Options{MIMEDecompose: tc.decompose}
			set := newSet(t,
				scan.Slot{Name: "clamav", Kind: scan.Antivirus, Options: o, Engine: clamd.New(virus.Addr, &clamd.Options{Dial: first.Dial})},
				scan.Slot{Name: "gateway", Kind: scan.Antivirus, Options: o, Engine: c})
			_, got := scantest.Policy(t, []lua.RegistryFunction{av.Library(set)}, "validate_data", `require("msys.av")`+show+tc.body, tc.mail)
			if got != tc.want {
				t.Errorf("%q", got)
			}
			if dials := [2]int{first.Dials(), second.Dials()}; dials != tc.dials {
				t.Errorf("%d connections to clamd and the gateway", dials)
			}
		})
	}
}
