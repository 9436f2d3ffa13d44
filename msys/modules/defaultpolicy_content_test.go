package modules_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/ctasd"
)

// answer is an engine that says the same of all mail.
func answer(r scan.Result) scan.EngineFunc {
	return func(context.Context, *scan.Request) (*scan.Result, error) { return &r, nil }
}

// failing is an engine that does not work.
func failing(context.Context, *scan.Request) (*scan.Result, error) {
	return nil, errors.New("engine on fire")
}

// eicar is an engine that finds the word EICAR.
func eicar(_ context.Context, r *scan.Request) (*scan.Result, error) {
	f, err := r.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if strings.Contains(string(b), "EICAR") {
		return &scan.Result{Verdict: scan.Infected, Name: "Eicar-Test"}, err
	}
	return &scan.Result{}, err
}

const twoParts = `From: Ann <ann@example.org>
Subject: =?utf-8?q?Gewinn_f=C3=BCr_Sie?=
Mime-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

A caf=E9, a casino and a CASINO.
--b
Content-Type: text/plain

This part has EICAR in it, and a cheap watch.
--b--
`

// contentTest is a site, a mail and the reply to its data.
type contentTest struct {
	name, mail string
	site       site
	want       string
}

func runContent(t *testing.T, tests []contentTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.mail == "" {
				tt.mail = policykit.Mail
			}
			k := tt.site.server(t)
			s := k.Session("192.0.2.7:4321")
			got := s.Deliver("ann@example.org", tt.mail, "bob@example.com")
			if s.Result != nil && len(s.Result.Discarded) > 0 {
				reason, _ := s.Result.Discarded[0].Code()
				got = "discarded " + reason
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff, k.Log())
			}
			for _, line := range k.Errors() {
				if !strings.Contains(line, "engine on fire") {
					t.Error(line)
				}
			}
		})
	}
}

func TestDefaultPolicySizes(t *testing.T) {
	big := policykit.Mail + strings.Repeat("0123456789abcde\n", 64) // 1 KiB and more
	const sizes = `message_size_limits = {
		{check = true, size = "1k", honor_whitelist = {"friends"}},
		{check = true, size = "2k", honor_whitelist = {}}}`
	const exceeded = "552 5.3.4 message size limit exceeded"
	runContent(t, []contentTest{
		{"small", "", site{dp: sizes}, "250"},
		{"large", big, site{dp: sizes}, exceeded},
		{"large, white list", big, site{dp: friends + sizes, files: friendly}, "250"},
		{"larger, white list", big + big, site{dp: friends + sizes, files: friendly}, exceeded},
		{"one limit", "", site{dp: `message_size_limits = {check = true, size = "100b"}`}, exceeded},
		{"off", big, site{dp: `message_size_limits = {{check = false, size = "1k"}}`}, "250"},
	})
}

func TestDefaultPolicyAntivirus(t *testing.T) {
	av := func(more string) string { return `antivirus = {{scan = true, engine = "clamav", ` + more + `}}` }
	s := func(dp string, f scan.EngineFunc) site {
		return site{dp: dp, engines: map[string]scan.EngineFunc{"clamav": f}, files: friendly}
	}
	const virus = "5.7.1 message contains a virus: Eicar-Test"
	runContent(t, []contentTest{
		{"reject", twoParts, s(av(`virus_disposition = "reject"`), eicar), "554 " + virus},
		{"discard", twoParts, s(av(`virus_disposition = "discard"`), eicar), "discarded 554 " + virus},
		{"clean", "", s(av(`virus_disposition = "reject"`), eicar), "250"},
		{"all engines", twoParts, s(`antivirus = {{scan = true, virus_disposition = "reject"}}`, eicar), "554 " + virus},
		{"off", twoParts, s(`antivirus = {{scan = false, engine = "nonsense"}}`, eicar), "250"},
		{"white list", twoParts, s(friends+av(`virus_disposition = "reject", honor_whitelist = {"friends"}`), eicar), "250"},
		{"process_result", twoParts, s(av(`process_result = function(msg, vctx, result)
			return vctx:pbp_action(555, msys.type(msg) .. " " .. result) end`), eicar), "555 msys.core:_ec_message Eicar-Test"},
		{"process_result goes on", twoParts, s(av(`process_result = function() return msys.core.VALIDATE_CONT end`), eicar), "250"},
		{"process_result, clean", "", s(av(`process_result = function(msg, vctx) return vctx:pbp_action(555, "virus") end`), eicar), "250"},
		{"unscannable", "", s(av(`virus_disposition = "reject"`), answer(scan.Result{Verdict: scan.Unscannable, Name: "encrypted"})), "250"},
		{"failure", "", s(av(`virus_disposition = "reject"`), failing), "451 4.3.0 message cannot be scanned now"},
	})
}

