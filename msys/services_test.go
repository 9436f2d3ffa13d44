package msys_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

func TestExpand(t *testing.T) {
	h := newHost(t, msys.Config{Macros: map[string]msys.MacroFunc{
		"site:*": func(_ context.Context, v *vctx.Context, arg string) (string, error) { return "<" + arg + ">", nil },
	}})
	ctx := context.Background()
	s := h.session()
	if _, err := s.Ehlo(ctx, "mx.example.org"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		v    *vctx.Context
		text string
		want string
	}{
		{s.Context(), "%{h} %{vctx_conn:ehlo_domain} %{site:a} %{spfv1:r}", "mx.example.org mx.example.org <a> mx.test"},
		{nil, "%{vctx_conn:ehlo_domain}|%{vctx_mess:x||none}|%{site:b}", "|none|<b>"},
	} {
		if got, err := h.rt.Expand(ctx, tt.v, tt.text); err != nil || got != tt.want {
			t.Errorf("%q: %q %v, want %q", tt.text, got, err, tt.want)
		}
	}
	if _, err := h.rt.Expand(ctx, s.Context(), "%{spfv1:d0}"); err == nil {
		t.Error("0 parts give no error")
	}
	if _, err := msys.New(msys.Config{Macros: map[string]msys.MacroFunc{"": nil}}); err == nil {
		t.Error("a macro without a name gives no error")
	}
}

// Outside of a session macros take the variables of the message.
func TestMacrosOfMessage(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:core_log_delivery_v1(msg)
  msg:context_set(msys.core.ECMESS_CTX_MESS, "k", "v")
  print(msys.expandMacro("%{vctx_mess:k} %{custom_logger:R}"), (msys.expandMacro("%{rfc2822:part,1}|%{rfc2822:text,1}|%{rfc2822:part,2}"):gsub("\r\n", "~")))
end`))
	if err := h.rt.Log(context.Background(), msys.LogEvent{Kind: msys.LogDelivery, Message: testMessage(t)}); err != nil {
		t.Fatal(err)
	}
	whole := strings.ReplaceAll(mail, "\r\n", "~")
	if diff := cmp.Diff("v rcpt.example\t"+whole+"|"+whole+"|", h.lines()); diff != "" {
		t.Error(diff)
	}
}

func TestAuthenticated(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:init()
  msys.registerAuth("db", {authenticate = function(self, file, params, user, pass) print(file, params.realm) return user == pass and 0 or 1 end})
  return true
end
function mod:core_validate_auth(v, info, status) if info.user == "banned" then v:set_code(535, "5.7.8 not you") end end
function mod:core_aaa_log(r) print(r.user, r.event, r.status, r.text) end`))
	ctx := context.Background()
	s := h.session()
	if v, err := s.Authenticated(ctx, "EXTERNAL", "ann"); err != nil || replyOf(v) != "235 2.7.0 authentication successful" {
		t.Errorf("%+v %v", v, err)
	}
	if !s.Context().CanRelay() || s.Construct().User() != "ann" {
		t.Error("the session may not relay")
	}
	if v, err := h.session().Authenticated(ctx, "EXTERNAL", "banned"); err != nil || replyOf(v) != "535 5.7.8 not you" {
		t.Errorf("%+v %v", v, err)
	}
	if diff := cmp.Diff("ann\tauth\tpass\tEXTERNAL\nbanned\tauth\tpass\tEXTERNAL", h.lines()); diff != "" {
		t.Error(diff)
	}
	st, err := h.rt.AuthScheme("db").Authenticate(ctx, msys.AuthRequest{Path: "p", User: "u", Password: "x", Params: map[string]string{"realm": "r"}})
	if err != nil || st != msys.AuthFail || h.lines() != "p\tr" {
		t.Error(st, err)
	}
}

func TestOtherFunctions(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_ehlo(str, ac, v)
  print(msys.runInInst(msys.core.scheduler_for_domain("x.org"), function() return "there", 1 end))
  print(pcall(msys.runInInst, "x", print))
  msys.log(msys.core.LOG_ERROR, "logged by level")
  return 0
end
function mod:core_post_assemble_fwd_message(orig, fwd) fwd:header("X-Fwd", orig:rcptto()) end
function mod:validate_data(msg) print(msg:forward("s@x.example", "t@y.example", "see below")) return 0 end`))
	h.deliver(h.session(), "a@b.example", "c@d.example")
	got := h.lines()
	if want := "true\tthere\t1\nfalse\tbad argument #1 to 'runInInst'"; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\ntrue") {
		t.Error(got)
	}
	if !strings.Contains(h.logged(), `level=ERROR msg="logged by level"`) {
		t.Error("no record of msys.log")
	}
	if len(h.enqueued) != 1 || h.enqueued[0].Header().Get("X-Fwd") != "c@d.example" {
		t.Errorf("%d messages forwarded", len(h.enqueued))
	}
}

func TestPanicLog(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(msys.PanicLog(&b, nil))
	log.With("module", "m").Info("text of a script")
	if got := b.String(); !strings.Contains(got, ":scriptlet: text of a script") || !strings.HasSuffix(got, "\n") {
		t.Errorf("%q", got)
	}
}
