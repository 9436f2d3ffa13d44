package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hello begins a session.
func (r *running) hello() *client {
	r.t.Helper()
	c := r.dial()
	c.expect(banner...)
	if got := c.say("EHLO mx.b.example"); !strings.HasPrefix(got, "250-") {
		r.t.Fatal(got)
	}
	return c
}

// replies sends bytes at once and reads the replies of n commands.
func (c *client) replies(text string, n int) (got []string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
	for range n {
		reply := c.reply()
		if len(reply) > 3 {
			reply = reply[:3]
		}
		got = append(got, reply)
	}
	return got
}

// Commands, content and the next transaction may come in one packet (RFC
// 2920); policy decides about each command in turn.
func TestPipelining(t *testing.T) {
	r := start(t, options{}, bundledPolicy(t))
	c := r.hello()
	got := c.replies("MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@x.example>\r\nRCPT TO:<one@x.example>\r\nDATA\r\n", 4)
	got = append(got, c.replies("Subject: 1\r\n\r\nMAIL FROM:<not@this.one>\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<two@x.example>\r\nNOOP\r\nRSET\r\nQUIT\r\n", 6)...)
	if diff := cmp.Diff([]string{"250", "550", "250", "354", "250", "250", "250", "250", "250", "221"}, got); diff != "" {
		t.Error(diff)
	}
	mails := r.mails()
	if got := mails["one@x.example"]; len(mails) != 1 || !strings.HasSuffix(got, "Subject: 1\r\n\r\nMAIL FROM:<not@this.one>\r\n") {
		t.Errorf("%d mails:\n%s", len(mails), got)
	}
}

// Chunks are content byte for byte (RFC 3030), whatever they look like, also
// of a transaction that has been refused.
func TestChunking(t *testing.T) {
	r := start(t, options{}, bundledPolicy(t))
	c := r.hello()
	content := "Subject: chunks\r\n\r\nQUIT\r\n.\r\n..\r\nno line end"
	var pipelined strings.Builder
	pipelined.WriteString("MAIL FROM:<a@b.example> BODY=8BITMIME\r\nRCPT TO:<one@x.example>\r\n")
	for rest := content; rest != ""; {
		n := min(len(rest), 7)
		fmt.Fprintf(&pipelined, "BDAT %d\r\n%s", n, rest[:n])
		rest = rest[n:]
	}
	pipelined.WriteString("BDAT 0 LAST\r\n")
	n := 2 + (len(content)+6)/7 + 1
	if diff := cmp.Diff(strings.Fields(strings.Repeat("250 ", n)), c.replies(pipelined.String(), n)); diff != "" {
		t.Fatal(diff)
	}
	if got := r.mails()["one@x.example"]; !strings.HasSuffix(got, "\r\n"+content) {
		t.Errorf("stored:\n%s", got)
	}
	got := c.replies("MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@x.example>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", 4)
	if diff := cmp.Diff([]string{"250", "550", "502", "250"}, got); diff != "" {
		t.Error(diff)
	}
}

// A size that is too large is refused when it is announced (RFC 1870), and
// when it comes unannounced, by DATA or BDAT; the session goes on.
func TestSize(t *testing.T) {
	r := start(t, options{maxSize: 1000}, policyWith(`
function mod:validate_mailfrom(s, ac, v) v:set_code(250, v:get(VCTX_MESS, "mailfrom_string")) return 0 end`))
	c := r.hello()
	large := "Subject: x\r\n\r\n" + strings.Repeat("0123456789\r\n", 100)
	c.expect(
		"MAIL FROM:<a@b.example> SIZE=1001", "552 5.3.4 Max message size exceeded",
		"MAIL FROM:<a@b.example> SIZE=1000", "250 MAIL FROM:<a@b.example> SIZE=1000",
		"RCPT TO:<x@x.example>", "250 2.0.0 I'll make sure <x@x.example> gets this",
		"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>",
		large+".", "552 5.3.4 Maximum message size exceeded",
		"MAIL FROM:<a@b.example>", "250 MAIL FROM:<a@b.example>",
		"RCPT TO:<x@x.example>", "250 2.0.0 I'll make sure <x@x.example> gets this",
		fmt.Sprintf("BDAT %d LAST\r\n%s", len(large), strings.TrimSuffix(large, "\r\n")), "552 5.3.4 Max message size exceeded",
		"NOOP", "250 2.0.0 I have successfully done nothing",
	)
	if n := len(r.mails()); n != 0 {
		t.Errorf("%d mails stored", n)
	}
}

