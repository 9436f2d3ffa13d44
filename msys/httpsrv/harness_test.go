package httpsrv_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/dict"
	"github.com/gomsys/gomsys/msys/httpsrv"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/xml"
	"github.com/gomsys/gomsys/timer"
)

// host is a runtime with a server and a client of it.
type host struct {
	*policykit.Kit
	*httpsrv.Server
	web *httptest.Server
}

func newHost(t testing.TB, o *httpsrv.Options, script string) *host {
	t.Helper()
	return newHostOf(t, o, msys.Config{}, script)
}

func newHostOf(t testing.TB, o *httpsrv.Options, cfg msys.Config, script string) *host {
	t.Helper()
	h := &host{Server: httpsrv.New(o)}
	timers := timer.New(nil)
	h.Kit = policykit.New(t, &policykit.Options{Config: cfg, Modules: []lua.RegistryFunction{
		httpsrv.Library(h.Server), dict.Library(), json.Library(), xml.Library(), timer.Library(timers),
	}})
	t.Cleanup(timers.Close)
	if script != "" {
		h.LoadString("endpoints.lua", script)
	}
	h.web = httptest.NewUnstartedServer(h.Server)
	h.web.Config.ErrorLog = log.New(io.Discard, "", 0)
	h.web.Start()
	t.Cleanup(h.web.Close)
	return h
}

// do sends a request, such as "POST /path", and gives status and body. The
// headers are lines; the body begins after an empty one.
func (h *host) do(t testing.TB, request string) (string, http.Header) {
	t.Helper()
	head, body, hasBody := strings.Cut(request, "\n\n")
	lines := strings.Split(head, "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	var data io.Reader
	if hasBody {
		data = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, h.web.URL+path, data)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	resp, err := h.web.Client().Transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Sprintf("%d %v", resp.StatusCode, err), resp.Header
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, text)), resp.Header
}

// check sends requests and compares what comes back.
func (h *host) check(t *testing.T, requests ...string) {
	t.Helper()
	for i := 0; i < len(requests); i += 2 {
		if got, _ := h.do(t, requests[i]); got != requests[i+1] {
			t.Errorf("%q: %q, want %q", requests[i], got, requests[i+1])
		}
	}
}
