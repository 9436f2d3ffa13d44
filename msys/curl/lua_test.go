package curl_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
)

func TestLua(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, curl.Library(newService(t, nil)))
	for name, value := range map[string]string{"url": newServer(t).URL, "closed": loopback.Addr(t), "dir": t.TempDir()} {
		l.PushString(value)
		l.SetGlobal(name)
	}
	if err := lua.DoFile(l, "testdata/curl.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

func TestLuaExamples(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	s := newService(t, nil)
	bind.Preload(l, curl.Library(s))
	for _, f := range curl.Module(s).Funcs {
		if err := lua.DoString(l, f.Example); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

const policy = `
require("msys.core")
require("curl")
local mod = {}
running = 0
function mod:validate_rcptto(msg, str, ac, vctx)
  local c, body, calls = curl.new(), {}, 0
  c:setopt(curl.OPT_URL, url .. curl.escape(tostring(str)))
  c:setopt(curl.OPT_WRITEFUNCTION, function(_, chunk)
    calls = calls + 1
    body[#body + 1] = chunk
    return #chunk
  end)
  local ok, err, code = c:perform()
  if not ok then
    vctx:set_code(451, "4.3.0 " .. code .. " " .. err)
    return msys.core.VALIDATE_DONE
  end
  vctx:set_code(tonumber(table.concat(body)) or 550, "calls " .. (calls > 0 and "some" or "none"))
  return msys.core.VALIDATE_DONE
end
msys.registerModule("policy", mod)
`

func newKit(t testing.TB, url string) *policykit.Kit {
	t.Helper()
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{curl.Library(newService(t, nil))}})
	kit.LoadString("policy.lua", fmt.Sprintf("url = %q\n", url+"/?rcpt=")+policy)
	return kit
}

// TestSessions has sessions whose transfers all wait at once, with callbacks
// in each.
func TestSessions(t *testing.T) {
	const n = 30
	var all sync.WaitGroup
	all.Add(n)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all.Done()
		all.Wait()
		io.WriteString(w, strings.TrimSuffix(r.FormValue("rcpt"), "@example.com"))
	}))
	defer srv.Close()
	kit := newKit(t, srv.URL)
	var wg sync.WaitGroup
	for i := range n {
		s := kit.Session("192.0.2.7:4321")
		s.MailFrom("ann@example.org")
		wg.Go(func() {
			v, err := s.Session.RcptTo(t.Context(), fmt.Sprintf("%d@example.com", 500+i))
			if err != nil || v.Code != 500+i || v.Text != "calls some" {
				t.Error(v, err)
			}
		})
	}
	wg.Wait()
}

func TestSessionUnreachable(t *testing.T) {
	kit := newKit(t, "http://"+loopback.Addr(t))
	s := kit.Session("192.0.2.7:4321")
	s.MailFrom("ann@example.org")
	if got := s.RcptTo("bob@example.com"); got != "451 4.3.0 7 Couldn't connect to server" {
		t.Error(got)
	}
}

// TestSessionCancelled has the host give up a session in the middle of a
// transfer with callbacks.
func TestSessionCancelled(t *testing.T) {
	begun := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "part")
		w.(http.Flusher).Flush()
		close(begun)
		<-r.Context().Done()
	}))
	defer srv.Close()
	kit := newKit(t, srv.URL)
	s := kit.Session("192.0.2.7:4321")
	s.MailFrom("ann@example.org")
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-begun; cancel() }()
	if v, err := s.Session.RcptTo(ctx, "bob@example.com"); err == nil {
		t.Error("the session goes on with", v)
	}
}

// TestNotInInit performs where waiting is not possible.
func TestNotInInit(t *testing.T) {
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{curl.Library(newService(t, nil))}})
	for _, callback := range []string{"", `c:setopt(curl.OPT_WRITEFUNCTION, function(_, chunk) return #chunk end)`} {
		err := kit.Runtime.LoadString("init.lua", fmt.Sprintf("local c = curl.new() c:setopt(curl.OPT_URL, %q) %s c:perform()", newServer(t).URL, callback))
		if err == nil || !strings.Contains(err.Error(), "a call that waits is not possible in a script's chunk") {
			t.Error(err)
		}
	}
}

// TestPanic has the host's own transport panic.
func TestPanic(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	o := &curl.Options{HTTP: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { panic("no") })}}
	bind.Preload(l, curl.Library(newService(t, o)))
	if err := lua.DoString(l, `
local c = require("curl").new()
c:setopt(curl.OPT_URL, "http://a.test/")
c:setopt(curl.OPT_WRITEFUNCTION, function() end)
for _ = 1, 2 do
  local ok, err, code = c:perform()
  assert(ok == nil and code == curl.RECV_ERROR, err)
end`); err != nil {
		t.Fatal(err)
	}
}
