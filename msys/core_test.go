package msys_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// TestCore runs snippets in a callout of a session whose data is received; v
// is the validation context, msg the message, C and M its scopes.
func TestCore(t *testing.T) {
	for _, tt := range []struct{ name, code, want string }{
		{"absent variable", `print(v:get(M,"nope") == "", v:exists(M,"nope")) v:set(M,"nope",false) print(v:get(M,"nope"), v:exists(M,"nope"))`, "true\t0\nfalse\t1"},
		{"numbers are text", `v:set(C,"n",50000) print(tonumber(v:get(C,"n")) + 1)`, "50001"},
		{"nil value", `v:set(C,"x",nil) print(v:exists(C,"x"), v:get(M,nil) == "")`, "0\ttrue"},
		{"exists_and_get", `v:set(C,"k","1") print(v:exists_and_get(C,"k")) print(v:exists_and_get(C,"q")) v:delete(C,"k") print(v:exists(C,"k"))`, "1\t1\n0\tnil\n0"},
		{"wrong scope", `print(pcall(v.get, v, 7, "k"))`, "false\tinvalid context type"},
		{"constants", `print(msys.core.VCTX_MESS == msys.core.ECMESS_CTX_MESS, VCTX_CONN, VALIDATE_DONE, msys.core.P_ESMTP)`, "true\t0\t1\t2"},
		{"types", `print(msys.type(v), msys.type(ac), msys.type(msg), msys.type({}), msys.type("x"))`,
			"msys.core:_validate_context\tmsys.core:_accept_construct\tmsys.core:_ec_message\ttable\tstring"},
		{"tostring", `print((tostring(v):gsub("%S+$", "ID")), tostring(v) == "validate_context: " .. ac.conn_id)`, "validate_context: ID\ttrue"},
		{"identity", `local mc = msys.core.accept_construct_get_message_construct(ac) print(mc.ctx == v, mc.ac == ac, mc.message == msg, mc.peer_address)`, "true\ttrue\ttrue\t192.0.2.7"},
		{"class metatable", `local mt = msys.getClassMetaTable("msys.core:_validate_context") mt.hi = function(s) return "hi" end
			print(v:hi(), type(mt.__index), msys.getClassMetaTable("x"))`, "hi\tfunction\tnil"},
		{"cast", `print(msys.cast(v, "msys.core:_validate_context") == v) print(pcall(msys.cast, v, "msys.core:_ec_message"))`,
			"true\nfalse\tcannot cast msys.core:_validate_context to msys.core:_ec_message"},
		{"dumper", `print(require("msys.dumper").Dumper({code="550", note="No such address", recipient="noreply@yahoo.com"})) print(msys.dumper.Dumper("a"))`,
			"return { code=\"550\", note=\"No such address\", recipient=\"noreply@yahoo.com\" }\nreturn \"a\""},
		{"sizes", `print(msys.pbp.size_in_bytes("30m"), msys.pbp.size_in_bytes("1024b"), pcall(msys.pbp.size_in_bytes, "x"))`, "31457280\t1024\tfalse\tinvalid size 'x'"},
		{"white lists", `print(msys.pbp.check_whitelist(v, {honor_whitelist={"g"}})) msys.pbp.set_whitelist(v, C, "g", true)
			print(msys.pbp.check_whitelist(v, {honor_whitelist={"g"}}), msys.pbp.check_whitelist(v, {"g"}), msys.pbp.check_whitelist(v, nil))`, "false\ntrue\ttrue\tfalse"},
		{"macros", `print(msys.expandMacro("%{i} %{spfv1:ir}.%{spfv1:v} %{vctx_conn:ehlo_domain} %{vctx_conn:no||none} %{nosuch:x} 5% %%{i}"))`,
			"192.0.2.7 7.2.0.192.in-addr mx.example.org none %{nosuch:x} 5% %{i}"},
		{"bare macros", `print(msys.expandMacro("%{mailfrom_localpart}@%{mailfrom_domain}"), pcall(msys.expandMacro))`,
			"strong-bad@email.example.com\tfalse\tbad argument #1 to 'expandMacro' (string expected, got nil)"},
		{"SPF macros", `print(msys.expandMacro("%{spfv1:lr-} %{spfv1:d2} %{spfv1:l1r-} %{spfv1:S}"))`, "bad.strong example.com strong strong-bad%40email.example.com"},
		{"config", `print(msys.config("get", "blackhole")) print(msys.config("get", "max_size")) print(msys.config("eval", "domain", "x.org", "max_size"))
			print(msys.config("set", "Blackhole", 1)) print(msys.config("get", "blackhole")) print(pcall(msys.config, "drop", "x"))`,
			"nil\tOption 'blackhole' is not set in scope ''.\n10\tMax_Size = 10\n10\tMax_Size = 10\n1\tBlackhole = 1\n1\tblackhole = 1\nfalse\tmsys.config: action 'drop' is not one of get, eval, set, unset, show"},
		{"pool", `print(msys.runInPool("IO", function() return "done", 2 end)) print(msys.runInPool("io", function() error("x", 0) end))
			print(msys.runInPool(6, function() return msys.asyncOk() end)) print(pcall(msys.runInPool, "nopool", print))`,
			"true\tdone\t2\nfalse\tx\ntrue\ttrue\nfalse\tbad argument #1 to 'runInPool' (no thread pool 'nopool')"},
		{"error object through a pool", `local ok, e = msys.runInPool("CPU", function() error({code=7}) end) print(ok, e.code)`, "false\t7"},
		{"pool figures", `local s = msys.threadpool.stat("SwapIn") print(msys.threadpool.count(), msys.threadpool.find("swapin"), msys.threadpool.find(3), s.name, s.num_threads, s.nothing, msys.threadpool.stat("x"))`,
			"8\t2\tUnlink\tSwapIn\t5\tnil\tnil"},
		{"locks", `msys.lock("k") print(pcall(msys.lock, "k")) msys.unlock("k") print(pcall(msys.unlock, "k"))`,
			"false\tlock 'k' already held\nfalse\tlock 'k' is not held by this call"},
		{"TLS", `_TLS.a = 1 local n = 0 for k, x in pairs(_TLS) do n = n + x end print(_TLS.a, n, _TLS.b, _OSTLS.shared)`, "1\t1\tnil\tyes"},
		{"recipients", `v:recipient_list({"a@x.org"}) v:add_recipient{"B@x.org", "b@x.org", "B@X.org"} local t, s = v:recipient_list(), ""
			for i = 0, #t do s = s .. t[i] end print(#t, s) print(pcall(v.add_recipient, v, "bad address")) v:remove_recipient("none@x.org")`,
			"3\ta@x.orgB@x.orgb@x.org\nfalse\tvctx: invalid envelope address \"bad address\": no domain"},
		{"disconnect field", `v.disconnect = 1 print(type(v.disconnect)) v.disconnect = 0 print(v.code, v.note)`, "function\n250\t"},
		{"address", `print(ac.remote_addr, msys.core.ec_sockaddr_family(ac.remote_addr) == msys.core.AF_INET, ac.protocol, ip_from_addr_and_port(tostring(ac.remote_addr)))`,
			"192.0.2.7:4321\ttrue\t2\t192.0.2.7"},
		{"envelope", `local l, d = msys.core.string_new(), msys.core.string_new() print(msg:get_envelope2(msys.core.EC_MSG_ENV_FROM, l, d)) print(tostring(l), d .. "!", #d)`,
			"1\t0\nstrong-bad\temail.example.com!\t17"},
		{"C names", `msys.core.ec_message_context_set(msg, M, "k", "w") print(msys.core.ec_message_context_get(msg, M, "k"), v:get(M, "k"), msg:context_set(M, "k", "w"))`, "w\tw\t0"},
		{"message fields", `print(#tostring(msg.id) > 0, msg.id .. "" == tostring(msg.id), msg.recv_method, pcall(function() msg.id = 1 end))`,
			"true\ttrue\t2\tfalse\tpolicy1.lua:9: field 'id' of msys.core:_ec_message cannot be assigned"},
		{"dot call", `print(pcall(msg.mailfrom))`, "false\tbad argument #1 to 'mailfrom' (msys.core:_ec_message expected, got nil)"},
		{"header", `msg:header("X-A", "1") msg:header("X-A", "2", "append") msg:header("X-A", "0", "prepend") print(table.concat(msg:header("x-a"), ","), msg:header("X-A", ""), msg:header("X-A", nil), #msg:header("X-A"))`, "0,1,2\ttrue\tfalse\t0"},
		{"header injection", "msg:header('X-I', 'a\\r\\nEvil: 1') print(#msg:header('Evil'), msg:header('X-I')[1])", "0\ta Evil: 1"},
		{"domain records", `local d = msys.core.dns_get_domain("x.org") print(d.domain, tostring(d), msys.type(msys.core.scheduler_for_domain("x.org")))`, "x.org\tx.org\tmsys.core:_ec_scheduler_inst"},
		{"getopt", `local o, n = require("msys.getopt").get_opts({"-h", "--out=f", "rest"}, "ho:", {help="h", out="o"}) print(o.h, o.o, n) print(msys.getopt.get_opts({"-z"}, "h"))`, "true\tf\t3\nnil\tinvalid option -- 'z'"},
		{"operators", `print(5 & 3, 5 | 3, 5 ^^ 3, 1 << 4, 256 >> 4, ~0, 7 \ 2, 1 != 2, 0660, -7 % 3)`, "1\t7\t6\t16\t16\t-1\t3\ttrue\t432\t2"},
		{"shared values", `print(msys.shareGet("n"), msys.shareSet("n", 5), msys.shareGet("n") + 1) msys.shareUnset("n") print(msys.shareGet("n"), pcall(msys.shareSet, "t", {}))`,
			"nil\ttrue\t6\nnil\tfalse\tbad argument #2 to 'shareSet' (string, number or boolean expected)"},
		{"policy editor", `local e, ctx, vars = require("msys.policyeditor"), {ec_message = msg}, {}
			print(e.get_header(ctx, vars, {header="Subject"}), e.get_header(ctx, vars, {header="No"}), e.get_mailfrom(ctx, vars, {}), e.get_rcptto(ctx, vars, {}))
			print(e.vctx_mess_get(ctx, vars, {key="k"})) e.vctx_mess_set(ctx, vars, {key="k", value="v"}) print(e.vctx_mess_get(ctx, vars, {key="k"}), v:get(M, "k"))
			print(e.pcre_match(ctx, vars, {subject="key=value", pattern="(?P<k>\\w+)=(\\w+)"}), vars["$0"], vars["$1"], vars["$2"], vars["$k"])
			e.set_variable(ctx, vars, {name="x", value=3}) print(e.get_variable(ctx, vars, {name="x"}), vars.x)
			e.del_header(ctx, vars, {header="Subject"}) print(#msg:header("Subject"), e.get_mess_recv_from(ctx, vars, {}), e.get_mess_recv_via(ctx, vars, {}))
			print(e.set_binding(ctx, vars, {binding="default"}), msg:binding())`,
			"hello\tnil\tstrong-bad@email.example.com\tc@d.example\nnil\nv\tv\ntrue\tkey=value\tkey\tvalue\tkey\n3\t3\n0\t192.0.2.7:4321\t198.51.100.1:25\ntrue\tdefault"},
		{"policy editor sends mail", `local e, p = msys.policyeditor, {from="a@x.example", to="b@x.example", subject="s", body="text", throttle=60}
			print(e.send_email({ec_message = msg}, {}, p), e.send_email({ec_message = msg}, {}, p))`, "true\tfalse"},
		{"message macros", `print((msys.expandMacro("%{rfc2822:headers}|%{rfc2822:body,1}|%{rfc2822:text}|%{custom_logger:r}@%{custom_logger:R}|%{outbound_tls:outbound_tls}|"):gsub("\r\n", "~")))`,
			"From: Ann <ann@sender.example>~To: bob@rcpt.example~Subject: hello~|Hi Bob~|Hi Bob~.dot~|c@d.example||"},
		{"tarpit", `v:tarpit(1.5) v:tarpit(0.5) print(pcall(v.tarpit, v, -1))`, "false\tbad argument #1 to 'tarpit' (interval must not be negative)"},
		{"states", `print(msys.core.MC_STATE_START, msys.core.MC_STATE_BODY, msys.core.MC_STATE_COUNT, msys.core.accept_construct_get_message_construct(ac).state)`, "0\t9\t23\t9"},
		{"sleep", `msys.sleep(0) msys.sleep(0.01) print("ok")`, "ok"},
		{"io.stdout", `io.stdout:write("a\nb") io.write("c\n") print("d") io.write("end")`, "a\nbc\nd\nend"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{ConfigSource: msys.NewConfigMap(map[string]any{"Max_Size": 10})}, `
require('msys.core') require('msys.pbp')
local mod = {}
local C, M = msys.core.VCTX_CONN, msys.core.VCTX_MESS
_OSTLS.shared = "yes"
function mod:validate_connect(ac, v) return 0 end
function mod:validate_mailfrom(str, ac, v) return 0 end
function mod:validate_data(msg, ac, v)
`+tt.code+`
return msys.core.VALIDATE_CONT end
msys.registerModule("m", mod)`)
			h.deliver(h.session(), "strong-bad@email.example.com", "c@d.example")
			if diff := cmp.Diff(tt.want, h.lines()); diff != "" {
				t.Error(diff, h.logged())
			}
		})
	}
}

