package outbound_test

import (
	"context"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

const reportPolicy = `require("msys.core")
require("msys.rfc3464")
local mod = {}
function mod:core_generate_rfc3464_message_preamble(msg, action, body)
  if action ~= msys.core.FAILED then return false end
  body:write("Dear sender, sorry.", 19)
  return true
end
function mod:core_post_generate_rfc3464_message(orig, bounce, action)
  bounce:header("X-Report-About", orig:rcptto())
end
function mod:core_generate_rfc3464_message(msg, action, mdn)
  if msg:rcptto() == "silent@b.example" then return true end
  return false
end
msys.registerModule("reports", mod)`

// Scripts decide about reports, those that Go makes and those that scripts
// make.
func TestReports(t *testing.T) {
	reports := &outbound.Reports{}
	dsn := &rfc3464.Options{Hooks: reports}
	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{DSN: dsn})})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.LoadString("reports.lua", reportPolicy); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	create := func(to string, a rfc3464.Action) (string, error) {
		m, err := message.ParseBytes([]byte("Subject: x\r\n\r\nbody\r\n"), message.Envelope{From: "a@b.example", To: to}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.SetCode(550, "5.1.1 no such user"); err != nil {
			t.Fatal(err)
		}
		report, err := rfc3464.Create(ctx, m, a, dsn)
		if err != nil {
			return "", err
		}
		var b strings.Builder
		_, err = report.WriteTo(&b)
		return b.String(), err
	}
	if got, err := create("c@d.example", rfc3464.Failed); err != nil || strings.Contains(got, "Dear sender") {
		t.Errorf("without a runtime: %v\n%s", err, got)
	}
	reports.Use(rt)
	got, err := create("c@d.example", rfc3464.Failed)
	if err != nil || !strings.Contains(got, "Dear sender, sorry.") || !strings.Contains(got, "X-Report-About: c@d.example") {
		t.Errorf("%v\n%s", err, got)
	}
	if got, err = create("c@d.example", rfc3464.Delayed); err != nil || strings.Contains(got, "Dear sender") {
		t.Errorf("delayed: %v\n%s", err, got)
	}
	if _, err = create("silent@b.example", rfc3464.Failed); err == nil || !strings.Contains(err.Error(), "suppressed") {
		t.Errorf("suppressed: %v", err)
	}
}
