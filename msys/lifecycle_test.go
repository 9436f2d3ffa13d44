package msys_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
)

// everyCallout prints the name of each inbound callout.
const everyCallout = `
local function log(name, ret)
  mod[name] = function(self, ...) print(name) return ret end
end
for _, n in ipairs{"core_validate_accept", "validate_connect", "validate_ehlo", "validate_mailfrom", "validate_rcptto",
  "validate_data", "validate_data_spool", "validate_rcptto_list", "validate_rcptto_list_final",
  "validate_data_spool_each_rcpt", "validate_set_binding"} do log(n, msys.core.VALIDATE_CONT) end
for _, n in ipairs{"core_pre_msg_each_rcpt", "core_post_msg_each_rcpt", "core_final_validation2", "core_final_validation",
  "core_post_final_validation", "core_log_reception_v1", "validate_dealloc", "msg_gen_data_spool"} do log(n) end
`

func TestOrderOfCallouts(t *testing.T) {
	h := newHost(t, msys.Config{}, module(everyCallout))
	s := h.session()
	if step, res := h.deliver(s, "a@b.example", "c@d.example"); step != "data" || res.Action != msys.Accept {
		t.Fatalf("%s: %+v", step, res.Verdict)
	}
	s.Close()
	want := strings.Join([]string{
		"core_validate_accept", "validate_connect", "validate_ehlo", "validate_mailfrom", "validate_rcptto", "validate_data",
		"validate_data_spool", "validate_rcptto_list", "validate_rcptto_list_final", "core_pre_msg_each_rcpt",
		"validate_data_spool_each_rcpt", "core_post_msg_each_rcpt", "validate_set_binding", "core_final_validation2",
		"core_final_validation", "core_post_final_validation", "core_log_reception_v1", "validate_dealloc",
	}, "\n")
	if diff := cmp.Diff(want, h.lines()); diff != "" {
		t.Error(diff)
	}
}

func TestGeneratedMail(t *testing.T) {
	h := newHost(t, msys.Config{}, module(everyCallout+`
function mod:core_post_msg_each_rcpt(msg, ac, vctx) print("post", ac, vctx, msg.recv_method == msys.core.P_INTERNAL) end
function mod:validate_connect()
  local m = msys.core.ec_message_new()
  m:header("Subject", "note")
  m:raw("Subject: note\r\n\r\nbody\r\n")
  print(m:inject("from@x.example", "to@y.example, <other@y.example>"))
  print(m:inject("from@x.example", ","))
  return msys.core.VALIDATE_CONT
end`))
	s := h.session()
	if _, err := s.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := h.lines()
	want := `core_validate_accept
core_pre_msg_each_rcpt
post	nil	nil	true
validate_set_binding
core_final_validation2
core_final_validation
core_post_final_validation
core_pre_msg_each_rcpt
post	nil	nil	true
validate_set_binding
core_final_validation2
core_final_validation
core_post_final_validation
true
nil	no recipients`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var rcpts []string
	for _, m := range h.enqueued {
		rcpts = append(rcpts, m.Sender()+" "+m.Recipient()+" "+m.Header().Get("Subject"))
	}
	if diff := cmp.Diff([]string{"from@x.example to@y.example note", "from@x.example other@y.example note"}, rcpts); diff != "" {
		t.Error(diff)
	}
}

