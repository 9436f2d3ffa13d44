package dns_test

import (
	"context"
	"strconv"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/dns"
)

// BenchmarkLua measures a call of a script whose answer is remembered.
func BenchmarkLua(b *testing.B) {
	r := zoned(b, dns.Options{}, zone)
	rt, err := msys.New(msys.Config{Modules: []lua.RegistryFunction{dns.Library(r)}, Limits: msys.Limits{Time: -1, Total: -1, Instructions: -1}})
	if err != nil {
		b.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("bench.lua", `
		msys.registerControl("bench", function(cc)
			local name, t = cc.argv[2], cc.argv[3]
			for i = 1, tonumber(cc.argv[1]) do msys.dnsLookup(name, t) end
		end)`)
	if err != nil {
		b.Fatal(err)
	}
	for _, call := range [][]string{{"d.test", "MX"}, {"_dmarc.d.test", "txt"}, {"A.TEST", "A"}, {"nx.test", "A"}} {
		b.Run(call[0], func(b *testing.B) {
			b.ReportAllocs()
			args := append([]string{"bench", strconv.Itoa(b.N)}, call...)
			if _, _, err := rt.Control(context.Background(), msys.ControlRequest{Args: args}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	r := zoned(b, dns.Options{}, zone)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Lookup(b.Context(), "d.test", dns.MX, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations bounds what a remembered answer costs: the caller's copy.
func TestAllocations(t *testing.T) {
	r := zoned(t, dns.Options{}, zone)
	n := testing.AllocsPerRun(100, func() {
		if _, err := r.Lookup(t.Context(), "d.test", dns.MX, nil); err != nil {
			t.Fatal(err)
		}
	})
	if n > 1 {
		t.Errorf("%v allocations", n)
	}
}
