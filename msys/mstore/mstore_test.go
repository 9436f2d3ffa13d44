package mstore_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/mstore"
	"github.com/gomsys/gomsys/msys/mstore/internal/storetest"
	"github.com/gomsys/gomsys/msys/policykit"
)

var ctx = context.Background()

// sms is a mail on its way to a telephone, with bytes that are no UTF-8.
const sms = "From: alerts@bank.example\r\nTo: 15551234@sms.example\r\nSubject: code\r\nX-Odd: \xff\r\n\r\n.Your code is 1234\r\nlone\nfeed\x00\r\n"

func newSMS(t testing.TB) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte(sms), message.Envelope{From: "alerts@bank.example", To: "15551234@sms.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.SetReception(message.Reception{Method: message.ProtocolESMTP})
	m.ContextSet(message.ContextMess, "SMS_Source_Address", "12345")
	m.ContextSet(message.ContextMess, "odd\x00\xff", "\xfe")
	m.ContextSet(message.ContextConn, "conn", "of the session")
	if _, err := m.SetRoutingDomain("sms.example"); err != nil {
		t.Fatal(err)
	}
	if err := m.SetPriority(1); err != nil {
		t.Fatal(err)
	}
	m.SetBinding("default")
	return m
}

// facts is what must survive.
func facts(t testing.TB, m *message.Message) map[string]any {
	t.Helper()
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	vars := map[string]string{}
	for _, k := range m.ContextKeys(message.ContextMess) {
		vars[k], _ = m.ContextGet(message.ContextMess, k)
	}
	return map[string]any{"raw": raw.String(), "env": m.Envelope(), "vars": vars, "domain": m.ExplicitRoutingDomain(),
		"priority": m.Priority(), "binding": m.Binding(), "method": m.ReceiveMethod()}
}

type failing struct{ err error }

func (f failing) Put(context.Context, string, string, []byte, time.Duration) error { return f.err }
func (f failing) Get(context.Context, string, string) ([]byte, error)              { return nil, f.err }
func (f failing) Delete(context.Context, string, string) error                     { return f.err }

func TestSaveLoad(t *testing.T) {
	clock := storetest.NewClock()
	s := mstore.New(&mstore.Options{Clock: clock})
	m := newSMS(t)
	if err := s.Save(ctx, m, mstore.Bucket("12345"), "id"); err != nil {
		t.Fatal(err)
	}
	want := facts(t, m)
	m.ContextSet(message.ContextMess, "SMS_Source_Address", "changed")
	got, err := s.Load(ctx, "MADR-12345", "id")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, facts(t, got)); diff != "" {
		t.Error(diff)
	}
	if keys := got.ContextKeys(message.ContextConn); len(keys) != 0 {
		t.Error(keys)
	}
	if err := got.Header().Append("X", "y"); err != nil {
		t.Fatal(err)
	}
	again, err := s.Load(ctx, "MADR-12345", "id")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, facts(t, again)); diff != "" {
		t.Error(diff)
	}

	null := message.New(nil, time.Time{})
	if err := s.Save(ctx, null, mstore.Bucket(""), "id"); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Load(ctx, "MADR-MM7", "id"); err != nil || got.Sender() != "" || got.Size() != 0 || got.ReceiveMethod() != message.ProtocolInternal {
		t.Error(got, err)
	}

	clock.Advance(15 * 24 * time.Hour)
	if _, err := s.Load(ctx, "MADR-12345", "id"); !errors.Is(err, mstore.ErrNotFound) {
		t.Error(err)
	}
}

