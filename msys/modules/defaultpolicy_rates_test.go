package modules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
)

// limit is a series with one threshold.
func limit(name, kind string, threshold int, more string) string {
	return fmt.Sprintf(`
audit_series = audit_series or {}
audit_series.%s = {type = "%s", interval = 900, buckets = 4, thresholds = {
	{check = true, startv = 0, endv = 3, threshold = %d, honor_whitelist = {"friends"}, %s}}, options = {persist = true}}`, name, kind, threshold, more)
}

func TestDefaultPolicyRates(t *testing.T) {
	connections := limit("connections", "cidr", 2, `key = "/32"`)
	networks := limit("connections", "cidr", 2, `key = "/24"`)
	six := limit("connections", "cidr_ipv6", 2, `key = "/64"`)
	messages := limit("messages", "cidr", 2, `key = "/32"`)
	senders := limit("mailfrom", "string", 2, "")
	users := limit("auth_user", "string", 2, "")
	three := func(step string) string { return strings.Repeat(step+"; ", 2) + step }
	const open = "connect 192.0.2.7; ehlo c; "
	const tooMany = "421 connection rate limit exceeded"
	const sender, user = "451 Sender message rate limit exceeded", "451 Authenticated user rate limit exceeded"
	runPolicy(t, []policyTest{
		{"two connections", site{dp: connections}, "connect 192.0.2.7; connect 192.0.2.7", "220"},
		{"three connections", site{dp: connections}, three("connect 192.0.2.7; close; connect 198.51.100.1") + "; connect 192.0.2.7", tooMany},
		{"from others", site{dp: connections}, "connect 192.0.2.7; connect 192.0.2.7; connect 192.0.2.8", "220"},
		{"of a network", site{dp: networks}, "connect 192.0.2.7; connect 192.0.2.8; connect 192.0.2.9", tooMany},
		{"white list", site{dp: friends + connections, files: friendly}, three("connect 192.0.2.7"), "220"},
		{"IPv4 alone", site{dp: connections}, three("connect [2001:db8::1]"), "220"},
		{"IPv6", site{dp: six}, "connect [2001:db8::1]; connect [2001:db8::2]; connect [2001:db8::3]", tooMany},
		{"IPv6 alone", site{dp: six}, three("connect 192.0.2.7"), "220"},
		{"off", site{dp: strings.Replace(connections, "true", "false", 1)}, three("connect 192.0.2.7"), "220"},

		{"two messages", site{dp: messages}, open + "send a@c.example b@d.example; send a@c.example b@d.example", "250"},
		{"three messages", site{dp: messages}, open + three("send a@c.example b@d.example"), "421 message rate limit exceeded"},
		{"before the next one", site{dp: messages}, open + three("send a@c.example b@d.example") + "; connect 192.0.2.7; ehlo c; mail a@c.example", "421 message rate limit exceeded"},
		{"of another client", site{dp: messages}, open + three("send a@c.example b@d.example") + "; connect 192.0.2.8; ehlo c; send a@c.example b@d.example", "250"},
		{"messages, white list", site{dp: friends + messages, files: friendly}, open + three("send a@c.example b@d.example"), "250"},

		{"one sender", site{dp: senders}, open + three("mail a@c.example"), sender},
		{"letter case", site{dp: senders}, open + "mail a@c.example; mail A@c.example; mail a@C.EXAMPLE", sender},
		{"two senders", site{dp: senders}, open + "mail a@c.example; mail a@c.example; mail b@c.example", "250"},
		{"null sender", site{dp: senders}, open + three("mail "), "250"},
		{"sender, white list", site{dp: friends + senders, files: friendly}, open + three("mail a@c.example"), "250"},

		{"user", site{dp: users}, open + "auth ann; " + three("mail a@c.example"), user},
		{"user on two connections", site{dp: users}, open + "auth ann; mail a@c.example; mail b@c.example; connect 192.0.2.8; ehlo c; auth ann; mail c@c.example", user},
		{"another user", site{dp: users}, open + "auth ann; mail a@c.example; mail b@c.example; connect 192.0.2.8; ehlo c; auth bob; mail c@c.example", "250"},
		{"no user", site{dp: users}, open + three("mail a@c.example"), "250"},
		{"user, white list", site{dp: friends + users, files: friendly}, open + "auth ann; " + three("mail a@c.example"), "250"},
	})
}

