package modules_test

import (
	"strings"
	"testing"
)

const friends = `whitelist = {{name = "friends", type = "rbldnsd", source = "friends.txt", record_type = "TXT", default_value = ""}}
`

var friendly = map[string]string{"friends.txt": "192.0.2.0/24\n2001:db8::/32\n"}

const blockZone = `
7.2.0.192.bl.example.	IN	TXT	"see https://bl.example/?192.0.2.7"
7.2.0.192.bl.example.	IN	TXT	"second"
7.2.0.192.bl.example.	IN	A	127.0.0.4
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example. IN A 127.0.0.6
7.2.0.192.own.example.203.0.113.53. IN A 127.0.0.9
`

func TestDefaultPolicyBlockLists(t *testing.T) {
	dnsbl := func(more string) string {
		return `rbls = {{check = true, name = "bl", type = "dns", base = "bl.example", reason = "listed: %s", ` + more + `}}`
	}
	file := func(more string) string {
		return `rbls = {{check = true, name = "file", type = "rbldnsd", source = "bl.txt", refresh = 1800, reason = "100% listed: %s", ` + more + `}}`
	}
	list := map[string]string{"bl.txt": ":127.0.0.3:in the file\n192.0.2.0/24\n"}
	runPolicy(t, []policyTest{
		{"text", site{dp: dnsbl(`record_type = "TXT", code = 554`), zone: blockZone}, "connect 192.0.2.7", "554 listed: see https://bl.example/?192.0.2.7"},
		{"address", site{dp: dnsbl(`record_type = "A", code = 451`), zone: blockZone}, "connect 192.0.2.7", "451 listed: 127.0.0.4"},
		{"defaults", site{dp: dnsbl(``), zone: blockZone}, "connect 192.0.2.7", "554 listed: 127.0.0.4"},
		{"not listed", site{dp: dnsbl(``), zone: blockZone}, "connect 192.0.2.8", "220"},
		{"listed without text", site{dp: dnsbl(`record_type = "TXT"`), zone: blockZone}, "connect [2001:db8::1]", "220"},
		{"IPv6", site{dp: dnsbl(``), zone: blockZone}, "connect [2001:db8::1]", "554 listed: 127.0.0.6"},
		{"does not answer", site{dp: dnsbl(``), zone: blockZone, broken: "7.2"}, "connect 192.0.2.7", "220"},
		{"own server", site{dp: `rbls = {{check = true, name = "own", type = "dns", base = "own.example", server = "203.0.113.53"}}`, zone: blockZone}, "connect 192.0.2.7", "554 127.0.0.9"},
		{"off", site{dp: strings.Replace(dnsbl(``), "true", "false", 1), zone: blockZone}, "connect 192.0.2.7", "220"},
		{"white list", site{dp: friends + dnsbl(`honor_whitelist = {"friends"}`), zone: blockZone, files: friendly}, "connect 192.0.2.7", "220"},
		{"another white list", site{dp: friends + dnsbl(`honor_whitelist = {"others"}`), zone: blockZone, files: friendly}, "connect 192.0.2.7", "554 listed: 127.0.0.4"},
		{"process_result", site{dp: dnsbl(`process_result = function(ac, vctx, info)
			return vctx:pbp_disconnect(521, msys.type(ac) .. " " .. info) end`), zone: blockZone}, "connect 192.0.2.7", "521 msys.core:_accept_construct 127.0.0.4"},
		{"process_result goes on", site{dp: dnsbl(`process_result = function() return msys.core.VALIDATE_CONT end`) + `
			rbls[2] = {check = true, name = "again", type = "dns", base = "bl.example", code = 550}`, zone: blockZone}, "connect 192.0.2.7", "550 127.0.0.4"},
		{"file", site{dp: file(`code = 451, record_type = "A"`), files: list}, "connect 192.0.2.7", "451 100% listed: 127.0.0.3"},
		{"file, text", site{dp: file(`record_type = "TXT"`), files: list}, "connect 192.0.2.7", "554 100% listed: in the file"},
		{"file, not listed", site{dp: file(``), files: list}, "connect 198.51.100.7", "220"},
		{"file, process_result", site{dp: file(`process_result = function(ac, vctx, info) return vctx:pbp_disconnect(521, info) end`), files: list}, "connect 192.0.2.7", "521 127.0.0.3"},
	})
}

