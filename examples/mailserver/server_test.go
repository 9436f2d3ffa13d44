package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// running is a server on a loopback port.
type running struct {
	*server
	t    *testing.T
	addr string
}

func start(t *testing.T, o options, scripts map[string]string) *running {
	t.Helper()
	o.policies = t.TempDir()
	o.maildir = filepath.Join(t.TempDir(), "mail")
	o.hostname = "mx.test"
	if o.logger == nil {
		o.logger = slog.New(slog.DiscardHandler)
	}
	if o.maxSize == 0 {
		o.maxSize = 1 << 20
	}
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(o.policies, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := newServer(&o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l, false) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.Shutdown(ctx)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return &running{s, t, l.Addr().String()}
}

// client is one SMTP conversation.
type client struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func (r *running) dial() *client {
	r.t.Helper()
	c, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(20 * time.Second))
	r.t.Cleanup(func() { c.Close() })
	return &client{r.t, c, bufio.NewReader(c)}
}

// reply reads a whole reply; its lines are joined by "|". A closed connection
// is "closed".
func (c *client) reply() string {
	var lines []string
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return strings.Join(append(lines, "closed"), "|")
		}
		line = strings.TrimRight(line, "\r\n")
		lines = append(lines, line)
		if len(line) < 4 || line[3] != '-' {
			return strings.Join(lines, "|")
		}
	}
}

// say sends a line and gives the reply.
func (c *client) say(line string) string {
	fmt.Fprintf(c.conn, "%s\r\n", line)
	return c.reply()
}

// expect sends lines in turn and compares the replies; "" as a line reads
// without sending.
func (c *client) expect(dialogue ...string) {
	c.t.Helper()
	for i := 0; i < len(dialogue); i += 2 {
		if dialogue[i] != "" {
			fmt.Fprintf(c.conn, "%s\r\n", dialogue[i])
		}
		if diff := cmp.Diff(dialogue[i+1], c.reply()); diff != "" {
			c.t.Fatalf("after %q: %s", dialogue[i], diff)
		}
	}
}

// mails gives the files of the Maildir.
func (r *running) mails() map[string]string {
	r.t.Helper()
	files, err := filepath.Glob(filepath.Join(r.o.maildir, "new", "*"))
	if err != nil {
		r.t.Fatal(err)
	}
	mails := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			r.t.Fatal(err)
		}
		_, to, _ := strings.Cut(string(b), "Delivered-To: ")
		to, _, _ = strings.Cut(to, "\r\n")
		mails[to] = string(b)
	}
	return mails
}

func bundledPolicy(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile("policies/policy.lua")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"policy.lua": string(b)}
}

const ehloReply = "250-mx.test|250-PIPELINING|250-8BITMIME|250-ENHANCEDSTATUSCODES|250-CHUNKING|250-SMTPUTF8|250-DSN|250 SIZE 1048576"

func TestConversation(t *testing.T) {
	r := start(t, options{}, bundledPolicy(t))
	c := r.dial()
	c.expect(
		"", "220 mx.test ESMTP Service Ready",
		"MAIL FROM:<a@b.example>", "503 5.5.1 EHLO first",
		"EHLO client.example", ehloReply,
		"MAIL FROM:<a@b.example>", "250 2.0.0 Roger, accepting mail from <a@b.example>",
		"RCPT TO:<nobody@x.example>", "550 5.1.1 nobody lives here",
		"RCPT TO:<list@x.example>", "250 2.0.0 I'll make sure <list@x.example> gets this",
		"RCPT TO:<joe@x.example>", "250 2.0.0 I'll make sure <joe@x.example> gets this",
		"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>",
		"Subject: hi\r\n\r\nEHLO in the text\r\nSTARTTLS\r\n..dot\r\n.", "250 2.0.0 OK: queued",
		"QUIT", "221 2.0.0 Bye",
	)
	mails := r.mails()
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	for to, want := range map[string]string{
		"list@x.example": "\r\nSubject: [list] hi\r\n\r\nEHLO in the text\r\nSTARTTLS\r\n.dot\r\n",
		"joe@x.example":  "\r\nSubject: hi\r\n\r\nEHLO in the text\r\nSTARTTLS\r\n.dot\r\n",
	} {
		if !strings.HasSuffix(mails[to], want) || !strings.HasPrefix(mails[to], "Return-Path: <a@b.example>\r\nDelivered-To: "+to+"\r\nReceived: from client.example ([127.0.0.1])") {
			t.Errorf("mail for %s:\n%s", to, mails[to])
		}
	}
}