func TestReturns(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		step       string
		code       int
		printed    string
	}{
		{"DONE stops later modules", `function mod:validate_rcptto() print("a") return msys.core.VALIDATE_DONE end`,
			`function mod:validate_rcptto() print("b") return msys.core.VALIDATE_CONT end`, "data", 250, "a"},
		{"CONT with a code", `function mod:validate_rcptto(m, s, ac, v) v:set_code(550, "5.1.1 no") return msys.core.VALIDATE_CONT end`,
			`function mod:validate_rcptto() print("b") return msys.core.VALIDATE_CONT end`, "rcptto", 550, "b"},
		{"nothing is CONT", `function mod:validate_ehlo() print("a") end`, `function mod:validate_ehlo() print("b") end`, "data", 250, "a\nb"},
		{"nonsense is CONT", `function mod:validate_ehlo() return {} end`, `function mod:validate_ehlo() return "0" end`, "data", 250, ""},
		{"AGAIN", `function mod:validate_ehlo() self.n = (self.n or 0) + 1 print(self.n)
			return self.n < 3 and msys.core.VALIDATE_AGAIN or msys.core.VALIDATE_CONT end`,
			`function mod:validate_ehlo() print("b") return 0 end`, "data", 250, "1\n2\n3\nb"},
		{"AGAIN for ever", `function mod:validate_ehlo() return msys.core.VALIDATE_AGAIN end`, `function mod:validate_ehlo() print("b") return 0 end`,
			"ehlo", 421, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{AgainDelay: 1, AgainLimit: 5}, module(tt.a), strings.Replace(module(tt.b), "'m'", "'n'", 1))
			step, res := h.deliver(h.session(), "a@b.example", "c@d.example")
			if step != tt.step || res.Code != tt.code {
				t.Errorf("%s %d %s, want %s %d", step, res.Code, res.Text, tt.step, tt.code)
			}
			if diff := cmp.Diff(tt.printed, h.lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoReturnWarnsOnce(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`function mod:validate_ehlo() end`))
	s := h.session()
	for range 2 {
		if v, err := s.Ehlo(context.Background(), "x"); err != nil || v.Code != 250 {
			t.Fatal(v, err)
		}
	}
	if n := strings.Count(h.logged(), "validate_ehlo error: returned nil"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, h.logged())
	}
}

