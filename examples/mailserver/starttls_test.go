package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys"
)

// Policy chooses the parameters of a handshake and decides about the client's
// certificate.
func TestTLSPolicy(t *testing.T) {
	for _, tt := range []struct {
		name, params, verify string
		withCertificate      bool
		reply, calls         string
		fails                bool
	}{
		{name: "no certificate", verify: `return nil`, reply: "220 2.0.0 ready to start TLS", calls: "mc(127.0.0.1) vctx(mx.b.example)\nverify 1 nil"},
		{name: "refused without a certificate", verify: `return 0`, reply: "220 2.0.0 ready to start TLS", calls: "mc(127.0.0.1) vctx(mx.b.example)\nverify 1 nil", fails: true},
		{name: "unknown certificate", verify: `return nil`, withCertificate: true, reply: "220 2.0.0 ready to start TLS", calls: "mc(127.0.0.1) vctx(mx.b.example)\nverify 0 CN=mx.test", fails: true},
		{name: "accepted certificate", verify: `return 1`, withCertificate: true, reply: "220 2.0.0 ready to start TLS", calls: "mc(127.0.0.1) vctx(mx.b.example)\nverify 0 CN=mx.test"},
		{name: "parameters that do not work", params: `msys.tls_params.set(params, "certfile", "/nonexistent.pem")`, verify: `return 1`,
			reply: "454 4.7.0 TLS not available", calls: "mc(127.0.0.1) vctx(mx.b.example)"},
		{name: "ciphers", params: `msys.tls_params.set(params, "cipherlist", "ECDHE-ECDSA-AES256-GCM-SHA384")`, verify: `return 1`,
			reply: "220 2.0.0 ready to start TLS", calls: "mc(127.0.0.1) vctx(mx.b.example)\nverify 1 nil"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			own := certificate(t)
			r := start(t, options{tls: own}, map[string]string{"p.lua": recorder + `
require("msys.tls_params")
function mod:core_get_inbound_tls_parameters(mc, ctx, params)
  record(mc, ctx)
  ` + tt.params + `
end
function mod:core_inbound_smtp_tls_verify_callback(mc, ctx, ok, subject, issuer)
  record("verify", ok, subject)
  ` + tt.verify + `
end
msys.registerModule("p", mod)`})
			c := r.dial()
			c.expect(banner...)
			c.say("EHLO mx.b.example")
			c.expect("STARTTLS", tt.reply)
			if strings.HasPrefix(tt.reply, "220") {
				config := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}
				if tt.withCertificate {
					config.Certificates = own.Certificates
				}
				secure := tls.Client(c.conn, config)
				err := secure.Handshake()
				if err == nil {
					c.conn, c.in = secure, bufio.NewReader(secure)
					c.say("EHLO mx.b.example")
				}
				if (err != nil) != tt.fails {
					t.Errorf("handshake: %v", err)
				}
			}
			if got := r.calls(c); got != tt.calls {
				t.Errorf("called with %q, want %q", got, tt.calls)
			}
		})
	}
}

// Where policy requires a certificate, a client without one has not passed the
// check, whatever policy then makes of it.
func TestRequiredCertificate(t *testing.T) {
	known, unknown := certificate(t), certificate(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: known.Certificates[0].Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, verify string // what the callout returns; "" is no callout
		level        int    // tls_verify
		client       *tls.Config
		calls        string
		fails        bool
	}{
		{"required, none", "nil", 1, nil, "verify 0", true},
		{"required, none, policy accepts", "1", 1, nil, "verify 0", false},
		{"required for the host's name, none", "nil", 2, nil, "verify 0", true},
		{"required, known", "nil", 1, known, "verify 1", false},
		{"required, unknown", "nil", 1, unknown, "verify 0", true},
		{"required, known, policy refuses", "0", 1, known, "verify 1", true},
		{"optional, none", "nil", 3, nil, "verify 1", false},
		{"optional, known", "nil", 3, known, "verify 1", false},
		{"optional, unknown", "nil", 3, unknown, "verify 0", true},
		{"no callout, required, none", "", 1, nil, "", true},
		{"no callout, required, known", "", 1, known, "", false},
		{"no callout, optional, none", "", 3, nil, "", false},
		{"no callout, optional, unknown", "", 3, unknown, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			policy := recorder + fmt.Sprintf(`
require("msys.tls_params")
function mod:core_get_inbound_tls_parameters(mc, ctx, params)
  params.tls_verify = %d
  msys.tls_params.set(params, "ca", %q)
end
`, tt.level, ca)
			if tt.verify != "" {
				policy += `function mod:core_inbound_smtp_tls_verify_callback(mc, ctx, ok) record("verify", ok) return ` + tt.verify + " end\n"
			}
			r := start(t, options{tls: certificate(t)}, map[string]string{"p.lua": policy + "msys.registerModule('p', mod)"})
			c := r.dial()
			c.expect(banner...)
			c.say("EHLO mx.b.example")
			c.expect("STARTTLS", "220 2.0.0 ready to start TLS")
			config := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12} // with 1.3 the client hears later
			if tt.client != nil {
				config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
					return &tt.client.Certificates[0], nil
				}
			}
			secure := tls.Client(c.conn, config)
			err := secure.Handshake()
			if (err != nil) != tt.fails {
				t.Errorf("handshake: %v", err)
			}
			if err == nil {
				c.conn, c.in = secure, bufio.NewReader(secure)
				if got := c.say("EHLO mx.b.example"); !strings.HasPrefix(got, "250-mx.test|") {
					t.Errorf("EHLO inside TLS: %s", got)
				}
			}
			if got := r.calls(c); got != tt.calls {
				t.Errorf("called with %q, want %q", got, tt.calls)
			}
		})
	}
}

// Policy hears of a client that goes without QUIT, and of no other.
func TestAbort(t *testing.T) {
	r := start(t, options{}, map[string]string{"p.lua": recorder + `
function mod:core_server_esmtp_session_abort(ac) record("abort", ac) end
function mod:validate_ehlo() return 0 end
msys.registerModule("p", mod)`})
	polite := r.dial()
	polite.expect(banner...)
	polite.say("EHLO mx.b.example")
	polite.expect("QUIT", "221 2.0.0 Bye")
	rude := r.dial()
	rude.expect(banner...)
	rude.say("EHLO mx.b.example")
	rude.conn.Close()
	deadline := time.Now().Add(5 * time.Second)
	for {
		out, _, err := r.rt.Control(context.Background(), msys.ControlRequest{Line: "calls"})
		if err != nil {
			t.Fatal(err)
		}
		if out == "abort ac(127.0.0.1)\n" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("recorded %q", out)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
