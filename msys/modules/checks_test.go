package modules_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"

	msgauth "github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/domainkeys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/openarc"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/spf"
	"github.com/gomsys/gomsys/vctx"
)

// All checks of a host at once: scripts find their results, and what leaves
// is signed after the scripts' last edit.
func TestChecks(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key := "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	zone, err := dns.NewZone(strings.NewReader(`sender.example. TXT "v=spf1 ip4:192.0.2.0/24 -all"
s._domainkey.own.example. TXT "` + key + `"
`))
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := dns.New(&dns.Options{Exchange: zone.Exchange})
	if err != nil {
		t.Fatal(err)
	}
	engine := scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) { return &scan.Result{Code: "OK"}, nil })
	scanners, err := scan.NewSet(scan.Slot{Name: "test", Engine: engine, Kind: scan.Antivirus})
	if err != nil {
		t.Fatal(err)
	}
	defer scanners.Close()
	checks := modules.Checks{
		SPF:        &spf.Validator{Checker: spf.Checker{Resolver: resolver}},
		SenderID:   &spf.SenderID{Checker: spf.Checker{Resolver: resolver}},
		DKIM:       &dkim.Validator{Verifier: &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: resolver}}, AuthservID: "mx.own.example"},
		DomainKeys: &domainkeys.Verifier{Keys: dkimsig.KeyStore{Resolver: resolver}},
		ARC:        &openarc.Verifier{Keys: dkimsig.KeyStore{Resolver: resolver}},
		Received:   scanners,
		Virus:      &av.Auto{Set: scanners},
		SignDKIM:   &dkim.Signer{Defaults: dkim.SignOptions{Domain: "own.example", Selector: "s", Key: private}},
	}
	var out []string
	rt, err := msys.New(msys.Config{
		Modules:  modules.All(modules.Options{DNS: resolver}),
		Builtins: checks.Builtins(),
		Resolver: resolver,
		Print:    func(line string) { out = append(out, line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("checks.lua", `require("msys.core")
require("msys.extended.message")
local mod, M = {}, msys.core.VCTX_MESS
function mod:validate_mailfrom(str, ac, vctx)
  print(vctx:get(M, "spf_status"), vctx:get(M, "senderid_status"))
  return msys.core.VALIDATE_CONT
end
function mod:validate_data_spool(msg, ac, vctx)
  print(vctx:get(M, "arc_cv"), #msg:header("Received-SPF"), #msg:header("Authentication-Results") > 0)
  return msys.core.VALIDATE_CONT
end
function mod:core_final_validation(msg, ac, vctx)
  msg:header("Subject", "changed at last")
end
msys.registerModule("checks", mod)`)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:1000")})
	defer s.Close()
	if _, err := s.Ehlo(ctx, "mx.sender.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.MailFrom(ctx, "ann@sender.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RcptTo(ctx, "bob@rcpt.example"); err != nil {
		t.Fatal(err)
	}
	res, err := s.Data(ctx, strings.NewReader("From: ann@sender.example\r\nSubject: hello\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\nHi\r\n"))
	if err != nil || !res.OK() || len(res.Messages) != 1 {
		t.Fatal(res, err)
	}
	if diff := cmp.Diff([]string{"pass\tpass", "none\t3\ttrue"}, out); diff != "" {
		t.Error(diff)
	}
	var sent bytes.Buffer
	if _, err := res.Messages[0].WriteTo(&sent); err != nil {
		t.Fatal(err)
	}
	found, err := msgauth.VerifyWithOptions(&sent, &msgauth.VerifyOptions{LookupTXT: func(string) ([]string, error) { return []string{key}, nil }})
	if err != nil || len(found) != 1 || found[0].Err != nil || found[0].Domain != "own.example" {
		t.Errorf("signature: %+v %v", found, err)
	}
}