func TestDefaultPolicyWhitelists(t *testing.T) {
	const early = `
early_talker = {check = true, honor_whitelist = {"friends"}}`
	const talk = `
function pre_validate_connect(ac, vctx) vctx:set(msys.core.VCTX_CONN, "early_talker", "yes") end`
	const refused = "421 4.7.0 wait for the banner before talking"
	database := `
whitelist = {{name = "friends", type = "datasource", refresh = 1800, cachename = "sqlite",
	query = "SELECT 1 as val, cidr FROM whitelist", cidr_column = "cidr", value_column = "val", default_value = ""}}` + early
	sql := `create table whitelist (cidr text); insert into whitelist values ('192.0.2.0/24')`
	runPolicy(t, []policyTest{
		{"file", site{dp: "require('custom_policy')\n" + friends + early, custom: talk, files: friendly}, "connect 192.0.2.7", "220"},
		{"file, IPv6", site{dp: "require('custom_policy')\n" + friends + early, custom: talk, files: friendly}, "connect [2001:db8::9]", "220"},
		{"file, others", site{dp: "require('custom_policy')\n" + friends + early, custom: talk, files: friendly}, "connect 198.51.100.7", refused},
		{"datasource", site{dp: database, custom: talk, sql: sql}, "connect 192.0.2.7", "220"},
		{"datasource, others", site{dp: database, custom: talk, sql: sql}, "connect 198.51.100.7", refused},
		{"taken off by the site", site{dp: friends + early, custom: `
			function pre_validate_connect(ac, vctx)
				vctx:set(msys.core.VCTX_CONN, "early_talker", "yes")
				msys.pbp.set_whitelist(vctx, "friends", false)
			end`, files: friendly}, "connect 192.0.2.7", refused},
		{"put on by the site", site{dp: early, custom: `
			function pre_validate_connect(ac, vctx)
				vctx:set(msys.core.VCTX_CONN, "early_talker", "yes")
				msys.pbp.set_whitelist(vctx, "friends", true)
			end`}, "connect 198.51.100.7", "220"},
	})
}

func TestDefaultPolicyConnections(t *testing.T) {
	const zone = `
7.2.0.192.in-addr.arpa.	IN	PTR	mail.example.
8.2.0.192.in-addr.arpa.	IN	PTR	mail.example.
9.2.0.192.in-addr.arpa.	IN	PTR	nowhere.example.
mail.example.	IN	A	192.0.2.7
`
	const fcdns = `fcdns = {check = true, rdns_failure_code = 550, fdns_failure_code = 551, honor_whitelist = {"friends"}}`
	const limits = `concurrent_connection_limits = {
		{check = true, mask = "/32", limit = 2, service = "SMTP", honor_whitelist = {"friends"}},
		{check = true, mask = "/0", limit = 3, service = "SMTP"}}`
	const exceeded = "421 connection limit exceeded"
	runPolicy(t, []policyTest{
		{"forward-confirmed", site{dp: fcdns, zone: zone}, "connect 192.0.2.7", "220"},
		{"no name", site{dp: fcdns, zone: zone}, "connect 192.0.2.1", "550 5.7.25 reverse DNS check failed: NXDOMAIN"},
		{"another address", site{dp: fcdns, zone: zone}, "connect 192.0.2.8", "551 5.7.25 forward DNS check failed: MISMATCH"},
		{"no address", site{dp: fcdns, zone: zone}, "connect 192.0.2.9", "551 5.7.25 forward DNS check failed: NXDOMAIN"},
		{"white list", site{dp: friends + fcdns, zone: zone, files: friendly}, "connect 192.0.2.8", "220"},
		{"two", site{dp: limits}, "connect 192.0.2.7; connect 192.0.2.7", "220"},
		{"three", site{dp: limits}, "connect 192.0.2.7; connect 192.0.2.7; connect 192.0.2.7", exceeded},
		{"three friends", site{dp: friends + limits, files: friendly}, "connect 192.0.2.7; connect 192.0.2.7; connect 192.0.2.7", "220"},
		{"four friends", site{dp: friends + limits, files: friendly}, "connect 192.0.2.7; connect 192.0.2.7; connect 192.0.2.7; connect 192.0.2.8", exceeded},
		{"one has gone", site{dp: limits}, "connect 192.0.2.7; connect 192.0.2.7; close; connect 192.0.2.7", "220"},
	})
}
