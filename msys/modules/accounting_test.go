package modules_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/vctx"
)

// The runtime reports its sessions, and what becomes of mail, to msys.audit.
func TestSessionsAreAudited(t *testing.T) {
	counts, err := audit.New(&audit.Options{Monitors: []string{"60,1"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	defer counts.Close(ctx)
	var out []string
	rt, err := msys.New(msys.Config{
		Modules: modules.All(modules.Options{Audit: counts}),
		Print:   func(line string) { out = append(out, line) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	err = rt.LoadString("audit.lua", `require("msys.core")
require("msys.audit")
require("msys.extended.ac")
local mod = {}
function mod:validate_ehlo(str, ac, vctx)
  print(msys.audit.connections("60,1"), msys.audit.receptions("60,1"), msys.audit.rejections("60,1"),
    msys.audit.inbound_session_count("/24"), ac:inbound_session_count("/24"))
  return msys.core.VALIDATE_CONT
end
function mod:validate_rcptto(msg, str, ac, vctx)
  if tostring(str):find("^nobody") then vctx:set_code(550, "no") return msys.core.VALIDATE_DONE end
  return msys.core.VALIDATE_CONT
end
msys.registerModule("audit", mod)`)
	if err != nil {
		t.Fatal(err)
	}
	open := func(peer string) *msys.Session {
		s := rt.NewSession(vctx.Conn{Remote: netip.MustParseAddrPort(peer)})
		if _, err := s.Connect(ctx); err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := open("192.0.2.7:1000")
	if _, err := first.MailFrom(ctx, "a@b.example"); err != nil {
		t.Fatal(err)
	}
	for _, rcpt := range []string{"x@d.example", "y@d.example", "nobody@d.example"} {
		if _, err := first.RcptTo(ctx, rcpt); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := first.Data(ctx, strings.NewReader("Subject: x\r\n\r\nx\r\n")); err != nil {
		t.Fatal(err)
	}
	second := open("192.0.2.8:1000")
	if _, err := first.Ehlo(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	second.Close()
	third := open("192.0.2.7:1001")
	defer third.Close()
	first.Close()
	if _, err := third.Ehlo(ctx, "x"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1\t1\t1\t2\t2", "2\t1\t1\t1\t1"}, out); diff != "" {
		t.Error(diff)
	}
}

// A table of msys.cidr from a datasource asks that of msys.db.
func TestTablesFromDatasource(t *testing.T) {
	reg, err := db.New(&db.Options{Sources: map[string]db.Config{"site": {URI: []string{"csv:"}, MaxRows: -1}},
		ReadFile: func(context.Context, string) ([]byte, error) {
			return []byte("192.0.2.0/24,office\n"), nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	defer reg.Close()
	set, err := modules.New(modules.Options{DB: reg})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if err := set.CIDR.Define("nets", cidr.Options{Type: cidr.Datasource, CacheName: "site", Query: "nets.csv", ValueColumn: "2"}); err != nil {
		t.Fatal(err)
	}
	v, found, err := set.CIDR.Query(context.Background(), "nets", netip.MustParsePrefix("192.0.2.7/32"))
	if err != nil || !found || fmt.Sprint(v) != "office" {
		t.Errorf("%v %v %v", v, found, err)
	}
}
