package delivery_test

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

func newKit(t *testing.T, script string) *policykit.Kit {
	t.Helper()
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{delivery.Library()}})
	kit.LoadString("policy.lua", script)
	return kit
}

// received gives a message that came in over the runtime.
func received(t *testing.T, kit *policykit.Kit) *message.Message {
	t.Helper()
	s := kit.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@sender.example", policykit.Mail, "bob@rcpt.example"); got != "250" {
		t.Fatalf("message not received: %s", got)
	}
	return s.Result.Messages[0].Message
}

func TestLuaConstants(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, delivery.Library())
	bind.Preload(l, message.Libraries(nil)...)
	bind.OpenPreloaded(l)
	push := func(name string, v any) {
		bind.PushObject(l, v)
		l.SetGlobal(name)
	}
	m := newMessage(t)
	push("connh", delivery.NewConn(&delivery.Attempt{Message: m, Domain: "rcpt.example", Binding: "b1", Method: "http"}, nil))
	push("idle", delivery.NewConn(nil, nil))
	push("m", m)
	err := lua.DoString(l, `
		local d = require("msys.delivery")
		assert(d == msys.delivery)
		assert(d.DELIVERY_CONTINUE == 0 and d.DELIVERY_DONE == 1 and d.DELIVERY_SUCCESS == 2)
		assert(d.DELIVERY_TEMPFAILED == 3 and d.DELIVERY_PERMFAILED == 4 and d.DELIVERY_FAIL == 4)
		assert(d.ob_get_current_message(connh) == m)
		assert(d.ob_get_current_message(idle) == nil)
		assert(connh.domain == "rcpt.example" and connh.binding == "b1" and connh.method == "http")
		assert(#connh.id > 0 and tostring(connh) == "connection_handle: " .. connh.id)
		for _, bad in ipairs({false, 1, "x", {}, m}) do
			local ok, err = pcall(d.ob_get_current_message, bad)
			assert(not ok and err:find("bad argument #1 to 'ob_get_current_message' (connection_handle expected", 1, true), err)
		end
		assert(not pcall(d.ob_get_current_message))
	`)
	if err != nil {
		t.Error(err)
	}
}

// logger prints what logging callouts get.
const logger = `
require("msys.core")
local function show(name)
  return function(self, msg, dr, now, note, note_len)
    print(name, note, note_len == #note, tostring(dr), dr.domain, dr.attempts, dr.deliveries, dr.failures, dr.transients,
      dr.last_delivery, msg:get_code(), msys.type(now))
  end
end
msys.registerModule("logger", {
  core_log_attempt_v1 = show("attempt"),
  core_log_delivery_v1 = show("delivery"),
  core_log_transient_failure_v1 = show("transient"),
  core_log_permanent_failure_v1 = show("permanent"),
})
`

func TestLuaLogOrder(t *testing.T) {
	kit := newKit(t, logger)
	m := received(t, kit)
	p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime), Now: kit.Clock.Now}
	const dr = "\ttrue\trcpt.example\trcpt.example\t5\t3\t1\t2\t1700000000\t"
	for _, tt := range []struct{ reply, want string }{
		{"250 2.0.0 ok id=7", "attempt\t250 2.0.0 ok id=7" + dr + "250 2.0.0 ok id=7\tmsys.core:timeval\n" +
			"delivery\t250 2.0.0 ok id=7" + dr + "250 2.0.0 ok id=7\tmsys.core:timeval"},
		{"450 x", "attempt\t450 x" + dr + "450 x\tmsys.core:timeval\ntransient\t450 x" + dr + "450 x\tmsys.core:timeval"},
		{"550 x", "attempt\t550 x" + dr + "550 x\tmsys.core:timeval\npermanent\t550 x" + dr + "550 x\tmsys.core:timeval"},
	} {
		kit.Printed()
		a := &delivery.Attempt{Message: m, Remote: netip.MustParseAddrPort("192.0.2.25:25"), Counters: delivery.Counters{
			Attempts: 5, Deliveries: 3, Failures: 1, Transients: 2, LastDelivery: time.Unix(1700000000, 0),
		}}
		if _, err := p.Result(context.Background(), a, delivery.ParseReply(tt.reply)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(strings.Split(tt.want, "\n"), strings.Split(kit.Printed(), "\n")); d != "" {
			t.Errorf("%s (-want +got)\n%s", tt.reply, d)
		}
	}
	if e := kit.Errors(); len(e) > 0 {
		t.Error(e)
	}
}

