package msys_test

import (
	"context"
	"io/fs"
	"net"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
)

// strict looks at functions of scripts that required it, and at no others.
func TestStrict(t *testing.T) {
	h := newHost(t, msys.Config{}, `
require("strict")
require("msys.core")
declared = nil
local mod = {}
function mod:validate_connect()
  print(pcall(function() undeclared = 1 end))
  print(pcall(function() return undeclared end))
  declared = 5
  print(declared, msys.core ~= nil, string ~= nil, _TLS ~= nil)
  return 0
end
msys.registerModule("one", mod)`, `
local mod = {}
function mod:validate_connect() loose = 1 print(loose, nothing) return 0 end
msys.registerModule("two", mod)`, `
require("strict")
local mod = {}
function mod:validate_connect() print(pcall(function() tight = 1 end)) return 0 end
msys.registerModule("three", mod)`)
	if _, err := h.session().Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := "false\tpolicy1.lua:7: assign to undeclared variable 'undeclared'\n" +
		"false\tpolicy1.lua:8: variable 'undeclared' is not declared\n5\ttrue\ttrue\ttrue\n1\tnil\n" +
		"false\tpolicy3.lua:4: assign to undeclared variable 'tight'"
	if diff := cmp.Diff(want, h.lines()); diff != "" {
		t.Error(diff)
	}
}

// names answers DNS questions.
type names map[string][]string

func (n names) lookup(q string) ([]string, error) {
	if a, ok := n[q]; ok {
		return a, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: q, IsNotFound: true}
}

func (n names) LookupAddr(_ context.Context, addr string) ([]string, error) { return n.lookup(addr) }
func (n names) LookupHost(_ context.Context, host string) ([]string, error) { return n.lookup(host) }

func TestDefaultPolicy(t *testing.T) {
	good := names{"192.0.2.7": {"mx.example.org."}, "mx.example.org": {"192.0.2.7"}}
	for _, tt := range []struct {
		name, config, custom string
		dns                  names
		step                 string
		reply                string
		printed              string
	}{
		{"nothing configured", "", "", good, "data", "250 ", ""},
		{"custom callouts", "", `
function pre_init() print("pre_init") return true end
function pre_validate_ehlo(str, ac, vctx) print("pre", (tostring(str):gsub("%s+$", "")), msys.type(ac)) end
function post_validate_ehlo(str, ac, vctx) print("post") end
function pre_validate_rcptto(msg, str, ac, vctx) return vctx:pbp_action(550, "5.1.1 no") end
function post_validate_rcptto() print("not reached") end`, good, "rcptto", "550 5.1.1 no",
			"pre_init\npre\tEHLO mx.example.org\tmsys.core:_accept_construct\npost"},
		{"reverse DNS", `fcdns = {check = true, rdns_failure_code = 554, fdns_failure_code = 553}`, "", names{},
			"connect", "554 5.7.25 reverse DNS check failed: NXDOMAIN", ""},
		{"forward DNS", `fcdns = {check = true, rdns_failure_code = 554, fdns_failure_code = 553}`, "",
			names{"192.0.2.7": {"mx.example.org."}, "mx.example.org": {"192.0.2.9"}},
			"connect", "553 5.7.25 forward DNS check failed: MISMATCH", ""},
		{"forward DNS passes", `fcdns = {check = true}`, "", good, "data", "250 ", ""},
		{"white list", `fcdns = {check = true, honor_whitelist = {"friends"}}`,
			`function pre_validate_connect(ac, vctx) msys.pbp.set_whitelist(vctx, "friends", true) end`, names{}, "data", "250 ", ""},
		{"connection limit", `concurrent_connection_limits = {{check = true, mask = "/32", limit = 0, service = "SMTP"}}`, "", good,
			"connect", "421 connection limit exceeded", ""},
		{"early talker", `early_talker = {check = true}`,
			`function pre_validate_connect(ac, vctx) vctx:set(msys.core.VCTX_CONN, "early_talker", "yes") end`, good,
			"connect", "421 4.7.0 wait for the banner before talking", ""},
		{"message size", `message_size_limits = {{check = true, size = "50b"}}`, "", good, "data", "552 5.3.4 message size limit exceeded", ""},
		{"limit not reached", `message_size_limits = {{check = true, size = "50k"}}`, "", good, "data", "250 ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{}
			if tt.config != "" || tt.custom != "" {
				files["dp_config.lua"] = &fstest.MapFile{Data: []byte("module('msys.dp_config', package.seeall)\n" + tt.config)}
			}
			if tt.custom != "" {
				files["dp_config.lua"].Data = append(files["dp_config.lua"].Data, "\nrequire('custom_policy')"...)
				files["custom_policy.lua"] = &fstest.MapFile{Data: []byte("module('msys.dp_config.custom_policy', package.seeall)\n" + tt.custom)}
			}
			h := startHost(t, msys.Config{Path: []fs.FS{files}, Resolver: tt.dns})
			if err := h.rt.Load("msys.default_policy"); err != nil {
				t.Fatal(err)
			}
			step, res := h.deliver(h.session(), "a@b.example", "c@d.example")
			if step != tt.step {
				t.Errorf("ended at %s, want %s", step, tt.step)
			}
			if got := replyOf(res.Verdict); got != tt.reply {
				t.Errorf("reply %q, want %q", got, tt.reply)
			}
			if diff := cmp.Diff(tt.printed, h.lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDefaultPolicyErrors(t *testing.T) {
	for _, tt := range []struct{ name, config, want string }{
		{"syntax", "x = = 1", "dp_config.lua:2:"},
		{"pre_init", "custom_policy = {pre_init = function() return nil end}", "pre_init of custom_policy must return true"},
		{"missing file", "require('elsewhere')", "module 'elsewhere' not found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{"dp_config.lua": {Data: []byte("require('msys.pbp') module('msys.dp_config', package.seeall)\n" + tt.config)}}
			h := startHost(t, msys.Config{Path: []fs.FS{files}})
			if err := h.rt.Load("msys.default_policy"); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}