func TestAsynchronousClosure(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_mailfrom(str, ac, v)
  v:set(msys.core.VCTX_MESS, "k", "kept")
  msys.runInPool("IO", function() print("job", v:get(msys.core.VCTX_MESS, "k"), _TLS.x) end, function() print("done") end)
  _TLS.x = 1
  print("callout ends")
  return 0
end`))
	s := h.session()
	if _, err := s.MailFrom(context.Background(), "a@b.example"); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(5 * time.Second)
	var got string
	for !strings.HasSuffix(got, "done") && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
		if l := h.lines(); l != "" {
			got += "\n" + l
		}
	}
	if diff := cmp.Diff("\ncallout ends\njob\tkept\t1\ndone", strings.ReplaceAll(got, "\n\n", "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestLockBetweenSessions(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_ehlo(str, ac, v)
  local who = v:get(msys.core.VCTX_CONN, "ehlo_domain")
  if who == "free" then print("free") return 0 end
  msys.lock("k")
  print(who, "has it")
  msys.sleep(0.2)
  if who == "polite" then msys.unlock("k") end
  return 0
end`))
	ctx := context.Background()
	done := make(chan struct{}, 2)
	for _, who := range []string{"rude", "polite"} {
		s := h.session()
		go func() { s.Ehlo(ctx, who); done <- struct{}{} }()
		time.Sleep(50 * time.Millisecond)
	}
	h.session().Ehlo(ctx, "free")
	<-done
	<-done
	if diff := cmp.Diff("rude\thas it\nfree\npolite\thas it", h.lines()); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(h.logged(), "lock 'k' was still held when its call ended; released") {
		t.Error("no warning about the lock that was left")
	}
}