// Addresses and header fields in UTF-8 (RFC 6531) reach policy and the
// Maildir as they are.
func TestSMTPUTF8(t *testing.T) {
	r := start(t, options{}, policyWith(`
function mod:validate_rcptto(m, str, ac, v) v:set_code(250, m:mailfrom() .. " " .. tostring(str)) return 0 end`))
	c := r.hello()
	c.expect("MAIL FROM:<jörg@bücher.example> SMTPUTF8", "250 2.0.0 Roger, accepting mail from <jörg@bücher.example>",
		"RCPT TO:<δοκιμή@παράδειγμα.example>", "250 jörg@bücher.example δοκιμή@παράδειγμα.example",
		"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: Grüße\r\n\r\n\xff\r\n.", "250 2.0.0 OK: queued")
	got := r.mails()["δοκιμή@παράδειγμα.example"]
	if !strings.HasPrefix(got, "Return-Path: <jörg@bücher.example>\r\n") || !strings.HasSuffix(got, "\r\nSubject: Grüße\r\n\r\n\xff\r\n") {
		t.Errorf("stored:\n%s", got)
	}
}

// showDSN prints what policy knows of the parameters of DSN.
const showDSN = `
require("msys.extended.message")
function mod:validate_mailfrom(s, ac, v) v:set_code(250, v:get(VCTX_MESS, "mailfrom_string")) return 0 end
function mod:validate_rcptto(m, str, ac, v) v:set_code(250, v:get(VCTX_MESS, "rcptto_string")) return 0 end
function mod:validate_data_spool_each_rcpt(m, ac, v)
  m:header("X-From", m:context_get(VCTX_MESS, "mailfrom_string"))
  m:header("X-To", m:context_get(VCTX_MESS, "rcptto_string"))
  return 0
end`

// Policy sees the parameters of DSN (RFC 3461) as the client wrote them, for
// each recipient its own. Who asked for it hears of success.
func TestDSN(t *testing.T) {
	r := start(t, options{}, policyWith(showDSN))
	c := r.hello()
	c.expect(
		"MAIL FROM:<a@b.example> RET=sometimes", "501 5.5.4 Unknown RET value",
		"MAIL FROM:<a@b.example> ret=hdrs ENVID=QQ+2B1", "250 MAIL FROM:<a@b.example> ret=hdrs ENVID=QQ+2B1",
		"RCPT TO:<one@x.example> NOTIFY=NEVER,SUCCESS", "501 5.5.4 Malformed NOTIFY parameter value",
		"RCPT TO:<one@x.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first+2B@x.example", "250 RCPT TO:<one@x.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first+2B@x.example",
		"RCPT TO:<two@x.example> NOTIFY=NEVER", "250 RCPT TO:<two@x.example> NOTIFY=NEVER",
		"RCPT TO:<three@x.example>", "250 RCPT TO:<three@x.example>",
		"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: x\r\n\r\n.", "250 2.0.0 OK: queued",
		"QUIT", "221 2.0.0 Bye",
	)
	mails := r.mails()
	for to, want := range map[string]string{
		"one@x.example": " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first+2B@x.example", "two@x.example": " NOTIFY=NEVER", "three@x.example": "",
	} {
		unfolded := strings.NewReplacer("\r\n\t", " ", "\r\n ", " ").Replace(mails[to])
		if !strings.Contains(unfolded, "X-From: MAIL FROM:<a@b.example> ret=hdrs ENVID=QQ+2B1\r\n") || !strings.Contains(unfolded, "X-To: RCPT TO:<"+to+">"+want+"\r\n") {
			t.Errorf("mail for %s:\n%s", to, mails[to])
		}
	}
	report := mails["a@b.example"]
	for _, want := range []string{"Return-Path: <>\r\n", "Action: delivered\r\n", "Original-Envelope-Id: QQ+1\r\n", "Original-Recipient: rfc822; first+@x.example\r\n", "Final-Recipient: rfc822; one@x.example\r\n"} {
		if !strings.Contains(report, want) {
			t.Errorf("%q is not in the notification:\n%s", want, report)
		}
	}
	if len(mails) != 4 {
		t.Errorf("%d mails", len(mails))
	}
}

