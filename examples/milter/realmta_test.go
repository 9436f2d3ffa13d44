package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What tests do inside each real MTA.

// startBundled starts the milter with the bundled policy, and a mailbox.
func startBundled(t *testing.T) (r *running, box *mailbox, next string) {
	t.Helper()
	script, err := os.ReadFile("policies/policy.lua")
	if err != nil {
		t.Fatal(err)
	}
	r = start(t, options{}, map[string]string{"policy.lua": string(script)})
	box, next = startMailbox(t)
	return r, box, next
}

// playBundled has a client say what the bundled policy is about to an MTA,
// which holds back as many mails as held tells. nobody is its reply to a
// recipient that policy refuses, plain a mail that policy leaves alone.
func playBundled(t *testing.T, c *smtpClient, box *mailbox, held func(*testing.T) int, nobody, plain string) {
	t.Helper()
	c.say("MAIL FROM:<a@example.org>", "250")
	c.say("RCPT TO:<nobody@y.example>", nobody)
	c.say("RSET", "250")

	// mail that policy leaves alone
	c.send("a@example.org", []string{"b@y.example"}, plain, "250")
	if diff := cmp.Diff(crlf(plain), afterTrace(t, box.next(t).data)); diff != "" {
		t.Error(diff)
	}

	// a new subject and a further part
	c.send("a@example.com", []string{"b@y.example"}, "Subject: two\nFrom: a@example.com\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <2@x>\n"+
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n", "250")
	want := "From: a@example.com\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <2@x>\n" +
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\nSubject: [example] two\n\n--b\n\none\n--b\nContent-Type: text/plain\n\nSent by Example Corp.\n\n--b--\n"
	if diff := cmp.Diff(crlf(want), afterTrace(t, box.next(t).data)); diff != "" {
		t.Error(diff)
	}

	// dropped, held: the client hears of neither
	c.send("noise@example.com", []string{"b@y.example"}, plain, "250")
	c.send("a@example.org", []string{"b@y.example"}, "Subject: a prize\n\nyou won\n", "250")
	if n := held(t); n != 1 {
		t.Errorf("%d mails are held", n)
	}
	c.say("QUIT", "221")
	select {
	case <-box.more:
		t.Errorf("mail was not dropped or held: %v", box.mails)
	default:
	}
}

// editingScript makes all kinds of edits. It prints macros, the one of the
// daemon among them.
func editingScript(daemon string) string {
	return strings.Replace(`
function mod:validate_mailfrom(from, ac, v)
  if tostring(from):match("^never") then v:disconnect(554, "5.7.1 never") end
  if tostring(from):match("^bye") then v:disconnect(450, "4.7.0 come\nback 100% later") end
  return 0
end
function mod:validate_data(m, ac, v)
  print("macros", v:get(VCTX_MESS, "milter_i") ~= "", v:get(VCTX_CONN, "milter_DAEMON"), tostring(ac.remote_addr):match("^[^:]+"),
    v:get(VCTX_CONN, "milter_j"), v:get(VCTX_MESS, "mailfrom_string"))
  if m:header("Subject")[1] == "no" then v:set_code(554, "5.7.1 no\nnever %s") return 0 end
  m:header("X-Top", {"1", "2"}, "prepend")
  m:header("X-Bottom", {"1\r\n\tfolded", "2"}, "append")
  m:header("X-Gone", "")
  m:header("Received", "by policy", "append")
  m:mailfrom("new@example.org")
  v:remove_recipient("b@y.example")
  v:add_recipient("d@y.example")
  return 0
end`, "DAEMON", daemon, 1)
}

// editedBefore is a mail, editedAfter what editingScript makes of it.
const (
	editedBefore = "Received: from old\nX-Gone: 1\nSubject: yes\nX-Gone: 2\nFrom: a@b.example\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <1@x>\nReceived: from older\n\nhi\n"
	editedAfter  = "X-Top: 1\nX-Top: 2\nReceived: from old\nSubject: yes\nFrom: a@b.example\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <1@x>\nReceived: from older\n" +
		"X-Bottom: 1\n\tfolded\nX-Bottom: 2\nReceived: by policy\n\nhi\n"
)
