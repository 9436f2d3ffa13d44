package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeCertificate writes a certificate that is new, and its key.
func writeCertificate(t *testing.T, cert, key string) *x509.Certificate {
	t.Helper()
	pair := certificate(t).Certificates[0]
	private, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]},
		key:  {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// secure begins TLS and gives the server's certificate.
func (c *client) secure() *x509.Certificate {
	c.t.Helper()
	c.expect("STARTTLS", "220 2.0.0 ready to start TLS")
	secure := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	c.conn, c.in = secure, bufio.NewReader(secure)
	return secure.ConnectionState().PeerCertificates[0]
}

func (r *running) writePolicy(name, body string) {
	r.t.Helper()
	text := strings.ReplaceAll(policyWith(body)["p.lua"], "'p'", "'"+name+"'")
	if err := os.WriteFile(filepath.Join(r.o.policies, name+".lua"), []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// A reload drops no session: one that is open ends with the policies that it
// began with; those that follow have the new policies and certificate. What
// cannot be loaded changes nothing.
func TestReloadKeepsSessions(t *testing.T) {
	dir := t.TempDir()
	o := options{cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem")}
	first := writeCertificate(t, o.cert, o.key)
	if err := o.useCertificate(); err != nil {
		t.Fatal(err)
	}
	body := func(version string) string {
		return `local seen = "` + version + `"
function mod:validate_mailfrom(s, ac, v) v:set_code(250, seen) return 0 end
function mod:validate_data(m, ac, v) m:header("X-Version", seen) return 0 end`
	}
	r := start(t, o, policyWith(body("one")))
	hello := func() *client {
		c := r.dial()
		c.expect(banner...)
		c.say("EHLO mx.b.example")
		return c
	}
	open := hello()
	open.expect("MAIL FROM:<a@b.example>", "250 one")

	r.writePolicy("p", body("two"))
	r.writePolicy("q", `function mod:validate_rcptto(m, s, ac, v) v:set_code(550, "5.1.1 by q") return 0 end`)
	second := writeCertificate(t, o.cert, o.key)
	if err := r.reload(); err != nil {
		t.Fatal(err)
	}
	open.expect("RCPT TO:<old@x.example>", "250 2.0.0 I'll make sure <old@x.example> gets this")
	open.expect("DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: x\r\n\r\n.", "250 2.0.0 OK: queued")
	if got := r.mails()["old@x.example"]; !strings.Contains(got, "X-Version: one\r\n") {
		t.Errorf("the session that was open stored:\n%s", got)
	}
	next := hello()
	if got := next.secure(); !got.Equal(second) || got.Equal(first) {
		t.Error("the handshake after the reload has not the new certificate")
	}
	next.say("EHLO mx.b.example")
	next.expect("MAIL FROM:<a@b.example>", "250 two", "RCPT TO:<new@x.example>", "550 5.1.1 by q")

	// neither half of what is wrong takes effect
	third := writeCertificate(t, o.cert, o.key)
	r.writePolicy("p", "this is no Lua")
	if err := r.reload(); err == nil || !strings.Contains(err.Error(), "p.lua:3:") {
		t.Errorf("reload of a broken policy: %v", err)
	}
	if got := hello().secure(); !got.Equal(second) || got.Equal(third) {
		t.Error("a reload that failed has changed the certificate")
	}
	r.writePolicy("p", body("three"))
	if err := os.WriteFile(o.cert, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.reload(); err == nil || !strings.Contains(err.Error(), "tls-cert") {
		t.Errorf("reload of a broken certificate: %v", err)
	}
	hello().expect("MAIL FROM:<a@b.example>", "250 two")
}