func TestDefaultPolicyHarvesting(t *testing.T) {
	const sql = `create table users (mail text); insert into users values ('bob@site.example')`
	validation := func(more string) string {
		return `recipient_validation = {check = true, ds_name = "sqlite", query = "select mail from users where mail = :rcpt", ` + more + `}`
	}
	dp := validation("dha_prevention = true") + limit("invalid_recipients", "cidr", 2, `key = "/32"`)
	const open = "connect 192.0.2.7; ehlo c; mail a@c.example; "
	const guesses = "rcpt x@site.example; rcpt y@site.example; "
	const exceeded = "451 DHA limit exceeded"
	runPolicy(t, []policyTest{
		{"two", site{dp: dp, sql: sql}, open + "rcpt x@site.example; rcpt y@site.example", "550 5.1.1 no such recipient"},
		{"a real one after two", site{dp: dp, sql: sql}, open + guesses + "rcpt bob@site.example", "250"},
		{"three", site{dp: dp, sql: sql}, open + guesses + "rcpt z@site.example", exceeded},
		{"a real one after three", site{dp: dp, sql: sql}, open + guesses + "rcpt z@site.example; rcpt bob@site.example", exceeded},
		{"a new connection", site{dp: dp, sql: sql}, open + guesses + "rcpt z@site.example; connect 192.0.2.7; ehlo c; mail a@c.example; rcpt bob@site.example", exceeded},
		{"another client", site{dp: dp, sql: sql}, open + guesses + "rcpt z@site.example; connect 192.0.2.8; ehlo c; mail a@c.example; rcpt bob@site.example", "250"},
		{"not wanted", site{dp: validation("") + limit("invalid_recipients", "cidr", 2, ""), sql: sql}, open + guesses + "rcpt z@site.example", "550 5.1.1 no such recipient"},
		{"white list", site{dp: friends + dp, sql: sql, files: friendly}, open + guesses + "rcpt z@site.example", "550 5.1.1 no such recipient"},
		{"no series", site{dp: validation("dha_prevention = true"), sql: sql}, open + guesses + "rcpt z@site.example", "550 5.1.1 no such recipient"},
	})
}

func TestDefaultPolicyBadMailRates(t *testing.T) {
	const spammers = `beik = {scan = true, isspam_disposition = "discard"}`
	const viruses = `antivirus = {{scan = true, engine = "clamav", virus_disposition = "discard"}}`
	engines := map[string]scan.EngineFunc{"symantec_beik": answer(scan.Result{Spam: true}), "clamav": answer(scan.Result{Verdict: scan.Infected, Name: "Eicar"})}
	const one = "send a@c.example b@d.example; "
	const open = "connect 192.0.2.7; ehlo c; "
	var tests []policyTest
	for _, tt := range []struct{ name, series, kind, on, want string }{
		{"spam", "spam", "cidr", spammers, "421 spam rate limit exceeded"},
		{"virus", "virus", "cidr", viruses, "421 virus rate limit exceeded"},
		{"spam of a sender", "spam_mailfrom", "string", spammers, "451 Sender spam message rate limit exceeded"},
		{"viruses of a sender", "virus_mailfrom", "string", viruses, "451 Sender virus message rate limit exceeded"},
	} {
		s := site{dp: tt.on + limit(tt.series, tt.kind, 2, ""), engines: engines}
		friend := s
		friend.dp, friend.files = friends+s.dp, friendly
		other := "connect 192.0.2.8; ehlo c; mail a@c.example"
		if tt.kind == "string" {
			other = "mail other@c.example"
		}
		tests = append(tests,
			policyTest{tt.name + ", two", s, open + one + one + "mail a@c.example", "250"},
			policyTest{tt.name + ", three", s, open + one + one + one + "mail a@c.example", tt.want},
			policyTest{tt.name + ", others", s, open + one + one + one + other, "250"},
			policyTest{tt.name + ", white list", friend, open + one + one + one + "mail a@c.example", "250"},
		)
	}
	runPolicy(t, tests)
}
