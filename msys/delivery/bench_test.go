package delivery_test

import (
	"context"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

// BenchmarkResult measures what policy costs after an attempt: without
// scripts, with scripts that have no logging callouts, and with one.
func BenchmarkResult(b *testing.B) {
	m, err := message.ParseBytes([]byte("Subject: x\r\n\r\n"), message.Envelope{From: "ann@sender.example", To: "bob@rcpt.example"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	run := func(b *testing.B, p *delivery.Policy) {
		reply := delivery.ParseReply("250 2.0.0 ok id=7")
		b.ReportAllocs()
		for b.Loop() {
			out, err := p.Result(context.Background(), &delivery.Attempt{Message: m}, reply)
			if err != nil || out.Final != delivery.Delivered {
				b.Fatal(out, err)
			}
		}
	}
	b.Run("bare", func(b *testing.B) { run(b, &delivery.Policy{}) })
	for name, script := range map[string]string{
		"idle":   `msys.registerModule("m", { validate_connect = function() end })`,
		"logger": `msys.registerModule("m", { core_log_delivery_v1 = function(self, msg, dr, now, note) local x = note .. dr.domain end })`,
	} {
		b.Run(name, func(b *testing.B) {
			kit := policykit.New(b, &policykit.Options{Modules: []lua.RegistryFunction{delivery.Library()}})
			kit.LoadString("policy.lua", script)
			run(b, &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)})
		})
	}
}