// A next hop with DSN gets the parameters; without it, the sender is told
// that the mail was passed on.
func TestDSNRelayed(t *testing.T) {
	for _, reports := range []bool{true, false} {
		t.Run(fmt.Sprint(reports), func(t *testing.T) {
			body := showDSN
			if !reports {
				body += "\nfunction mod:validate_ehlo(s, ac, v) ac:esmtp_capability_remove('DSN') return 0 end"
			}
			next := start(t, options{}, policyWith(body))
			r := startRelay(t, next.addr, policyWith(showDSN))
			c := r.hello()
			c.expect("MAIL FROM:<a@b.example> RET=HDRS ENVID=QQ+2B1", "250 MAIL FROM:<a@b.example> RET=HDRS ENVID=QQ+2B1",
				"RCPT TO:<one@x.example> NOTIFY=SUCCESS ORCPT=rfc822;first@x.example", "250 RCPT TO:<one@x.example> NOTIFY=SUCCESS ORCPT=rfc822;first@x.example",
				"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: x\r\n\r\n.", "250 2.0.0 OK: queued")
			eventually(t, "two mails", func() bool { return len(next.mails()) == 2 && r.queued() == 0 })
			mails := next.mails()
			want, action := " NOTIFY=SUCCESS ORCPT=RFC822;first@x.example", "delivered"
			if !reports {
				want, action = "", "relayed"
			}
			unfolded := strings.NewReplacer("\r\n\t", " ", "\r\n ", " ").Replace(mails["one@x.example"])
			if !strings.Contains(unfolded, "X-To: RCPT TO:<one@x.example>"+want+"\r\n") || strings.Contains(unfolded, "ENVID=QQ+2B1") != reports && reports {
				t.Errorf("the next hop was told:\n%s", mails["one@x.example"])
			}
			if report := mails["a@b.example"]; !strings.Contains(report, "Action: "+action+"\r\n") || !strings.Contains(report, "Original-Envelope-Id: QQ+1\r\n") {
				t.Errorf("notification:\n%s", report)
			}
		})
	}
}

// A listener may speak TLS from the first byte (RFC 8314): AUTH is offered at
// once, STARTTLS is not, and policy knows before the banner.
func TestImplicitTLS(t *testing.T) {
	scripts := bundledPolicy(t)
	scripts["tls.lua"] = policyWith(`
function mod:validate_connect(ac, v) v:set_code(220, "tls " .. v:get(VCTX_CONN, "tls")) return 0 end`)["p.lua"]
	r := start(t, options{tls: certificate(t), authURI: "demo://"}, scripts)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- r.Serve(l, true) }()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		return conn
	}
	secure := tls.Client(dial(), &tls.Config{InsecureSkipVerify: true})
	c := &client{t, secure, bufio.NewReader(secure)}
	c.expect("", "220 tls on")
	if got := c.say("EHLO x"); strings.Contains(got, "STARTTLS") || !strings.Contains(got, "AUTH PLAIN LOGIN") {
		t.Errorf("EHLO: %s", got)
	}
	c.expect("AUTH PLAIN AGRlbW8Ac2VjcmV0", "235 2.7.0 authentication successful")
	c.say("MAIL FROM:<a@b.example>")
	c.say("RCPT TO:<x@x.example>")
	c.say("DATA")
	c.expect("Subject: x\r\n\r\n.", "250 2.0.0 OK: queued", "QUIT", "221 2.0.0 Bye")
	if got := r.mails()["x@x.example"]; !strings.Contains(got, "with ESMTPSA id") {
		t.Errorf("stored:\n%s", got)
	}
	// who does not speak TLS is cut off
	plain := dial()
	fmt.Fprint(plain, "EHLO x\r\n")
	if got, err := io.ReadAll(plain); err == nil && strings.Contains(string(got), "220") {
		t.Errorf("plain text was answered with %q", got)
	}
}

// The server's own numbers.
func TestMetrics(t *testing.T) {
	r := start(t, options{serviceOptions: serviceOptions{http: "127.0.0.1:0"}, relayOptions: relayOptions{
		relay: "127.0.0.1:1", queue: filepath.Join(t.TempDir(), "queue.db"), values: optionValues{"retry_interval": 3600},
	}}, policyWith(`
function mod:validate_data(m, ac, v) if m:header("Subject")[1] == "no" then v:set_code(550, "5.7.1 no") end return 0 end`))
	c := r.hello()
	r.hello().expect("QUIT", "221 2.0.0 Bye")
	for _, subject := range []string{"yes", "no"} {
		c.say("MAIL FROM:<a@b.example>")
		c.say("RCPT TO:<x@x.example>")
		c.say("DATA")
		c.say("Subject: " + subject + "\r\n\r\n.")
	}
	eventually(t, "one session is left", func() bool { return r.sessions.count() == 1 })
	resp, err := http.Get("http://" + r.services.http.Addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mailserver_sessions_total 2\n", "mailserver_sessions_open 1\n", "mailserver_queue_messages 1\n",
		`mailserver_messages_total{action="accept"} 1` + "\n", `mailserver_messages_total{action="reject"} 1` + "\n", "msys_callout_seconds_count"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