func policyWith(body string) map[string]string {
	return map[string]string{"p.lua": "require('msys.core')\nlocal mod = {}\n" + body + "\nmsys.registerModule('p', mod)\n"}
}

func TestVerdicts(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		dialogue   []string
	}{
		{"own banner", `function mod:validate_connect(ac, v) v:set_code(220, "hello there") return 0 end`, []string{"", "220 hello there"}},
		{"refused connection", `function mod:validate_connect(ac, v) v:set_code(554, "5.7.1 no\ngo away") return 0 end`, []string{
			"", "554-5.7.1 no|554 go away", "EHLO x", "503 5.5.1 bad sequence of commands", "QUIT", "221 2.0.0 Bye"}},
		{"disconnect", `function mod:validate_connect(ac, v) v:disconnect() return 1 end`, []string{
			"", "421 4.7.0 connection closed by policy", "", "closed"}},
		{"capabilities", `function mod:validate_ehlo(s, ac, v) ac:esmtp_capability_add("size 2000") ac:esmtp_capability_remove("8bitmime") ac:esmtp_capability_add("XFOO bar") return 0 end`, []string{
			"", "220 mx.test ESMTP Service Ready", "EHLO x", "250-mx.test|250-PIPELINING|250-ENHANCEDSTATUSCODES|250-CHUNKING|250-SMTPUTF8|250-DSN|250-size 2000|250 XFOO bar"}},
		{"refused EHLO", `function mod:validate_ehlo(s, ac, v) print(s) v:set_code(550, "5.7.1 who") return 0 end`, []string{
			"", "220 mx.test ESMTP Service Ready", "EHLO x", "550 5.7.1 who", "MAIL FROM:<a@b.example>", "503 5.5.1 EHLO first"}},
		{"several lines, no injection", `function mod:validate_mailfrom(s, ac, v) v:set_code(451, "4.7.1 a\nb\r250 ok\0") return 0 end`, []string{
			"", "220 mx.test ESMTP Service Ready", "EHLO x", ehloReply, "MAIL FROM:<a@b.example>", "451-4.7.1 a|451 b 250 ok "}},
		{"disconnect at MAIL", `function mod:validate_mailfrom(s, ac, v) v:set_code(554, "5.7.1 x") v.disconnect = 1 return 0 end`, []string{
			"", "220 mx.test ESMTP Service Ready", "EHLO x", ehloReply, "MAIL FROM:<a@b.example>", "554 5.7.1 x", "", "closed"}},
		{"script error", `function mod:validate_mailfrom() error("x") end`, []string{
			"", "220 mx.test ESMTP Service Ready", "EHLO x", ehloReply, "MAIL FROM:<a@b.example>", "421 4.3.0 temporary failure, try later", "", "closed"}},
		{"reject after the data", `function mod:validate_data(m, ac, v) v:set_code(554, "5.7.1 spam") return 0 end`, []string{
			"", "220 mx.test ESMTP Service Ready", "EHLO x", ehloReply, "MAIL FROM:<>", "250 2.0.0 Roger, accepting mail from <>",
			"RCPT TO:<a@b.example>", "250 2.0.0 I'll make sure <a@b.example> gets this",
			"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "x: y\r\n\r\n.", "554 5.7.1 spam", "NOOP", "250 2.0.0 I have successfully done nothing"}},
		{"chunking", `function mod:validate_data(m, ac, v) v:set_code(250, "2.0.0 " .. m:get_message_size()) return 0 end`, []string{
			"", "220 mx.test ESMTP Service Ready", "EHLO x", ehloReply, "MAIL FROM:<a@b.example>", "250 2.0.0 Roger, accepting mail from <a@b.example>",
			"RCPT TO:<a@b.example>", "250 2.0.0 I'll make sure <a@b.example> gets this",
			"BDAT 10 LAST\r\nx: y\r\n\r\nhi", "250 2.0.0 OK: queued"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, options{}, policyWith(tt.body))
			r.dial().expect(tt.dialogue...)
			if len(r.mails()) > 0 && tt.name != "chunking" {
				t.Error("refused mail was stored")
			}
		})
	}
}

func TestTarpit(t *testing.T) {
	r := start(t, options{}, policyWith(`function mod:validate_connect(ac, v) v:tarpit(0.2) v:tarpit(0.1) return 0 end`))
	began := time.Now()
	r.dial().expect("", "220 mx.test ESMTP Service Ready")
	if d := time.Since(began); d < 300*time.Millisecond {
		t.Errorf("banner after %v", d)
	}
}