func TestPerRecipientEdits(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_data(msg) msg:header("X-All", "1") return 0 end
function mod:validate_data_spool_each_rcpt(msg, ac, v)
  if v:get(msys.core.VCTX_MESS, "rcptto_localpart") == "one" then msg:header("X-One", msg:rcptto()) end
  return 0
end`))
	_, res := h.deliver(h.session(), "a@b.example", "one@d.example", "two@d.example")
	if len(res.Messages) != 2 {
		t.Fatalf("%d messages", len(res.Messages))
	}
	one, two := raw(t, res.Messages[0]), raw(t, res.Messages[1])
	head, body, _ := strings.Cut(mail, "\r\n\r\n")
	if want := head + "\r\nX-All: 1\r\nX-One: one@d.example\r\n\r\n" + body; one != want {
		t.Errorf("first copy %q, want %q", one, want)
	}
	if want := head + "\r\nX-All: 1\r\n\r\n" + body; two != want {
		t.Errorf("second copy %q, want %q", two, want)
	}
}

func TestEachRcptReject(t *testing.T) {
	script := module(`function mod:validate_data_spool_each_rcpt(msg, ac, v)
		if msg:rcptto() == "two@d.example" then v:set_code(550, "5.7.1 not two") end return 0 end`)
	h := newHost(t, msys.Config{}, script)
	_, res := h.deliver(h.session(), "a@b.example", "one@d.example", "two@d.example")
	if res.Code != 550 || len(res.Messages) != 0 {
		t.Errorf("RejectAll: %d with %d messages", res.Code, len(res.Messages))
	}
	h = newHost(t, msys.Config{EachRcptReject: msys.PerRecipient}, script)
	_, res = h.deliver(h.session(), "a@b.example", "one@d.example", "two@d.example")
	var codes []int
	for _, m := range res.Messages {
		codes = append(codes, m.Verdict.Code)
	}
	if diff := cmp.Diff([]int{250, 550}, codes); diff != "" || res.Code != 250 {
		t.Errorf("PerRecipient: %d %s", res.Code, diff)
	}
}

// With NotifyRejected the reply depends on what became of all copies.
func TestNotifyRejected(t *testing.T) {
	for _, tt := range []struct {
		name, code string
		reply      int
		copies     string // their codes
		logged     string
	}{
		{"some", `if n == 2 then v:set_code(550, "no") end`, 250, "250 550 250", "rejected received received"},
		{"all", `v:set_code(549 + n, "no")`, 550, "", "rejected rejected rejected"},
		{"one deferred", `if n == 3 then v:set_code(451, "later") end if n == 1 then v:set_code(550, "no") end`, 451, "", "rejected rejected"},
		{"rest discarded", `if n == 3 then v:set_code(550, "no") else msg:discard("x") end`, 550, "", "rejected rejected rejected"},
		{"all discarded", `msg:discard("x")`, 250, "", "rejected rejected rejected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{EachRcptReject: msys.NotifyRejected}, module(`
function mod:validate_data_spool_each_rcpt(msg, ac, v) self.n = (self.n or 0) + 1 local n = self.n `+tt.code+` return 0 end
function mod:core_log_rejection() print("rejected") end
function mod:core_log_reception_v1() print("received") end`))
			_, res := h.deliver(h.session(), "a@b.example", "one@d.example", "two@d.example", "three@d.example")
			var codes []string
			for _, m := range res.Messages {
				codes = append(codes, strconv.Itoa(m.Verdict.Code))
			}
			if got := strings.Join(codes, " "); got != tt.copies || res.Code != tt.reply {
				t.Errorf("reply %d, copies %q; want %d, %q", res.Code, got, tt.reply, tt.copies)
			}
			if got := strings.ReplaceAll(h.lines(), "\n", " "); got != tt.logged {
				t.Errorf("logged %q, want %q", got, tt.logged)
			}
		})
	}
}

func TestFinalValidation(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		code       int
		text       string
		printed    string
	}{
		{"retry", `function mod:core_final_validation2() return msys.core.EC_HOOK_RETRY end`, 451, "4.3.0 transaction failed", ""},
		{"done", `function mod:core_final_validation2() return msys.core.EC_HOOK_DONE end`, 550, "5.7.1 rejected by policy", ""},
		{"code", `function mod:core_final_validation2(m, ac, v) v:set_code(550, "5.7.1 k") return msys.core.EC_HOOK_DONE end`, 550, "5.7.1 k", ""},
		{"nothing", `function mod:core_final_validation2() end`, 250, "", "final"},
		{"cannot reject", `function mod:core_post_final_validation(m, ac, v) v:set_code(550, "x") return msys.core.VALIDATE_DONE end`, 250, "", "final"},
		{"enqueue error", `function mod:core_ec_message_enqueue() return msys.core.EC_MESSAGE_ENQUEUE_HOOK_ERR end`, 451, "4.3.0 message could not be queued", "final"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{}, module(tt.body+"\nfunction mod:core_final_validation() print('final') return msys.core.VALIDATE_DONE end"))
			_, res := h.deliver(h.session(), "a@b.example", "c@d.example")
			if res.Code != tt.code || res.Text != tt.text || h.lines() != tt.printed {
				t.Errorf("%d %q", res.Code, res.Text)
			}
		})
	}
	h := newHost(t, msys.Config{}, module(`function mod:core_ec_message_enqueue(m) print(m:rcptto()) return msys.core.EC_MESSAGE_ENQUEUE_HOOK_OK end`))
	if _, res := h.deliver(h.session(), "a@b.example", "c@d.example"); res.Code != 250 || len(res.Messages) != 0 || h.lines() != "c@d.example" {
		t.Errorf("taken message: %d, %d messages", res.Code, len(res.Messages))
	}
}

func TestRoutingHook(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"set", `function mod:core_config_get_message_routing_domain(scope, msg, buff) buff:set("q.example") return #buff end`, "q.example"},
		{"length", `function mod:core_config_get_message_routing_domain(scope, msg, buff, len) print(type(len)) return 0 end`, "d.example"},
		{"explicit wins", `function mod:core_config_get_message_routing_domain(s, m, b) b:set("q.example") return #b end
			function mod:validate_set_binding(m) m:routing_domain("Own.Example") return 0 end`, "own.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{}, module(tt.body))
			_, res := h.deliver(h.session(), "a@b.example", "c@d.example")
			if got := res.Messages[0].RoutingDomain(context.Background()); got != tt.want {
				t.Errorf("routing domain %q", got)
			}
		})
	}
}

