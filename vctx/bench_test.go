package vctx_test

import (
	"net/netip"
	"testing"

	"github.com/gomsys/gomsys/vctx"
)

func benchmarkContext() *vctx.Context {
	v := newContext(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:4321")})
	v.SetEhlo("EHLO mx.example.org")
	v.SetMailFrom("MAIL FROM:<peter@kubuntu.lan>")
	v.SetRcptTo("RCPT TO:<user@example.org>")
	v.SetAuth("PLAIN", "pass", "u")
	return v
}

func BenchmarkContext(b *testing.B) {
	v := benchmarkContext()
	b.Run("Get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v.Get(mess, "mailfrom_domain")
		}
	})
	b.Run("Set", func(b *testing.B) {
		b.ReportAllocs()
		values := [2]string{"yes", "no"}
		for i := 0; b.Loop(); i++ {
			v.Set(mess, "spf_status", values[i&1])
		}
	})
	b.Run("map", func(b *testing.B) { // what the lock and the order cost
		b.ReportAllocs()
		m := v.Vars(mess)
		for b.Loop() {
			sink = m["mailfrom_domain"]
		}
	})
	b.Run("Transaction", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v.SetMailFrom("MAIL FROM:<peter@kubuntu.lan>")
			v.SetRcptTo("RCPT TO:<user@example.org>")
			if err := v.AcceptRecipient("user@example.org"); err != nil {
				b.Fatal(err)
			}
			v.ResetMessage()
		}
	})
}

var sink string

func BenchmarkParsePath(b *testing.B) {
	const line = "RCPT TO:<some.user+detail@mail.example.org>"
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if _, err := vctx.ParsePath(line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFormatReply(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		vctx.FormatReply(550, "5.7.1 your message was refused by policy")
	}
}

// What runs for each variable that a script reads must not allocate.
func TestAllocations(t *testing.T) {
	v := benchmarkContext()
	values := [2]string{"yes", "no"}
	i := 0
	for name, f := range map[string]func(){
		"Get":    func() { v.Get(mess, "mailfrom_domain") },
		"Lookup": func() { v.Lookup(conn, "absent") },
		"Set":    func() { v.Set(mess, "mailfrom_domain", values[i&1]); i++ },
		"Code":   func() { _ = v.SetCode(550+v.Code()&1, "x") },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
