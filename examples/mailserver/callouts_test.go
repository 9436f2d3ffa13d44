package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
)

// recorder defines record, which keeps the arguments of a callout in a
// readable form, and the console command calls, which shows
// them.
const recorder = `
require("msys.core")
local C, M = msys.core.VCTX_CONN, msys.core.VCTX_MESS
local mod = {}
local forms = {
  ["msys.core:_accept_construct"] = function(ac) return "ac(" .. ip_from_addr_and_port(tostring(ac.remote_addr)) .. ")" end,
  ["msys.core:_validate_context"] = function(v) return "vctx(" .. v:get(C, "ehlo_domain") .. ")" end,
  ["msys.core:_message_construct"] = function(mc) return "mc(" .. mc.peer_address .. ")" end,
  ["msys.core:_ec_message"] = function(m) return "msg(" .. m:mailfrom() .. ">" .. m:rcptto() .. ")" end,
  ["msys.core:_ec_string"] = function(s) return "str(" .. tostring(s):gsub("\r\n", "~") .. ")" end,
  ["table"] = function(t) return "table" end,
  ["msys.core:_box"] = function(b) return "box(" .. tostring(b.value):gsub("^(Received).*", "%1…") .. ")" end,
  ["msys.core:_argv"] = function() return "argv" end,
  ["msys.core:_command_construct"] = function(cc) return "cc(" .. tostring(cc) .. ")" end,
  ["msys.core:_delivery_construct"] = function(d) return "dc(" .. d.domain .. ")" end,
  ["msys.core:_domain_record"] = function(d) return "dr(" .. d.domain .. ")" end,
  ["msys.core:_ec_sockaddr"] = function(a) return "addr(" .. ip_from_addr_and_port(tostring(a)) .. ")" end,
  ["msys.tls_params:_params"] = function(p) return "params(" .. p.use_tls .. ")" end,
  ["msys.core:timeval"] = function(t) return "timeval(" .. (t.tv_sec > 0 and "now" or "?") .. ")" end,
}
local function record(...)
  local line = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    local form = forms[msys.type(v)]
    line[i] = form and form(v) or tostring(v)
  end
  msys.shareSet("calls", (msys.shareGet("calls") or "") .. table.concat(line, " ") .. "\n")
end
function mod:init()
  msys.registerControl("calls", function() io.write(msys.shareGet("calls") or "") end)
  msys.registerAuth("users", {authenticate = function(self, file, params, user, password)
    return user == "ann" and password == "right" and msys.core.EC_AUTH_OK or msys.core.EC_AUTH_FAIL
  end})
  return true
end
`

// calls ends all sessions and gives what was recorded.
func (r *running) calls(c *client) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c.conn.Close()
	if err := r.smtp.Shutdown(ctx); err != nil {
		r.t.Fatal(err)
	}
	out, handled, err := r.rt.Control(ctx, msys.ControlRequest{Line: "calls"})
	if err != nil || !handled {
		r.t.Fatalf("calls: handled %v, error %v", handled, err)
	}
	return strings.TrimSuffix(out, "\n")
}

func join(parts ...[]string) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// Parts of dialogues: a line, then the reply to it.
var (
	banner   = []string{"", "220 mx.test ESMTP Service Ready"}
	hello    = join(banner, []string{"EHLO mx.b.example", ehloReply})
	mailed   = join(hello, []string{"MAIL FROM:<a@b.example> SIZE=100", "250 2.0.0 Roger, accepting mail from <a@b.example>"})
	one      = join(mailed, rcpt("one@d.example"))
	received = join(one, content("250 2.0.0 OK: queued"))
)

func rcpt(addr string) []string {
	return []string{"RCPT TO:<" + addr + ">", "250 2.0.0 I'll make sure <" + addr + "> gets this"}
}

func content(reply string) []string {
	return []string{"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: hi\r\n\r\nbody\r\n.", reply}
}

