package dns_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	wire "github.com/miekg/dns"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
)

// TestLua runs testdata/*.lua as callouts of sessions.
func TestLua(t *testing.T) {
	r := zoned(t, dns.Options{ExtraTypes: []string{"srv"}}, zone)
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{dns.Library(r)}})
	k.LoadString("lookup.lua", readFile(t, "testdata/lookup.lua"))
	k.Session("192.0.2.7:1234").Connect()
	if got := k.Printed(); got != "done" || len(k.Errors()) > 0 {
		t.Errorf("printed %q; %q", got, k.Errors())
	}
}

// TestSilentServerInLua has a script ask a server that never answers.
func TestSilentServerInLua(t *testing.T) {
	silent := serve(t, func(wire.ResponseWriter, *wire.Msg, int64, string) {})
	r := resolver(t, dns.Options{Timeout: 50 * time.Millisecond, Attempts: 2}, silent)
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{dns.Library(r)}})
	k.LoadString("slow.lua", `
		local mod = {}
		function mod:validate_connect() print(msys.dnsLookup("slow.test", "A")) return msys.core.VALIDATE_CONT end
		msys.registerModule("slow", mod)`)
	k.Session("192.0.2.7:1234").Connect()
	if got := k.Printed(); got != "nil\tSERVFAIL" || silent.udp.Load() != 2 {
		t.Errorf("printed %q after %d questions", got, silent.udp.Load())
	}
}

// TestResolverOfTheRuntime has the runtime's own checks ask the resolver.
func TestResolverOfTheRuntime(t *testing.T) {
	r := zoned(t, dns.Options{}, `
7.2.0.192.in-addr.arpa. PTR mx.client.test.
8.2.0.192.in-addr.arpa. PTR other.client.test.
mx.client.test. A 192.0.2.7
other.client.test. A 192.0.2.77
`)
	k := policykit.New(t, &policykit.Options{Config: msys.Config{Resolver: r}})
	k.LoadString("fcdns.lua", `
		require("msys.pbp")
		local mod = {}
		function mod:validate_connect(ac, vctx) print(msys.pbp.fcdns_check(ac, vctx)) return msys.core.VALIDATE_CONT end
		msys.registerModule("fcdns", mod)`)
	for peer, want := range map[string]string{
		"192.0.2.7:1": "true\tnil\tnil",
		"192.0.2.8:1": "false\tnil\tMISMATCH",
		"192.0.2.9:1": "false\tNXDOMAIN\tnil",
	} {
		k.Session(peer).Connect()
		if got := k.Printed(); got != want {
			t.Errorf("%s: %q, want %q", peer, got, want)
		}
	}
}

// TestUnknownTypeEndsTheSession has a script ask for a type that there is not.
func TestUnknownTypeEndsTheSession(t *testing.T) {
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{dns.Library(zoned(t, dns.Options{}, zone))}})
	k.LoadString("bogus.lua", `
		local mod = {}
		function mod:validate_connect() msys.dnsLookup("d.test", "BOGUS") end
		msys.registerModule("bogus", mod)`)
	if got := k.Session("192.0.2.7:1234").Connect(); !strings.HasPrefix(got, "421 ") {
		t.Error(got)
	}
	if errs := strings.Join(k.Errors(), "\n"); !strings.Contains(errs, "bogus.lua:3: unsupported DNS record type 'BOGUS'") {
		t.Error(errs)
	}
}

// TestOthersGoOn has one session wait for DNS while another one asks.
func TestOthersGoOn(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	r, err := dns.New(&dns.Options{Exchange: func(ctx context.Context, q *wire.Msg, _, _ string) (*wire.Msg, error) {
		if strings.HasPrefix(q.Question[0].Name, "slow") {
			close(arrived)
			<-release
		}
		return reply(t, q, q.Question[0].Name+" 60 TXT x"), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{dns.Library(r)}})
	k.LoadString("slow.lua", `
		local mod = {}
		function mod:validate_ehlo(command)
			local name = string.match(tostring(command), "%S+ (%S+)")
			local r, err = msys.dnsLookup(name, "TXT")
			print(name, r[1], err)
		end
		msys.registerModule("slow", mod)`)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := k.Session("192.0.2.1:1")
		s.Connect()
		s.Ehlo("slow.test")
	}()
	select {
	case <-arrived:
	case <-done:
		t.Fatalf("did not ask; printed %q, logged %s", k.Printed(), k.Log())
	}
	s := k.Session("192.0.2.2:1")
	s.Connect()
	s.Ehlo("quick.test")
	if got := k.Printed(); got != "quick.test\tx\tnil" {
		t.Errorf("printed %q", got)
	}
	close(release)
	<-done
	if got := k.Printed(); got != "slow.test\tx\tnil" {
		t.Errorf("printed %q", got)
	}
}

func Example() {
	zone, err := dns.NewZone(strings.NewReader(`
example.com.  MX 20 backup.example.com.
example.com.  MX 10 mx.example.com.`))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := dns.New(&dns.Options{Exchange: zone.Exchange}) // without Exchange it asks the network
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	records, err := r.Lookup(ctx, "example.com", dns.MX, nil)
	fmt.Println(records, err)
	_, err = r.Lookup(ctx, "example.org", dns.A, nil)
	fmt.Println(err)
	// Output:
	// [{mx.example.com 10} {backup.example.com 20}] <nil>
	// dns: looking up example.org: NXDOMAIN
}

func Example_lua() {
	zone, err := dns.NewZone(strings.NewReader(`_dmarc.example.com. TXT "v=DMARC1; p=none"`))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := dns.New(&dns.Options{Exchange: zone.Exchange})
	if err != nil {
		fmt.Println(err)
		return
	}
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, dns.Library(r))
	err = lua.DoString(l, `
		local msys = require("msys")
		print(msys.dnsLookup("_dmarc.example.com", "TXT")[1])
		print(msys.dnsLookup("example.org"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// v=DMARC1; p=none
	// nil	NXDOMAIN
}
