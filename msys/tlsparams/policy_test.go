package tlsparams_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/tlsparams"
	"github.com/gomsys/gomsys/vctx"
)

// TestOutboundPolicy has policies set the parameters of deliveries.
func TestOutboundPolicy(t *testing.T) {
	configured := msys.TLSParams{UseTLS: tlsparams.IfAvailable, Verify: tlsparams.VerifyOptional, CA: "/ca.pem", KeyFile: "/k.pem"}
	for _, tt := range []struct {
		name, body, printed string
		want                tlsparams.Params
	}{
		{"untouched", ``, "", configured},
		{"set", `print(msys.tls_params.set(params, "certfile", "/c.pem")) params.use_tls = 2`, "true",
			tlsparams.Params{UseTLS: tlsparams.Required, Verify: tlsparams.VerifyOptional, CertFile: "/c.pem", KeyFile: "/k.pem", CA: "/ca.pem"}},
		{"all", `for _, n in ipairs{"certfile", "keyfile", "ca", "cipherlist"} do msys.tls_params.set(params, n, "/" .. n) end params.tls_verify = 2 params.use_tls = 0 print(params.use_tls, params.tls_verify, params.ca)`,
			"0\t2\t/ca", tlsparams.Params{Verify: tlsparams.VerifyHostname, CertFile: "/certfile", KeyFile: "/keyfile", CA: "/ca", CipherList: "/cipherlist"}},
		{"assigned and cleared", `params.cipherlist = "HIGH" msys.tls_params.set(params, "ca", nil) params.keyfile = nil print(params.cipherlist, params.ca, params.keyfile)`, "HIGH\tnil\tnil",
			tlsparams.Params{UseTLS: tlsparams.IfAvailable, Verify: tlsparams.VerifyOptional, CipherList: "HIGH"}},
		{"unknown", `print(pcall(msys.tls_params.set, params, "cert", "x"))`, "false\ttls_params: unknown parameter 'cert'", configured},
		{"other object", `print(pcall(msys.tls_params.set, msg, "ca", "x"))`,
			"false\tbad argument #1 to 'set' (msys.tls_params:_params expected, got msys.core:_ec_message)", configured},
		{"failure", `params.use_tls = 2 error("stop")`, "",
			tlsparams.Params{UseTLS: tlsparams.Required, Verify: tlsparams.VerifyOptional, CA: "/ca.pem", KeyFile: "/k.pem"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kit := policykit.New(t, nil)
			kit.LoadString("policy", `require("msys.core") require("msys.tls_params")
				local mod = {}
				function mod:core_get_outbound_tls_parameters(msg, params) `+tt.body+` end
				msys.registerModule("custom_tls_hook", mod)`)
			m, err := message.ParseBytes([]byte(policykit.Mail), message.Envelope{To: "bob@example.com"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			p, err := kit.OutboundTLS(context.Background(), m, configured)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, p); diff != "" {
				t.Error(diff)
			}
			if got := strings.TrimSpace(kit.Printed()); got != tt.printed {
				t.Errorf("printed %q, want %q", got, tt.printed)
			}
		})
	}
}

// TestSTARTTLS has the policies of a client and a server decide about a
// handshake that takes place.
func TestSTARTTLS(t *testing.T) {
	ctx := context.Background()
	f := makeFiles(t)
	kit := policykit.New(t, nil)
	kit.LoadString("policy", strings.NewReplacer("SERVER", f.server, "CLIENT", f.client, "CA", f.ca).Replace(`
		require("msys.core") require("msys.tls_params")
		local mod = {}
		function mod:core_get_outbound_tls_parameters(msg, params)
			params.use_tls = 2
			params.tls_verify = 2
			msys.tls_params.set(params, "certfile", "CLIENT")
			msys.tls_params.set(params, "ca", "CA")
			msys.tls_params.set(params, "cipherlist", "ECDHE+AESGCM+AES256")
		end
		function mod:core_get_inbound_tls_parameters(mc, ctx, params)
			params.certfile = "SERVER"
			params.ca = "CA"
			params.tls_verify = 1
		end
		function mod:core_inbound_smtp_tls_verify_callback(mc, ctx, preverify_ok, subject, issuer, x509ctx)
			print("client", preverify_ok, subject, issuer, x509ctx)
			if subject == "CN=bad.example.net" then return 0 end
		end
		function mod:core_outbound_smtp_tls_verify_callback(dc, sslctx, preverify_ok, subject, issuer, x509ctx)
			print("server", dc.host, preverify_ok, subject, issuer)
			return preverify_ok
		end
		function mod:core_inbound_smtp_tls_post_accept(mc, event, eventtype, vclosure, now)
			for _, name in ipairs{"tls", "tls_cipher", "tls_cipher_algbits", "tls_cipher_usebits", "tls_client_cert_subject", "tls_client_cert_subject_cn",
				"tls_client_cert_issuer", "tls_client_cert_issuer_cn", "tls_client_verified"} do
				print(name, mc.ctx:get(msys.core.VCTX_CONN, name))
			end
			if mc.ctx:get(msys.core.VCTX_CONN, "tls_client_verified") ~= "yes" then
				mc.ctx.code = 420
				mc.ctx.disconnect = 1
			end
		end
		function mod:core_smtp_tls_reporting(json)
			print(json.type, json.policy["policy-type"], json.policy["policy-string"][2], json["result-type"])
		end
		msys.registerModule("tls", mod)`))
	m, err := message.ParseBytes([]byte(policykit.Mail), message.Envelope{To: "bob@example.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	s := kit.Session("192.0.2.7:4321")
	s.Connect()
	s.Ehlo("client.example.net")

	inbound, err := s.InboundTLS(ctx, msys.TLSParams{UseTLS: tlsparams.IfAvailable})
	if err != nil {
		t.Fatal(err)
	}
	p := inbound
	server, err := p.ServerConfig()
	if err != nil {
		t.Fatal(err)
	}
	var info vctx.TLSInfo
	server.VerifyConnection = func(state tls.ConnectionState) error {
		cert := state.PeerCertificates[0]
		ok, err := s.VerifyClient(ctx, msys.Certificate{Subject: cert.Subject.String(), Issuer: cert.Issuer.String(), Verified: len(state.VerifiedChains) > 0})
		if err != nil || !ok {
			return fmt.Errorf("refused: %v", err)
		}
		info = vctx.TLSInfoOf(state)
		return nil
	}
	outbound, err := kit.OutboundTLS(ctx, m, msys.TLSParams{})
	if err != nil {
		t.Fatal(err)
	}
	p = outbound
	client, err := p.ClientConfig()
	if err != nil {
		t.Fatal(err)
	}
	client.ServerName, client.MaxVersion = "mx.example.org", tls.VersionTLS12
	client.VerifyConnection = func(state tls.ConnectionState) error {
		cert := state.PeerCertificates[0]
		ok, err := kit.VerifyServer(ctx, &msys.Delivery{Message: m, Host: "mx.example.org"}, msys.Certificate{Subject: cert.Subject.String(), Issuer: cert.Issuer.String(), Verified: true})
		if err != nil || !ok {
			return fmt.Errorf("refused: %v", err)
		}
		return nil
	}
	if _, err := handshake(t, client, server); err != nil {
		t.Fatal(err, kit.Log())
	}
	if v, err := s.StartTLS(ctx, info); err != nil || v.Action != msys.Accept {
		t.Error(v, err)
	}
	// The two sides' callbacks run in any order.
	got := strings.Split(strings.TrimSpace(kit.Printed()), "\n")
	if got[0] > got[1] {
		got[0], got[1] = got[1], got[0]
	}
	want := []string{
		"client\t1\tCN=client.example.net\tCN=ca\tnil", "server\tmx.example.org\t1\tCN=mx.example.org\tCN=ca",
		"tls\ton", "tls_cipher\tTLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "tls_cipher_algbits\t256", "tls_cipher_usebits\t256",
		"tls_client_cert_subject\tCN=client.example.net", "tls_client_cert_subject_cn\tclient.example.net",
		"tls_client_cert_issuer\tCN=ca", "tls_client_cert_issuer_cn\tca", "tls_client_verified\tyes",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	if ok, err := s.VerifyClient(ctx, msys.Certificate{Subject: "CN=bad.example.net", Verified: true}); ok || err != nil {
		t.Error("a client that policy refuses is accepted:", err)
	}
	info.ClientVerified = false
	s = kit.Session("192.0.2.8:4321")
	s.Connect()
	s.Ehlo("client.example.net")
	if v, err := s.StartTLS(ctx, info); err != nil || v.Action != msys.Disconnect || v.Code != 421 || v.Text != "4.7.0 TLS Negotiation failed." {
		t.Error(v, err)
	}
	kit.Printed()
	report := map[string]any{"type": 0, "result-type": "certificate-expired", "policy": map[string]any{"policy-type": "sts", "policy-string": []any{"version: STSv1", "mode: enforce"}}}
	if err := kit.TLSReport(ctx, report); err != nil {
		t.Error(err)
	}
	if got := strings.TrimSpace(kit.Printed()); got != "0\tsts\tmode: enforce\tcertificate-expired" {
		t.Errorf("report: %q", got)
	}
}