// wireTest is a policy of one callout and the conversation it leads to.
type wireTest struct {
	name, hook string
	code       string   // the callout's body; its arguments are a1 … a6
	dialogue   []string // lines and replies
	calls      string   // what the callout was called with
	mails      map[string]string
}

func (tt *wireTest) run(t *testing.T, o options) {
	policy := recorder + "function mod:" + tt.hook + "(...)\n  record(...)\n  local a1, a2, a3, a4, a5, a6 = ...\n" + tt.code + "\nend\nmsys.registerModule('p', mod)\n"
	r := start(t, o, map[string]string{"p.lua": policy})
	c := r.dial()
	dialogue := tt.dialogue
	closes := dialogue[len(dialogue)-1] == "closed"
	if closes {
		dialogue = dialogue[:len(dialogue)-2]
	}
	c.expect(dialogue...)
	if closes {
		c.conn.SetDeadline(time.Now().Add(5 * time.Second))
		if _, err := c.in.ReadByte(); err != io.EOF {
			t.Errorf("after the last reply: %v, want a closed connection", err)
		}
	}
	want := strings.ReplaceAll(tt.calls, "|", "\n")
	if diff := cmp.Diff(want, r.calls(c)); diff != "" {
		t.Errorf("arguments: %s", diff)
	}
	mails := r.mails()
	if len(mails) != len(tt.mails) {
		t.Errorf("%d mails stored, want %d", len(mails), len(tt.mails))
	}
	for to, part := range tt.mails {
		if !strings.Contains(mails[to], part) {
			t.Errorf("mail for %s lacks %q:\n%s", to, part, mails[to])
		}
	}
}

// Each callout of a received mail gets its arguments, and what it decides
// reaches the client.
func TestCallouts(t *testing.T) {
	for _, tt := range calloutTests() {
		t.Run(tt.hook+" "+tt.name, func(t *testing.T) { tt.run(t, options{}) })
	}
}