func TestControl(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:init()
  msys.registerControl("delay", function(cc) print(cc.argc, cc.argv[0], cc.argv[1], cc.argv[9], #cc.argv) end)
  msys.registerControl("site reload", function(cc) msys.sleep(0.01) print(cc.auth_info.user, tostring(cc)) return "text" end)
  msys.registerControl("bad", function(cc) print("before") error("no") end)
  return true
end`))
	ctx := context.Background()
	for _, tt := range []struct {
		req     msys.ControlRequest
		out     string
		handled bool
		err     string
	}{
		{msys.ControlRequest{Line: `delay "a b.org"`}, "2\tdelay\ta b.org\tnil\t1\n", true, ""},
		{msys.ControlRequest{Line: "site reload now", User: "ann"}, "ann\tsite reload now\ntext", true, ""},
		{msys.ControlRequest{Line: "nosuch"}, "", false, ""},
		{msys.ControlRequest{Line: "bad"}, "before\n", true, "msys: control bad: policy1.lua:7: no"},
		{msys.ControlRequest{Line: `delay "x`}, "", false, "msys: control: unclosed quote \" in command"},
		{msys.ControlRequest{Line: "module list"}, "m (policy1.lua): init\n", true, ""},
		{msys.ControlRequest{Line: "config set a 1"}, "a = \"1\"\n", true, ""},
	} {
		out, handled, err := h.rt.Control(ctx, tt.req)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if out != tt.out || handled != tt.handled || got != tt.err {
			t.Errorf("%+v: %q %v %q", tt.req, out, handled, got)
		}
	}
	if got := h.lines(); got != "" {
		t.Errorf("console output in the log: %s", got)
	}
	denied := newHost(t, msys.Config{Authorize: func(context.Context, string, []string, string) error { return msys.ErrNotAuthorized }})
	if _, _, err := denied.rt.Control(ctx, msys.ControlRequest{Line: "help"}); err != msys.ErrNotAuthorized {
		t.Error(err)
	}
}

