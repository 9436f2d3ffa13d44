package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
)

// The bundled policy inside a real Postfix.
func TestPostfix(t *testing.T) {
	r, box, next := startBundled(t)
	p := startPostfix(t, r.addr, next, loopback.Addr(t))
	const plain = "Subject: plain\nX-Folded: a\n\tb\nX-Tight:c\nFrom: a@example.org\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <1@x>\n\n.dot\ntext\n"
	playBundled(t, p.dial(t), box, p.held, "550 5.1.1 nobody lives here", plain)
}

// What the MTA's own rules about headers, recipients and replies make of it.
func TestPostfixEdits(t *testing.T) {
	r := start(t, options{}, policyWith(editingScript("daemon_addr")))
	box, next := startMailbox(t)
	p := startPostfix(t, r.addr, next, loopback.Addr(t))
	c := p.dial(t)
	c.send("a@example.org", []string{"b@y.example"}, "Subject: no\n\n", "554 5.7.1 no|never %s")
	if want := "macros\\ttrue\\t127.0.0.1\\t127.0.0.1\\tmx.test\\tMAIL FROM:<a@example.org>"; !strings.Contains(r.log.String(), want) {
		t.Errorf("%q is not in\n%s", want, r.log)
	}
	c.send("a@example.org", []string{"b@y.example", "c@y.example"},
		editedBefore, "250")
	got := box.next(t)
	if diff := cmp.Diff(crlf(editedAfter), afterTrace(t, got.data)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"new@example.org", []string{"c@y.example", "d@y.example"}}, []any{got.from, got.to}); diff != "" {
		t.Error(diff)
	}
	for sender, want := range map[string]string{"bye": "421 4.7.0 come|back 100% later", "never": "521 5.7.1 never"} {
		c := p.dial(t)
		c.say("MAIL FROM:<"+sender+"@example.org>", want)
		if _, err := c.ReadLine(); err == nil {
			t.Errorf("the connection stays open after %s", want)
		}
	}
}

// Copies that differ: most recipients share the MTA's message, the others get
// theirs by the listener without milter.
func TestPostfixCopies(t *testing.T) {
	inject := loopback.Addr(t)
	r := start(t, options{inject: inject}, policyWith(`
function mod:validate_data_spool_each_rcpt(m, ac, v)
  if m:rcptto():match("^own") then m:header("X-Own", m:rcptto(), "append") end
  return 0
end`))
	box, next := startMailbox(t)
	p := startPostfix(t, r.addr, next, inject)
	c := p.dial(t)
	const text = "Subject: x\nFrom: a@b.example\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <1@x>\n"
	c.send("a@example.org", []string{"own@y.example", "b@y.example", "c@y.example"}, text+"\nhi\n", "250")
	got := map[string]string{}
	for range 2 {
		m := box.next(t)
		for _, to := range m.to {
			got[to] = m.data
		}
	}
	for _, to := range []string{"b@y.example", "c@y.example"} {
		if diff := cmp.Diff(crlf(text+"\nhi\n"), afterTrace(t, got[to])); diff != "" {
			t.Error(diff)
		}
	}
	_, own, _ := strings.Cut(got["own@y.example"], "Received: from mx.example.org ([127.0.0.1])\r\n\tby mx.test with ESMTP id ")
	if own == "" {
		t.Errorf("no trace field of the milter in\n%s", got["own@y.example"])
	}
	if want := crlf(text + "X-Own: own@y.example\n\nhi\n"); len(own) < len(want) || own[len(own)-len(want):] != want {
		t.Errorf("mail for own:\n%s", own)
	}
}

// Postfix tells of TLS.
func TestPostfixTLS(t *testing.T) {
	r := start(t, options{}, policyWith(`
function mod:validate_mailfrom(from, ac, v)
  v:set_code(450, "4.7.1 " .. v:get(VCTX_CONN, "tls") .. " " .. v:get(VCTX_CONN, "tls_protocol") .. " " .. v:get(VCTX_CONN, "tls_cipher"))
  return 0
end`))
	_, next := startMailbox(t)
	p := startPostfix(t, r.addr, next, loopback.Addr(t))
	c := p.dial(t)
	c.say("STARTTLS", "220")
	c.secure()
	c.say("EHLO mx.example.org", "250")
	c.say("MAIL FROM:<a@example.org>", "450 4.7.1 on TLSv1.3 TLS_")
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
