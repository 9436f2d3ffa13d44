package vctx_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gomsys/gomsys/vctx"
)

// transaction makes a context after DATA, with recipients.
func transaction(t *testing.T, rcpts ...string) *vctx.Context {
	t.Helper()
	v := newContext(vctx.Conn{})
	v.SetMailFrom("MAIL FROM:<s@y.org>")
	for _, addr := range rcpts {
		v.SetRcptTo(vctx.RcptToLine(addr, "NOTIFY=NEVER"))
		if err := v.AcceptRecipient(addr); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func wantRecipients(t *testing.T, v *vctx.Context, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, v.Recipients(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("recipients: %s", diff)
	}
}

func TestAddRecipient(t *testing.T) {
	v := transaction(t, "a@x.org")
	if err := v.AddRecipient("B@x.org", "b@x.org", "B@X.org"); err != nil {
		t.Fatal(err)
	}
	wantRecipients(t, v, "a@x.org", "B@x.org", "b@x.org")
	if err := v.AddRecipient("<c@x.org>", "RCPT TO:<d@x.org> NOTIFY=NEVER", " e@x.org ", "Postmaster", `"q r"@x.org`, "ü@ü.example"); err != nil {
		t.Fatal(err)
	}
	wantRecipients(t, v, "a@x.org", "B@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org", "Postmaster", `"q r"@x.org`, "ü@ü.example")
	for _, bad := range []string{"", "<>", "nobody", "a b@x.org", "a@x.org\r\nDATA", "@x.org", "a@", "a@b@c", "<a@x.org", "a@x.org, b@x.org"} {
		if err := v.AddRecipient("new@x.org", bad); !errors.Is(err, vctx.ErrPath) {
			t.Errorf("AddRecipient(%q): %v", bad, err)
		}
	}
	if n := len(v.Recipients()); n != 9 {
		t.Errorf("a failed call added something: %q", v.Recipients())
	}
}

func TestRemoveAndSetRecipients(t *testing.T) {
	v := transaction(t, "a@x.org", "b@x.org", "c@x.org")
	if err := v.RemoveRecipient("<b@X.ORG>", "A@x.org", "absent@x.org", ""); err != nil {
		t.Fatal(err)
	}
	wantRecipients(t, v, "a@x.org", "c@x.org")
	if err := v.SetRecipients([]string{"d@x.org", "<c@x.org>", "d@x.org"}); err != nil {
		t.Fatal(err)
	}
	wantRecipients(t, v, "d@x.org", "c@x.org")
	if err := v.SetRecipients([]string{"e@x.org", "bad"}); !errors.Is(err, vctx.ErrPath) {
		t.Errorf("SetRecipients: %v", err)
	}
	wantRecipients(t, v, "d@x.org", "c@x.org")
	if err := v.SetRecipients([]string{}); err != nil {
		t.Fatal(err)
	}
	wantRecipients(t, v)
}

func TestWhenRecipientsCanChange(t *testing.T) {
	v := newContext(vctx.Conn{})
	check := func(when string, want error) {
		t.Helper()
		if err := v.AddRecipient("z@x.org"); !errors.Is(err, want) {
			t.Errorf("%s: AddRecipient: %v", when, err)
		}
		if err := v.RemoveRecipient("z@x.org"); !errors.Is(err, want) {
			t.Errorf("%s: RemoveRecipient: %v", when, err)
		}
		if v.CanModifyRecipients() != (want == nil) {
			t.Errorf("%s: CanModifyRecipients %v", when, want != nil)
		}
	}
	check("before MAIL FROM", vctx.ErrNoTransaction)
	if err := v.AcceptRecipient("a@x.org"); !errors.Is(err, vctx.ErrNoTransaction) {
		t.Errorf("AcceptRecipient before MAIL FROM: %v", err)
	}
	v.SetMailFrom("MAIL FROM:<>")
	check("in MAIL FROM", nil)
	v.SetRcptTo("RCPT TO:<a@x.org>")
	check("in RCPT TO", nil)
	if err := v.AcceptRecipient("a@x.org"); err != nil {
		t.Fatal(err)
	}
	v.FreezeRecipients(true)
	check("in rcptto_list_final", vctx.ErrRecipientsFinal)
	v.BeginRecipient("a@x.org")
	check("in each_rcpt", nil)
	v.EndRecipient()
	check("in set_binding", vctx.ErrRecipientsFinal)
	v.ResetMessage()
	check("after the transaction", vctx.ErrNoTransaction)
	if got := vctx.ErrRecipientsFinal.Error(); got != "recipient list is final" {
		t.Errorf("text %q", got)
	}
}

func TestEachRecipient(t *testing.T) {
	v := transaction(t, "a@x.org", "b@x.org")
	v.FreezeRecipients(true)

	v.BeginRecipient("a@x.org")
	if got := v.Get(mess, "rcptto_string"); got != "RCPT TO:<a@x.org> NOTIFY=NEVER" {
		t.Errorf("rcptto_string %q", got)
	}
	// b has its copy already; what was added can be taken back.
	if err := errors.Join(v.AddRecipient("c@x.org", "d@x.org", "b@x.org"), v.RemoveRecipient("b@x.org", "d@x.org")); err != nil {
		t.Fatal(err)
	}
	wantRecipients(t, v, "a@x.org", "b@x.org", "c@x.org")
	added, removed := v.EndRecipient()
	if diff := cmp.Diff([]string{"c@x.org"}, added); diff != "" || removed {
		t.Errorf("removed %v, added: %s", removed, diff)
	}

	v.BeginRecipient("b@x.org")
	if err := v.RemoveRecipient("B@x.org", "b@X.org"); err != nil {
		t.Fatal(err)
	}
	if added, removed := v.EndRecipient(); len(added) != 0 || !removed {
		t.Errorf("added %q, removed %v", added, removed)
	}
	wantRecipients(t, v, "a@x.org", "c@x.org")

	v.BeginRecipient("c@x.org")
	if got := v.Get(mess, "rcptto_string"); got != "RCPT TO:<c@x.org>" || v.Get(mess, "rcptto_localpart") != "c" || v.RcptTo() != "c@x.org" {
		t.Errorf("rcptto_string %q", got)
	}
	if err := v.SetRecipients([]string{"e@x.org"}); err != nil {
		t.Fatal(err)
	}
	added, removed = v.EndRecipient()
	if diff := cmp.Diff([]string{"e@x.org"}, added); diff != "" || !removed {
		t.Errorf("removed %v, added: %s", removed, diff)
	}
	wantRecipients(t, v, "a@x.org", "e@x.org")

	v.ResumeRecipient("a@x.org")
	if got := v.Get(mess, "rcptto_string"); got != "RCPT TO:<a@x.org> NOTIFY=NEVER" {
		t.Errorf("resumed: rcptto_string %q", got)
	}
}

func TestAddedCopiesAreBounded(t *testing.T) {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), &vctx.Options{MaxAddedCopies: 3})
	v.SetMailFrom("MAIL FROM:<>")
	// The bound is not one for recipients that the client named.
	for i := range 10 {
		if err := errors.Join(v.AcceptRecipient(fmt.Sprintf("r%d@x.org", i)), v.AddRecipient(fmt.Sprintf("p%d@x.org", i))); err != nil {
			t.Fatal(err)
		}
	}
	v.BeginRecipient("r0@x.org")
	if err := v.AddRecipient("1@x.org", "2@x.org"); err != nil {
		t.Fatal(err)
	}
	if added, _ := v.EndRecipient(); len(added) != 2 {
		t.Errorf("added %q", added)
	}
	v.BeginRecipient("r1@x.org")
	if err := v.AddRecipient("3@x.org", "4@x.org"); !errors.Is(err, vctx.ErrTooManyCopies) {
		t.Errorf("error %v", err)
	}
	if pos := v.AddRcpt("3@x.org", true); pos != 22 {
		t.Errorf("position %d", pos)
	}
	if pos := v.AddRcpt("4@x.org", true); pos != -1 {
		t.Errorf("position %d beyond the bound", pos)
	}
	if added, _ := v.EndRecipient(); len(added) != 1 {
		t.Errorf("added %q", added)
	}
}

