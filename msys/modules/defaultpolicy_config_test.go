package modules_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
)

// The functions of custom_policy run around the checks of each callout.
func TestDefaultPolicyCustomCallouts(t *testing.T) {
	const callouts = `
local function callout(name)
  return function(...)
    local types = {}
    for i = 1, select("#", ...) do
      types[i] = tostring(msys.type((select(i, ...)))):gsub("^msys.core:_?", "")
    end
    print(name, table.concat(types, " "))
    return msys.core.VALIDATE_CONT
  end
end
for _, name in ipairs{"connect", "ehlo", "mailfrom", "rcptto", "data", "data_spool", "data_spool_each_rcpt", "set_binding"} do
  _M["pre_validate_" .. name] = callout("pre " .. name)
  _M["post_validate_" .. name] = callout("post " .. name)
end
function pre_init() print("pre init") return true end
function post_init() print("post init") return true end
`
	k := site{dp: `require("custom_policy")`, custom: callouts}.server(t)
	if got := play(t, k, "connect 192.0.2.7; ehlo c; send a@c.example b@d.example"); got != "250" {
		t.Error(got)
	}
	var names []string
	for line := range strings.Lines(k.Printed()) {
		names = append(names, strings.Join(strings.Fields(line), " "))
	}
	want := []string{"pre init", "post init"}
	for _, c := range []string{
		"connect accept_construct validate_context", "ehlo ec_string accept_construct validate_context",
		"mailfrom ec_string accept_construct validate_context", "rcptto ec_message ec_string accept_construct validate_context",
		"data ec_message accept_construct validate_context", "data_spool ec_message accept_construct validate_context",
		"data_spool_each_rcpt ec_message accept_construct validate_context", "set_binding ec_message",
	} {
		want = append(want, "pre "+c, "post "+c)
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// A pre_ function that ends a phase keeps the checks from running, and a check
// that does keeps the post_ function.
func TestDefaultPolicyOrder(t *testing.T) {
	const checks = `
early_talker = {check = true}
mail_from_domain_validate = {check = true}
recipient_validation = {check = true}
message_size_limits = {{check = true, size = "1b"}}`
	phases := map[string]struct{ steps, refused string }{
		"connect":  {"connect 192.0.2.7", "421 4.7.0 wait for the banner before talking"},
		"mailfrom": {"connect 192.0.2.7; ehlo c; mail a@no.example", "554 5.1.8 sender domain does not exist"},
		"rcptto":   {"connect 192.0.2.7; ehlo c; mail a@c.example; rcpt b@d.example", "550 5.7.1 relaying denied"},
		"data":     {"connect 192.0.2.7; ehlo c; mail a@c.example; rcpt b@d.example; data", "552 5.3.4 message size limit exceeded"},
	}
	for phase, p := range phases {
		accepted := "250"
		custom := "function post_validate_" + phase + "() print('post') end\n"
		dp, relays := checks, map[string]any{}
		if phase == "connect" {
			accepted = "220"
		} else {
			dp = strings.Replace(dp, "early_talker = {check = true}", "", 1)
		}
		if phase == "data" {
			relays["relay_domains"] = "d.example"
		}
		const zone = "c.example. IN A 192.0.2.1\n"
		early := "if vctx then vctx:set(msys.core.VCTX_CONN, 'early_talker', 'yes') end"
		t.Run(phase, func(t *testing.T) {
			s := site{dp: dp, zone: zone, config: relays, custom: custom + "function pre_validate_" + phase + "(ac, vctx) if '" + phase + "' == 'connect' then " + early + " end end"}
			k := s.server(t)
			if got := play(t, k, p.steps); got != p.refused || k.Printed() != "" || len(k.Errors()) > 0 {
				t.Errorf("%q, want %q; %s", got, p.refused, k.Log())
			}
			s.custom = custom + "function pre_validate_" + phase + "() return msys.core.VALIDATE_DONE end"
			k = s.server(t)
			if got := play(t, k, p.steps); got != accepted || k.Printed() != "" || len(k.Errors()) > 0 {
				t.Errorf("after pre_: %q, want %q; %s", got, accepted, k.Log())
			}
		})
	}
}

func TestDefaultPolicyMistakes(t *testing.T) {
	engines := map[string]scan.EngineFunc{"clamav": answer(scan.Result{})}
	for _, tt := range []struct{ name, dp, want string }{
		{"entry", `rbls = {"bl.example"}`, "dp_config.rbls[1]: is a string, not a table"},
		{"list name", `rbls = {{check = true, type = "dns", base = "x"}}`, "dp_config.rbls[1].name: is missing"},
		{"list type", `rbls = {{check = false}, {check = true, name = "a", type = "bl"}}`, "dp_config.rbls[2].type: 'bl' is none of dns, rbldnsd"},
		{"list without base", `rbls = {{check = true, name = "a", type = "dns"}}`, "dp_config.rbls[1].base: is missing"},
		{"list without source", `rbls = {{check = true, name = "a", type = "rbldnsd"}}`, "dp_config.rbls[1].source: is missing"},
		{"two of a name", `rbls = {{check = true, name = "a", type = "dns", base = "x"}, {check = true, name = "a", type = "dns", base = "y"}}`,
			"dp_config.rbls[2].name: 'a' is the name of another entry"},
		{"record type", `rbls = {{check = true, name = "a", type = "dns", base = "x", record_type = "MX"}}`, "dp_config.rbls[1].record_type: 'MX' is none of A, TXT"},
		{"code", `rbls = {{check = true, name = "a", type = "dns", base = "x", code = 250}}`, "dp_config.rbls[1].code: 250 is not a number from 400 to 599"},
		{"process_result", `rbls = {{check = true, name = "a", type = "dns", base = "x", process_result = "reject"}}`,
			"dp_config.rbls[1].process_result: is a string, not a function"},
		{"white list", `whitelist = {{name = "a", type = "file"}}`, "dp_config.whitelist[1].type: 'file' is none of datasource, rbldnsd"},
		{"white list without query", `whitelist = {{name = "a", type = "datasource", cachename = "sqlite"}}`, "dp_config.whitelist[1].query: is missing"},
		{"default_value", `whitelist = {{name = "a", type = "rbldnsd", source = "x", default_value = "x"}}`, `dp_config.whitelist[1].default_value: must be ""`},
		{"refresh", `whitelist = {{name = "a", type = "rbldnsd", source = "x", refresh = -1}}`, "dp_config.whitelist[1].refresh: -1 is not a number from 0 on"},
		{"connections", `concurrent_connection_limits = {{check = true, limit = "many"}}`, "dp_config.concurrent_connection_limits[1].limit: many is not a number from 0 on"},
		{"size", `message_size_limits = {{check = true, size = "10x"}}`, "dp_config.message_size_limits[1].size: "},
		{"fcdns", `fcdns = {check = true, rdns_failure_code = "no"}`, "dp_config.fcdns.rdns_failure_code: no is not a number from 400 to 599"},
		{"sender", `mail_from_domain_validate = {check = true, failure_code = 55}`, "dp_config.mail_from_domain_validate.failure_code: 55 is not a number"},
		{"query without source", `recipient_validation = {check = true, query = "select 1"}`, "dp_config.recipient_validation.ds_name: is missing"},
		{"source without query", `recipient_validation = {check = true, ds_name = "sqlite"}`, "dp_config.recipient_validation.query: is missing"},
		{"status", `recipient_validation = {check = true, ds_name = "sqlite", query = "select 1", status_attribute = "status"}`,
			"dp_config.recipient_validation.status_values: is a nil, not a table"},
		{"onnet", `relay_authorization = {check = true, onnet = "192.0.2.0/24"}`, "dp_config.relay_authorization.onnet: is a string, not a table"},
		{"series", `audit_series = {connection = {}}`, "dp_config.audit_series.connection: is no series of this policy"},
		{"series type", limit("mailfrom", "cidr", 1, ""), "dp_config.audit_series.mailfrom.type: 'cidr' is none of string"},
		{"mask", limit("connections", "cidr", 1, `key = "24"`), "dp_config.audit_series.connections.thresholds[1].key: '24' is no mask such as /24"},
		{"threshold", `audit_series = {spam = {type = "cidr", interval = 900, buckets = 4, thresholds = {{check = true}}}}`,
			"dp_config.audit_series.spam.thresholds[1].threshold: is missing"},
		{"interval", `audit_series = {spam = {type = "cidr", buckets = 4, thresholds = {{check = true, threshold = 1}}}}`, "dp_config.audit_series.spam.interval: is missing"},
		{"thresholds", `audit_series = {spam = {type = "cidr"}}`, "dp_config.audit_series.spam.thresholds: is a nil, not a table"},
		{"options", limit("spam", "cidr", 1, "") + `
			audit_series.spam.options = {replicate = "everywhere"}`, "dp_config.audit_series.spam: "},
		{"engine", `antivirus = {{scan = true, engine = "csapi", virus_disposition = "reject"}}`, "dp_config.antivirus[1].engine: 'csapi' is none of clamav"},
		{"virus", `antivirus = {{scan = true, engine = "clamav"}}`, "dp_config.antivirus[1].virus_disposition: nothing is none of disinfect, reject, discard"},
		{"spam", `beik = {scan = true, isspam_disposition = "drop"}`, "dp_config.beik.isspam_disposition: 'drop' is none of reject, discard"},
		{"class", `commtouch = {scan = true, spam_dispositions = {bulk = "drop"}}`, "dp_config.commtouch.spam_dispositions.bulk: 'drop' is none of reject, discard"},
		{"score", `cloudmark = {scan = true, score_threshold = "high"}`, "dp_config.cloudmark.score_threshold: high is not a number from 0 on"},
		{"keywords", `keyword_filter = {{scan = true, name = "k"}}`, "dp_config.keyword_filter[1].path: is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := site{dp: tt.dp, engines: engines}.start(t).Runtime.Load("msys.default_policy")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// Mistakes that only show in a session fail it, and the log names the key.
func TestDefaultPolicyMistakesInSessions(t *testing.T) {
	for _, tt := range []struct{ name, dp, want string }{
		{"no engine", `beik = {scan = true, isspam_disposition = "reject"}`, `dp_config.beik: `},
		{"no file", `keyword_filter = {{scan = true, name = "k", path = "gone.txt"}}`, "dp_config.keyword_filter[1]: "},
		{"no datasource", `keyword_filter = {{scan = true, name = "k", path = "x", charset = "Big5"}}`, "unknown datasource 'Big5'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := site{dp: tt.dp}.server(t)
			got := k.Session("192.0.2.7:4321").Deliver("ann@example.org", policykit.Mail, "bob@example.com")
			if !strings.HasPrefix(got, "421 4.3.0") || !strings.Contains(k.Log(), "error: dp_config.") || !strings.Contains(k.Log(), tt.want) {
				t.Errorf("%q; %s", got, k.Log())
			}
		})
	}
}

func TestDefaultPolicyTellsWhatHasNoEffect(t *testing.T) {
	k := site{dp: `audit_series = {invalid_smtp_auth = {}}`}.server(t)
	if got, want := k.Printed(), "default_policy: dp_config.audit_series.invalid_smtp_auth has no effect"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A host without modules can load the script. A check that needs one says so.
func TestDefaultPolicyWithoutModules(t *testing.T) {
	const everythingOff = `
rbls = {{check = false, name = "a", type = "rbldnsd", source = "x"}}
mail_from_domain_validate = {check = false}
recipient_validation = {check = false, ds_name = "d", query = "q"}
relay_authorization = {check = false, onnet = {type = "rbldnsd", source = "x"}}
audit_series = {connections = {type = "cidr", interval = 900, buckets = 4, thresholds = {{check = false}}}}
antivirus = {{scan = false, engine = "clamav"}}
beik = {scan = false} commtouch = {scan = false} cloudmark = {scan = false}
keyword_filter = {{scan = false, name = "k", path = "x"}}
early_talker = {check = true}
message_size_limits = {{check = true, size = "1m"}}`
	start := func(t *testing.T, dp string) (*policykit.Kit, error) {
		k := policykit.New(t, &policykit.Options{Path: []fs.FS{fstest.MapFS{
			"dp_config.lua": {Data: []byte("require('msys.pbp') module('msys.dp_config', package.seeall)\n" + dp)},
		}}})
		return k, k.Runtime.Load("msys.default_policy")
	}
	k, err := start(t, everythingOff)
	if err != nil {
		t.Fatal(err)
	}
	s := k.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@example.org", policykit.Mail, "bob@example.com"); got != "250" {
		t.Error(got, k.Log())
	}
	if _, err := s.Authenticated(context.Background(), "PLAIN", "ann"); err != nil {
		t.Error(err)
	}
	for dp, want := range map[string]string{
		`rbls = {{check = true, name = "a", type = "rbldnsd", source = "x"}}`:                                              "dp_config.rbls[1]: ",
		`rbls = {{check = true, name = "a", type = "dns", base = "x"}}`:                                                    "dp_config.rbls[1]: there is no msys.dnsLookup",
		`mail_from_domain_validate = {check = true}`:                                                                       "dp_config.mail_from_domain_validate: there is no msys.dnsLookup",
		`recipient_validation = {check = true, ds_name = "d", query = "q"}`:                                                "dp_config.recipient_validation: ",
		`relay_authorization = {check = true, onnet = {type = "rbldnsd", source = "x"}}`:                                   "dp_config.relay_authorization.onnet: ",
		`antivirus = {{scan = true, virus_disposition = "reject"}}`:                                                        "dp_config.antivirus[1]: ",
		`cloudmark = {scan = true}`:                                                                                        "dp_config.cloudmark: ",
		`keyword_filter = {{scan = true, name = "k", path = "x"}}`:                                                         "dp_config.keyword_filter[1]: ",
		`audit_series = {spam = {type = "cidr", interval = 1, buckets = 1, thresholds = {{check = true, threshold = 1}}}}`: "dp_config.audit_series.spam: ",
	} {
		if _, err := start(t, dp); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", dp, err, want)
		}
	}
}
