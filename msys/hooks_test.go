package msys_test

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/tlsparams"
	"github.com/gomsys/gomsys/vctx"
)

// testMessage is a message for hooks outside of sessions.
func testMessage(t *testing.T) *message.Message {
	t.Helper()
	m := message.New(nil, time.Unix(1000, 0))
	if err := m.Load(context.Background(), strings.NewReader(mail)); err != nil {
		t.Fatal(err)
	}
	if err := m.SetSender("ann@sender.example"); err != nil {
		t.Fatal(err)
	}
	if err := m.SetRecipient("bob@rcpt.example"); err != nil {
		t.Fatal(err)
	}
	return m
}

// list shows values parted by blanks.
func list(v ...any) string { return strings.TrimSuffix(fmt.Sprintln(v...), "\n") }

// TestHooks calls one hook each through its Go method: code is the body of the
// function, with its arguments as a1 … a6; want is what it prints and what
// the method gives.
func TestHooks(t *testing.T) {
	ctx := context.Background()
	type call func(h *host, m *message.Message) (any, error)
	expiration := func(h *host, m *message.Message) (any, error) {
		p, err := h.rt.Expiration(ctx, m, msys.RetryParams{Expiration: time.Hour, RetryInterval: time.Minute, MaxRetries: 5})
		return list(p.Expiration, p.RetryInterval, p.MaxRetries), err
	}
	tls := func(h *host, m *message.Message) (any, error) {
		p, err := h.rt.OutboundTLS(ctx, m, msys.TLSParams{UseTLS: tlsparams.IfAvailable, CertFile: "/own"})
		return fmt.Sprintf("%d %d %q %q %q %q", p.UseTLS, p.Verify, p.CertFile, p.KeyFile, p.CA, p.CipherList), err
	}
	delivery := &msys.Delivery{Domain: "rcpt.example", Host: "mx.rcpt.example", ConnID: "c1",
		Remote: vctx.AddrOf(netip.MustParseAddrPort("192.0.2.25:25"))}
	verifyServer := func(h *host, m *message.Message) (any, error) {
		return h.rt.VerifyServer(ctx, delivery, msys.Certificate{Subject: "CN=x", Verified: true})
	}
	args := func(h *host, m *message.Message) (any, error) {
		a, v, err := h.rt.CommandArgs(ctx, delivery, msys.CommandMailFrom, msys.SMTPArgs{"SIZE": "10"})
		return list(a, v.Code, v.Text), err
	}
	modify := func(h *host, m *message.Message) (any, error) {
		r, err := h.rt.BodyModify(ctx, m, strings.NewReader("body"))
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		return string(b), err
	}
	for _, tt := range []struct {
		hook, code string
		call       call
		want       string
	}{
		{"core_get_msg_expiration_params", `a2.value = 60 return 1`, expiration, "1m0s 1m0s 5"},
		{"core_get_msg_expiration_params", `return 1, 60, nil, 7`, expiration, "1m0s 1m0s 7"},
		{"core_get_msg_expiration_params", `a2.value = 60 return 0`, expiration, "1h0m0s 1m0s 5"},
		{"core_get_msg_expiration_params", `print(msys.type(a1), a2.value, a3.value, a4.value) error("x")`, expiration, "msys.core:_ec_message\t3600\t60\t5|1h0m0s 1m0s 5"},
		{"core_get_msg_expiration_params", `a2.value = {} a3.value = "x" a4.value = -1 return 1`, expiration, "1h0m0s 1m0s 5"},

		{"core_get_outbound_tls_parameters", `a2.use_tls = 2 msys.tls_params.set(a2, "ca", "/x") print(a2.certfile, a2.keyfile)`, tls, "/own\tnil|2 0 \"/own\" \"\" \"/x\" \"\""},
		{"core_get_outbound_tls_parameters", `print(pcall(function() a2.use_tls = 9 end))`, tls, "false\tpolicy1.lua:4: use_tls must be a number from 0 to 2|1 0 \"/own\" \"\" \"\" \"\""},
		{"core_get_outbound_tls_parameters", `print(pcall(msys.tls_params.set, a2, "cert", "x"))`, tls, "false\ttls_params: unknown parameter 'cert'|1 0 \"/own\" \"\" \"\" \"\""},
		{"core_use_outbound_tls", `return 0`, tls, "0 0 \"/own\" \"\" \"\" \"\""},
		{"core_outbound_tls_verify", `return 7`, tls, "1 0 \"/own\" \"\" \"\" \"\""},
		{"core_outbound_tls_ciphers", `return "HIGH"`, tls, "1 0 \"/own\" \"\" \"\" \"HIGH\""},
		{"core_outbound_smtp_tls_verify_callback", `print(a1.host, a2, a3, a4, a5, a6) return 0`, verifyServer, "mx.rcpt.example\tnil\t1\tCN=x\tnil\tnil|false"},
		{"core_outbound_smtp_tls_verify_callback", `return nil`, verifyServer, "true"},
		{"core_smtp_tls_reporting", `print(a1["result-type"])`, func(h *host, _ *message.Message) (any, error) {
			return "", h.rt.TLSReport(ctx, map[string]any{"result-type": "starttls-not-supported"})
		}, "starttls-not-supported|"},

		{"outbound_smtp_auth_config", `print(a2, a3, msys.asyncOk()) local M = msys.core.ECMESS_CTX_MESS
			a1:context_set(M, "outbound_smtp_auth_type", "login") a1:context_set(M, "outbound_smtp_auth_user", "u") a1:context_set(M, "outbound_smtp_auth_pass", "p")`,
			func(h *host, m *message.Message) (any, error) {
				return h.rt.OutboundAuth(ctx, m, msys.Credentials{Mechanism: "PLAIN", User: "configured"})
			}, "nil\tnil\tfalse|{LOGIN u p}"},
		{"core_smtp_client_mailfrom_args", `print(a1.domain, a2.SIZE) a2.SIZE = nil a2.XTEST = "1" a2.bad = "a b"`, args, "rcpt.example\t10|map[XTEST:1] 250 "},
		{"core_smtp_client_mailfrom_args", `a2.X = "1" return 1`, args, "map[SIZE:10] 451 4.4.2 [internal] MAIL FROM argument hook failed"},
		{"core_body_modify", `a2.value = a2.value .. "!"`, modify, "body!"},
		{"core_body_modify", `a2.value = nil`, modify, "body"},
		{"core_smtp_should_session_shutdown", `return tostring(a1) == "delivery_construct: c1"`, func(h *host, _ *message.Message) (any, error) {
			return h.rt.ShouldShutdown(ctx, delivery)
		}, "true"},
		{"generic_delivery_msg_dispose", `print(a1:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")) a1:context_set(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status", "")`,
			func(h *host, m *message.Message) (any, error) { return h.rt.Dispose(ctx, m, "550 no") }, "550 no|true"},
		{"generic_delivery_msg_dispose", `return 0`, func(h *host, m *message.Message) (any, error) { return h.rt.Dispose(ctx, m, "550 no") }, "false"},

		{"core_pre_mailq_message_requeue", `print(msys.type(a2)) a1:routing_domain("slow.example")`, func(h *host, m *message.Message) (any, error) {
			err := h.rt.Requeue(ctx, m)
			return m.RoutingDomain(ctx), err
		}, "msys.core:timeval|slow.example"},
		{"core_ec_message_set_next_attempt", `a3.value = 0 return 1`, func(h *host, m *message.Message) (any, error) {
			set, failed, err := h.rt.SetNextAttempt(ctx, m)
			return list(set, failed), err
		}, "true true"},
		{"core_config_fetch_domain_routes", `a1.value = {"mx1." .. a3, "mx2"} print(a2) return 1`, func(h *host, _ *message.Message) (any, error) {
			routes, ok, err := h.rt.DomainRoutes(ctx, "queue", "d.example")
			return list(routes, ok), err
		}, "queue|[mx1.d.example mx2] true"},
		{"core_binding_group_choose_binding", `print(a2, pcall(msys.sleep, 5)) return 99`, func(h *host, m *message.Message) (any, error) {
			name, ok, err := h.rt.ChooseBinding(ctx, m, "group")
			return list(name, ok), err
		}, "group\tfalse\ta call that waits is not possible in core_binding_group_choose_binding| false"},
		{"core_binding_group_choose_binding", `return msys.core.EC_BINDING_SLOT_UNBOUND`, func(h *host, m *message.Message) (any, error) {
			name, ok, err := h.rt.ChooseBinding(ctx, m, "group")
			return list(name, ok), err
		}, " false"},

		{"core_generate_bounces", `a2.value = 0 return msys.core.GENERATE_BOUNCES_HOOK_OK`, func(h *host, m *message.Message) (any, error) { return h.rt.GenerateBounces(ctx, m, true) }, "false"},
		{"core_generate_bounces", `a2.value = 0 return msys.core.GENERATE_BOUNCES_HOOK_CONT`, func(h *host, m *message.Message) (any, error) { return h.rt.GenerateBounces(ctx, m, true) }, "true"},
		{"delay_dsn_generate_delay_dsn", `return 1, true`, func(h *host, m *message.Message) (any, error) { return h.rt.DelayNotice(ctx, m, false) }, "true"},
		{"delay_dsn_next_delay_dsn", `a3.value = a3.value + 60 return 1`, func(h *host, m *message.Message) (any, error) {
			when, err := h.rt.NextDelayNotice(ctx, m, time.Unix(1000, 0))
			return when.Unix(), err
		}, "1060"},
		{"delay_dsn_send_notification", `return msys.core.DELAY_DSN_SEND_NOTIFICATION_OK`, func(h *host, m *message.Message) (any, error) { return h.rt.SendDelayNotice(ctx, m) }, "true"},
		{"core_generate_rfc3464_message_preamble", `a3:write("Sorry", 5) print(a2) return true`, func(h *host, m *message.Message) (any, error) {
			text, ok, err := h.rt.BouncePreamble(ctx, m, msys.ReportFailed)
			return list(text, ok), err
		}, "0|Sorry true"},
		{"core_rfc3464_inline_message_fragment", `a1:write("part", 4) print(msys.type(a2), a3) return true`, func(h *host, m *message.Message) (any, error) {
			text, ok, err := h.rt.BounceFragment(ctx, m, msys.ReportFailed)
			return list(text, ok), err
		}, "msys.core:_ec_message\t0|part true"},
		{"core_generate_rfc3464_message", `a3.value = a1 return true`, func(h *host, m *message.Message) (any, error) {
			b, ok, err := h.rt.BounceMessage(ctx, m, msys.ReportFailed)
			return list(b == m, ok), err
		}, "true true"},
		{"core_post_generate_rfc3464_message", `a2:header("X-Bounce", a3)`, func(h *host, m *message.Message) (any, error) {
			bounce := testMessage(t)
			err := h.rt.BounceMade(ctx, m, bounce, msys.ReportFailed)
			return bounce.Header().Get("X-Bounce"), err
		}, "0"},
		{"generic_delivery_msg_dispose", `a1:context_delete(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")`, func(h *host, m *message.Message) (any, error) { return h.rt.Dispose(ctx, m, "5") }, "true"},
		{"generic_delivery_msg_dispose", `a1:context_delete(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status") error("after that")`, func(h *host, m *message.Message) (any, error) { return h.rt.Dispose(ctx, m, "5") }, "false"},
		{"core_log_attempt_v1", `print(a1:attempted_ip())`, func(h *host, m *message.Message) (any, error) {
			m.SetAttempted(netip.MustParseAddr("2001:db8::1"))
			return "", h.rt.Log(ctx, msys.LogEvent{Kind: msys.LogAttempt, Message: m})
		}, "2001:db8::1|"},
		{"core_smtp_error_classify", `print(a1, a2) return 10`, func(h *host, _ *message.Message) (any, error) {
			return h.rt.ClassifyResponse(ctx, "550 no", "d.example")
		}, "550 no\td.example|10"},
		{"core_bounce_error_classify", `a3.value = 2 return a2`, func(h *host, _ *message.Message) (any, error) {
			class, pos, err := h.rt.ClassifyBounce(ctx, "text")
			return list(class, pos), err
		}, "4 2"},

		{"restinj_json_request", `print(a1, a2.from) return msys.core.EC_RESTINJ_SESS_ERR`, func(h *host, _ *message.Message) (any, error) {
			return h.rt.InjectionRequest(ctx, nil, map[string]any{"from": "x"})
		}, "nil\tx|false"},
		{"restinj_body_assignment", `return msys.core.EC_RESTINJ_BODY_REPLACED`, func(h *host, m *message.Message) (any, error) { return h.rt.AssignBody(ctx, m, nil, nil, "t") }, "1"},
		{"restinj_post_body_assignment", `print(a4) return 77`, func(h *host, m *message.Message) (any, error) { return h.rt.BodyAssigned(ctx, m, nil, nil, "t") }, "t|0"},
		{"restinj_recip_response", `print(a1, a3)`, func(h *host, _ *message.Message) (any, error) {
			return "", h.rt.InjectionResponse(ctx, nil, nil, "resp", nil)
		}, "nil\tresp|"},
		{"core_log_reopen", `print("reopened")`, func(h *host, _ *message.Message) (any, error) { return "", h.rt.ReopenLogs(ctx) }, "reopened|"},
		{"core_aaa_log", `print(a1.user, a1.event, a1.status, a1.text)`, func(h *host, _ *message.Message) (any, error) {
			return "", h.rt.LogAccess(ctx, msys.AccessRecord{User: "u", Event: "auth", Status: "fail", Text: "PLAIN"})
		}, "u\tauth\tfail\tPLAIN|"},
	} {
		t.Run(tt.hook, func(t *testing.T) {
			h := newHost(t, msys.Config{}, "require('msys.core')\nlocal mod = {}\nfunction mod:"+tt.hook+"(a1, a2, a3, a4, a5, a6)\n"+tt.code+"\nend\nmsys.registerModule('m', mod)")
			if !h.rt.Has(tt.hook) {
				t.Error("Has is false")
			}
			v, err := tt.call(h, testMessage(t))
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprint(v)
			if printed := h.lines(); printed != "" {
				got = printed + "|" + got
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff, h.logged())
			}
		})
	}
}

