package modules_test

import (
	"testing"
)

func TestDefaultPolicySenderDomains(t *testing.T) {
	const zone = `
mx.example.	IN	MX	10 mail.example.
a.example.	IN	A	192.0.2.1
aaaa.example.	IN	AAAA	2001:db8::1
null.example.	IN	MX	0 .
text.example.	IN	TXT	"nothing else"
`
	const on = `mail_from_domain_validate = {check = true, failure_code = 553, honor_whitelist = {"friends"}}`
	const missing = "553 5.1.8 sender domain does not exist"
	mail := func(sender string) string { return "connect 192.0.2.7; ehlo c; mail " + sender }
	s := site{dp: on, zone: zone}
	runPolicy(t, []policyTest{
		{"exchanger", s, mail("ann@mx.example"), "250"},
		{"address", s, mail("ann@a.example"), "250"},
		{"IPv6 address", s, mail("ann@aaaa.example"), "250"},
		{"letter case", s, mail("ann@A.Example"), "250"},
		{"null sender", s, mail(""), "250"},
		{"address literal", s, mail("ann@[192.0.2.7]"), "250"},
		{"takes no mail", s, mail("ann@null.example"), missing},
		{"nothing to send to", s, mail("ann@text.example"), missing},
		{"does not exist", s, mail("ann@no.example"), missing},
		{"default code", site{dp: `mail_from_domain_validate = {check = true}`, zone: zone}, mail("ann@no.example"), "554 5.1.8 sender domain does not exist"},
		{"DNS fails", site{dp: on, zone: zone, broken: "no.example"}, mail("ann@no.example"), "451 4.1.8 sender domain cannot be checked now: SERVFAIL"},
		{"off", site{dp: `mail_from_domain_validate = {check = false}`, zone: zone}, mail("ann@no.example"), "250"},
		{"white list", site{dp: friends + on, zone: zone, files: friendly}, mail("ann@no.example"), "250"},
	})
}

func TestDefaultPolicyRecipients(t *testing.T) {
	const sql = `create table users (mail text, status text, domain text);
		insert into users values ('bob@site.example', 'active', 'site.example');
		insert into users values ('off@site.example', 'inactive', 'site.example');
		insert into users values ('later@site.example', 'on-hold', 'site.example');
		insert into users values ('null@site.example', null, 'site.example')`
	validate := func(more string) string {
		return `recipient_validation = {check = true, ds_name = "sqlite", query = "select mail, status from users where mail = $rcpt", ` + more + `}`
	}
	const domains = `recipient_validation = {check = true}`
	relays := map[string]any{"relay_domains": []string{"relay.example", "*.below.example"}}
	rcpt := func(rcpt string) string { return "connect 192.0.2.7; ehlo c; mail ann@c.example; rcpt " + rcpt }
	s := site{dp: validate(""), sql: sql}
	status := func(values string) site {
		return site{dp: validate(`status_attribute = "status", status_values = ` + values), sql: sql}
	}
	const unknown, denied, closed = "550 5.1.1 no such recipient", "550 5.7.1 relaying denied", "550 5.2.1 mailbox not available"
	runPolicy(t, []policyTest{
		{"known", s, rcpt("bob@site.example"), "250"},
		{"unknown", s, rcpt("eve@site.example"), unknown},
		{"quote", s, rcpt(`"o'neil"@site.example`), unknown},
		{"by domain", site{dp: `recipient_validation = {check = true, ds_name = "sqlite", query = "select 1 from users where domain = :domain"}`, sql: sql},
			rcpt("eve@SITE.example"), "250"},
		{"by another domain", site{dp: `recipient_validation = {check = true, ds_name = "sqlite", query = "select 1 from users where domain = :domain"}`, sql: sql},
			rcpt("eve@other.example"), unknown},
		{"relay domain", site{dp: domains, config: relays}, rcpt("eve@Relay.Example"), "250"},
		{"below a relay domain", site{dp: domains, config: relays}, rcpt("eve@a.b.below.example"), "250"},
		{"not below", site{dp: domains, config: relays}, rcpt("eve@below.example"), denied},
		{"only ends alike", site{dp: domains, config: relays}, rcpt("eve@badrelay.example"), denied},
		{"no relay domains", site{dp: domains}, rcpt("eve@relay.example"), denied},
		{"relay domains as text", site{dp: domains, config: map[string]any{"relay_domains": `( "a.example" "relay.example" )`}}, rcpt("eve@relay.example"), "250"},
		{"glob of all", site{dp: domains, config: map[string]any{"relay_domains": "*"}}, rcpt("eve@relay.example"), "250"},
		{"relay domain before the query", site{dp: validate(""), sql: sql, config: relays}, rcpt("eve@relay.example"), "250"},
		{"status", status(`{"active"}`), rcpt("bob@site.example"), "250"},
		{"status is not part of another", status(`{"active"}`), rcpt("off@site.example"), closed},
		{"status with hyphen", status(`{"on-hold"}`), rcpt("later@site.example"), "250"},
		{"pattern", status(`{"^in%a+$"}`), rcpt("off@site.example"), "250"},
		{"no status", status(`{"active"}`), rcpt("null@site.example"), closed},
		{"white list", site{dp: friends + validate(`honor_whitelist = {"friends"}`), sql: sql, files: friendly}, rcpt("eve@site.example"), "250"},
		{"off", site{dp: `recipient_validation = {check = false}`}, rcpt("eve@site.example"), "250"},
		{"database fails", site{dp: validate("")}, rcpt("bob@site.example"), "451 4.3.0 recipients cannot be checked now"},
	})
}