func TestDefaultPolicyDisinfects(t *testing.T) {
	k := site{
		dp:      `antivirus = {{scan = true, engine = "clamav", virus_disposition = "disinfect"}}`,
		engines: map[string]scan.EngineFunc{"clamav": eicar},
	}.server(t)
	s := k.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@example.org", twoParts, "bob@example.com"); got != "250" {
		t.Fatal(got, k.Log())
	}
	raw := s.Raw(0)
	for text, want := range map[string]bool{
		"A caf=E9, a casino": true, "a virus: Eicar-Test": true, "EICAR": false, "cheap watch": false,
	} {
		if strings.Contains(raw, text) != want {
			t.Errorf("%q in the mail: %v\n%s", text, !want, raw)
		}
	}
	// What no part has by itself cannot be taken out.
	k = site{
		dp: `antivirus = {{scan = true, engine = "clamav", virus_disposition = "disinfect"}}`,
		engines: map[string]scan.EngineFunc{"clamav": func(_ context.Context, r *scan.Request) (*scan.Result, error) {
			if r.Part {
				return &scan.Result{}, nil
			}
			return &scan.Result{Verdict: scan.Infected, Name: "Split"}, nil
		}},
	}.server(t)
	if got := k.Session("192.0.2.7:4321").Deliver("ann@example.org", twoParts, "bob@example.com"); got != "554 5.7.1 message contains a virus: Split" {
		t.Error(got, k.Log())
	}
}

func TestDefaultPolicyScanners(t *testing.T) {
	s := func(engine string, f scan.EngineFunc, dp string) site {
		return site{dp: dp, engines: map[string]scan.EngineFunc{engine: f}, files: friendly}
	}
	spam, ham, scored := answer(scan.Result{Spam: true, Score: 99}), answer(scan.Result{}), answer(scan.Result{Score: 80})
	said := func(class, threat string) scan.EngineFunc {
		return answer(scan.Result{Detail: map[string]string{ctasd.FieldSpam: class, ctasd.FieldVOD: threat}})
	}
	const beik = `beik = {scan = true, isspam_disposition = "reject", honor_whitelist = {"friends"}}`
	const cloudmark = `cloudmark = {scan = true, score_threshold = 95, isspam_disposition = "reject", honor_whitelist = {"friends"}}`
	const commtouch = `commtouch = {scan = true, honor_whitelist = {"friends"},
		spam_dispositions = {confirmed = "reject", bulk = "discard"}, virus_dispositions = {virus = "reject", high = "discard"}}`
	const refused, infected = "554 5.7.1 message is spam", "554 5.7.1 message contains a virus"
	show := func(name, info string) string {
		return name + ` = {scan = true, process_result = function(msg, vctx, info) return vctx:pbp_action(555, ` + info + `), true end}`
	}
	runContent(t, []contentTest{
		{"beik, spam", "", s("symantec_beik", spam, beik), refused},
		{"beik, ham", "", s("symantec_beik", ham, beik), "250"},
		{"beik, discard", "", s("symantec_beik", spam, `beik = {scan = true, isspam_disposition = "discard"}`), "discarded " + refused},
		{"beik, no disposition", "", s("symantec_beik", spam, `beik = {scan = true}`), "250"},
		{"beik, failure", "", s("symantec_beik", failing, beik), "250"},
		{"beik, white list", "", s("symantec_beik", spam, friends+beik), "250"},
		{"beik, process_result", "", s("symantec_beik", spam, show("beik", `info.rc .. " " .. info.verdict`)), "555 1 is-spam"},
		{"beik, off", "", s("symantec_beik", spam, `beik = {scan = false, isspam_disposition = "nonsense"}`), "250"},

		{"cloudmark, spam", "", s("cloudmark", spam, cloudmark), refused},
		{"cloudmark, below the threshold", "", s("cloudmark", scored, cloudmark), "250"},
		{"cloudmark, lower threshold", "", s("cloudmark", scored, strings.Replace(cloudmark, "95", "79", 1)), refused},
		{"cloudmark, by its own words", "", s("cloudmark", spam, `cloudmark = {scan = true, isspam_disposition = "reject"}`), refused},
		{"cloudmark, failure", "", s("cloudmark", failing, cloudmark), "250"},
		{"cloudmark, white list", "", s("cloudmark", spam, friends+cloudmark), "250"},
		{"cloudmark, process_result", "", s("cloudmark", scored, show("cloudmark", `"score " .. info.score`)), "555 score 80"},

		{"commtouch, confirmed", "", s("commtouch", said(ctasd.SpamConfirmed, ctasd.VODNonVirus), commtouch), refused},
		{"commtouch, bulk", "", s("commtouch", said(ctasd.SpamBulk, ctasd.VODNonVirus), commtouch), "discarded " + refused},
		{"commtouch, suspect", "", s("commtouch", said(ctasd.SpamSuspected, ctasd.VODMedium), commtouch), "250"},
		{"commtouch, none", "", s("commtouch", said(ctasd.SpamNonSpam, ctasd.VODNonVirus), commtouch), "250"},
		{"commtouch, virus", "", s("commtouch", said(ctasd.SpamConfirmed, ctasd.VODVirus), commtouch), infected},
		{"commtouch, high", "", s("commtouch", said(ctasd.SpamNonSpam, ctasd.VODHigh), commtouch), "discarded " + infected},
		{"commtouch, failure", "", s("commtouch", failing, commtouch), "250"},
		{"commtouch, white list", "", s("commtouch", said(ctasd.SpamConfirmed, ctasd.VODVirus), friends+commtouch), "250"},
		{"commtouch, process_result", "", s("commtouch", said(ctasd.SpamBulk, ctasd.VODMedium), show("commtouch", `info.class .. " " .. info["virus-threat"]`)), "555 Bulk medium"},
	})
}

