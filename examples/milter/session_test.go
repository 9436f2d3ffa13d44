package main

import (
	"strings"
	"testing"

	"github.com/emersion/go-milter"
	"github.com/google/go-cmp/cmp"
)

// Each stage's verdict is the MTA's answer, and the session goes on after it.
func TestVerdicts(t *testing.T) {
	r := start(t, options{}, policyWith(`
function mod:validate_connect(ac, v)
  if v:get(VCTX_CONN, "milter_client_name") == "bad.example" then v:disconnect(554, "5.7.1 no\ngo 100% away") end
  return 0
end
function mod:validate_ehlo(line, ac, v) if tostring(line):match("liar") then v:set_code(550, "5.7.1 who") end return 0 end
function mod:validate_mailfrom(from, ac, v)
  from = tostring(from)
  if from == "later@x.example" then v:set_code(451, "4.7.1 a\nb") end
  if from == "bye@x.example" then v:disconnect(450, "4.7.0 bye") end
  if from == "panic@x.example" then error("x") end
  return 0
end
function mod:validate_rcptto(m, to, ac, v) if tostring(to):match("^no") then v:set_code(550, "5.1.1 nobody") end return 0 end
function mod:validate_data(m, ac, v)
  local s = m:header("Subject")[1]
  if s == "spam" then v:set_code(554, "5.7.1 spam") end
  if s == "hole" then m:discard() end
  return 0
end`))
	m := r.dial(allActions, milter.OptHeaderLeadingSpace)
	m.must("521 5.7.1 no|521 go 100%% away")(m.Conn("bad.example", milter.FamilyInet6, 1, "IPv6:2001:db8::1"))
	m = r.dial(allActions, milter.OptHeaderLeadingSpace)
	m.must("c")(m.Conn("good.example", milter.FamilyUnix, 0, "/run/x"))
	m.must("550 5.7.1 who")(m.Helo("liar"))
	m.greet()
	m.must("451 4.7.1 a|451 b")(m.Mail("later@x.example", nil))
	m.must("421 4.7.0 bye")(m.Mail("bye@x.example", nil))
	m = r.dial(allActions, milter.OptHeaderLeadingSpace).greet()
	m.must("421 4.3.0 temporary failure, try later")(m.Mail("panic@x.example", nil))
	m.envelope("a@x.example", "b@y.example")
	m.must("550 5.1.1 nobody")(m.Rcpt("no@y.example", nil))
	m.must("c")(m.Rcpt("c@y.example", nil))
	for _, tt := range []struct{ subject, want string }{
		{"spam", "554 5.7.1 spam"}, {"hole", "d"}, {"fine", "a"},
	} {
		if diff := cmp.Diff([]string{tt.want}, m.message("Subject: "+tt.subject, "hi\r\n")); diff != "" {
			t.Errorf("%s: %s", tt.subject, diff)
		}
		m.envelope("", "b@y.example")
	}
	m.must("451 4.3.0 temporary failure, try later")(func() (*milter.Action, error) {
		m.Abort()
		return m.Rcpt("b@y.example", nil)
	}())
}

// Macros, ESMTP parameters and addresses are where policy looks for them.
func TestMacros(t *testing.T) {
	r := start(t, options{}, policyWith(`
local function show(v, where)
  local out = {where}
  for _, n in ipairs({"milter_client_name", "tls", "tls_protocol", "tls_cipher", "auth_user", "auth_name", "can_relay", "ehlo_string"}) do
    out[#out + 1] = n .. "=" .. v:get(VCTX_CONN, n)
  end
  for _, n in ipairs({"milter_i", "mailfrom_string", "#8bitmime"}) do out[#out + 1] = n .. "=" .. v:get(VCTX_MESS, n) end
  print(table.concat(out, " "))
end
function mod:validate_connect(ac, v) print("peer", tostring(ac.remote_addr), tostring(ac.local_addr)) return 0 end
function mod:validate_mailfrom(from, ac, v) show(v, "mail") return 0 end
function mod:validate_data(m, ac, v) show(v, "data") return 0 end`))
	m := r.dial(allActions, 0)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(m.Macros(milter.CodeConn, "{client_name}", "client.example", "{daemon_addr}", "192.0.2.25", "{daemon_port}", "587"))
	m.must("c")(m.Conn("other", milter.FamilyInet, 4321, "192.0.2.7"))
	check(m.Macros(milter.CodeHelo, "{tls_version}", "TLSv1.3", "{cipher}", "TLS_AES_128_GCM_SHA256", "{cipher_bits}", "128"))
	m.must("c")(m.Helo("mx.example.org"))
	check(m.Macros(milter.CodeMail, "i", "4QX1", "{auth_type}", "PLAIN", "{auth_authen}", "joe"))
	m.must("c")(m.Mail("a@x.example", []string{"SIZE=100", "BODY=8BITMIME"}))
	m.must("c")(m.Rcpt("b@y.example", nil))
	if got := m.message("Subject: x", "hi\r\n"); got[0] != "a" {
		t.Error(got)
	}
	const common = "milter_client_name=client.example tls=on tls_protocol=TLSv1.3 tls_cipher=TLS_AES_128_GCM_SHA256 auth_user=joe auth_name=PLAIN can_relay=true ehlo_string=EHLO mx.example.org milter_i=4QX1 mailfrom_string="
	for _, want := range []string{"mail " + common, "data " + common} {
		if log := strings.ReplaceAll(r.log.String(), `\"`, `"`); !strings.Contains(log, want) {
			t.Errorf("%q is not in\n%s", want, log)
		}
	}
}