// TestLuaLogRaises: a logger that fails is logged, the next one runs, and the
// mail counts as delivered.
func TestLuaLogRaises(t *testing.T) {
	kit := newKit(t, `
		msys.registerModule("first", { core_log_delivery_v1 = function() local x = nil; x.y = 1 end })
		msys.registerModule("second", { core_log_delivery_v1 = function(self, msg) print("second", msg:rcptto()) end })
	`)
	m := received(t, kit)
	p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)}
	out, err := p.Result(context.Background(), &delivery.Attempt{Message: m}, delivery.ParseReply("250 ok"))
	if err != nil || out.Final != delivery.Delivered {
		t.Errorf("%s, %v", out.Final, err)
	}
	if got := kit.Printed(); got != "second\tbob@rcpt.example" {
		t.Errorf("printed %q", got)
	}
	if e := kit.Errors(); len(e) != 1 || !strings.Contains(e[0], "policy.lua:2") {
		t.Errorf("errors: %q", e)
	}
}

// TestLuaPermanentReason keeps the text of the last transient failure, which
// says more than that the time is over.
func TestLuaPermanentReason(t *testing.T) {
	kit := newKit(t, `
		require("msys.core")
		require("msys.extended.message")
		local mod = {}
		function mod:core_log_transient_failure_v1(msg, dr, now, note, note_len)
			msg:context_set(msys.core.ECMESS_CTX_MESS, "last_reason", note)
		end
		function mod:core_log_permanent_failure_v1(msg, dr, now, note, note_len)
			if string.find(note, "%[internal%] exceeded max") then
				msg:set_code(554, "5.4.7 given up after: " .. msg:context_get(msys.core.ECMESS_CTX_MESS, "last_reason"))
			end
		end
		msys.registerModule("reason", mod)
		msys.registerModule("later", { core_log_permanent_failure_v1 = function(self, msg) print(msg:get_code()) end })
	`)
	m := received(t, kit)
	p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)}
	for _, r := range []delivery.Reply{delivery.ParseReply("452 4.2.2 mailbox full"), delivery.Internal(delivery.MaxTime)} {
		out, err := p.Result(context.Background(), &delivery.Attempt{Message: m}, r)
		if err != nil {
			t.Fatal(err)
		}
		if r.Code == 554 && (out.Final != delivery.Failed || out.Reply.String() != "554 5.4.7 given up after: 452 4.2.2 mailbox full") {
			t.Errorf("%s %q", out.Final, out.Reply)
		}
	}
	if got := kit.Printed(); got != "554 5.4.7 given up after: 452 4.2.2 mailbox full" {
		t.Errorf("later loggers see %q", got)
	}
}

// convert is a policy that sends what could not be pushed by e-mail instead.
const convert = `
require("msys.core")
require("msys.delivery")
require("msys.extended.message")
local mod = {}
function mod:generic_delivery_msg_dispose(msg)
  local status = msg:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")
  if status == "" then
    return msys.delivery.DELIVERY_CONTINUE
  end
  msg:context_delete(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")
  msg:inject(msg:mailfrom(), "fallback@mail.example")
  return msys.delivery.DELIVERY_DONE
end
msys.registerModule("convert", mod)
`

