package msys_test

import (
	"context"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

func TestReplies(t *testing.T) {
	for _, tt := range []struct {
		name, code string
		step       string
		action     msys.Action
		reply      string
	}{
		{"text of two lines", `v:set_code("550", "5.7.1 a\nb")`, "rcptto", msys.Reject, "550 5.7.1 a\nb"},
		{"no second reply", `v:set_code(550, "5.7.1 a\r\n250 ok\0\27")`, "rcptto", msys.Reject, "550 5.7.1 a\n250 ok  "},
		{"no text", `v:set_code(451)`, "rcptto", msys.Defer, "451 " + vctx.DefaultText(451)},
		{"disconnect field", `v:set_code(554, "x") v.disconnect = 1 print(type(v.disconnect))`, "rcptto", msys.Disconnect, "554 x"},
		{"disconnect", `return v:pbp_disconnect(421, "4.7.0 bye")`, "rcptto", msys.Disconnect, "421 4.7.0 bye"},
		{"last code counts", `v:set_code(550, "x") v:set_code(250, "fine")`, "data", msys.Accept, "250 "},
		{"disconnect and accept", `v.disconnect = 1`, "data", msys.Disconnect, "250 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{}, module("function mod:validate_rcptto(msg, str, ac, v) do "+tt.code+" end return 0 end"))
			step, res := h.deliver(h.session(), "a@b.example", "c@d.example")
			if step != tt.step || res.Action != tt.action || replyOf(res.Verdict) != tt.reply {
				t.Errorf("%s %s %q", step, res.Action, replyOf(res.Verdict))
			}
		})
	}
}