func TestDiscard(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_rcptto(msg, s, ac, v) if msg:rcptto() == "drop@d.example" then msg:discard("QA drop") end return 0 end
function mod:validate_data() print("data") return 0 end
function mod:core_log_rejection(now, ac, v, phase, text) print("rejected", phase, text) end`))
	_, res := h.deliver(h.session(), "a@b.example", "drop@d.example", "keep@d.example")
	if res.Action != msys.Discard || res.Code != 250 || len(res.Messages) != 0 {
		t.Errorf("%+v with %d messages", res.Verdict, len(res.Messages))
	}
	if diff := cmp.Diff("rejected\t11\t550 5.7.1 [internal] discarded by policy", h.lines()); diff != "" {
		t.Error(diff)
	}
}

func TestLogRejection(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_connect(ac, v) v:set_code(554, "5.7.1 go away") return msys.core.VALIDATE_DONE end
function mod:core_log_rejection(now, ac, v, phase, text, args) print(phase, text, type(v:get(msys.core.VCTX_CONN, "x")), args) end`))
	step, res := h.deliver(h.session(), "a@b.example", "c@d.example")
	if step != "connect" || res.Code != 554 || res.Action != msys.Reject {
		t.Errorf("%s %+v", step, res.Verdict)
	}
	if diff := cmp.Diff("1\t554 5.7.1 go away\tstring\tnil", h.lines()); diff != "" {
		t.Error(diff)
	}
}

func TestInit(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"true", `function mod:init() print(self == mod, msys.asyncOk()) return true end`, ""},
		{"zero", `function mod:init() return 0 end`, ""},
		{"nothing", `function mod:init() end`, "msys: module m: init returned nil, expected true"},
		{"false", `function mod:init() return false end`, "msys: module m: init returned false, expected true"},
		{"error", `function mod:init() error("no") end`, "msys: module m: init: policy.lua:3: no"},
		{"wait", `function mod:init() msys.sleep(1) return true end`, "msys: module m: init: policy.lua:3: a call that waits is not possible in init"},
		{"no callout", `mod.helper = 1`, "msys: script policy.lua: policy.lua:4: no usable methods found for module m in registerModule call"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := startHost(t, msys.Config{})
			err := h.rt.LoadString("policy.lua", module(tt.body))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if err != nil && len(h.rt.Modules()) != 0 {
				t.Error("a failed script stays registered")
			}
		})
	}
}

func TestInternalHookWarnsOnce(t *testing.T) {
	h := newHost(t, msys.Config{Loops: 3}, module(`function mod:core_mail_queue_maintain_domain() end`))
	if n := strings.Count(h.logged(), "hook core_mail_queue_maintain_domain: accepted but never called by this host (module m, policy1.lua"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, h.logged())
	}
	if h.rt.Has("core_mail_queue_maintain_domain") || h.rt.Has("validate_data") {
		t.Error("Has a hook that nobody calls or defines")
	}
}

func TestSelf(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
mod.config = "c"
function mod:helper() return "h" end
function mod:validate_rcptto() self.n = (self.n or 0) + 1 print(self.n, self:helper(), self.config) return 0 end
function mod:validate_data() for k in pairs(self) do self[k] = nil end print(self.n, self:helper(), next(self)) return 0 end
function mod:validate_dealloc() print("dealloc", self.n) end`))
	s := h.session()
	h.deliver(s, "a@b.example", "1@d.example", "2@d.example")
	s.Close()
	other := h.session()
	h.deliver(other, "a@b.example", "1@d.example")
	if diff := cmp.Diff("1\th\tc\n2\th\tc\nnil\th\tnil\ndealloc\tnil\n1\th\tc\nnil\th\tnil", h.lines()); diff != "" {
		t.Error(diff)
	}
}

func TestReload(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
counter = (counter or 0) + 1
function mod:validate_ehlo(s, ac, v) v:set_code(250, "run " .. counter) counter = counter + 1 return 0 end
function mod:deinit() print("deinit") return true end`))
	ctx := context.Background()
	old := h.session()
	if v, _ := old.Ehlo(ctx, "x"); v.Text != "run 1" {
		t.Error(v)
	}
	if err := h.rt.Reload(); err != nil {
		t.Fatal(err)
	}
	if v, _ := old.Ehlo(ctx, "x"); v.Text != "run 2" {
		t.Errorf("an open session left its loop: %v", v)
	}
	fresh := h.session()
	if v, _ := fresh.Ehlo(ctx, "x"); v.Text != "run 1" {
		t.Errorf("a new session runs on old loops: %v", v)
	}
	if got := h.lines(); got != "" {
		t.Errorf("deinit before the last session ended: %s", got)
	}
	old.Close()
	if got := h.lines(); got != "deinit" {
		t.Errorf("printed %q", got)
	}
}

