package adaptive_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
)

// manyRules are rules of the kinds that rule sets for big receivers have.
func manyRules(t testing.TB, n int) adaptive.RuleSet {
	kinds := []string{
		`^421 4\.7\.0 \[TS%02d\] `,
		`^4[25]1 Message temporarily deferred - (\d+\.)?\d+%d`,
		`http://postmaster\.example\.com/errors/554rlyb%d\.html`,
		`^554 .*postmaster.*(BL%d)`,
		`ERROR: Mail refused - <.*> - See http://security\.example\.com/lookup/%d`,
		`^550 .*blocked by Receiver %d`,
	}
	var out []adaptive.Response
	for i := range n {
		out = append(out, adaptive.Response{
			Code:    fmt.Sprintf(kinds[i%len(kinds)], i),
			Actions: []adaptive.Action{adaptive.ThrottleDown()},
		})
	}
	return adaptive.RuleSet{"example.com": {Responses: out}}
}

var benchReplies = map[string]string{
	"none matches": "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered. http://support.example.com/mail/answer?answer=6592 k3si4389wfa.9",
	"last matches": "550 5.7.1 Sorry: mail from 192.0.2.1 blocked by Receiver 299",
}

func BenchmarkRespond(b *testing.B) {
	e, err := adaptive.New(&adaptive.Options{Enabled: true, Logger: discard()})
	if err != nil {
		b.Fatal(err)
	}
	if err := e.RegisterRules(manyRules(b, 300), adaptive.Augment); err != nil {
		b.Fatal(err)
	}
	ctx, k := context.Background(), delivery.Key{Binding: "b", Domain: "example.com"}
	for name, text := range benchReplies {
		reply := delivery.ParseReply(text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Respond(ctx, k, reply); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkState(b *testing.B) {
	e, err := adaptive.New(&adaptive.Options{Enabled: true, Logger: discard()})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 10_000 {
		e.Delivered(delivery.Key{Binding: "b", Domain: fmt.Sprint(i)}, 1)
	}
	k := delivery.Key{Binding: "b", Domain: "77"}
	b.ReportAllocs()
	for b.Loop() {
		e.State(k)
	}
}

func TestAllocations(t *testing.T) {
	e, err := adaptive.New(&adaptive.Options{Enabled: true, Logger: discard()})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.RegisterRules(manyRules(t, 300), adaptive.Augment); err != nil {
		t.Fatal(err)
	}
	ctx, k := context.Background(), delivery.Key{Binding: "b", Domain: "example.com"}
	reply := delivery.ParseReply(benchReplies["none matches"])
	for name, f := range map[string]func(){
		"Respond":   func() { _, _ = e.Respond(ctx, k, reply) },
		"State":     func() { e.State(k) },
		"Delivered": func() { e.Delivered(k, 1) },
	} {
		f()
		if n := testing.AllocsPerRun(100, f); n > 3 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