func TestPeers(t *testing.T) {
	for _, tt := range []struct{ peer, want string }{
		{"[2001:db8::1]:25", "2001:db8::1.25\ttrue\tfalse\t2001:db8::1"},
		{"[::ffff:192.0.2.7]:4321", "192.0.2.7:4321\tfalse\ttrue\t192.0.2.7"},
	} {
		h := newHost(t, msys.Config{}, module(`
function mod:validate_connect(ac, v)
  local f = msys.core.ec_sockaddr_family(ac.remote_addr)
  print(ac.remote_addr, f == msys.core.AF_INET6, f == msys.core.AF_INET, ip_from_addr_and_port(tostring(ac.remote_addr)))
  return 0
end`))
		s := h.rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort(tt.peer)})
		if _, err := s.Connect(context.Background()); err != nil {
			t.Fatal(err)
		}
		s.Close()
		if diff := cmp.Diff(tt.want, h.lines()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCapabilities(t *testing.T) {
	script := module(`
function mod:validate_connect(ac, v)
  ac:esmtp_capability_add("SIZE 1000") ac:esmtp_capability_add("size 2000") ac:esmtp_capability_remove("8bitmime")
  print(pcall(ac.esmtp_capability_add, ac, "X\r\nEVIL"))
  return 0
end`)
	h := newHost(t, msys.Config{}, script)
	s := h.session()
	if v, err := s.Connect(context.Background()); err != nil || !v.OK() {
		t.Fatal(v, err)
	}
	if diff := cmp.Diff([]string{"PIPELINING", "size 2000"}, s.Conn().EHLO()); diff != "" {
		t.Error(diff)
	}
	web := h.rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.7:1"), Service: "HTTP"})
	defer web.Close()
	if v, err := web.Connect(context.Background()); err != nil || v.Code != 421 || !strings.Contains(h.logged(), "session is not attached to an SMTP listener") {
		t.Errorf("HTTP listener: %+v %v", v, err)
	}
}

func TestFCDNS(t *testing.T) {
	for _, tt := range []struct {
		name string
		dns  names
		want string
	}{
		{"mismatch", names{"192.0.2.7": {"mail.x.org."}, "mail.x.org": {"192.0.2.9"}}, "false\tnil\tMISMATCH\tmail.x.org\tfalse"},
		{"no name", names{}, "false\tNXDOMAIN\tnil\t\tfalse"},
		{"confirmed", names{"192.0.2.7": {"mail.x.org."}, "mail.x.org": {"192.0.2.7"}}, "true\tnil\tnil\tmail.x.org\ttrue"},
		{"name without address", names{"192.0.2.7": {"mail.x.org."}}, "false\tnil\tNXDOMAIN\tmail.x.org\tfalse"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{Resolver: tt.dns}, "require('msys.pbp')\n"+module(`
function mod:validate_connect(ac, v)
  local a, b, c = msys.pbp.fcdns_check(ac, v)
  print(a, b, c, v:get(msys.core.VCTX_CONN, "reverse_dns"), v:get(msys.core.VCTX_CONN, "fcdns_status"))
  return 0
end`))
			if _, err := h.session().Connect(context.Background()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, h.lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGenerated(t *testing.T) {
	h := newHost(t, msys.Config{}, module(everyCallout+`
function mod:core_post_msg_each_rcpt(msg, ac, vctx) print("core_post_msg_each_rcpt", ac, vctx) end`))
	res, err := h.rt.Generated(context.Background(), testMessage(t))
	if err != nil || res.Code != 250 || len(res.Messages) != 1 {
		t.Fatalf("%+v %v", res, err)
	}
	want := "core_pre_msg_each_rcpt\nmsg_gen_data_spool\ncore_post_msg_each_rcpt\tnil\tnil\nvalidate_set_binding\n" +
		"core_final_validation2\ncore_final_validation\ncore_post_final_validation"
	if diff := cmp.Diff(want, h.lines()); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		name, code string
		action     msys.Action
		reply      string
	}{
		{"refused", `msg:code(550, "5.7.1 no")`, msys.Reject, "550 5.7.1 no"},
		{"dropped", `msg:discard("x")`, msys.Discard, "250 "},
	} {
		h := newHost(t, msys.Config{}, module("function mod:msg_gen_data_spool(msg) "+tt.code+" end\nfunction mod:core_final_validation() print('final') end"))
		res, err := h.rt.Generated(context.Background(), testMessage(t))
		if err != nil || res.Action != tt.action || replyOf(res.Verdict) != tt.reply || len(res.Messages) != 0 || h.lines() != "" {
			t.Errorf("%s: %+v %v", tt.name, res, err)
		}
	}
	injected := newHost(t, msys.Config{}, module(everyCallout))
	if res, err := injected.rt.Injected(context.Background(), testMessage(t)); err != nil || res.Code != 250 || len(res.Messages) != 1 {
		t.Errorf("injected: %+v %v", res, err)
	}
	if got := injected.lines(); strings.Contains(got, "msg_gen_data_spool") || !strings.Contains(got, "core_post_final_validation") {
		t.Errorf("injected mail met %s", got)
	}
	failing := newHost(t, msys.Config{}, module("function mod:validate_set_binding(msg) error('x') end"))
	if res, err := failing.rt.Generated(context.Background(), testMessage(t)); err != nil || res.Code != 451 || res.Action != msys.Defer {
		t.Errorf("failing binding: %+v %v", res, err)
	}
}

func TestDealloc(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_connect() self.x = "kept" error("fails") end
function mod:validate_dealloc() print("m", self.x) end`),
		strings.Replace(module(`
function mod:validate_data() return 0 end
function mod:validate_dealloc() print("n") end`), "'m'", "'n'", 1))
	s := h.session()
	if v, err := s.Connect(context.Background()); err != nil || v.Code != 421 {
		t.Errorf("%+v %v", v, err)
	}
	s.Close()
	s.Close()
	if diff := cmp.Diff("m\tkept", h.lines()); diff != "" {
		t.Error(diff)
	}
}

func TestRejectionPhases(t *testing.T) {
	for _, tt := range []struct{ callout, args, want string }{
		{"validate_ehlo", "str, ac, v", "3"}, {"validate_mailfrom", "str, ac, v", "5"}, {"validate_rcptto", "msg, str, ac, v", "7"},
		{"validate_data", "msg, ac, v", "10"}, {"validate_data_spool", "msg, ac, v", "11"}, {"validate_rcptto_list", "list, v", "19"},
		{"validate_rcptto_list_final", "node, v", "20"}, {"validate_data_spool_each_rcpt", "msg, ac, v", "11"},
		{"core_final_validation2", "msg, ac, v", "11"},
	} {
		h := newHost(t, msys.Config{}, module("function mod:"+tt.callout+"("+tt.args+`) v:set_code(550, "5.7.1 no") return 0 end
function mod:core_log_rejection(now, ac, v, phase, text) print(phase, text, v:get(msys.core.VCTX_CONN, "ehlo_domain")) v.disconnect = 1 end`))
		_, res := h.deliver(h.session(), "a@b.example", "c@d.example")
		if diff := cmp.Diff(tt.want+"\t550 5.7.1 no\tmx.example.org", h.lines()); diff != "" {
			t.Errorf("%s: %s", tt.callout, diff)
		}
		if res.Action != msys.Reject {
			t.Errorf("%s: the logger changed the verdict to %s", tt.callout, res.Action)
		}
	}
}

// What a logger does to the reply has no effect on later steps.
func TestLoggerCannotClose(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_rcptto(msg, str, ac, v) if msg:rcptto() == "bad@d.example" then v:set_code(550, "5.1.1 no") end return 0 end
function mod:core_log_rejection(now, ac, v) v:disconnect(421, "gone") end`))
	s, ctx := h.session(), context.Background()
	s.MailFrom(ctx, "a@b.example")
	if v, _ := s.RcptTo(ctx, "bad@d.example"); replyOf(v) != "550 5.1.1 no" || v.Action != msys.Reject {
		t.Errorf("%+v", v)
	}
	if v, _ := s.RcptTo(ctx, "good@d.example"); v.Action != msys.Accept {
		t.Errorf("%+v", v)
	}
}

