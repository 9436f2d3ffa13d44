package main

import (
	"encoding/base64"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
)

const denied = "550 5.7.1 relaying denied"

// relayCalloutTest is a wireTest with a relay rule.
type relayCalloutTest struct {
	options
	wireTest
}

// The relay callouts are asked at RCPT, with the domain, and decide.
func TestRelayCallouts(t *testing.T) {
	for _, tt := range relayCalloutTests() {
		t.Run(tt.hook+" "+tt.name, func(t *testing.T) { tt.run(t, tt.options) })
	}
}

func relayCalloutTests() []relayCalloutTest {
	guarded := options{relayRule: relayRule{domains: list{"d.example"}}}
	far := []string{"RCPT TO:<two@far.example>", denied}
	dialogue := func(parts ...[]string) []string { return join(append([][]string{mailed}, parts...)...) }
	stored := map[string]string{"one@d.example": "body"}
	return []relayCalloutTest{
		{guarded, wireTest{"has no opinion", "core_pre_ec_can_relay_to", ``,
			dialogue(rcpt("one@d.example"), far, content("250 2.0.0 OK: queued")),
			"d.example box(1) box(0)|far.example box(0) box(0)", stored}},
		{guarded, wireTest{"takes the domain", "core_pre_ec_can_relay_to", `a2.value = 1 a3.value = msys.core.VALIDATE_DONE`,
			dialogue(rcpt("two@far.example"), content("250 2.0.0 OK: queued")), "far.example box(0) box(0)", map[string]string{"two@far.example": "body"}}},
		{guarded, wireTest{"value without a decision", "core_pre_ec_can_relay_to", `a2.value = 1`, dialogue(far), "far.example box(0) box(0)", nil}},
		{guarded, wireTest{"refuses a domain of the rule", "core_pre_ec_can_relay_to", `a2.value = 0 a3.value = msys.core.VALIDATE_DONE`,
			dialogue([]string{"RCPT TO:<one@d.example>", denied, "DATA", "502 5.5.1 Missing RCPT TO command."}), "d.example box(1) box(0)", nil}},
		{options{}, wireTest{"refuses without a rule", "core_pre_ec_can_relay_to", `a2.value = 0 a3.value = msys.core.VALIDATE_DONE`,
			dialogue([]string{"RCPT TO:<one@d.example>", denied}), "d.example box(1) box(0)", nil}},
		{guarded, wireTest{"decides before the other callout", "core_pre_ec_can_relay_to", `a2.value = 1 a3.value = msys.core.VALIDATE_DONE end
			function mod:core_config_get_domain_relay(...) record("asked")`, dialogue(rcpt("two@far.example")), "far.example box(0) box(0)", nil}},
		{guarded, wireTest{"takes the domain", "core_config_get_domain_relay", `a3.value = 1 return 1`,
			dialogue(rcpt("two@far.example"), content("250 2.0.0 OK: queued")), "nil far.example box(0)", map[string]string{"two@far.example": "body"}}},
		{guarded, wireTest{"refuses a domain of the rule", "core_config_get_domain_relay", `a3.value = 0 return 1`,
			dialogue([]string{"RCPT TO:<one@d.example>", denied}), "nil d.example box(1)", nil}},
		{guarded, wireTest{"returns 0", "core_config_get_domain_relay", `a3.value = 1 return 0`, dialogue(far), "nil far.example box(0)", nil}},
		{options{relayRule: relayRule{hosts: list{"127.0.0.0/8"}}}, wireTest{"is not asked about relay hosts", "core_pre_ec_can_relay_to", ``,
			dialogue(rcpt("two@far.example")), "", nil}},
		{guarded, wireTest{"is told", "core_log_rejection", `record(a4 == msys.core.MC_STATE_RELAYING_DENIED, a3:get(M, "rcptto_domain"))`, dialogue(far),
			"timeval(now) ac(127.0.0.1) vctx(mx.b.example) 13 550 5.7.1 relaying denied nil|true far.example", nil}},
		{guarded, wireTest{"is not asked about refused recipients", "validate_rcptto", `return 0`, dialogue(far), "", nil}},
	}
}