// Phases that share a reply share its delay; each other reply starts afresh.
func TestTarpitPerReply(t *testing.T) {
	h := newHost(t, msys.Config{MaxTarpit: 10 * time.Second}, module(`
local function wait(s) return function(self, a, b, c, d) local v = d or c or b v:tarpit(s) return 0 end end
mod.core_validate_accept, mod.validate_connect, mod.validate_ehlo = wait(1), wait(2), wait(0.5)
mod.validate_data, mod.validate_data_spool, mod.validate_data_spool_each_rcpt = wait(1.5), wait(0.5), wait(0.25)`))
	s, ctx := h.session(), context.Background()
	v, err := s.Accept(ctx)
	if err != nil || v.Tarpit != 0 {
		t.Errorf("accept: %+v %v", v, err)
	}
	if v, err = s.Connect(ctx); err != nil || v.Tarpit != 3*time.Second {
		t.Errorf("connect: %+v %v", v, err)
	}
	if v, err = s.Ehlo(ctx, "x"); err != nil || v.Tarpit != 500*time.Millisecond {
		t.Errorf("ehlo: %+v %v", v, err)
	}
	if _, res := h.transaction(ctx, s, "a@b.example", "c@d.example", "e@f.example"); res.Tarpit != 2500*time.Millisecond {
		t.Errorf("data: %v", res.Tarpit)
	}
}

// Recipients that policy adds in each_rcpt are bounded apart from those that
// the client named.
func TestManyRecipients(t *testing.T) {
	h := newHost(t, msys.Config{MaxAddedCopies: 2}, module(`
function mod:validate_data_spool_each_rcpt(msg, ac, v)
  if msg:rcptto() == "r0@d.example" then
    v:add_recipient("x1@d.example") v:add_recipient("x2@d.example")
    print(pcall(v.add_recipient, v, "x3@d.example"))
  end
  return 0
end`))
	var rcpts []string
	for i := range 1100 {
		rcpts = append(rcpts, fmt.Sprintf("r%d@d.example", i))
	}
	_, res := h.deliver(h.session(), "a@b.example", rcpts...)
	if len(res.Messages) != 1102 {
		t.Errorf("%d messages", len(res.Messages))
	}
	if got := h.lines(); !strings.Contains(got, "too many recipients added: at most 2") {
		t.Error(got)
	}
}

func TestTrace(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_connect() msys.sleep(0.02) return msys.core.VALIDATE_DONE end
function mod:validate_ehlo() error("no") end`))
	s := h.session()
	s.Connect(context.Background())
	s.Ehlo(context.Background(), "x")
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.traces) != 2 {
		t.Fatalf("%+v", h.traces)
	}
	if d := h.traces[0].Duration; d < 20*time.Millisecond || d > 10*time.Second {
		t.Errorf("took %v", d)
	}
	for i := range h.traces {
		h.traces[i].Duration, h.traces[i].Began = 0, time.Time{}
	}
	want := []msys.CalloutTrace{
		{Phase: "connect", Callout: "validate_connect", Module: "m", Return: "VALIDATE_DONE", Session: s.ID(), Calls: 1, Code: 220},
		{Phase: "ehlo", Callout: "validate_ehlo", Module: "m", Error: "policy1.lua:5: no", Session: s.ID(), Code: 250},
	}
	if diff := cmp.Diff(want, h.traces); diff != "" {
		t.Error(diff)
	}
}
