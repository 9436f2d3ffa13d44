package msys_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/tlsparams"
	"github.com/gomsys/gomsys/vctx"
)

// TestInboundHooks calls the hooks of a session that have methods of their own.
func TestInboundHooks(t *testing.T) {
	ctx := context.Background()
	relay := func(s *msys.Session) (any, error) { return s.CanRelayTo(ctx, "d.example", false) }
	client := func(s *msys.Session) (any, error) {
		return s.VerifyClient(ctx, msys.Certificate{Issuer: "CN=ca"})
	}
	starttls := func(s *msys.Session) (any, error) {
		v, err := s.StartTLS(ctx, vctx.TLSInfo{Protocol: "TLSv1.3"})
		return list(v.Action, v.Code, v.Text), err
	}
	for _, tt := range []struct {
		hook, code string
		call       func(s *msys.Session) (any, error)
		want       string
	}{
		{"core_get_inbound_tls_parameters", `print(msys.type(a1), msys.type(a2)) a3.certfile = "/c" a3.tls_verify = 1`, func(s *msys.Session) (any, error) {
			p, err := s.InboundTLS(ctx, msys.TLSParams{UseTLS: tlsparams.IfAvailable})
			return list(p.UseTLS, p.Verify, p.CertFile), err
		}, "msys.core:_message_construct\tmsys.core:_validate_context|1 1 /c"},
		{"core_inbound_smtp_tls_verify_callback", `print(a1.peer_address, a3, a4, a5) return 1`, client, "192.0.2.7\t0\tnil\tCN=ca|true"},
		{"core_inbound_smtp_tls_verify_callback", `return`, client, "false"},
		{"core_inbound_smtp_tls_post_accept", `print(a1.ctx:get(msys.core.VCTX_CONN, "tls"), a2, a3, a4, msys.type(a5))`, starttls, "on\tnil\t0\tnil\tmsys.core:timeval|accept 220 "},
		{"core_inbound_smtp_tls_post_accept", `a1.ctx.code = 420 a1.ctx.disconnect = 1`, starttls, "disconnect 421 4.7.0 TLS Negotiation failed."},
		{"core_inbound_smtp_tls_post_accept", `a1.ctx:set(msys.core.VCTX_CONN, "_tls_note", "454 4.7.0 no") a1.ctx.code = 420 a1.ctx.disconnect = 1`, starttls, "disconnect 454 4.7.0 no"},
		{"core_pre_ec_can_relay_to", `print(a1, a2.value) a2.value = 1 a3.value = msys.core.VALIDATE_DONE`, relay, "d.example\t0|true"},
		{"core_pre_ec_can_relay_to", `a2.value = 1`, relay, "false"},
		{"core_config_get_domain_relay", `print(a1, a2) a3.value = 1 return 1`, relay, "nil\td.example|true"},
		{"core_config_get_domain_relay", `a3.value = 1 return 0`, relay, "false"},
		{"core_get_protocol_string_for_trace_headers", `print(msys.type(a1), msys.type(a2), a3) return "ESMTPX"`, func(s *msys.Session) (any, error) { return s.ReceivedProtocol(ctx, nil, "ESMTP") },
			"msys.core:_accept_construct\tmsys.core:_validate_context\tnil|ESMTPX"},
		{"core_get_received_header_text", `a5:write("from x", 6) return 1`, func(s *msys.Session) (any, error) {
			v, ok, err := s.ReceivedHeader(ctx, nil)
			return list(v, ok), err
		}, "from x true"},
		{"core_server_esmtp_session_abort", `print(a1.conn_id ~= nil)`, func(s *msys.Session) (any, error) { return "", s.Abort(ctx) }, "true|"},
		{"core_inc_inbound_connections", `print(a1, a2, msys.type(a3))`, func(s *msys.Session) (any, error) {
			v, err := s.Connect(ctx)
			return v.Code, err
		}, "SMTP\t-1\tmsys.core:_accept_construct|220"},
		{"core_dec_inbound_connections", `print(a1, a2)`, func(s *msys.Session) (any, error) {
			_, err := s.Connect(ctx)
			s.Close()
			return "", err
		}, "SMTP\t-1|"},
		{"core_validate_connect", `a2:set_code(554, "late no")`, func(s *msys.Session) (any, error) {
			v, err := s.Connect(ctx)
			return replyOf(v), err
		}, "554 late no"},
	} {
		t.Run(tt.hook, func(t *testing.T) {
			h := newHost(t, msys.Config{}, "require('msys.core')\nlocal mod = {}\nfunction mod:"+tt.hook+"(a1, a2, a3, a4, a5, a6)\n"+tt.code+"\nend\nmsys.registerModule('m', mod)")
			v, err := tt.call(h.session())
			if err != nil {
				t.Fatal(err)
			}
			got := list(v)
			if printed := h.lines(); printed != "" {
				got = printed + "|" + got
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff, h.logged())
			}
		})
	}
}

