package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys"
)

// outgoingTest is a policy of one callout about a mail that is sent on, and
// what the next hop hears.
type outgoingTest struct {
	name, hook string
	code       string // the callout's body; its arguments are a1 … a6. KEY, CA and HOP stand for files and an address
	calls      string // what the callout was called with
	tls        bool   // the next hop offers STARTTLS
	refuse     map[string]string
	relay      string   // another next hop than the one that listens
	mails      int      // how many are sent; 0 is one
	said       []string // parts of what the next hop hears, in this order
	unsaid     []string // what it never hears
}

func outgoingTests() []outgoingTest {
	const (
		msg     = "msg(a@b.example>one@d.example)"
		dc      = "dc(d.example)"
		starts  = "EHLO mx.test\nSTARTTLS\nTLS "
		refused = "550 5.1.1 nobody"
	)
	rcpt550 := map[string]string{"RCPT TO:<one": refused}
	rcpt450 := map[string]string{"RCPT TO:<one": "450 4.2.0 later"}
	notified := []string{"MAIL FROM:<> BODY=8BITMIME\nRCPT TO:<a@b.example>\n"}
	failed := " end function mod:core_log_transient_failure_v1(m, dr, now, note) record(note)"
	withTLS := " end function mod:core_use_outbound_tls() return msys.core.EC_USE_TLS_REQUIRED"
	verified := withTLS + " end function mod:core_outbound_tls_verify() return msys.core.EC_SSL_VERIFY_VALIDCA"
	return []outgoingTest{
		{name: "requires TLS", hook: "core_get_outbound_tls_parameters", code: `a2.use_tls = 2`, calls: msg + " params(0)", tls: true, said: []string{starts, "EHLO mx.test\nMAIL FROM:<a@b.example>"}},
		{name: "requires TLS that is not there", hook: "core_get_outbound_tls_parameters", code: `a2.use_tls = 2` + failed, calls: msg + " params(0)|451 4.7.6 [internal] STARTTLS required but not advertised", said: []string{"EHLO mx.test"}, unsaid: []string{"MAIL"}},
		{name: "takes TLS if it is there", hook: "core_get_outbound_tls_parameters", code: `a2.use_tls = 1`, calls: msg + " params(0)", said: []string{"EHLO mx.test\nMAIL FROM:<a@b.example>"}},
		{name: "wants none", hook: "core_get_outbound_tls_parameters", code: ``, calls: msg + " params(0)", tls: true, said: []string{"MAIL FROM:<a@b.example>"}, unsaid: []string{"STARTTLS"}},
		{name: "requires", hook: "core_use_outbound_tls", code: `return msys.core.EC_USE_TLS_REQUIRED`, calls: msg, tls: true, said: []string{starts, "MAIL FROM:<a@b.example>"}},
		{name: "finds no authority", hook: "core_outbound_tls_verify", code: `return msys.core.EC_SSL_VERIFY_VALIDCA` + withTLS + failed, calls: msg + "|451 4.7.5 [internal] TLS negotiation failed", tls: true, said: []string{"STARTTLS\n"}, unsaid: []string{"MAIL"}},
		{name: "knows the authority", hook: "core_outbound_tls_ca", code: `return "CA"` + verified, calls: msg, tls: true, said: []string{starts, "MAIL FROM:<a@b.example>"}},
		{name: "shows a certificate", hook: "core_outbound_tls_cert", code: `return "KEY"` + withTLS, calls: msg, tls: true, said: []string{" mx.test\nEHLO", "MAIL FROM:<a@b.example>"}},
		{name: "has a key apart", hook: "core_outbound_tls_key", code: `return "KEY" end function mod:core_outbound_tls_cert() return "CA"` + withTLS, calls: msg, tls: true, said: []string{" mx.test\nEHLO", "MAIL FROM:<a@b.example>"}},
		{name: "chooses", hook: "core_outbound_tls_ciphers", code: `return "ECDHE-ECDSA-AES256-GCM-SHA384"` + withTLS, calls: msg, tls: true, said: []string{"TLS TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "MAIL FROM:<a@b.example>"}},
		{name: "accepts", hook: "core_outbound_smtp_tls_verify_callback", code: `return 1` + verified, calls: dc + " nil 0 CN=mx.test CN=mx.test nil", tls: true, said: []string{starts, "MAIL FROM:<a@b.example>"}},
		{name: "refuses", hook: "core_outbound_smtp_tls_verify_callback", code: `return 0 end function mod:core_outbound_tls_ca() return "CA"` + verified + failed, calls: dc + " nil 1 CN=mx.test CN=mx.test nil|451 4.7.5 [internal] TLS negotiation failed", tls: true, said: []string{"STARTTLS\n"}, unsaid: []string{"MAIL"}},
		{name: "authenticates", hook: "outbound_smtp_auth_config", code: `a1:context_set(M, "outbound_smtp_auth_type", "PLAIN") a1:context_set(M, "outbound_smtp_auth_user", "u") a1:context_set(M, "outbound_smtp_auth_pass", "p")`,
			calls: msg + " nil nil", said: []string{"AUTH PLAIN AHUAcA==\nMAIL FROM:<a@b.example>"}},
		{name: "adds and removes", hook: "core_smtp_client_mailfrom_args", code: `record(a2.BODY) a2.BODY = nil a2.XTEST = "1"`, calls: dc + " table|8BITMIME", said: []string{"MAIL FROM:<a@b.example> XTEST=1\n"}},
		{name: "fails the attempt", hook: "core_smtp_client_mailfrom_args", code: `return 1` + failed, calls: dc + " table|451 4.4.2 [internal] MAIL FROM argument hook failed", said: []string{"RSET\n"}, unsaid: []string{"MAIL"}},
		{name: "adds", hook: "core_smtp_client_rcptto_args", code: `a2.NOTIFY = "NEVER"`, calls: dc + " table", said: []string{"RCPT TO:<one@d.example> NOTIFY=NEVER\n"}},
		{name: "fails the attempt", hook: "core_smtp_client_rcptto_args", code: `return 1` + failed, calls: dc + " table|451 4.4.2 [internal] RCPT TO argument hook failed", said: []string{"MAIL FROM:<a@b.example> BODY=8BITMIME\nRSET\n"}, unsaid: []string{"RCPT"}},
		{name: "says XCLIENT", hook: "core_smtp_client_xclient_args", code: `a2.ADDR = "192.0.2.1" a2.NAME = "x.example"`, calls: dc + " table", said: []string{"EHLO mx.test\nXCLIENT ADDR=192.0.2.1 NAME=x.example\nEHLO mx.test\nMAIL"}},
		{name: "fails the attempt", hook: "core_smtp_client_xclient_args", code: `return 1` + failed, calls: dc + " table|451 4.4.2 [internal] XCLIENT argument hook failed", unsaid: []string{"EHLO"}},
		{name: "changes the content", hook: "core_body_modify", code: `a2.value = "X-Last: 1\r\n" .. a2.value`, calls: msg + " box(Received…)", said: []string{"> X-Last: 1\n> Received: from mx.b.example"}},
		{name: "ends the connection", hook: "core_smtp_should_session_shutdown", code: `return 1`, mails: 2, calls: dc + "|" + dc, said: []string{"QUIT\nEHLO mx.test\nMAIL"}},
		{name: "keeps the connection", hook: "core_smtp_should_session_shutdown", code: `return 0`, mails: 2, calls: dc + "|" + dc, said: []string{"> body\nMAIL FROM:<a@b.example>"}, unsaid: []string{"QUIT"}},
		{name: "routes", hook: "core_config_fetch_domain_routes", code: `a1.value = {"HOP", "other.example"} return 1`, relay: "192.0.2.1:25", calls: "box(nil) relay d.example", said: []string{"RCPT TO:<one@d.example>"}},
		{name: "has no opinion", hook: "core_config_fetch_domain_routes", code: `a1.value = "192.0.2.1" return 0`, calls: "box(nil) relay d.example", said: []string{"RCPT TO:<one@d.example>"}},
		{name: "is told", hook: "core_log_client_connection_success", code: ``, calls: "addr(127.0.0.1) dr(d.example) 0 timeval(now)", said: []string{"MAIL FROM:<a@b.example>"}},
		{name: "is told", hook: "core_log_client_connection_failure", code: ``, relay: "closed", calls: "addr(127.0.0.1) 1 dr(d.example) 0 timeval(now)"},
		{name: "retries soon", hook: "core_get_msg_expiration_params", code: `if a4.value == 0 then a3.value = 1 a4.value = 9 return 1 end`, refuse: rcpt450, calls: msg + " box(432000) box(1200) box(0)|" + msg + " box(432000) box(1200) box(0)",
			said: []string{"RCPT TO:<one@d.example>\nRSET\n", "RCPT TO:<one@d.example>\nDATA"}},
		{name: "reroutes", hook: "core_pre_mailq_message_requeue", code: `a1:routing_domain("slow.example") end
			function mod:core_get_msg_expiration_params() return 1, nil, 1 end
			function mod:core_config_fetch_domain_routes(value, from, domain) record(domain)`,
			refuse: rcpt450, calls: "d.example|" + msg + " timeval(now)|slow.example", said: []string{"RCPT TO:<one@d.example>\nDATA"}},
		{name: "is told", hook: "core_log_attempt_v1", code: ``, calls: msg + " dr(d.example) timeval(now) 250 fine 8", said: []string{"DATA"}},
		{name: "is told", hook: "core_log_delivery_v1", code: `error("x")`, calls: msg + " dr(d.example) timeval(now) 250 fine 8", said: []string{"DATA"}},
		{name: "is told", hook: "core_log_transient_failure_v1", code: ``, refuse: rcpt450, calls: msg + " dr(d.example) timeval(now) 450 4.2.0 later 15", said: []string{"RCPT TO:<one@d.example>\nRSET"}},
		{name: "changes what is reported", hook: "core_log_permanent_failure_v1", code: `a1:set_code(550, "5.1.1 gone")`, refuse: rcpt550, calls: msg + " dr(d.example) timeval(now) 550 5.1.1 nobody 16",
			said: append(notified, "> Diagnostic-Code: smtp; 550 5.1.1 gone")},
		{name: "wants none", hook: "core_generate_bounces", code: `a2.value = 0 return msys.core.GENERATE_BOUNCES_HOOK_OK`, refuse: rcpt550, calls: msg + " box(1)", said: []string{"RCPT TO:<one@d.example>\nRSET"}, unsaid: []string{"MAIL FROM:<>"}},
		{name: "has no opinion", hook: "core_generate_bounces", code: `a2.value = 0 return msys.core.GENERATE_BOUNCES_HOOK_CONT`, refuse: rcpt550, calls: msg + " box(1)", said: append(notified, "> Diagnostic-Code: smtp; "+refused)},
		{name: "makes none", hook: "core_generate_rfc3464_message", code: `return true`, refuse: rcpt550, calls: msg + " 0 box(nil)", said: []string{"RCPT TO:<one@d.example>\nRSET"}, unsaid: []string{"MAIL FROM:<>"}},
		{name: "writes the text", hook: "core_generate_rfc3464_message_preamble", code: `a3:write("Sorry!", 6) return true`, refuse: rcpt550, calls: msg + " 0 str()", said: append(notified, "> Sorry!\n")},
		{name: "writes the returned part", hook: "core_rfc3464_inline_message_fragment", code: `local part = "Content-Type: text/plain\r\n\r\nnot shown" a1:write(part, #part) return true`, refuse: rcpt550,
			calls: "str() " + msg + " 0", said: append(notified, "> not shown\n")},
		{name: "marks", hook: "core_post_generate_rfc3464_message", code: `a2:header("X-Bounce", tostring(a3))`, refuse: rcpt550, calls: msg + " msg(>a@b.example) 0", said: append(notified, "> X-Bounce: 0\n")},
	}
}

func TestOutgoingCallouts(t *testing.T) {
	own := certificate(t)
	dir := t.TempDir()
	ca, key := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "key.pem")
	private, err := x509.MarshalPKCS8PrivateKey(own.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificates[0].Certificate[0]})
	for file, content := range map[string][]byte{ca: public, key: append(public[:len(public):len(public)], pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := &tls.Config{Certificates: own.Certificates, ClientAuth: tls.RequestClientCert, MaxVersion: tls.VersionTLS12}
	for _, tt := range outgoingTests() {
		t.Run(tt.hook+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			var config *tls.Config
			if tt.tls {
				config = server
			}
			hop := startHop(t, config, tt.refuse)
			relay := hop.addr
			switch tt.relay {
			case "":
			case "closed":
				relay = loopback.Addr(t)
			default:
				relay = tt.relay
			}
			policy := recorder + "require('msys.tls_params')\nfunction mod:" + tt.hook + "(...)\n  record(...)\n  local a1, a2, a3, a4, a5, a6 = ...\n" +
				strings.NewReplacer(`"CA"`, fmt.Sprintf("%q", ca), `"KEY"`, fmt.Sprintf("%q", key), `"HOP"`, fmt.Sprintf("%q", hop.addr)).Replace(tt.code) +
				"\nend\nmsys.registerModule('p', mod)\n"
			o := options{relayOptions: relayOptions{relay: relay, queue: filepath.Join(t.TempDir(), "queue.db")}}
			if tt.mails == 2 { // one after the other, at once
				o.values = optionValues{"max_outbound_connections": 1}
			}
			r := start(t, o, map[string]string{"p.lua": policy})
			c := r.dial()
			c.expect(hello...)
			sent := received[len(hello):]
			c.expect(sent...)
			if tt.mails == 2 {
				c.expect(sent...)
			}
			want := strings.ReplaceAll(tt.calls, "|", "\n") + "\n"
			var calls string
			eventuallyOr(t, func() bool {
				out, _, err := r.rt.Control(context.Background(), msys.ControlRequest{Line: "calls"})
				if err != nil {
					t.Fatal(err)
				}
				calls = out
				return calls == want
			}, func() { t.Fatalf("arguments: %s", cmp.Diff(want, calls)) })
			eventuallyOr(t, func() bool { return inOrder(hop.said(), tt.said) }, func() { t.Fatalf("the next hop lacks %q:\n%s", tt.said, hop.said()) })
			for _, part := range tt.unsaid {
				if strings.Contains(hop.said(), part) {
					t.Errorf("the next hop has heard %q:\n%s", part, hop.said())
				}
			}
		})
	}
}

// inOrder reports whether the parts stand in s one after the other.
func inOrder(s string, parts []string) bool {
	for _, p := range parts {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i:]
	}
	return true
}