func calloutTests() []wireTest {
	const msg = "msg(a@b.example>one@d.example) ac(127.0.0.1) vctx(mx.b.example)"
	stored := map[string]string{"one@d.example": "\r\nSubject: hi\r\n\r\nbody\r\n"}
	refused := join(one, content("550 5.7.1 no"))
	return []wireTest{
		{"refuses", "core_validate_accept", `a2:set_code(554, "5.7.1 blocked") return msys.core.VALIDATE_DONE`,
			[]string{"", "554 5.7.1 blocked", "", "closed"}, "ac(127.0.0.1) vctx()", nil},
		{"accepts", "core_validate_accept", `return msys.core.VALIDATE_CONT`, banner, "ac(127.0.0.1) vctx()", nil},
		{"banner", "validate_connect", `a2:set_code(220, "mx.test hello") return 0`, []string{"", "220 mx.test hello"}, "ac(127.0.0.1) vctx()", nil},
		{"refuses", "validate_connect", `a2:set_code(554, "5.7.1 no") return 0`,
			[]string{"", "554 5.7.1 no", "EHLO x", "503 5.5.1 bad sequence of commands", "QUIT", "221 2.0.0 Bye"}, "ac(127.0.0.1) vctx()", nil},
		{"421 closes", "validate_connect", `a2:set_code(421, "4.3.2 later") return 0`, []string{"", "421 4.3.2 later", "", "closed"}, "ac(127.0.0.1) vctx()", nil},
		{"late banner", "core_validate_connect", `a2:set_code(220, "late")`, []string{"", "220 late"}, "ac(127.0.0.1) vctx()", nil},
		{"capability", "validate_ehlo", `a2:esmtp_capability_add("X-TEST 1") a2:esmtp_capability_remove("size") return 0`,
			join(banner, []string{"EHLO mx.b.example", "250-mx.test|250-PIPELINING|250-8BITMIME|250-ENHANCEDSTATUSCODES|250-CHUNKING|250-SMTPUTF8|250-DSN|250 X-TEST 1"}),
			"str(EHLO mx.b.example~) ac(127.0.0.1) vctx(mx.b.example)", nil},
		{"refuses", "validate_ehlo", `a3:set_code(550, "5.7.1 no") return 0`,
			join(banner, []string{"HELO bad", "550 5.7.1 no", "MAIL FROM:<a@b.example>", "503 5.5.1 EHLO first"}),
			"str(HELO bad~) ac(127.0.0.1) vctx(bad)", nil},
		{"own text", "validate_mailfrom", `local m = msys.core.accept_construct_get_message_construct(a2).message
			a3:set_code(250, m:mailfrom() .. " " .. a3:get(M, "mailfrom_string")) return 0`,
			join(hello, []string{"MAIL FROM:<a@b.example>", "250 a@b.example MAIL FROM:<a@b.example>"}),
			"str(a@b.example) ac(127.0.0.1) vctx(mx.b.example)", nil},
		{"null sender", "validate_mailfrom", `return 0`, join(hello, []string{"MAIL FROM:<>", "250 2.0.0 Roger, accepting mail from <>"}),
			"str() ac(127.0.0.1) vctx(mx.b.example)", nil},
		{"no transaction", "validate_mailfrom", `a3:set_code(451, "4.7.1 later") return 0`,
			join(hello, []string{"MAIL FROM:<a@b.example>", "451 4.7.1 later", "RCPT TO:<one@d.example>", "502 5.5.1 Missing MAIL FROM command."}),
			"str(a@b.example) ac(127.0.0.1) vctx(mx.b.example)", nil},
		{"refuses one", "validate_rcptto", `if tostring(a2) == "two@d.example" then a4:set_code("550", "5.7.1 a\nb") end return 0`,
			join(one, []string{"RCPT TO:<two@d.example>", "550-5.7.1 a|550 b"}, content("250 2.0.0 OK: queued")),
			"msg(a@b.example>one@d.example) str(one@d.example) ac(127.0.0.1) vctx(mx.b.example)|msg(a@b.example>two@d.example) str(two@d.example) ac(127.0.0.1) vctx(mx.b.example)", stored},
		{"discards the transaction", "validate_rcptto", `a1:discard("quietly") return 0`, received,
			"msg(a@b.example>one@d.example) str(one@d.example) ac(127.0.0.1) vctx(mx.b.example)", nil},
		{"refuses", "validate_data", `a3:set_code(550, "5.7.1 no") return 0`, refused, msg, nil},
		{"adds a recipient", "validate_data", `a3:add_recipient("two@d.example") a1:header("X-Seen", a3:get(M, "rfc2822_date_missing")) return 0`, received, msg,
			map[string]string{"one@d.example": "\r\nX-Seen: true\r\n", "two@d.example": "\r\nX-Seen: true\r\n"}},
		{"empties the list", "validate_data", `a3:recipient_list({}) return 0`, received, msg, nil},
		{"refuses", "validate_data_spool", `a3:set_code(550, "5.7.1 no") return 0`, refused, msg, nil},
		{"replaces the recipients", "validate_rcptto_list", `a2:recipient_list({"new@d.example"}) record(#a1, a1[0] == "", a1[1]) return 0`,
			received, "table vctx(mx.b.example)|1 true one@d.example", map[string]string{"new@d.example": "body"}},
		{"refuses", "validate_rcptto_list_final", `record(a1.data, a1.next, pcall(a2.add_recipient, a2, "x@d.example")) a2:set_code(550, "5.7.1 no") return 0`,
			refused, "table vctx(mx.b.example)|one@d.example nil false recipient list is final", nil},
		{"drops a copy", "core_pre_msg_each_rcpt", `a1:discard("no")`, received, msg, nil},
		{"refuses", "validate_data_spool_each_rcpt", `a3:set_code(550, "5.7.1 no") return 0`, refused, msg, nil},
		{"marks the copy", "validate_data_spool_each_rcpt", `if a1:rcptto() == "two@d.example" then a1:header("X-Two", "yes") end return 0`,
			join(one, rcpt("two@d.example"), content("250 2.0.0 OK: queued")), msg + "|" + strings.Replace(msg, "one", "two", 1),
			map[string]string{"one@d.example": ": from mx.b.example", "two@d.example": "\r\nX-Two: yes\r\n\r\nbody"}},
		{"marks", "core_validate_data_spool_each_rcpt", `a1:header("X-A", "1")`, received, msg, map[string]string{"one@d.example": "\r\nX-A: 1\r\n"}},
		{"marks", "core_post_validate_data_spool_each_rcpt_v1", `a1:header("X-A", "2")`, received, msg, map[string]string{"one@d.example": "\r\nX-A: 2\r\n"}},
		{"drops a copy", "core_post_msg_each_rcpt", `a1:discard("no")`, received, msg, nil},
		{"marks", "validate_set_binding", `a1:routing_domain("Q.example") a1:header("X-Queue", a1:routing_domain()) return 0`, received, "msg(a@b.example>one@d.example)",
			map[string]string{"one@d.example": "\r\nX-Queue: q.example\r\n"}},
		{"refuses", "core_final_validation2", `return msys.core.EC_HOOK_DONE`, join(one, content("550 5.7.1 rejected by policy")), msg, nil},
		{"defers", "core_final_validation2", `return msys.core.EC_HOOK_RETRY`, join(one, content("451 4.3.0 transaction failed")), msg, nil},
		{"cannot refuse", "core_final_validation", `a1:header("X-F", "1") a3:set_code(550, "no") return msys.core.VALIDATE_DONE`, received, msg,
			map[string]string{"one@d.example": "\r\nX-F: 1\r\n"}},
		{"cannot refuse", "core_post_final_validation", `a1:header("X-P", "1") return 1`, received, msg, map[string]string{"one@d.example": "\r\nX-P: 1\r\n"}},
		{"takes the mail", "core_ec_message_enqueue", `return msys.core.EC_MESSAGE_ENQUEUE_HOOK_OK`, received, "msg(a@b.example>one@d.example) timeval(now)", nil},
		{"cannot be queued", "core_ec_message_enqueue", `return msys.core.EC_MESSAGE_ENQUEUE_HOOK_ERR`, join(one, content("451 4.3.0 message could not be queued")),
			"msg(a@b.example>one@d.example) timeval(now)", nil},
		{"protocol", "core_get_protocol_string_for_trace_headers", `return "LMTP"`, received, "ac(127.0.0.1) vctx(mx.b.example) msg(a@b.example>one@d.example)",
			map[string]string{"one@d.example": "with LMTP id"}},
		{"trace field", "core_get_received_header_text", `a5:write("by policy", 9) return 1`, received,
			"msg(a@b.example>one@d.example) mc(127.0.0.1) ac(127.0.0.1) vctx(mx.b.example) str()", map[string]string{"one@d.example": "Received: by policy\r\n"}},
		{"is told", "core_log_reception_v1", ``, received, "ac(127.0.0.1) msg(a@b.example>one@d.example) timeval(now)  0", stored},
		{"has no effect", "core_log_rejection", `a3:set_code(250, "fine") a3:disconnect() end
			function mod:validate_rcptto(msg, str, ac, v) v:set_code(550, "5.1.1 no") return 0`,
			join(mailed, []string{"RCPT TO:<one@d.example>", "550 5.1.1 no", "NOOP", "250 2.0.0 I have successfully done nothing"}),
			"timeval(now) ac(127.0.0.1) vctx(mx.b.example) 7 550 5.1.1 no nil", nil},
		{"after the data", "core_log_rejection", `end function mod:validate_data_spool_each_rcpt(msg, ac, v) v:set_code(550, "5.7.1 no") return 0`,
			refused, "timeval(now) ac(127.0.0.1) vctx(mx.b.example) 11 550 5.7.1 no nil", nil},
		{"of a connection", "core_log_rejection", `end function mod:core_validate_accept(ac, v) v:set_code(554, "5.7.1 no") return 0`,
			[]string{"", "554 5.7.1 no", "", "closed"}, "timeval(now) ac(127.0.0.1) vctx() 1 554 5.7.1 no nil", nil},
		{"is called at the end", "validate_dealloc", `record("at the end", self.n) end
			function mod:validate_connect() self.n = 7 return 0`, banner, "vctx()|at the end 7", nil},
		{"is counted", "core_inc_inbound_connections", ``, banner, "SMTP -1 ac(127.0.0.1)", nil},
		{"is counted", "core_dec_inbound_connections", ``, banner, "SMTP -1 ac(127.0.0.1)", nil},
		{"routes", "core_config_get_message_routing_domain", `a3:set("q.example") return #a3 end function mod:core_final_validation(m) m:header("X-Queue", m:routing_domain())`,
			received, "nil msg(a@b.example>one@d.example) str() 1024", map[string]string{"one@d.example": "\r\nX-Queue: q.example\r\n"}},
		{"marks", "core_post_assemble_fwd_message", `a2:header("X-Forwarded", a1:rcptto()) end function mod:validate_data(m) m:forward("s@x.example", "t@y.example", "see") return 0`,
			received, "msg(a@b.example>one@d.example) msg(s@x.example>t@y.example)", map[string]string{"one@d.example": "body", "t@y.example": "\r\nX-Forwarded: one@d.example\r\n"}},
	}
}