func TestReload(t *testing.T) {
	r := start(t, options{}, policyWith(`function mod:validate_connect(ac, v) v:set_code(220, "one") return 0 end`))
	r.dial().expect("", "220 one")
	text := policyWith(`function mod:validate_connect(ac, v) v:set_code(220, "two") return 0 end`)["p.lua"]
	if err := os.WriteFile(filepath.Join(r.o.policies, "p.lua"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := r.rt.Reload(); err != nil {
		t.Fatal(err)
	}
	r.dial().expect("", "220 two")
}

// certificate makes a throw-away certificate for TLS.
func certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx.test"}, DNSNames: []string{"mx.test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func TestTLSAndAuth(t *testing.T) {
	scripts := bundledPolicy(t)
	scripts["tls.lua"] = policyWith(`
function mod:validate_mailfrom(s, ac, v)
  v:set_code(250, v:get(VCTX_CONN, "tls") .. " " .. v:get(VCTX_CONN, "auth_user") .. " " .. v:get(VCTX_CONN, "can_relay"))
  return 0
end`)["p.lua"]
	r := start(t, options{tls: certificate(t), authURI: "demo://"}, scripts)
	c := r.dial()
	c.expect("", "220 mx.test ESMTP Service Ready")
	if got := c.say("EHLO x"); !strings.Contains(got, "STARTTLS") || strings.Contains(got, "AUTH") {
		t.Errorf("EHLO without TLS: %s", got)
	}
	c.expect("AUTH PLAIN AGRlbW8Ac2VjcmV0", "538 5.7.11 encryption required for requested authentication mechanism",
		"STARTTLS", "220 2.0.0 ready to start TLS")
	secure := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		t.Fatal(err)
	}
	c.conn, c.in = secure, bufio.NewReader(secure)
	c.expect("MAIL FROM:<a@b.example>", "503 5.5.1 EHLO first")
	if got := c.say("EHLO x"); strings.Contains(got, "STARTTLS") || !strings.Contains(got, "250 AUTH PLAIN LOGIN") {
		t.Errorf("EHLO inside TLS: %s", got)
	}
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	c.expect(
		"AUTH PLAIN "+encode("\x00demo\x00wrong"), "535 5.7.8 authentication credentials invalid",
		"AUTH LOGIN", "334 "+encode("Username:"), encode("demo"), "334 "+encode("Password:"), encode("secret"), "235 2.7.0 authentication successful",
		"MAIL FROM:<a@b.example>", "250 on demo true",
	)
}

func TestSwaks(t *testing.T) {
	swaks, err := exec.LookPath("swaks")
	if err != nil {
		t.Skip("swaks is not installed (Debian package swaks)")
	}
	r := start(t, options{}, bundledPolicy(t))
	for _, tt := range []struct {
		to, want string
		ok       bool
	}{
		{"list@x.example", "250 2.0.0 OK: queued", true},
		{"nobody@x.example", "550 5.1.1 nobody lives here", false},
	} {
		out, err := exec.Command(swaks, "--server", r.addr, "--from", "a@b.example", "--to", tt.to, "--header", "Subject: by swaks").CombinedOutput()
		if (err == nil) != tt.ok || !strings.Contains(string(out), tt.want) {
			t.Errorf("swaks to %s: %v\n%s", tt.to, err, out)
		}
	}
	if got := r.mails()["list@x.example"]; !strings.Contains(got, "Subject: [list] by swaks\r\n") {
		t.Errorf("stored mail:\n%s", got)
	}
}

func TestSMTPSource(t *testing.T) {
	source, err := exec.LookPath("smtp-source")
	if err != nil {
		t.Skip("smtp-source is not installed (Debian package postfix)")
	}
	r := start(t, options{}, bundledPolicy(t))
	out, err := exec.Command(source, "-c", "-s", "5", "-m", "50", "-l", "2000", "-f", "a@b.example", "-t", "joe@x.example", "inet:"+r.addr).CombinedOutput()
	if err != nil {
		t.Fatalf("smtp-source: %v\n%s", err, out)
	}
	files, _ := filepath.Glob(filepath.Join(r.o.maildir, "new", "*"))
	if len(files) != 50 {
		t.Errorf("%d of 50 mails stored", len(files))
	}
}
