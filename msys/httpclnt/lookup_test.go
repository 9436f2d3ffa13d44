package httpclnt_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

// optOut drops messages for recipients that a database lists, before they are
// sent.
const optOut = `
require("msys.core")
require("msys.db")
require("msys.delivery")
require("msys.httpclnt")
require("msys.extended.message")
local mod = {}
function mod:http_request_eval(sess)
  local msg = msys.delivery.ob_get_current_message(sess.connh)
  local row = msys.db.fetch_row("optout", "select reason from optout where address = ?", { msg:rcptto() })
  if row then
    msg:discard("550 5.7.1 opted out: " .. row.reason)
    return msys.delivery.DELIVERY_DONE
  end
  return msys.delivery.DELIVERY_CONTINUE
end
msys.registerModule("optout", mod)
`

func TestLuaDiscardByLookup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "optout.db")
	handle, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	if _, err := handle.Exec(`create table optout (address text, reason text); insert into optout values ('bob@rcpt.example', 'on 1 June')`); err != nil {
		t.Fatal(err)
	}
	reg, err := db.New(&db.Options{Sources: map[string]db.Config{"optout": {URI: []string{"sqlite:" + path}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reg.Close() })

	srv := newServer(t, nil)
	methods := httpclnt.NewMethods(nil)
	libs := append(httpclnt.Libraries(methods), delivery.Library())
	libs = append(libs, db.Libraries(reg)...)
	kit := policykit.New(t, &policykit.Options{Modules: libs})
	kit.LoadString("optout.lua", optOut)
	h := &host{Kit: kit, methods: methods, policy: &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)}}

	out := h.deliver(t, h.received(t), "http", srv.host())
	if out.Final != delivery.Dropped || out.Reply.String() != "550 5.7.1 opted out: on 1 June" || len(srv.take()) != 0 {
		t.Errorf("listed: %s %q", out.Final, out.Reply)
	}
	m := h.received(t)
	if err := m.SetRecipient("carol@rcpt.example"); err != nil {
		t.Fatal(err)
	}
	if out := h.deliver(t, m, "http", srv.host()); out.Final != delivery.Delivered || len(srv.take()) != 1 {
		t.Errorf("not listed: %s %q", out.Final, out.Reply)
	}
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}
}