// Without any module each method gives what the host configured.
func TestHooksWithoutModules(t *testing.T) {
	h, m, ctx := newHost(t, msys.Config{}), testMessage(t), context.Background()
	configured := msys.TLSParams{UseTLS: tlsparams.Required, CA: "/ca"}
	if p, err := h.rt.OutboundTLS(ctx, m, configured); err != nil || p != configured {
		t.Error(p, err)
	}
	retry := msys.RetryParams{Expiration: time.Hour, RetryInterval: time.Minute, MaxRetries: 3}
	if p, err := h.rt.Expiration(ctx, m, retry); err != nil || p != retry {
		t.Error(p, err)
	}
	if set, failed, err := h.rt.SetNextAttempt(ctx, m); set || failed || err != nil {
		t.Error(set, failed, err)
	}
	if ok, err := h.rt.VerifyServer(ctx, &msys.Delivery{}, msys.Certificate{Verified: true}); !ok || err != nil {
		t.Error(ok, err)
	}
	if d, err := h.rt.Dispose(ctx, m, ""); !d || err != nil {
		t.Error(d, err)
	}
	if _, ok, err := h.rt.BouncePreamble(ctx, m, msys.ReportFailed); ok || err != nil {
		t.Error(ok, err)
	}
}

func TestLog(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
local function log(name) mod[name] = function(self, ...)
  local out = {name}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    out[#out + 1] = type(v) == "userdata" and tostring(v) or tostring(v)
  end
  print(table.concat(out, " ", 1, 1), #out - 1, unpack(out, 3))
end end
for _, n in ipairs{"core_log_delivery_v1", "core_log_transient_failure_v1", "core_log_attempt_v1",
  "core_log_client_connection_failure", "core_log_client_connection_success", "core_log_error"} do log(n) end
function mod:core_log_permanent_failure_v1(msg, dr, now, note, len) print(dr.domain, now.tv_sec, note, len) msg:set_code(550, "5.0.0 " .. note) error("logger fails") end`),
		strings.Replace(module(`function mod:core_log_permanent_failure_v1(msg) print("second", msg:get_code()) end`), "'m'", "'n'", 1))
	ctx, m := context.Background(), testMessage(t)
	at := time.Unix(1700000000, 5000)
	remote := vctx.AddrOf(netip.MustParseAddrPort("192.0.2.25:25"))
	for _, ev := range []msys.LogEvent{
		{Kind: msys.LogDelivery, Message: m, Time: at},
		{Kind: msys.LogTransientFailure, Message: m, Time: at, Note: "451 later", Domain: &msys.Domain{Name: "q.example"}},
		{Kind: msys.LogAttempt, Message: m, Time: at},
		{Kind: msys.LogPermanentFailure, Message: m, Time: at, Note: "550 no"},
		{Kind: msys.LogConnectionFailure, Remote: remote, Failure: 3, Domain: &msys.Domain{Name: "q.example"}, Slot: 2, Time: at},
		{Kind: msys.LogConnectionSuccess, Remote: remote, Domain: &msys.Domain{Name: "q.example"}, Slot: 2, Time: at},
		{Kind: msys.LogError, Note: "disk full", Level: 4, Time: at},
		{Kind: 99},
	} {
		if err := h.rt.Log(ctx, ev); err != nil {
			t.Errorf("%+v: %v", ev, err)
		}
	}
	want := `core_log_delivery_v1	5	rcpt.example	1700000000.000005		0
core_log_transient_failure_v1	5	q.example	1700000000.000005	451 later	9
core_log_attempt_v1	5	rcpt.example	1700000000.000005		0
rcpt.example	1700000000	550 no	6
second	550 5.0.0 550 no
core_log_client_connection_failure	5	3	q.example	2	1700000000.000005
core_log_client_connection_success	4	q.example	2	1700000000.000005
core_log_error	4	4	disk full	nil`
	if diff := cmp.Diff(want, h.lines()); diff != "" {
		t.Error(diff, h.logged())
	}
}

func TestExpandLog(t *testing.T) {
	h := newHost(t, msys.Config{})
	line, err := h.rt.ExpandLog(context.Background(), "%t{%Y} %m@%M %r@%R %d %n %h{Subject} %H %x",
		msys.LogEvent{Message: testMessage(t), Time: time.Unix(1700000000, 0), Note: "250 ok", Remote: vctx.AddrOf(netip.MustParseAddrPort("192.0.2.25:25"))})
	if err != nil || line != "2023 ann@sender.example bob@rcpt.example rcpt.example 250 ok hello 192.0.2.25 %x" {
		t.Errorf("%q %v", line, err)
	}
}