// TestExpiry does not rely on the store: what is there but too old is gone.
func TestExpiry(t *testing.T) {
	clock := storetest.NewClock()
	s := mstore.New(&mstore.Options{Clock: clock, Store: mstore.NewMemory(nil), TTL: time.Hour})
	if err := s.Save(ctx, newSMS(t), "b", "i"); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Hour - time.Millisecond)
	if _, err := s.Load(ctx, "b", "i"); err != nil {
		t.Error(err)
	}
	clock.Advance(time.Millisecond)
	if _, err := s.Load(ctx, "b", "i"); !errors.Is(err, mstore.ErrNotFound) {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	m := newSMS(t)
	s := mstore.New(&mstore.Options{MaxMessage: 50})
	if err := s.Save(ctx, m, "b", "i"); !errors.Is(err, mstore.ErrTooLarge) {
		t.Error(err)
	}
	for _, k := range [][2]string{{"", "i"}, {"b", ""}, {strings.Repeat("b", 1025), "i"}} {
		_, err := s.Load(ctx, k[0], k[1])
		for _, err := range []error{err, s.Save(ctx, m, k[0], k[1]), s.Delete(ctx, k[0], k[1])} {
			if !errors.Is(err, mstore.ErrKey) {
				t.Error(err)
			}
		}
	}
	down := errors.New("down")
	s = mstore.New(&mstore.Options{Store: failing{down}})
	_, err := s.Load(ctx, "b", "i")
	for _, err := range []error{err, s.Save(ctx, m, "b", "i"), s.Delete(ctx, "b", "i")} {
		if !errors.Is(err, down) {
			t.Error(err)
		}
	}
	store := mstore.NewMemory(nil)
	if err := store.Put(ctx, "b", "i", []byte("rubbish"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := mstore.New(&mstore.Options{Store: store}).Load(ctx, "b", "i"); !errors.Is(err, mstore.ErrFormat) {
		t.Error(err)
	}
	if err := mstore.Inject(ctx, m); !errors.Is(err, message.ErrNoInjector) {
		t.Error(err)
	}
}

// script parks a message, finds it and sends it again.
const script = `
	local mod = {}
	function mod:validate_data_spool(msg)
		msg:context_set(msys.core.VCTX_MESS, "SMS_Source_Address", "12345")
		print(msys.mstore.save(msg, "MADR-1", "x"))
		local l = msys.mstore.load("MADR-1", "x")
		print(l:mailfrom(), l:rcptto(), l:context_get(msys.core.VCTX_MESS, "SMS_Source_Address"), l == msg)
		l:header("X-Second", "try")
		print(msys.mstore.inject(l))
		print(msys.mstore.delete("MADR-1", "x"), msys.mstore.load("MADR-1", "x"))
		print(msys.mstore.delete("MADR-1", "x"))
		return msys.core.VALIDATE_CONT
	end
	msys.registerModule("m", mod)
`

func TestLua(t *testing.T) {
	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{mstore.Library(mstore.New(nil))}})
	k.LoadString("m.lua", script)
	s := k.Session("192.0.2.7:4321")
	s.Connect()
	s.Ehlo("client.example")
	s.MailFrom("alerts@bank.example")
	s.RcptTo("15551234@sms.example")
	if got := s.Data(sms); got != "250" {
		t.Fatal(got, k.Log())
	}
	want := "true\nalerts@bank.example\t15551234@sms.example\t12345\tfalse\ntrue\ntrue\tnil\ntrue"
	if diff := cmp.Diff(want, k.Printed()); diff != "" {
		t.Error(diff)
	}
	queued := k.Queue.Take()
	if len(queued) != 1 {
		t.Fatalf("%d messages", len(queued))
	}
	var raw bytes.Buffer
	if _, err := queued[0].WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	if queued[0].Sender() != "alerts@bank.example" || queued[0].Recipient() != "15551234@sms.example" || !strings.Contains(raw.String(), "X-Second: try\r\n") ||
		!strings.Contains(raw.String(), "X-Odd: \xff\r\n") || strings.Contains(raw.String(), "Message-ID") {
		t.Errorf("%q", raw.String())
	}
	k.LoadString("c.lua", `print(msys.mstore.MSTORE_CONTINUE, msys.mstore.MSTORE_DONE, require("msys.mstore") == msys.mstore)`)
	if got := k.Printed(); got != "0\t1\ttrue" {
		t.Error(got)
	}
	if errs := k.Errors(); errs != nil {
		t.Error(errs)
	}
}

func TestLuaFailures(t *testing.T) {
	for _, tt := range []struct{ store, script, want string }{
		{"", `print(pcall(msys.mstore.save, nil, "b", "i"))`, "false\tbad argument #1 to 'save' (msys.core:_ec_message expected, got nil)"},
		{"", `print(pcall(msys.mstore.load, "b"))`, "false\tbad argument #2 to 'load' (string expected, got nil)"},
		{"", `print(msys.mstore.load("", "i"))`, "nil\tinvalid bucket or id of 0 bytes"},
		{"", `print(msys.mstore.inject(msys.core.ec_message_new()))`, "nil\tinjecting: no recipients"},
		{"down", `local m = msys.core.ec_message_new() print(msys.mstore.save(m, "b", "i"))`, "nil\tsaving: connection refused"},
		{"down", `print(msys.mstore.load("b", "i"))`, "nil\tloading: connection refused"},
		{"down", `print(msys.mstore.delete("b", "i"))`, "nil\tdeleting: connection refused"},
	} {
		o := &mstore.Options{}
		if tt.store != "" {
			o.Store = failing{errors.New("connection refused")}
		}
		k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{mstore.Library(mstore.New(o))}})
		k.LoadString("m.lua", tt.script)
		if got := k.Printed(); got != tt.want {
			t.Errorf("%s: %q", tt.script, got)
		}
	}
}

// FuzzLoad loads whatever a store may give.
func FuzzLoad(f *testing.F) {
	seed := &capture{}
	s := mstore.New(&mstore.Options{Store: seed})
	m, err := message.ParseBytes([]byte(sms), message.Envelope{From: "a@b.example", To: "c@d.example"}, nil)
	if err != nil {
		f.Fatal(err)
	}
	m.ContextSet(message.ContextMess, "key", "value")
	if err := s.Save(ctx, m, "b", "i"); err != nil {
		f.Fatal(err)
	}
	f.Add(seed.data)
	f.Add(seed.data[:30])
	f.Add([]byte("gomsysM1\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		store := &capture{data: data}
		s := mstore.New(&mstore.Options{Store: store, Clock: storetest.NewClock()})
		m, err := s.Load(ctx, "b", "i")
		if err != nil {
			return
		}
		want := facts(t, m)
		if err := s.Save(ctx, m, "b", "i"); err != nil {
			t.Fatal(err)
		}
		again, err := s.Load(ctx, "b", "i")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, facts(t, again)); diff != "" {
			t.Error(diff)
		}
	})
}

// capture keeps one entry, whatever its key.
type capture struct{ data []byte }

func (c *capture) Put(_ context.Context, _, _ string, data []byte, _ time.Duration) error {
	c.data = data
	return nil
}
func (c *capture) Get(context.Context, string, string) ([]byte, error) { return c.data, nil }
func (c *capture) Delete(context.Context, string, string) error        { return nil }

func BenchmarkSaveLoad(b *testing.B) {
	s := mstore.New(nil)
	m, err := message.ParseBytes([]byte(sms+strings.Repeat("some more text of the mail\r\n", 400)), message.Envelope{From: "a@b.example", To: "c@d.example"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(m.Size())
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Save(ctx, m, "b", "i"); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Load(ctx, "b", "i"); err != nil {
			b.Fatal(err)
		}
	}
}
