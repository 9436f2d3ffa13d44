package msys_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
)

// other is module for a second script.
func other(body string) string { return strings.Replace(module(body), "'m'", "'n'", 1) }

// An exception in the callouts after the split gives the transaction a
// temporary failure; generated mail is deferred.
func TestFailingFinalCallouts(t *testing.T) {
	for _, hook := range []string{"validate_set_binding", "core_final_validation2", "core_final_validation", "core_post_final_validation"} {
		t.Run(hook, func(t *testing.T) {
			script := module("function mod:" + hook + "() error('broken') end\nfunction mod:core_ec_message_enqueue() print('queued') end")
			h := newHost(t, msys.Config{}, script, other("function mod:"+hook+"() print('second') return 0 end"))
			_, res := h.deliver(h.session(), "a@b.example", "c@d.example")
			if res.Action != msys.Disconnect || replyOf(res.Verdict) != "421 4.3.0 temporary failure, try later" || len(res.Messages) != 0 {
				t.Errorf("session: %s %q, %d messages", res.Action, replyOf(res.Verdict), len(res.Messages))
			}
			generated, err := h.rt.Generated(context.Background(), testMessage(t))
			if err != nil || generated.Action != msys.Defer || generated.Code != 451 || len(generated.Messages) != 0 {
				t.Errorf("generated: %+v %v", generated, err)
			}
			if got := h.lines(); got != "" {
				t.Errorf("callouts ran after the exception: %s", got)
			}
			if !strings.Contains(h.logged(), hook+" error: ") || !strings.Contains(h.logged(), "policy1.lua:3: broken") {
				t.Errorf("no record of the exception:\n%s", h.logged())
			}
			lenient := newHost(t, msys.Config{ScriptError: msys.Continue}, script)
			if _, res := lenient.deliver(lenient.session(), "a@b.example", "c@d.example"); res.Code != 250 || len(res.Messages) != 1 {
				t.Errorf("Continue: %q, %d messages", replyOf(res.Verdict), len(res.Messages))
			}
		})
	}
}

// VALIDATE_AGAIN calls the same function with the same arguments.
func TestAgainArguments(t *testing.T) {
	h := newHost(t, msys.Config{AgainDelay: 1}, module(`
local seen = {}
function mod:validate_rcptto(msg, str, ac, v)
  seen[#seen + 1] = {msg, str, ac, v}
  if #seen < 3 then return msys.core.VALIDATE_AGAIN end
  for i = 2, 3 do for j = 1, 4 do if seen[i][j] ~= seen[1][j] then print("differs", i, j) end end end
  print(#seen, tostring(str))
  return msys.core.VALIDATE_CONT
end`), other(`function mod:validate_rcptto() print("later") return 0 end`))
	if step, res := h.deliver(h.session(), "a@b.example", "c@d.example"); step != "data" || res.Code != 250 {
		t.Errorf("%s %+v", step, res.Verdict)
	}
	if diff := cmp.Diff("3\tc@d.example\nlater", h.lines()); diff != "" {
		t.Error(diff)
	}
}

// validate_set_binding cannot be called again.
func TestNoAgainInSetBinding(t *testing.T) {
	h := newHost(t, msys.Config{AgainDelay: 1}, module(`
function mod:validate_set_binding() print("once") return msys.core.VALIDATE_AGAIN end`))
	if _, res := h.deliver(h.session(), "a@b.example", "c@d.example"); res.Code != 250 || h.lines() != "once" {
		t.Errorf("%+v", res.Verdict)
	}
	if want := "validate_set_binding error: returned 2, expected VALIDATE_CONT or VALIDATE_DONE; taken as VALIDATE_CONT"; !strings.Contains(h.logged(), want) {
		t.Errorf("the log lacks %q:\n%s", want, h.logged())
	}
}

// A module without a return is named, with its callout, in one record.
func TestMissingReturnIsNamed(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`function mod:validate_ehlo() end`), other(`function mod:validate_ehlo() end`))
	s := h.session()
	for range 2 {
		if v, err := s.Ehlo(context.Background(), "x"); err != nil || v.Code != 250 {
			t.Fatalf("%+v %v", v, err)
		}
	}
	for _, name := range []string{"m", "n"} {
		n := 0
		for line := range strings.Lines(h.logged()) {
			if strings.Contains(line, "validate_ehlo error: returned nil") && strings.Contains(line, "module="+name+" ") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d records for module %s:\n%s", n, name, h.logged())
		}
	}
}