func TestSiblings(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`function mod:core_log_reception_v1(ac, msg) print(msg:context_get(msys.core.ECMESS_CTX_MESS, "#batch_ids")) end`))
	_, res := h.deliver(h.session(), "a@b.example", "c@d.example", "e@f.example")
	ids := res.Messages[0].ID() + "," + res.Messages[1].ID()
	if diff := cmp.Diff(ids+"\n"+ids, h.lines()); diff != "" {
		t.Error(diff)
	}
}

// The reply comes before a closure that runs in a pool.
func TestReplyBeforeClosure(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_ehlo(str, ac, v)
  v:set(msys.core.VCTX_CONN, "k", "kept")
  msys.runInPool("IO", function() msys.sleep(0.05) print(v:get(msys.core.VCTX_CONN, "k")) end, true)
  return 0
end`))
	s := h.session()
	if v, err := s.Ehlo(context.Background(), "x"); err != nil || !v.OK() || h.lines() != "" {
		t.Errorf("%+v %v", v, err)
	}
	s.Close() // the closure keeps the session's objects
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if got := h.lines(); got != "" {
			if got != "kept" {
				t.Error(got)
			}
			return
		}
	}
	t.Error("the closure did not run")
}

func TestCallHook(t *testing.T) {
	h := newHost(t, msys.Config{Hooks: []msys.HookDef{{Name: "site_price", Kind: msys.KindInt, Args: "name, msg"}, {Name: "site_name", Kind: msys.KindString}}}, module(`
function mod:site_price(name, msg) print(name, msys.type(msg)) return 7, "euro" end
function mod:site_name(t) return t.a end
function mod:smpp_submit_response(x) print(x) end`))
	ctx := context.Background()
	if got, err := h.rt.CallHook(ctx, "site_price", "apple", testMessage(t)); err != nil || cmp.Diff([]any{7.0, "euro"}, got) != "" {
		t.Error(got, err)
	}
	if got, err := h.rt.CallHook(ctx, "site_name", map[string]any{"a": "x"}); err != nil || cmp.Diff([]any{"x"}, got) != "" {
		t.Error(got, err)
	}
	if _, err := h.rt.CallHook(ctx, "smpp_submit_response", 1); err != nil {
		t.Error(err)
	}
	if _, err := h.rt.CallHook(ctx, "nosuch"); err == nil {
		t.Error("an unknown hook gives no error")
	}
	if diff := cmp.Diff("apple\tmsys.core:_ec_message\n1", h.lines()); diff != "" {
		t.Error(diff)
	}
	h.rt.Close()
	if _, err := h.rt.CallHook(ctx, "site_name"); err == nil {
		t.Error("a closed runtime gives no error")
	}
}

// FuzzReturns gives hooks any return value: nothing panics, and each value
// counts as its kind says.
func FuzzReturns(f *testing.F) {
	for _, s := range []string{"nil", "{}", `"0"`, `"1"`, "0/0", "1/0", "-1/0", "1e300", "-1", "0.5", "1.5", "true", "false", "print",
		"coroutine.create(print)", "mod", "1, 2, 3", "msys.core.VALIDATE_AGAIN", "setmetatable({}, {__tostring = error})", "ac", "string.rep('x', 1e6)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if len(value) > 200 || strings.ContainsAny(value, "\n\r") {
			t.Skip()
		}
		h := startHost(t, msys.Config{AgainDelay: 1, AgainLimit: 2, Limits: msys.Limits{Time: 200 * time.Millisecond, Total: time.Second}})
		script := module("local function f(self, ac) return " + value + " end\n" + `
for _, n in ipairs{"validate_connect", "core_final_validation2", "core_get_msg_expiration_params", "core_get_protocol_string_for_trace_headers",
  "core_validate_auth", "core_binding_group_choose_binding", "core_generate_rfc3464_message"} do mod[n] = f end`)
		if h.rt.LoadString("policy.lua", script) != nil {
			t.Skip()
		}
		ctx := context.Background()
		s := h.session()
		v, err := s.Connect(ctx)
		if err != nil || v.Code != 220 && v.Code != 421 && !strings.Contains(value, "ac") {
			t.Errorf("connect: %+v %v", v, err)
		}
		if _, err := s.ReceivedProtocol(ctx, nil, "ESMTP"); err != nil {
			t.Errorf("protocol: %v", err)
		}
		m := message.New(nil, time.Unix(0, 0))
		p, err := h.rt.Expiration(ctx, m, msys.RetryParams{MaxRetries: 3})
		if err != nil || p.Expiration < 0 || p.RetryInterval < 0 || p.MaxRetries < 0 || p.MaxRetries > math.MaxInt32 {
			t.Errorf("expiration: %+v %v", p, err)
		}
		if _, _, err := h.rt.ChooseBinding(ctx, m, "g"); err != nil {
			t.Errorf("binding: %v", err)
		}
		if _, _, err := h.rt.BounceMessage(ctx, m, msys.ReportFailed); err != nil {
			t.Errorf("bounce: %v", err)
		}
		if _, res := h.deliver(h.session(), "a@b.example", "c@d.example"); res.Code < 200 || res.Code > 599 {
			t.Errorf("data: %+v", res.Verdict)
		}
	})
}