// What process_result says decides whether the mail counts as spam.
func TestDefaultPolicyCountsSpam(t *testing.T) {
	for says, want := range map[string]string{"true": "451 Sender spam message rate limit exceeded", "false": "250", "nil": "250"} {
		k := site{
			dp: `beik = {scan = true, process_result = function() return msys.core.VALIDATE_CONT, ` + says + ` end}` +
				limit("spam_mailfrom", "string", 1, ""),
			engines: map[string]scan.EngineFunc{"symantec_beik": answer(scan.Result{})},
		}.server(t)
		const one = "send a@c.example b@d.example; "
		if got := play(t, k, "connect 192.0.2.7; ehlo c; "+one+one+"mail a@c.example"); got != want {
			t.Errorf("%s: %q, want %q; %s", says, got, want, k.Log())
		}
	}
}

func TestDefaultPolicyKeywords(t *testing.T) {
	files := map[string]string{
		"words.txt": "casino\r\n cheap watch | replica\r\n\r\n", "none.txt": "a.c\nnothing\n", "empty.txt": "\n|\n",
		"subject.txt": "f\u00fcr sie\n", "latin.txt": "caf\xe9\n", "friends.txt": friendly["friends.txt"],
	}
	filter := func(path, more string) site {
		return site{dp: friends + `keyword_filter = {{scan = true, name = "keywords", path = "` + path + `", charset = "UTF-8", ` + more + `}}`, files: files}
	}
	const tell = `process_result = function(msg, vctx, n) print(n) end`
	const words = "5.7.1 message contains words that are not wanted"
	runContent(t, []contentTest{
		{"reject", twoParts, filter("words.txt", `disposition = "reject"`), "554 " + words},
		{"default", twoParts, filter("words.txt", ""), "554 " + words},
		{"discard", twoParts, filter("words.txt", `disposition = "discard"`), "discarded 554 " + words},
		{"no match", twoParts, filter("none.txt", ""), "250"},
		{"no words", twoParts, filter("empty.txt", ""), "250"},
		{"in the subject", twoParts, filter("subject.txt", ""), "554 " + words},
		{"in another character set", twoParts, filter("latin.txt", `ds_name = "latin"`), "554 " + words},
		{"off", twoParts, site{dp: `keyword_filter = {{scan = false, name = "keywords", path = "gone.txt"}}`}, "250"},
		{"white list", twoParts, filter("words.txt", `honor_whitelist = {"friends"}`), "250"},
		{"one word", "Subject: x\n\ncasino\n", filter("words.txt", `process_result = function(msg, vctx, n)
			if n >= 2 then return vctx:pbp_action(554, "Keyword matches") end end`), "250"},
		{"two words", twoParts, filter("words.txt", `process_result = function(msg, vctx, n)
			if n >= 2 then return vctx:pbp_action(554, "Keyword matches " .. n) end end`), "554 Keyword matches 2"},
		{"subject and part", "Subject: Casino\n\ncasino\n", filter("words.txt", `process_result = function(msg, vctx, n)
			return vctx:pbp_action(554, "Keyword matches " .. n) end`), "554 Keyword matches 2"},
		{"rows of a table", twoParts, site{dp: `keyword_filter = {{scan = true, name = "k", ds_name = "sqlite", path = "select word from words"}}`,
			sql: `create table words (word text); insert into words values ('no'), ('casino')`}, "554 " + words},
	})
	k := filter("words.txt", tell).server(t)
	s := k.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@example.org", twoParts, "bob@example.com"); got != "250" || k.Printed() != "2\n1" {
		t.Error(got, k.Log())
	}
}