func TestControlHooks(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:init() msys.registerControl("x", function() print("ran") end) return true end
function mod:core_control_pre_command(cc, response)
  if cc.argv[0] == "mine" then response:write("handled", 7) return 1 end
end
function mod:core_control_post_command(cc, response) response:write("post\n", 5) end
function mod:core_control_allow_writable_config(cc, response)
  if cc.auth_info.user == "root" then return 1 end
  response:write("no\n", 3)
  return 0
end
function mod:core_aaa_log(r) print(r.user, r.event, r.status, r.text) end
function mod:core_control_shutdown() print("shutdown") end
function mod:core_control_shutdown_ex(die, ret, file, line) print("shutdown_ex", die, ret, file == "", line) end
function mod:deinit() print("deinit") return true end`))
	ctx := context.Background()
	for _, tt := range []struct{ line, user, out string }{
		{"mine", "", "handled"},
		{"x", "ann", "ran\npost\n"},
		{"config set a 1", "ann", "no\npost\n"},
		{"config get a", "ann", "Option 'a' is not set in scope ''.\npost\n"},
		{"config set a 1", "root", "a = \"1\"\npost\n"},
	} {
		out, handled, err := h.rt.Control(ctx, msys.ControlRequest{Line: tt.line, User: tt.user})
		if out != tt.out || !handled || err != nil {
			t.Errorf("%s: %q %v %v", tt.line, out, handled, err)
		}
	}
	if got := h.lines(); !strings.HasPrefix(got, "ann\tcontrol\tpass\tx\n") {
		t.Error(got)
	}
	h.rt.Close()
	if got := h.lines(); got != "shutdown\nshutdown_ex\t0\t0\ttrue\t0\ndeinit" {
		t.Error(got)
	}
}

// TestRelayRule has the host's rule about domains and policy's opinions on it.
func TestRelayRule(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct {
		name, code string
		canRelay   bool
		rcpt       string
		want       string // the reply, and what was printed
	}{
		{"domain of the rule", ``, false, "a@local.example", "250 "},
		{"other domain", ``, false, "a@far.example", "550 5.7.1 relaying denied"},
		{"client that may relay", ``, true, "a@far.example", "250 "},
		{"address without a domain", ``, false, "joe", "550 5.7.1 relaying denied"},
		{"postmaster", ``, false, "Postmaster", "250 "},
		{"variables are set", `function mod:core_pre_ec_can_relay_to(d, rv) print(d, rv.value) end`, false, "a@Far.example", "550 5.7.1 relaying denied|Far.example\t0"},
		{"policy takes it", `function mod:core_pre_ec_can_relay_to(d, rv, cont) rv.value = 1 cont.value = msys.core.VALIDATE_DONE end
			function mod:core_config_get_domain_relay() print("asked") end`, false, "a@far.example", "250 "},
		{"policy refuses what the rule takes", `function mod:core_config_get_domain_relay(cs, d, rv) print(rv.value) rv.value = 0 return 1 end`, false, "a@local.example", "550 5.7.1 relaying denied|1"},
		{"refused before validate_rcptto", `function mod:validate_rcptto() print("asked") return 0 end`, false, "a@far.example", "550 5.7.1 relaying denied"},
		{"logged", `function mod:core_log_rejection(now, ac, v, phase, text) print(phase == msys.core.MC_STATE_RELAYING_DENIED, text, v:get(msys.core.VCTX_MESS, "rcptto_string")) end`, false, "a@far.example",
			"550 5.7.1 relaying denied|true\t550 5.7.1 relaying denied\tRCPT TO:<a@far.example>"},
		{"session made relayable", `function mod:validate_mailfrom(s, ac, v) msys.core.accept_construct_get_message_construct(ac).relayable = 1 return 0 end`, false, "a@far.example", "250 "},
		{"exception is no opinion", `function mod:core_pre_ec_can_relay_to() error("x") end`, false, "a@local.example", "250 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{RelaysTo: func(_ *vctx.Conn, domain string) bool { return domain == "local.example" }},
				"require('msys.core') local mod = {} function mod:init() return true end "+tt.code+" msys.registerModule('m', mod)")
			s := h.rt.NewSession(vctx.Conn{CanRelay: tt.canRelay})
			defer s.Close()
			if _, err := s.MailFrom(ctx, "x@y.example"); err != nil {
				t.Fatal(err)
			}
			v, err := s.RcptTo(ctx, tt.rcpt)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.TrimSuffix(fmt.Sprint(v.Code, " ", v.Text, "|", strings.ReplaceAll(h.lines(), "\n", "|")), "|")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if n := len(s.Context().Recipients()); (n == 1) != v.OK() {
				t.Errorf("%d recipients", n)
			}
		})
	}
}
