package policykit_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/policykit"
)

func TestZone(t *testing.T) {
	z, err := policykit.ParseZone(`
$ORIGIN example.org.
mx        A     192.0.2.7
mx        AAAA  2001:db8::7
www       CNAME mx
loop      CNAME loop
@         MX    20 b
@         MX    10 a
@         TXT   "v=spf1 " "-all"
7.2.0.192.in-addr.arpa. PTR mx.example.org.
down      A     192.0.2.8
`)
	if err != nil {
		t.Fatal(err)
	}
	z.Break("down.example.org")
	ctx := context.Background()
	show := func(v any, err error) string {
		var dns *net.DNSError
		switch {
		case errors.As(err, &dns) && dns.IsNotFound:
			return "no such name"
		case errors.As(err, &dns) && dns.IsTemporary:
			return "broken"
		case err != nil:
			return "error"
		}
		return fmt.Sprint(v)
	}
	mx := func(name string) string {
		hosts, err := z.LookupMX(ctx, name)
		var out []string
		for _, h := range hosts {
			out = append(out, fmt.Sprint(h.Pref, " ", h.Host))
		}
		return show(out, err)
	}
	host := func(name string) string { v, err := z.LookupHost(ctx, name); return show(v, err) }
	addr := func(a string) string { v, err := z.LookupAddr(ctx, a); return show(v, err) }
	txt := func(name string) string { v, err := z.LookupTXT(ctx, name); return show(v, err) }
	for _, tt := range []struct{ name, got, want string }{
		{"host", host("MX.example.org"), "[192.0.2.7 2001:db8::7]"},
		{"alias", host("www.example.org."), "[192.0.2.7 2001:db8::7]"},
		{"alias loop", host("loop.example.org"), "no such name"},
		{"absent", host("none.example.org"), "no such name"},
		{"broken", host("down.example.org"), "broken"},
		{"mx", mx("example.org"), "[10 a.example.org. 20 b.example.org.]"},
		{"txt", txt("example.org"), "[v=spf1 -all]"},
		{"ptr", addr("192.0.2.7"), "[mx.example.org.]"},
		{"no ptr", addr("192.0.2.8"), "no such name"},
		{"bad address", addr("x"), "error"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	if ips, err := z.LookupIPAddr(ctx, "mx.example.org"); err != nil || len(ips) != 2 {
		t.Error(ips, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := z.LookupHost(ended, "mx.example.org"); err == nil {
		t.Error("an ended context gives no error")
	}
	if _, err := policykit.ParseZone("x A nonsense"); err == nil {
		t.Error("a bad zone gives no error")
	}
}

func TestKit(t *testing.T) {
	kit := policykit.New(t, nil)
	kit.LoadString("policy.lua", `
require("msys.core")
local mod = {}
function mod:validate_mailfrom(str, ac, vctx)
  print("from", tostring(str), msys.core.get_now_ts())
  if tostring(str) == "broken@example.org" then error("oops") end
  return msys.core.VALIDATE_CONT
end
function mod:validate_data(msg, ac, vctx)
  print(msg:inject("policy@example.com", "admin@example.com"))
  return msys.core.VALIDATE_CONT
end
msys.registerModule("policy", mod)`)

	s := kit.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@example.org", policykit.Mail, "bob@example.com", "eve@example.com"); got != "250" || len(s.Result.Messages) != 2 {
		t.Errorf("%s: %+v", got, s.Result)
	}
	if s.Raw(1) != policykit.Mail {
		t.Errorf("%q", s.Raw(1))
	}
	if diff := cmp.Diff("from\tann@example.org\t1748779200\ntrue", kit.Printed()); diff != "" {
		t.Error(diff)
	}
	sent := kit.Queue.Take()
	if len(sent) != 1 || sent[0].Recipient() != "admin@example.com" || kit.Queue.Take() != nil {
		t.Errorf("%d messages sent", len(sent))
	}

	kit.Queue.Fail(errors.New("queue is full"))
	kit.Clock.Advance(time.Minute)
	s.MailFrom("ann@example.org", "SIZE=100")
	s.RcptTo("bob@example.com")
	if got := s.DataBytes(policykit.Mail); got != "250" {
		t.Error(got)
	}
	if got := kit.Printed(); !strings.HasPrefix(got, "from\tann@example.org\t1748779260\nnil\t") || !strings.Contains(got, "queue is full") {
		t.Error(got)
	}
	if kit.Errors() != nil {
		t.Error(kit.Errors())
	}

	if got := kit.Session("192.0.2.8:1").Deliver("broken@example.org", policykit.Mail, "bob@example.com"); got != "421 4.3.0 temporary failure, try later" {
		t.Error(got)
	}
	if errs := kit.Errors(); len(errs) != 1 || !strings.Contains(errs[0], "policy.lua:6: oops") {
		t.Error(errs)
	}
}

// fatal is a T that notes why a test would end.
type fatal struct {
	*testing.T
	text string
}

func (f *fatal) Fatalf(format string, args ...any) {
	f.text = fmt.Sprintf(format, args...)
	panic(f)
}

func TestFatal(t *testing.T) {
	f := &fatal{T: t}
	kit := policykit.New(f, nil)
	for _, tt := range []struct {
		name string
		run  func()
		want string
	}{
		{"zone", func() { policykit.New(f, &policykit.Options{Zone: "x A nonsense"}) }, "policykit: reading zone: "},
		{"script", func() { kit.LoadString("p.lua", "x = = 1") }, "p.lua:1:"},
		{"missing script", func() { kit.Load("nosuch") }, "nosuch"},
		{"peer", func() { kit.Session("nowhere") }, "nowhere"},
		{"order", func() { kit.Session("192.0.2.7:1").RcptTo("a@b.example") }, "policykit: rcptto: msys: no transaction"},
		{"no message", func() { kit.Session("192.0.2.7:1").Raw(0) }, "there is no message 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if recover() != any(f) || !strings.Contains(f.text, tt.want) {
					t.Errorf("%q, want %q", f.text, tt.want)
				}
			}()
			tt.run()
		})
	}
}