func TestNullContextKeys(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_connect(ac, v)
  local C = msys.core.VCTX_CONN
  v:set(C, "x", nil) v:set(C, nil, "x")
  print(v:exists(C, "x"), v:get(C, nil) == "")
  return 0
end`))
	if _, err := h.session().Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := h.lines(); got != "0\ttrue" {
		t.Error(got)
	}
	for text, want := range map[string]int{"attempt to set null key or value in validate context": 2, "attempt to get null key in validate context": 1} {
		if n := strings.Count(h.logged(), text); n != want {
			t.Errorf("%d records %q, want %d:\n%s", n, text, want, h.logged())
		}
	}
}

// Scripts may share a module name; a script that registers again replaces its
// own table.
func TestModuleNames(t *testing.T) {
	h := newHost(t, msys.Config{Loops: 2}, module(`
function mod:validate_connect() print("old") return 0 end
msys.registerModule("m", mod)
mod = {validate_connect = function() print("new") return 0 end}`), module(`function mod:validate_connect() print("other") return 0 end`))
	if _, err := h.session().Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("new\nother", h.lines()); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(h.logged(), "module name registered twice; both run"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, h.logged())
	}
}

// Life-cycle functions and callouts may be written under their other names.
func TestAliases(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:config_rsrc_setup() print("setup", self == mod, msys.asyncOk()) return true end
function mod:validate_connect_hook() print("connect") return 0 end
function mod:validate_local_dealloc(v) print("dealloc") end
function mod:msg_gen_msg_gen_data_spool(msg) print("generated", msg:rcptto()) end
function mod:deinit() print("deinit") end`))
	ctx := context.Background()
	s := h.session()
	if _, err := s.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := h.rt.Generated(ctx, testMessage(t)); err != nil {
		t.Fatal(err)
	}
	if err := h.rt.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("setup\ttrue\tfalse\nconnect\ndealloc\ngenerated\tbob@rcpt.example\ndeinit", h.lines()); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(h.logged(), "deinit returned nil, expected true"); n != 1 {
		t.Errorf("%d records of deinit's return:\n%s", n, h.logged())
	}
	both := newHost(t, msys.Config{Loops: 2}, module(`
function mod:validate_connect() print("exact") return 0 end
function mod:validate_connect_hook() print("alias") return 0 end`))
	if _, err := both.session().Connect(ctx); err != nil || both.lines() != "exact" {
		t.Errorf("the exact name does not win: %v", err)
	}
	if n := strings.Count(both.logged(), "validate_connect_hook"); n != 1 {
		t.Errorf("%d warnings about two names:\n%s", n, both.logged())
	}
}

// rsrc_setup must return true, at Load and at every Reload.
func TestResourceSetup(t *testing.T) {
	h := startHost(t, msys.Config{})
	err := h.rt.LoadString("policy.lua", module("function mod:rsrc_setup() return false end"))
	if err == nil || err.Error() != "msys: module m: rsrc_setup returned false, expected true" {
		t.Error(err)
	}
	h = newHost(t, msys.Config{}, module(`function mod:rsrc_setup() print("setup") return true end`))
	if err := h.rt.Reload(); err != nil {
		t.Fatal(err)
	}
	if got := h.lines(); got != "setup\nsetup" {
		t.Error(got)
	}
}

// twoBindings is a registry of b1 and b2 beside the default.
type twoBindings struct{}

var bindingNames = []string{message.DefaultBinding, "b1", "b2"}

func (twoBindings) ID(name string) (int, bool) {
	i := slices.Index(bindingNames, name)
	return i, i >= 0
}

func (twoBindings) Name(id int) (string, bool) {
	if id < 0 || id >= len(bindingNames) {
		return "", false
	}
	return bindingNames[id], true
}

func (twoBindings) GroupSize(string) int  { return 0 }
func (twoBindings) GroupOf(string) string { return "" }

func (twoBindings) Select(context.Context, *message.Message, string) (string, bool) { return "", false }

// The hook after the binding runs if a script chose one.
func TestBindingChanged(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"chosen", `function mod:validate_set_binding(msg) msg:binding("b1") return 0 end`, "b1"},
		{"last setter wins", `function mod:validate_set_binding(msg) msg:binding("b1") msg:binding("b2") return 0 end`, "b2"},
		{"default", `function mod:validate_set_binding(msg) return 0 end`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, msys.Config{Message: message.Options{Bindings: twoBindings{}}}, module(tt.body+`
function mod:core_post_validate_set_binding(msg) print(msg:binding()) end`))
			h.deliver(h.session(), "a@b.example", "c@d.example")
			if diff := cmp.Diff(tt.want, h.lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAuthFailureIsLogged(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:ac_auth_perform_auth(user, pass, ac, response) if user == "ann" then return msys.core.EC_AUTH_OK end return msys.core.EC_AUTH_FAIL end
function mod:ac_auth_log_auth_failure(user, ac, response) print(user, msys.type(ac), tostring(response)) end`))
	for user, want := range map[string]string{"ann": "", "eve": "eve\tmsys.core:_accept_construct\t"} {
		if _, err := h.session().Auth(context.Background(), "PLAIN", "ac_auth://", user, "pw"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, h.lines()); diff != "" {
			t.Errorf("%s: %s", user, diff)
		}
	}
}
