package msys_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
)

// Each recipient's copy keeps the parameters of its RCPT command, which say
// who wants to be notified of what. A recipient that policy adds has none.
func TestRecipientParameters(t *testing.T) {
	h := newHost(t, msys.Config{}, module(`
function mod:validate_rcptto_list(list, v) v:add_recipient("new@d.example") return 0 end
function mod:validate_data_spool_each_rcpt(m, ac, v)
  print(m:context_get(msys.core.ECMESS_CTX_MESS, "rcptto_string"))
  return 0
end`))
	s, ctx := h.session(), context.Background()
	defer s.Close()
	if _, err := s.MailFrom(ctx, "a@b.example"); err != nil {
		t.Fatal(err)
	}
	if v, err := s.RcptTo(ctx, "one@d.example", "NOTIFY=SUCCESS", "ORCPT=rfc822;x@d.example"); err != nil || !v.OK() {
		t.Fatal(v, err)
	}
	if v, err := s.RcptTo(ctx, "two@d.example", "NOTIFY=NEVER"); err != nil || !v.OK() {
		t.Fatal(v, err)
	}
	res, err := s.Data(ctx, strings.NewReader("Subject: x\r\n\r\n"))
	if err != nil || len(res.Messages) != 3 {
		t.Fatalf("%+v %v", res, err)
	}
	want := "RCPT TO:<one@d.example> NOTIFY=SUCCESS ORCPT=rfc822;x@d.example\nRCPT TO:<two@d.example> NOTIFY=NEVER\nRCPT TO:<new@d.example>"
	if diff := cmp.Diff(want, h.lines()); diff != "" {
		t.Error(diff)
	}
}