// Clients of the relay hosts and authenticated users send to anyone, others to
// the relay domains.
func TestRelayRule(t *testing.T) {
	const taken = "250"
	for _, tt := range []struct {
		name    string
		options options
		sendsOn bool
		user    bool // authenticates
		replies map[string]string
	}{
		{name: "no rule", replies: map[string]string{"a@x.example": taken, "a@y.example": taken}},
		{name: "no rule, sends on: this host may", sendsOn: true, replies: map[string]string{"a@x.example": taken}},
		{name: "domains", options: options{relayRule: relayRule{domains: list{"X.example, *.sub.example", "bücher.example"}}}, replies: map[string]string{
			"a@x.EXAMPLE": taken, "a@b.sub.example": taken, "a@sub.example": denied, "a@y.example": denied, "a@xn--bcher-kva.example": taken,
			"a@[127.0.0.1]": denied, "a%y.example@x.example": taken}},
		{name: "domains, sends on: this host may not", sendsOn: true, options: options{relayRule: relayRule{domains: list{"x.example"}}},
			replies: map[string]string{"a@x.example": taken, "a@y.example": denied}},
		{name: "hosts", options: options{relayRule: relayRule{hosts: list{"127.0.0.1"}}}, replies: map[string]string{"a@y.example": taken}},
		{name: "other hosts", options: options{relayRule: relayRule{hosts: list{"192.0.2.0/24"}}}, replies: map[string]string{"a@y.example": denied}},
		{name: "user", user: true, options: options{relayRule: relayRule{domains: list{"x.example"}}, authURI: "users://", insecureAuth: true},
			replies: map[string]string{"a@y.example": taken}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := tt.options
			if tt.sendsOn {
				o.relay, o.queue = "127.0.0.1:1", filepath.Join(t.TempDir(), "queue.db")
			}
			r := start(t, o, map[string]string{"p.lua": recorder + `
function mod:validate_connect(ac, v) record(v:get(C, "can_relay")) return 0 end
msys.registerModule("p", mod)`})
			c := r.dial()
			c.reply()
			c.say("EHLO mx.b.example")
			if tt.user {
				c.expect("AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00ann\x00right")), "235 2.7.0 authentication successful")
			}
			c.say("MAIL FROM:<a@b.example>")
			for to, want := range tt.replies {
				if got := c.say("RCPT TO:<" + to + ">"); !strings.HasPrefix(got, want) {
					t.Errorf("%s: %s, want %s", to, got, want)
				}
			}
			relayHost := ""
			if r.o.trusts(netip.MustParseAddr("127.0.0.1")) {
				relayHost = "true"
			}
			if got := r.calls(c); got != relayHost {
				t.Errorf("can_relay is %q, want %q", got, relayHost)
			}
		})
	}
}

// Scripts see the rule as configuration and cannot change it.
func TestRelayConfig(t *testing.T) {
	r := start(t, options{relayRule: relayRule{domains: list{"X.example,*.y.example"}, hosts: list{"10.1.2.3/8"}}}, map[string]string{"p.lua": recorder + `
function mod:validate_connect()
  for _, name in ipairs{"relay_domains", "relay_hosts"} do record(table.concat(msys.config("get", name), " ")) end
  record(msys.config("set", "relay_domains", "z.example"))
  record(msys.config("set", "other", "1"), msys.config("get", "other"))
  return 0
end
msys.registerModule("p", mod)`})
	c := r.dial()
	c.reply()
	want := "x.example *.y.example\n10.0.0.0/8\nnil relay_domains and relay_hosts are fixed while the server runs\n1 1 other = \"1\""
	if got := r.calls(c); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRelayRuleFlags(t *testing.T) {
	for _, tt := range []struct {
		domains, hosts list
		wrong          string
	}{
		{list{"a.example,b.example", "*"}, list{"::1 10.0.0.0/8"}, ""},
		{list{"a.*.example"}, nil, "* may only stand in front"},
		{nil, list{"10.0.0.0/33"}, "relay-hosts: "},
		{nil, list{"localhost"}, "relay-hosts: "},
	} {
		r := relayRule{domains: tt.domains, hosts: tt.hosts}
		if err := r.prepare(false); (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%v %v: %v", tt.domains, tt.hosts, err)
		}
	}
	r := relayRule{hosts: list{"10.0.0.0/8,2001:db8::/32,::1"}}
	if err := r.prepare(true); err != nil {
		t.Fatal(err)
	}
	for client, want := range map[string]bool{
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "11.0.0.1": false, "2001:db8::5": true, "::1": true, "::2": false, "127.0.0.1": false,
	} {
		if got := r.trusts(netip.MustParseAddr(client)); got != want {
			t.Errorf("%s: %v", client, got)
		}
	}
	if r.trusts(netip.Addr{}) || r.relaysTo(nil, "") {
		t.Error("a client without an address, or an address without a domain, is trusted")
	}
}