// authTest is a wireTest of AUTH, with the URI that checks passwords.
type authTest struct {
	uri string
	wireTest
}

// Authentication callouts decide about AUTH.
func TestAuthCallouts(t *testing.T) {
	for _, tt := range authTests() {
		t.Run(tt.hook+" "+tt.name, func(t *testing.T) { tt.run(t, options{authURI: tt.uri, insecureAuth: true}) })
	}
}

func authTests() []authTest {
	plain := func(user, password string) string {
		return "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+user+"\x00"+password))
	}
	const good, bad = "235 2.7.0 authentication successful", "535 5.7.8 authentication credentials invalid"
	greeted := join(banner, []string{"EHLO mx.b.example", strings.Replace(ehloReply, "250 SIZE 1048576", "250-SIZE 1048576|250 AUTH PLAIN LOGIN", 1)})
	return []authTest{
		{"users://x", wireTest{"decides", "core_pre_esmtp_auth", `return msys.core.EC_AUTH_OK`,
			join(greeted, []string{plain("eve", "wrong"), good}), "ac(127.0.0.1) mc(127.0.0.1) vctx(mx.b.example)", nil}},
		{"users://x", wireTest{"refuses", "core_pre_esmtp_auth", `return msys.core.EC_AUTH_FAIL`,
			join(greeted, []string{plain("ann", "right"), bad}), "ac(127.0.0.1) mc(127.0.0.1) vctx(mx.b.example)", nil}},
		{"users://x", wireTest{"has no opinion", "core_pre_esmtp_auth", `return`,
			join(greeted, []string{plain("ann", "wrong"), bad, plain("ann", "right"), good}),
			"ac(127.0.0.1) mc(127.0.0.1) vctx(mx.b.example)|ac(127.0.0.1) mc(127.0.0.1) vctx(mx.b.example)", nil}},
		{"ac_auth://", wireTest{"own reply", "ac_auth_perform_auth", `a4:write("531 no", 6) return msys.core.EC_AUTH_FAIL`,
			join(greeted, []string{plain("ann", "pw"), "531 no"}), "ann pw ac(127.0.0.1) str()", nil}},
		{"ac_auth://", wireTest{"accepts", "ac_auth_perform_auth", `return msys.core.EC_AUTH_OK`,
			join(greeted, []string{plain("ann", "pw"), good}), "ann pw ac(127.0.0.1) str()", nil}},
		{"ac_auth://", wireTest{"no answer", "ac_auth_perform_auth", `return`,
			join(greeted, []string{plain("ann", "pw"), "454 4.7.0 temporary authentication failure"}), "ann pw ac(127.0.0.1) str()", nil}},
		{"users://x", wireTest{"closes", "core_validate_auth", `record(a2.user, a2.mechanism, a1:get(C, "auth_status"), a3 == msys.core.EC_AUTH_FAIL)
			a1:disconnect(421, "4.7.0 guessing")`, join(greeted, []string{plain("ann", "wrong"), "421 4.7.0 guessing", "", "closed"}),
			"vctx(mx.b.example) table 1|ann PLAIN fail true", nil}},
		{"users://x", wireTest{"refuses what was right", "core_validate_auth", `record(a2.user, a2.mechanism, a1:get(C, "auth_status"), a3 == msys.core.EC_AUTH_OK)
			a1:set_code(535, "5.7.8 not now")`, join(greeted, []string{plain("ann", "right"), "535 5.7.8 not now"}),
			"vctx(mx.b.example) table 0|ann PLAIN pass true", nil}},
		{"users://x", wireTest{"is told", "core_aaa_log", `record(a1.user, a1.event, a1.status, a1.text)`,
			join(greeted, []string{plain("ann", "right"), good}), "table|ann auth pass PLAIN", nil}},
		{"ac_auth://", wireTest{"is told", "ac_auth_log_auth_failure", `end
			function mod:ac_auth_perform_auth(user, password) return password == "right" and msys.core.EC_AUTH_OK or msys.core.EC_AUTH_FAIL`,
			join(greeted, []string{plain("ann", "wrong"), bad, plain("ann", "right"), good}), "ann ac(127.0.0.1) str()", nil}},
	}
}