func TestAuth(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
local results = {good = 0, bad = 1, broken = 2, odd = "x"}
function mod:init()
  msys.registerAuth("db", {
    authenticate = function(self, file, params, user, pass) print(file, params.uri, user) return results[user] end,
    enumGroups = function(self, user) return {"g", user} end,
    queryGroups = function(self) return msys.core.EC_AUTH_ERROR end,
  })
  return true
end
function mod:core_pre_esmtp_auth(ac, mc, v) if v:get(msys.core.VCTX_CONN, "trusted") == "1" then return msys.core.EC_AUTH_OK end end
function mod:core_validate_auth_hook(v, info, status) print("auth", info.user, info.mechanism, status, v:get(msys.core.VCTX_CONN, "auth_status"), v:get(msys.core.VCTX_CONN, "can_relay")) end
function mod:ac_auth_perform_auth(user, pass, ac, response) response:write("531 no", 6) return msys.core.EC_AUTH_FAIL end`))
	ctx := context.Background()
	for _, tt := range []struct {
		user string
		code int
		log  string
	}{
		{"good", 235, "path\tdb://path\tgood\nauth\tgood\tPLAIN\t0\tpass\ttrue"},
		{"bad", 535, "path\tdb://path\tbad\nauth\tbad\tPLAIN\t1\tfail\t"},
		{"broken", 454, "path\tdb://path\tbroken\nauth\tbroken\tPLAIN\t2\terror\t"},
		{"odd", 454, "path\tdb://path\todd\nauth\todd\tPLAIN\t2\terror\t"},
		{"absent", 454, "path\tdb://path\tabsent\nauth\tabsent\tPLAIN\t2\terror\t"},
	} {
		v, err := h.session().Auth(ctx, "PLAIN", "db://path", tt.user, "secret")
		if err != nil || v.Code != tt.code {
			t.Errorf("%s: %+v %v", tt.user, v, err)
		}
		if diff := cmp.Diff(tt.log, h.lines()); diff != "" {
			t.Errorf("%s: %s", tt.user, diff)
		}
	}
	if strings.Contains(h.logged(), "secret") {
		t.Error("the password is in the log")
	}
	s := h.session()
	s.Context().Set(vctx.ConnScope, "trusted", "1")
	if v, err := s.Auth(ctx, "LOGIN", "db://path", "bad", "x"); err != nil || v.Code != 235 {
		t.Errorf("hook decides: %+v %v", v, err)
	}
	if v, err := h.session().Auth(ctx, "LOGIN", "ac_auth://", "u", "x"); err != nil || v.Code != 531 || v.Text != "no" {
		t.Errorf("ac_auth: %+v %v", v, err)
	}
	a := h.rt.AuthScheme("db")
	if g, err := a.Groups(ctx, "u"); err != nil || cmp.Diff([]string{"g", "u"}, g) != "" {
		t.Error(g, err)
	}
	if _, err := a.AllGroups(ctx); err == nil {
		t.Error("AllGroups of an error gives no error")
	}
	if h.rt.AuthScheme("none") != nil {
		t.Error("unknown scheme")
	}
	if err := h.rt.LoadString("late.lua", "msys.registerAuth('x', {})"); err == nil || !strings.Contains(err.Error(), "registerAuth: must be called from init") {
		t.Error(err)
	}
}

func TestCounts(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_connect(ac, v)
  print(ac:inbound_session_count(), ac:inbound_session_count("/24"), ac:inbound_session_count(nil, "Control"),
    ac:pbp_inbound_session_count_service("SMTP", "/0"), (pcall(ac.inbound_session_count, ac, "nonsense/99")))
  return 0
end`))
	open := func(addr string) *msys.Session {
		s := h.rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort(addr)})
		t.Cleanup(s.Close)
		return s
	}
	open("192.0.2.9:1")
	first := open("192.0.2.7:1")
	open("192.0.2.7:2").Connect(context.Background())
	first.Close()
	open("[2001:db8::1]:3").Connect(context.Background())
	if diff := cmp.Diff("2\t3\t0\t3\tfalse\n1\t1\t0\t3\tfalse", h.lines()); diff != "" {
		t.Error(diff)
	}
}