func TestLuaConvertFailure(t *testing.T) {
	kit := newKit(t, convert+logger)
	m := received(t, kit)
	kit.Printed()
	p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)}
	out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: m}, &driver{reply: delivery.ParseReply("550 5.1.1 gone"), status: "4"})
	if err != nil || out.Final != delivery.Delivered {
		t.Errorf("%s %v", out.Final, err)
	}
	sent := kit.Queue.Take()
	if len(sent) != 1 || sent[0].Recipient() != "fallback@mail.example" || sent[0].Sender() != "ann@sender.example" {
		t.Errorf("sent %v", sent)
	}
	lines := strings.Split(kit.Printed(), "\n")
	if len(lines) != 2 || !slices.ContainsFunc(lines, func(s string) bool { return strings.HasPrefix(s, "delivery\t250 2.0.0 [internal]") }) {
		t.Errorf("loggers saw %q", lines)
	}

	if out, err = p.Deliver(context.Background(), &delivery.Attempt{Message: m}, &driver{reply: delivery.ParseReply("250 ok")}); err != nil || out.Final != delivery.Delivered {
		t.Errorf("%s %v", out.Final, err)
	}
	if sent := kit.Queue.Take(); len(sent) != 0 {
		t.Errorf("%d messages sent for one that was delivered", len(sent))
	}
}

// TestLuaDisposeRaises: what a failing script did not change stands.
func TestLuaDisposeRaises(t *testing.T) {
	kit := newKit(t, `msys.registerModule("bad", { generic_delivery_msg_dispose = function(self, msg) error("no") end })`)
	m := received(t, kit)
	p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)}
	out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: m}, &driver{reply: delivery.ParseReply("550 5.1.1 gone"), status: "4"})
	if err != nil || out.Final != delivery.Failed || out.Reply.String() != "550 5.1.1 gone" {
		t.Errorf("%s %q %v", out.Final, out.Reply, err)
	}
	if e := kit.Errors(); len(e) != 1 {
		t.Errorf("errors: %q", e)
	}
}

// TestLuaDiscard: a policy that gives up messages for a list of domains when
// they fail, without a bounce.
func TestLuaDiscard(t *testing.T) {
	kit := newKit(t, `
		require("msys.extended.message")
		local dead = { ["rcpt.example"] = true }
		local mod = {}
		function mod:generic_delivery_msg_dispose(msg)
			if dead[msg:routing_domain()] then msg:discard("550 5.1.2 no longer served") end
		end
		msys.registerModule("dead", mod)
	`)
	m := received(t, kit)
	p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)}
	out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: m}, &driver{reply: delivery.ParseReply("450 4.0.0 later")})
	if err != nil || out.Final != delivery.Dropped || out.Reply.String() != "550 5.1.2 no longer served" {
		t.Errorf("%s %q %v", out.Final, out.Reply, err)
	}
	if e := kit.Errors(); len(e) > 0 {
		t.Error(e)
	}
}

// The class of a failure is that of the callout, else that of Classify.
func TestLuaClassify(t *testing.T) {
	for script, want := range map[string]int{
		`print(reply, domain) return 21`: 21, `return 0`: 10, `return nil`: 10, `error("x")`: 10, `return "30"`: 10, `return -1`: 10,
	} {
		kit := newKit(t, `local mod = {} function mod:core_smtp_error_classify(reply, domain) `+script+` end msys.registerModule("m", mod)`)
		classify := func(string) int { return 10 }
		p := &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime), Classify: classify}
		out, err := p.Result(context.Background(), &delivery.Attempt{Message: received(t, kit)}, delivery.ParseReply("550 5.1.1 nobody"))
		if err != nil || out.BounceCode != want {
			t.Errorf("%s: class %d, %v, want %d", script, out.BounceCode, err, want)
		}
		if got := kit.Printed(); want == 21 && got != "550 5.1.1 nobody\trcpt.example" {
			t.Errorf("called with %q", got)
		}
	}
}