// The hook after the TLS handshake may end the connection.
func TestTLSCallout(t *testing.T) {
	for _, tt := range []struct{ name, code, want string }{
		{"accepts", ``, "EHLO"},
		{"refuses", `mc.ctx.code = 420 mc.ctx.disconnect = 1`, "421 4.7.0 TLS Negotiation failed."},
		{"refuses with a note", `mc.ctx:set(C, "_tls_note", "454 4.7.0 no") mc.ctx.code = 420 mc.ctx.disconnect = 1`, "454 4.7.0 no"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, options{tls: certificate(t)}, map[string]string{"p.lua": recorder + `
function mod:core_inbound_smtp_tls_post_accept(mc, event, eventtype, vclosure, now)
  record(mc, event, eventtype, vclosure, now, mc.ctx:get(C, "tls"), mc.ctx:get(C, "tls_protocol"))
  ` + tt.code + `
end
msys.registerModule("p", mod)`})
			c := r.dial()
			c.expect(banner...)
			c.say("EHLO mx.b.example")
			c.expect("STARTTLS", "220 2.0.0 ready to start TLS")
			secure := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true})
			if err := secure.Handshake(); err != nil {
				t.Fatal(err)
			}
			c.conn, c.in = secure, bufio.NewReader(secure)
			if tt.want == "EHLO" {
				if got := c.say("EHLO mx.b.example"); !strings.HasPrefix(got, "250-mx.test|") || strings.Contains(got, "STARTTLS") {
					t.Errorf("EHLO inside TLS: %s", got)
				}
			} else {
				c.expect("", tt.want)
				if _, err := c.in.ReadByte(); err != io.EOF {
					t.Errorf("after the reply: %v, want a closed connection", err)
				}
			}
			if got := r.calls(c); got != "mc(127.0.0.1) nil 0 nil timeval(now) on TLSv1.3" {
				t.Errorf("called with %s", got)
			}
		})
	}
}

