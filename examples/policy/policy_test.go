package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// runIn writes files, runs the program with args (in which DIR stands for
// their directory) and gives its outputs and exit status.
func runIn(t *testing.T, files map[string]string, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "DIR", dir)
	}
	var out, errs bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), code
}

func decode(t *testing.T, out string) report {
	t.Helper()
	var r report
	dec := json.NewDecoder(strings.NewReader(out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return r
}

const eml = "From: Ann <ann@a.example>\r\nTo: Bob <bob@b.example>\r\nSubject: s\r\n\r\nHello \xff\r\n"

func script(body string) map[string]string {
	return map[string]string{
		"policy.lua": "require('msys.core')\nlocal mod = {}\n" + body + "\nmsys.registerModule('policy', mod)\n",
		"mail.eml":   eml,
	}
}

func TestBundled(t *testing.T) {
	out, stderr, code := runIn(t, nil, "")
	if code != exitAccepted || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{"validate_data_spool_each_rcpt", "Message 2 of 2 for archive@example.com", "accept: 250", "[archive]"} {
		if !strings.Contains(out, want) {
			t.Errorf("the transcript lacks %q:\n%s", want, out)
		}
	}
}

func TestJSON(t *testing.T) {
	out, stderr, code := runIn(t, script(`
function mod:validate_connect(ac, v) v:tarpit(0.5) ac:esmtp_capability_add("XA") return msys.core.VALIDATE_CONT end
function mod:validate_rcptto(msg, str, ac, v) print("rcpt", tostring(str)) io.stdout:write("x\ny") return msys.core.VALIDATE_DONE end
function mod:validate_data_spool_each_rcpt(msg, ac, v)
  msg:header("X-B", v:get(VCTX_CONN, "site"))
  msg:binding("fast")
  msg:copy():inject("n@a.example", {"x@c.example", "y@c.example"})
  return msys.core.VALIDATE_CONT
end`), "", "-json", "-script", "DIR/policy.lua", "-peer", "[2001:db8::1]:25", "-helo", "h.example", "-binding", "fast",
		"-ctx", "conn:site=berlin", "-ctx", "mess:k=v", "DIR/mail.eml")
	if code != exitAccepted || stderr != "" {
		t.Fatalf("exit %d: %s%s", code, stderr, out)
	}
	want := report{
		Verdict: verdictJSON{"accept", 250, "2.0.0 OK"},
		Callouts: []calloutJSON{
			{"connect", "validate_connect", "policy", "VALIDATE_CONT", ""},
			{"rcptto", "validate_rcptto", "policy", "VALIDATE_DONE", ""},
			{"data_spool_each_rcpt", "validate_data_spool_each_rcpt", "policy", "VALIDATE_CONT", ""},
		},
		Log:        []text{"rcpt\tbob@b.example", "x", "y"},
		ESMTP:      []string{"PIPELINING", "SIZE 33554432", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", "CHUNKING", "XA"},
		Tarpit:     0.5,
		Recipients: []string{"bob@b.example"},
		Messages: []messageJSON{{
			MailFrom: "ann@a.example", RcptTo: "bob@b.example", Binding: "fast", BindingGroup: "fast", RoutingDomain: "b.example",
			Context: map[string]string{
				"site": "berlin", "k": "v", "ehlo_string": "EHLO h.example", "ehlo_domain": "h.example", "connection_message_count": "1",
				"connection_rcpt_count": "1", "message_rcpt_count": "1", "mailfrom_string": "MAIL FROM:<ann@a.example>",
				"mailfrom_localpart": "ann", "mailfrom_domain": "a.example", "rcptto_string": "RCPT TO:<bob@b.example>",
				"rcptto_localpart": "bob", "rcptto_domain": "b.example", "rfc2822_date_missing": "true",
			},
			Raw: "From: Ann <ann@a.example>\r\nTo: Bob <bob@b.example>\r\nSubject: s\r\nX-B: berlin\r\n\r\nHello \uFFFD\r\n",
		}},
		Injected: []injectedJSON{{MailFrom: "n@a.example", RcptTo: []string{"x@c.example", "y@c.example"},
			Raw: "From: Ann <ann@a.example>\r\nTo: Bob <bob@b.example>\r\nSubject: s\r\nX-B: berlin\r\n\r\nHello \uFFFD\r\n"}},
	}
	if diff := cmp.Diff(want, decode(t, out), cmpopts.IgnoreUnexported(injectedJSON{})); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(out, `Hello \udcff`) {
		t.Error("the byte 0xFF is lost in the JSON")
	}
}

func TestExitStatus(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		args       []string
		code       int
		action     string
		reply      int
		stderr     string
	}{
		{"reject", `function mod:validate_mailfrom(s, ac, v) v:set_code(550, "5.7.1 no") return 1 end`, nil, 1, "reject", 550, ""},
		{"defer", `function mod:validate_data(m, ac, v) v:set_code(451, "4.7.1 later") return 1 end`, nil, 1, "defer", 451, ""},
		{"discard", `function mod:validate_data(m) m:discard() return 1 end`, nil, 1, "discard", 250, ""},
		{"disconnect", `function mod:validate_ehlo(s, ac, v) v:disconnect(554, "x") return 1 end`, nil, 1, "disconnect", 554, ""},
		{"recipient", `function mod:validate_rcptto(m, s, ac, v) v:set_code(550, "x") return 1 end`, nil, 1, "reject", 550, ""},
		{"script error", `function mod:validate_data() error("boom") end`, nil, 1, "disconnect", 421, "validate_data error: policy.lua:3: boom"},
		{"init fails", `function mod:init() end`, nil, 2, "", 0, "module policy: init returned nil"},
		{"bad flag", "", []string{"-nosuch"}, 2, "", 0, "flag provided but not defined"},
		{"bad address", "", []string{"-peer", "x"}, 2, "", 0, "-peer: IP:PORT expected"},
		{"bounce", `function mod:validate_mailfrom(s, ac, v) assert(tostring(s) == "" and v:get(VCTX_MESS, "mailfrom_string") == "MAIL FROM:<>") return 0 end`,
			[]string{"-mailfrom", ""}, 0, "accept", 250, ""},
		{"auth", `function mod:validate_mailfrom(s, ac, v) v:set_code(250, v:get(VCTX_CONN, "auth_user") .. v:get(VCTX_CONN, "can_relay")) return 0 end`,
			[]string{"-auth", "joe"}, 0, "accept", 250, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"-json", "-script", "DIR/policy.lua"}, tt.args...)
			body := tt.body
			if body == "" {
				body = "function mod:validate_data() return 0 end"
			}
			out, stderr, code := runIn(t, script(body), "", append(args, "DIR/mail.eml")...)
			if code != tt.code || !strings.Contains(stderr, tt.stderr) {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			if tt.code == 2 {
				return
			}
			if r := decode(t, out); r.Verdict.Action != tt.action || r.Verdict.Code != tt.reply {
				t.Errorf("verdict %+v", r.Verdict)
			}
		})
	}
}

