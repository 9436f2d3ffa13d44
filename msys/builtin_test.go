package msys_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// Checks run before or after the scripts' functions, see the message and
// leave variables that scripts read.
func TestBuiltinOrder(t *testing.T) {
	note := func(text string) func(context.Context, *vctx.Context, *message.Message) error {
		return func(_ context.Context, c *vctx.Context, m *message.Message) error {
			if m == nil {
				return errors.New("no message")
			}
			c.Set(vctx.MessScope, "seen", c.Get(vctx.MessScope, "seen")+text)
			m.Header().Append("X-"+text, "1")
			return nil
		}
	}
	h := newHost(t, msys.Config{Builtins: []msys.Builtin{
		{Name: "last", Callout: "validate_data_spool", Last: true, Run: note("last")},
		{Name: "first", Callout: "validate_data_spool", Run: note("first")},
		{Name: "second", Callout: "validate_data_spool", Run: note("second")},
	}}, module(`
function mod:validate_data_spool(msg, ac, v)
  print(v:get(msys.core.VCTX_MESS, "seen"))
  v:set(msys.core.VCTX_MESS, "seen", v:get(msys.core.VCTX_MESS, "seen") .. "script")
  return msys.core.VALIDATE_CONT
end
function mod:validate_data_spool_each_rcpt(msg, ac, v)
  print(v:get(msys.core.VCTX_MESS, "seen"))
  return msys.core.VALIDATE_CONT
end`))
	step, res := h.deliver(h.session(), "a@b.example", "c@d.example")
	if step != "data" || !res.OK() {
		t.Fatalf("%s %v", step, res)
	}
	if diff := cmp.Diff("firstsecond\nfirstsecondscriptlast", h.lines()); diff != "" {
		t.Error(diff)
	}
	if got := raw(t, res.Messages[0]); !strings.Contains(got, "X-first: 1\r\nX-second: 1\r\nX-last: 1\r\n") {
		t.Errorf("message:\n%s", got)
	}
}

// A check that rejects ends the callout; one that fails or panics decides
// nothing.
func TestBuiltinDecides(t *testing.T) {
	reject := false
	h := newHost(t, msys.Config{Builtins: []msys.Builtin{
		{Name: "panics", Callout: "validate_mailfrom", Run: func(context.Context, *vctx.Context, *message.Message) error { panic("oops") }},
		{Name: "fails", Callout: "validate_mailfrom", Run: func(context.Context, *vctx.Context, *message.Message) error { return errors.New("no answer") }},
		{Name: "rejects", Callout: "validate_mailfrom", Run: func(_ context.Context, c *vctx.Context, _ *message.Message) error {
			if reject {
				c.SetCode(550, "5.7.1 not from you")
			}
			return nil
		}},
	}}, module(`function mod:validate_mailfrom(s, ac, v) print("script") return 0 end`))
	ctx := context.Background()
	s := h.session()
	v, err := s.MailFrom(ctx, "a@b.example")
	if err != nil || !v.OK() || h.lines() != "script" {
		t.Errorf("failing checks: %v %v", v, err)
	}
	for _, want := range []string{"check=panics", "panic: oops", "check=fails", "no answer"} {
		if !strings.Contains(h.logged(), want) {
			t.Errorf("log lacks %q", want)
		}
	}
	reject = true
	v, err = s.MailFrom(ctx, "a@b.example")
	if err != nil || replyOf(v) != "550 5.7.1 not from you" || h.lines() != "" {
		t.Errorf("rejecting check: %v %v", v, err)
	}
}

func TestBuiltinErrors(t *testing.T) {
	run := func(context.Context, *vctx.Context, *message.Message) error { return nil }
	for _, b := range []msys.Builtin{
		{Name: "x", Callout: "validate_nothing", Run: run},
		{Name: "x", Callout: "core_dns_get_MXs", Run: run},
		{Name: "x", Callout: "deinit", Run: run},
		{Name: "x", Callout: "validate_data"},
	} {
		if _, err := msys.New(msys.Config{Builtins: []msys.Builtin{b}}); err == nil || !strings.Contains(err.Error(), `builtin "x"`) {
			t.Errorf("%s: %v", b.Callout, err)
		}
	}
}

// Generated mail is signed as received mail is.
func TestBuiltinOfGeneratedMail(t *testing.T) {
	h := newHost(t, msys.Config{Builtins: []msys.Builtin{{Name: "sign", Callout: "core_final_validation", Last: true,
		Run: func(_ context.Context, _ *vctx.Context, m *message.Message) error {
			return m.Header().Prepend("X-Signed", m.Recipient())
		}}}}, module(`function mod:core_final_validation(msg) msg:header("X-Script", "1") end
function mod:validate_connect() return 0 end`))
	m, err := message.ParseBytes([]byte("Subject: x\r\n\r\nx\r\n"), message.Envelope{From: "a@b.example", To: "c@d.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := h.rt.Generated(context.Background(), m)
	if err != nil || len(res.Messages) != 1 {
		t.Fatal(res, err)
	}
	if got := raw(t, res.Messages[0]); got != "X-Signed: c@d.example\r\nSubject: x\r\nX-Script: 1\r\n\r\nx\r\n" {
		t.Errorf("%q", got)
	}
}