// Every inbound callout runs at its place in a whole conversation.
func TestOrderOfCallouts(t *testing.T) {
	order := []string{
		"core_inc_inbound_connections", "core_validate_accept", "validate_connect", "core_validate_connect", "validate_ehlo",
		"core_pre_esmtp_auth", "core_validate_auth", "core_aaa_log", "validate_mailfrom", "validate_rcptto", "validate_data", "validate_data_spool",
		"validate_rcptto_list", "validate_rcptto_list_final", "core_pre_msg_each_rcpt", "validate_data_spool_each_rcpt",
		"core_validate_data_spool_each_rcpt", "core_post_validate_data_spool_each_rcpt_v1", "core_post_msg_each_rcpt",
		"validate_set_binding", "core_config_get_message_routing_domain", "core_final_validation2", "core_final_validation",
		"core_post_final_validation", "core_ec_message_enqueue", "core_log_reception_v1", "core_get_received_header_text",
		"core_get_protocol_string_for_trace_headers", "core_log_delivery_v1", "validate_dealloc", "core_dec_inbound_connections",
	}
	policy := recorder + "for _, name in ipairs{'" + strings.Join(order, "', '") + "'} do mod[name] = function() record(name) end end\nmsys.registerModule('p', mod)\n"
	r := start(t, options{authURI: "users://x", insecureAuth: true}, map[string]string{"p.lua": policy})
	c := r.dial()
	c.expect(banner...)
	c.say("EHLO mx.b.example")
	c.expect("AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00ann\x00right")), "235 2.7.0 authentication successful")
	c.expect(received[len(hello):]...)
	c.expect("QUIT", "221 2.0.0 Bye")
	if diff := cmp.Diff(order, strings.Split(r.calls(c), "\n")); diff != "" {
		t.Error(diff)
	}
}

