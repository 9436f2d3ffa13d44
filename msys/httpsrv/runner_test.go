package httpsrv_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/httpsrv"
	"github.com/gomsys/gomsys/msys/lualib"
)

// ended is an event loop that has ended without telling anybody.
type ended struct{ _ int }

func (*ended) Run(context.Context, string, bind.Phases, func(*lua.State) error) error {
	return errors.New("event loop has ended")
}

// alive runs calls on one state.
type alive struct{ l *lua.State }

func (a *alive) Run(_ context.Context, _ string, _ bind.Phases, f func(*lua.State) error) error {
	return f(a.l)
}

// register has a script of a loop register an endpoint.
func register(t *testing.T, srv *httpsrv.Server, runner func(l *lua.State) bind.Runner) {
	t.Helper()
	l := lua.NewState()
	lualib.Open(l)
	bind.Open(l, httpsrv.Library(srv))
	bind.SetEnv(l, &bind.Env{Runner: runner(l)})
	if err := lua.DoString(l, `assert(msys.httpsrv.register("GET", "/p", function(s) s:response_append("alive") end) == 0)`); err != nil {
		t.Fatal(err)
	}
}

// TestEndedLoop asks while the loop that a request was for ends: its successor
// answers, if there is one.
func TestEndedLoop(t *testing.T) {
	ask := func(srv *httpsrv.Server) (int, string) {
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, httptest.NewRequest("GET", "/p", nil))
		return w.Code, w.Body.String()
	}
	srv := httpsrv.New(nil)
	gone := func(*lua.State) bind.Runner { return &ended{} }
	register(t, srv, gone)
	if code, _ := ask(srv); code != 503 {
		t.Error(code)
	}
	if code, _ := ask(srv); code != 404 {
		t.Error(code)
	}
	register(t, srv, gone)
	register(t, srv, func(l *lua.State) bind.Runner { return &alive{l} })
	if code, body := ask(srv); code != 200 || body != "alive" {
		t.Error(code, body)
	}
}

func TestNoLoop(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Open(l, httpsrv.Library(httpsrv.New(nil)))
	err := lua.DoString(l, `
local ok, err = pcall(msys.httpsrv.register, "GET", "/p", print)
assert(not ok and err:find("there is no event loop"), err)`)
	if err != nil {
		t.Fatal(err)
	}
}
