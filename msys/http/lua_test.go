package httpclient_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
)

func TestLua(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, httpclient.Library(newService(t, nil)), json.Library())
	l.PushString(newServer(t).URL)
	l.SetGlobal("url")
	l.PushString(closedPort(t))
	l.SetGlobal("closed")
	if err := lua.DoFile(l, "testdata/client.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

func TestLuaExamples(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, httpclient.Library(newService(t, nil)))
	m := httpclient.Module(newService(t, nil))
	for _, f := range append(m.Funcs, m.Classes[0].Methods...) {
		if f.Example == "" {
			continue
		}
		if err := lua.DoString(l, f.Example); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

const gate = `
require("msys.core")
require("msys.http.client")
local mod = {}
function mod:validate_rcptto(msg, str, ac, vctx)
  local c = msys.http.client.new()
  c:set_timeout(60)
  local ok, err = c:do_request("POST", url, "rcpt=" .. tostring(str))
  if not ok then
    vctx:set_code(451, "4.3.0 " .. err)
    return msys.core.VALIDATE_DONE
  end
  local code, reason = c:get_status()
  if code ~= 200 then
    vctx:set_code(550, "5.1.1 " .. reason)
    return msys.core.VALIDATE_DONE
  end
  return msys.core.VALIDATE_CONT
end
msys.registerModule("gate", mod)
`

// newKit makes a runtime with the policy gate, which asks at an address.
func newKit(t testing.TB, s *httpclient.Service, url string) *policykit.Kit {
	t.Helper()
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{httpclient.Library(s)}})
	kit.LoadString("gate.lua", fmt.Sprintf("url = %q\n", url)+gate)
	return kit
}

func TestPolicy(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("rcpt") == "nobody@example.com" {
			http.NotFound(w, r)
		}
	}))
	defer srv.Close()
	service := newService(t, nil)
	kit := newKit(t, service, srv.URL)
	s := kit.Session("192.0.2.7:4321")
	s.MailFrom("ann@example.org")
	if got := s.RcptTo("bob@example.com"); got != "250" {
		t.Error(got)
	}
	if got := s.RcptTo("nobody@example.com"); got != "550 5.1.1 Not Found" {
		t.Error(got)
	}
	srv.Close()
	service.Close() // no connection to the old server is left to be tried
	if got := s.RcptTo("bob@example.com"); got != "451 4.3.0 connection refused" {
		t.Error(got)
	}
}

// TestPolicyCancelled has a host give up a session that waits for a server.
func TestPolicyCancelled(t *testing.T) {
	asked := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		close(asked)
		<-r.Context().Done()
	}))
	defer srv.Close()
	kit := newKit(t, newService(t, nil), srv.URL)
	s := kit.Session("192.0.2.7:4321")
	s.MailFrom("ann@example.org")
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if v, err := s.Session.RcptTo(ctx, "bob@example.com"); err == nil {
		t.Error("the session goes on with", v)
	}
}