// An exception ends its session alone; one of a logger ends nothing.
func TestExceptions(t *testing.T) {
	second := strings.Replace(recorder, "function mod:init()", "function mod:unused()", 1) +
		"function mod:core_log_delivery_v1(msg, dr, now, note) record(msg, dr.domain, now, note) end\nmsys.registerModule('q', mod)\n"
	r := start(t, options{}, map[string]string{"p.lua": recorder + `
function mod:validate_data(msg)
  if msg:header("Subject")[1] == "bad" then local x = nil; x.y = 1 end
  return 0
end
function mod:core_log_delivery_v1(msg) error("logger is broken") end
msys.registerModule("p", mod)`, "q.lua": second})
	bad := r.dial()
	bad.expect(join(one, []string{"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: bad\r\n\r\n.", "421 4.3.0 temporary failure, try later"})...)
	if _, err := bad.in.ReadByte(); err != io.EOF {
		t.Errorf("after the exception: %v, want a closed connection", err)
	}
	c := r.dial()
	c.expect(received...)
	if diff := cmp.Diff("msg(a@b.example>one@d.example) d.example timeval(now) 250 stored", r.calls(c)); diff != "" {
		t.Error(diff)
	}
	if len(r.mails()) != 1 {
		t.Errorf("%d mails stored", len(r.mails()))
	}
}

// The self table and the connection variables live as long as the session,
// those of the message until the next transaction.
func TestLivesOverSMTP(t *testing.T) {
	r := start(t, options{}, policyWith(`
local C, M = msys.core.VCTX_CONN, msys.core.VCTX_MESS
function mod:validate_rcptto(msg, str, ac, v)
  self.n = (self.n or 0) + 1
  v:set_code(250, table.concat({self.n, v:get(C, "mine"), v:get(M, "mine"), v:get(C, "connection_rcpt_count"), v:get(M, "message_rcpt_count") .. v:get(C, "message_rcpt_count")}, " "))
  v:set(C, "mine", "c") v:set(M, "mine", "m")
  return 0
end`))
	c := r.dial()
	c.expect(mailed...)
	c.expect("RCPT TO:<one@d.example>", "250 1   1 1", "RCPT TO:<two@d.example>", "250 2 c m 2 2", "RSET", "250 2.0.0 Session reset")
	c.expect(mailed[len(hello):]...)
	c.expect("RCPT TO:<one@d.example>", "250 3 c  3 1")
	other := r.dial()
	other.expect(mailed...)
	other.expect("RCPT TO:<one@d.example>", "250 1   1 1")
}