func TestZoneFile(t *testing.T) {
	files := script(`
require("msys.pbp")
function mod:validate_connect(ac, v)
  print(msys.pbp.fcdns_check(ac, v)) print(v:get(VCTX_CONN, "reverse_dns"), v:get(VCTX_CONN, "fcdns_status"))
  return 0
end`)
	files["zone"] = "7.2.0.192.in-addr.arpa. PTR mail.x.org.\nmail.x.org. A 192.0.2.9\n5.2.0.192.in-addr.arpa. PTR ok.x.org.\nok.x.org. A 192.0.2.5\n"
	for peer, want := range map[string]string{
		"192.0.2.7:1": "false\tnil\tMISMATCH|mail.x.org\tfalse",
		"192.0.2.5:1": "true\tnil\tnil|ok.x.org\ttrue",
		"192.0.2.1:1": "false\tNXDOMAIN\tnil|\tfalse",
	} {
		out, stderr, _ := runIn(t, files, "", "-json", "-dns", "DIR/zone", "-peer", peer, "-script", "DIR/policy.lua", "DIR/mail.eml")
		var lines []string
		for _, l := range decode(t, out).Log {
			lines = append(lines, string(l))
		}
		if diff := cmp.Diff(want, strings.Join(lines, "|")); diff != "" {
			t.Error(peer, diff, stderr)
		}
	}
}

