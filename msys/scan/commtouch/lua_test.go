package commtouch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/commtouch"
	"github.com/gomsys/gomsys/msys/scan/ctasd"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

const show = `
require("msys.commtouch")
local function show(t)
  print(t.class, t["virus-threat"], t["ref-id"])
  local function var(k) return vctx:get(msys.core.VCTX_MESS, "commtouch-" .. k) end
  print(var("class"), var("virus-threat"), var("ref-id"))
end
`

// daemon plays a ctasd.
func daemon(t testing.TB, status int, answer string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(answer))
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func TestDiagnose(t *testing.T) {
	answering := func(answer string) *scan.Set {
		return scantest.Set(t, "commtouch", ctasd.New(daemon(t, 200, answer), nil))
	}
	set := func(res scan.Result) *scan.Set { return scantest.Set(t, "commtouch", scantest.Result(res)) }
	const call = `show(msys.commtouch.diagnose(msg, ac, vctx))`
	for _, tc := range []struct {
		name string
		set  *scan.Set
		o    *commtouch.Options
		body string
		want string
	}{
		{"confirmed", answering("X-CTCH-Spam: Confirmed\r\nX-CTCH-VOD: NonVirus\r\nX-CTCH-RefID: R\r\n"), nil, call, "Spam\tnon-virus\tR\nconfirmed\tnonvirus\tR"},
		{"bulk", answering("X-CTCH-Spam: Bulk\r\nX-CTCH-VOD: Virus\r\n"), nil, call, "Bulk\tvirus\t\nbulk\tvirus\t"},
		{"suspected", answering("X-CTCH-Spam: Suspected\r\nX-CTCH-VOD: High\r\n"), nil, `show(msys.commtouch.diagnose())`, "Suspected\thigh\t\nsuspect\thigh\t"},
		{"no spam", answering("X-CTCH-Spam: NonSpam\r\nX-CTCH-VOD: Medium\r\n"), nil, call, "None\tmedium\t\nnone\tmedium\t"},
		{"unknown", answering("X-CTCH-Spam: Unknown\r\nX-CTCH-VOD: Unknown\r\n"), nil, call, "Unknown\tunknown\t\nunknown\tunknown\t"},
		{"new words", answering("X-CTCH-Spam: Lovely\r\nX-CTCH-VOD: Mild\r\n"), nil, call, "Unknown\tunknown\t\nunknown\tunknown\t"},
		{"failure", scantest.Set(t, "commtouch", ctasd.New(daemon(t, 500, ""), nil)), nil, call, "Unknown\tunknown\t\n\t\t"},
		{"other engine, spam", set(scan.Result{Spam: true, RefID: "R"}), nil, call, "Spam\tunknown\tR\nconfirmed\tunknown\tR"},
		{"other engine, virus", set(scan.Result{Verdict: scan.Infected}), nil, call, "Unknown\tvirus\t\nunknown\tvirus\t"},
		{"other engine, clean", set(scan.Result{}), nil, call, "Unknown\tunknown\t\nunknown\tunknown\t"},
		{"neutral", scantest.Neutral(t, "commtouch"), nil, call, "Unknown\tunknown\t\n\t\t"},
		{"never scans", set(scan.Result{Spam: true}), &commtouch.Options{Concurrency: -1}, call, "Unknown\tunknown\t\n\t\t"},
		{"missing", nil, nil, `print((select(2, pcall(msys.commtouch.diagnose)):match('^msys.commtouch.diagnose: no engine "commtouch" configured')))`,
			`msys.commtouch.diagnose: no engine "commtouch" configured`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, got := scantest.Policy(t, []lua.RegistryFunction{commtouch.Library(tc.set, tc.o)}, "validate_data", show+tc.body, scantest.Mail)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Host and Port stand for an engine.
func TestHostAndPort(t *testing.T) {
	host, port, err := net.SplitHostPort(daemon(t, 200, "X-CTCH-Spam: Bulk\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []*commtouch.Options{{Host: host, Port: n}, {Port: n}} {
		_, got := scantest.Policy(t, []lua.RegistryFunction{commtouch.Library(nil, o)}, "validate_data", show+`show(msys.commtouch.diagnose())`, scantest.Mail)
		if want := "Bulk\tunknown\t\nbulk\tunknown\t"; got != want {
			t.Error(got)
		}
	}
}

// A failed scan leaves no variables of an earlier one.
func TestNoStaleVariables(t *testing.T) {
	set := scantest.Set(t, "commtouch", scantest.Broken)
	_, got := scantest.Policy(t, []lua.RegistryFunction{commtouch.Library(set, nil)}, "validate_data", show+`
vctx:set(msys.core.VCTX_MESS, "commtouch-class", "bulk")
show(msys.commtouch.diagnose())`, scantest.Mail)
	if want := "Unknown\tunknown\t\n\t\t"; got != want {
		t.Error(got)
	}
}

// No more scans run at once than may, and waiting ends with the context.
func TestConcurrency(t *testing.T) {
	inside, goOn := make(chan struct{}), make(chan struct{})
	set := scantest.Set(t, "commtouch", scan.EngineFunc(func(context.Context, *scan.Request) (*scan.Result, error) {
		inside <- struct{}{}
		<-goOn
		return &scan.Result{}, nil
	}))
	c := commtouch.New(set, &commtouch.Options{Concurrency: 1})
	defer c.Close()
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := c.Diagnose(context.Background(), scan.BytesRequest(nil)); err != nil {
			t.Error(err)
		}
	})
	<-inside
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Diagnose(ctx, scan.BytesRequest(nil)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(goOn)
	wg.Wait()
}