func TestDefaultPolicyRelays(t *testing.T) {
	const relay = `
relay_authorization = {check = true, allow_smtp_auth = true, honor_whitelist = {"friends"},
	onnet = {type = "rbldnsd", refresh = 1800, source = "onnet.txt", record_type = "TXT", default_value = ""}}`
	const database = `
relay_authorization = {check = true, onnet = {type = "datasource", refresh = 1800, cachename = "sqlite",
	query = "SELECT 1 as val, cidr FROM onnet", cidr_column = "cidr", value_column = "val", default_value = ""}}`
	const both = relay + `
recipient_validation = {check = true, honor_whitelist = {"guests"}}`
	onnet := map[string]string{"onnet.txt": "198.51.100.0/24\n", "friends.txt": friendly["friends.txt"]}
	sql := `create table onnet (cidr text); insert into onnet values ('198.51.100.0/24')`
	relays := map[string]any{"relay_domains": []string{"relay.example"}}
	from := func(client, more string) string {
		return "connect " + client + "; ehlo c; " + more + "mail ann@c.example; rcpt eve@far.example"
	}
	const denied = "550 5.7.1 relaying denied"
	runPolicy(t, []policyTest{
		{"on the net", site{dp: relay, files: onnet}, from("198.51.100.7", ""), "250"},
		{"elsewhere", site{dp: relay, files: onnet}, from("192.0.2.7", ""), denied},
		{"elsewhere with IPv6", site{dp: relay, files: onnet}, from("[2001:db8::7]", ""), denied},
		{"authenticated", site{dp: relay, files: onnet}, from("192.0.2.7", "auth ann; "), "250"},
		{"datasource", site{dp: database, sql: sql}, from("198.51.100.7", ""), "250"},
		{"datasource, elsewhere", site{dp: database, sql: sql}, from("192.0.2.7", ""), denied},
		{"authentication does not count", site{dp: database, sql: sql}, from("192.0.2.7", "auth ann; "), denied},
		{"white list", site{dp: friends + relay, files: onnet}, from("192.0.2.7", ""), "250"},
		{"off", site{dp: `relay_authorization = {check = false, onnet = {type = "nonsense"}}`}, from("192.0.2.7", ""), "250"},
		{"both, on the net", site{dp: both, files: onnet, config: relays}, from("198.51.100.7", ""), "250"},
		{"both, elsewhere", site{dp: both, files: onnet, config: relays}, from("192.0.2.7", ""), denied},
		{"both, to a relay domain", site{dp: both, files: onnet, config: relays}, "connect 192.0.2.7; ehlo c; mail ann@c.example; rcpt bob@relay.example", "250"},
		{"both, a guest", site{dp: both, files: onnet, config: relays, custom: `
			function pre_validate_connect(ac, vctx) msys.pbp.set_whitelist(vctx, "guests", true) end`}, from("192.0.2.7", ""), "250"},
	})
}