func TestRecipientPositions(t *testing.T) {
	v := transaction(t, "a@x.org")
	for _, tt := range []struct {
		addr   string
		unique bool
		want   int
	}{{"b@x.org", true, 1}, {"b@x.org", true, -1}, {"b@x.org", false, 2}, {"bad address", false, -1}} {
		if got := v.AddRcpt(tt.addr, tt.unique); got != tt.want {
			t.Errorf("AddRcpt(%q, %v) = %d, want %d", tt.addr, tt.unique, got, tt.want)
		}
	}
	var seen []string
	for pos, addr := v.IterateRcpt(0); pos >= 0; pos, addr = v.IterateRcpt(pos) {
		seen = append(seen, addr)
	}
	if diff := cmp.Diff([]string{"a@x.org", "b@x.org", "b@x.org"}, seen); diff != "" {
		t.Error(diff)
	}
	if pos, addr := v.IterateRcpt(-1); pos != -1 || addr != "" {
		t.Errorf("IterateRcpt(-1) = %d, %q", pos, addr)
	}
	if first, second := v.RemoveRcpt("b@x.org"), v.RemoveRcpt("c@x.org"); first != 1 || second != -1 {
		t.Errorf("RemoveRcpt: %d, %d", first, second)
	}
	if !v.RemoveAllRcpts() || len(v.Recipients()) != 0 {
		t.Error("RemoveAllRcpts")
	}
	v.FreezeRecipients(true)
	if v.RemoveAllRcpts() || v.AddRcpt("z@x.org", false) != -1 || v.RemoveRcpt("a@x.org") != -1 {
		t.Error("a final list changes")
	}
}

func TestAcceptRecipient(t *testing.T) {
	v := transaction(t, "a@x.org", "a@X.org", "root", "A@x.org")
	wantRecipients(t, v, "a@x.org", "root", "A@x.org")
	for _, bad := range []string{"", "<>", "a b@c"} {
		if err := v.AcceptRecipient(bad); !errors.Is(err, vctx.ErrPath) {
			t.Errorf("AcceptRecipient(%q): %v", bad, err)
		}
	}
}

func TestConstruct(t *testing.T) {
	c := vctx.NewConn(vctx.Conn{RemotePath: "/run/s"})
	mc := vctx.NewMessageConstruct(vctx.NewContext(c, nil))
	if mc.Conn() != c || mc.Context().Conn() != c || mc.PeerAddress() != "/run/s" || mc.Message() != nil || mc.User() != "" || mc.Line() != "" {
		t.Error("new construct")
	}
	mc.SetMessage("message")
	mc.SetUser("u")
	mc.SetLine("NOOP")
	if mc.Message() != "message" || mc.User() != "u" || mc.Line() != "NOOP" {
		t.Error("changed construct")
	}
	mc.SetMessage(nil)
	if mc.Message() != nil {
		t.Error("the message stays")
	}
}