func TestPhaseWarning(t *testing.T) {
	script := module("function mod:validate_set_binding(msg) kept:add_recipient('z@x.org') return 0 end\nfunction mod:validate_data(m, a, v) kept = v return 0 end")
	h := newHost(t, msys.Config{}, script)
	h.deliver(h.session(), "a@b.example", "c@d.example")
	for _, want := range []string{
		"vctx:add_recipient called in phase set_binding (allowed: data, data_spool, data_spool_each_rcpt, rcptto) at policy1.lua:3",
		"recipient list is final",
	} {
		if !strings.Contains(h.logged(), want) {
			t.Errorf("the log lacks %q:\n%s", want, h.logged())
		}
	}
	strict := newHost(t, msys.Config{StrictPhases: true}, script)
	strict.deliver(strict.session(), "a@b.example", "c@d.example")
	if strings.Contains(strict.logged(), "recipient list is final") || !strings.Contains(strict.logged(), "validate_set_binding error: policy1.lua:3: vctx:add_recipient called in phase") {
		t.Error(strict.logged())
	}
}

func TestEmptyRecipientList(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`function mod:validate_data(m, ac, v) v:recipient_list({}) return 0 end
function mod:core_log_rejection(now, ac, v, phase, text) print(phase, text) end`))
	_, res := h.deliver(h.session(), "a@b.example", "c@d.example")
	if res.Code != 250 || res.Action != msys.Discard || len(res.Messages) != 0 {
		t.Errorf("%+v", res)
	}
	if diff := cmp.Diff("11\t550 5.7.1 [internal] discarded by policy", h.lines()); diff != "" {
		t.Error(diff)
	}
}

// Callouts run on any number of loops; globals belong to one loop.
func TestLoops(t *testing.T) {
	h := newHost(t, msys.Config{Loops: 3}, module(`
function mod:init() print("init") msys.registerControl("x", function() print("one") end) return true end
n = 0
function mod:validate_ehlo(s, ac, v) n = n + 1 v:set_code(250, tostring(n)) return 0 end`))
	if got := h.lines(); got != "init\ninit\ninit" {
		t.Errorf("init ran: %q", got)
	}
	counts := map[string]int{}
	for range 6 {
		v, err := h.session().Ehlo(context.Background(), "x")
		if err != nil {
			t.Fatal(err)
		}
		counts[v.Text]++
	}
	if diff := cmp.Diff(map[string]int{"1": 3, "2": 3}, counts); diff != "" {
		t.Error(diff)
	}
	if out, _, _ := h.rt.Control(context.Background(), msys.ControlRequest{Line: "x"}); out != "one\n" {
		t.Error(out)
	}
}