func TestDKIM(t *testing.T) {
	files := script(`
local opendkim = require("msys.validate.opendkim")
function mod:validate_data_spool(msg)
  local dkim = msys.validate.opendkim.verify(msg)
  print(msys.validate.opendkim.get_num_sigs(dkim))
  local sig = msys.validate.opendkim.get_sig(dkim, 1) or msys.validate.opendkim.get_sig(dkim, 0)
  print(msys.validate.opendkim.get_sig_domain(sig), msys.validate.opendkim.get_sig_selector(sig), msys.validate.opendkim.get_sig_errorstr(sig))
  return 0
end`)
	mail, err := os.ReadFile("../../msys/dkim/testdata/rfc6376.eml")
	if err != nil {
		t.Fatal(err)
	}
	files["mail.eml"] = string(mail)
	files["zone"] = "brisbane._domainkey.example.com. TXT \"v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB\"\n"
	out, stderr, code := runIn(t, files, "", "-json", "-dns", "DIR/zone", "-rcpt", "a@b.example", "-script", "DIR/policy.lua", "DIR/mail.eml")
	r := decode(t, out)
	if code != 0 || len(r.Log) != 2 || r.Log[0] != "1\t0" || !strings.HasPrefix(string(r.Log[1]), "example.com\tbrisbane\t") {
		t.Errorf("exit %d %q %s", code, r.Log, stderr)
	}
}

func TestFiles(t *testing.T) {
	files := script(`
local site = require("lib.site")
function mod:init()
  print(site.name, io.open("/opt/msys/etc/list.txt"):read("*a"), io.open("local.txt"):read("*l"))
  print(io.open("/etc/passwd")) print((io.open("/opt/msys/etc/../../secret")))
  return true
end
function mod:deinit() print("deinit") return true end`)
	files["mods/lib/site.lua"] = "return {name = 'here'}"
	files["etc/list.txt"] = "listed"
	files["local.txt"] = "local"
	files["secret"] = "secret"
	out, stderr, code := runIn(t, files, "", "-json", "-load-only", "-path", "DIR/mods", "-map", "/opt/msys/etc=DIR/etc", "-script", "DIR/policy.lua")
	if code != 0 {
		t.Fatal(stderr)
	}
	var lines []string
	for _, l := range decode(t, out).Log {
		lines = append(lines, string(l))
	}
	want := []string{"here\tlisted\tlocal", "nil\t/etc/passwd: No such file or directory\t2", "nil", "deinit"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

func TestStandardInputAndSettings(t *testing.T) {
	out, _, code := runIn(t, script(`function mod:validate_data(m) print(msys.config("get", "limit")) print(m:header("Subject")[1]) return 0 end`),
		"Subject: from a pipe\n\nx\n", "-json", "-set", "limit=5", "-rcpt", "a@b.example", "-script", "DIR/policy.lua", "-")
	if diff := cmp.Diff([]text{"5\tlimit = \"5\"", "from a pipe"}, decode(t, out).Log); diff != "" || code != 0 {
		t.Error(diff)
	}
}

func TestAPI(t *testing.T) {
	out, stderr, code := runIn(t, nil, "", "-api")
	if code != 0 {
		t.Fatal(stderr)
	}
	for _, want := range []string{
		"msg:header\thdr, [value], [mode]\t", "msys.registerModule\tname, functable\tany", "vctx:get\ttype, key\tany",
		"ac:esmtp_capability_add\tname\tconnect, ehlo", "msys.base64.encode\t",
	} {
		if !strings.Contains("\n"+out, "\n"+want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	for line := range strings.SplitSeq(strings.TrimSpace(out), "\n") {
		if strings.Count(line, "\t") != 2 {
			t.Errorf("line %q", line)
		}
	}
}
