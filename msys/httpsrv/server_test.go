package httpsrv_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/httpsrv"
	"github.com/gomsys/gomsys/vctx"
)

func TestRoutes(t *testing.T) {
	h := newHost(t, nil, `
require("msys.extended.httpsrv")
local function say(text) return function(s) s:response_status_set_std(200, text) end end
msys.httpsrv.register("GET", "/p", function(s) s:response_status_set_std(201, "hi") end)
msys.httpsrv.register("POST", "/forms/", say("form"))
msys.httpsrv.register(nil, "/any", say("any"))
msys.httpsrv.register("GET", "/any", say("too late"))
msys.httpsrv.register("GET", "/again", say("first"))
msys.httpsrv.register("GET", "/again/", say("second"))
msys.httpsrv.register("GET", "/named", "handler")
function handler(s) s:response_string("by name") end
msys.httpsrv.register("GET", "/missing", "no_such_function")
msys.httpsrv.register("GET", "/nothing", function() end)
msys.httpsrv.register("GET", "/done", function(s) s:response_append("done") return msys.httpsrv.DONE end)
assert(msys.httpsrv.register("GET", "x", handler) == 22)
assert(msys.httpsrv.register("", "/x", handler) == 22)
assert(not pcall(msys.httpsrv.register, "GET", "/x"))
assert(not pcall(msys.httpsrv.register, "GET", nil, handler))
assert(require("msys.httpsrv") == msys.httpsrv and msys.httpsrv.DONE == 0 and msys.httpsrv.ASYNC == 1)
`)
	h.check(t,
		"GET /p/?a=1&b", "201 hi", "GET /p/x", "201 hi", "GET /p", "201 hi", "GET /pq", "404 Not Found", "POST /p", "404 Not Found", "get /p", "404 Not Found",
		"POST /forms", "200 form", "POST /forms/x/y", "200 form", "PATCH /any", "200 any", "GET /any/", "200 any", "GET /again", "200 second",
		"GET /named", "200 by name", "GET /missing", "500 Internal Server Error", "GET /nothing", "200", "GET /done", "200 done", "GET /", "404 Not Found",
	)
	if got := strings.Join(h.Errors(), "\n"); !strings.Contains(got, `function \"no_such_function\": there is no such function`) {
		t.Error(got)
	}
}

func TestRoot(t *testing.T) {
	h := newHost(t, nil, `msys.httpsrv.register(nil, "/", function(s) s:response_append("all") end)`)
	h.check(t, "GET /", "200 all", "GET /a/b", "200 all", "OPTIONS /x", "200 all")
}

func TestNext(t *testing.T) {
	refused := 0
	h := newHost(t, &httpsrv.Options{
		Next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "next") }),
		Auth: func(*http.Request) (string, bool) { refused++; return "", false },
	}, `msys.httpsrv.register("GET", "/p", function() end)`)
	h.check(t, "GET /other", "200 next", "POST /p", "200 next", "GET /p", "401 Unauthorized")
	if refused != 1 {
		t.Error(refused)
	}
}

func TestFailures(t *testing.T) {
	h := newHost(t, nil, `
msys.httpsrv.register("GET", "/boom", function() error("boom") end)
msys.httpsrv.register("GET", "/value", function() error({}) end)
msys.httpsrv.register("GET", "/after", function(s) s:response_status_set_std(200, "fine") s:response_header_set("X-A", "1") error("boom") end)
msys.httpsrv.register("GET", "/async", function() return msys.httpsrv.ASYNC end)
msys.httpsrv.register("GET", "/fine", function(s) s:response_append("fine") end)
`)
	h.check(t, "GET /boom", "500 Internal Server Error", "GET /fine", "200 fine", "GET /value", "500 Internal Server Error",
		"GET /after", "500 Internal Server Error", "GET /async", "500 Internal Server Error", "GET /fine", "200 fine")
	_, header := h.do(t, "GET /boom")
	if header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Error(header)
	}
	errs := strings.Join(h.Errors(), "\n")
	for _, want := range []string{"endpoints.lua:2: boom", "path=/boom", "module=endpoints.lua", "ASYNC without session_suspend", "traceback="} {
		if !strings.Contains(errs, want) {
			t.Errorf("no %q in %s", want, errs)
		}
	}
}

func TestLoggerOfHost(t *testing.T) {
	var mu sync.Mutex
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(writer(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return out.Write(p)
	}), nil))
	h := newHost(t, &httpsrv.Options{Logger: log}, `msys.httpsrv.register("GET", "/boom", function() error("boom") end)`)
	h.check(t, "GET /boom", "500 Internal Server Error")
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(out.String(), "boom") || len(h.Errors()) > 0 {
		t.Error(out.String(), h.Errors())
	}
}

type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestRecords(t *testing.T) {
	var mu sync.Mutex
	var records []httpsrv.Record
	h := newHost(t, &httpsrv.Options{
		Log: func(r httpsrv.Record) {
			mu.Lock()
			defer mu.Unlock()
			records = append(records, r)
		},
		Auth: func(r *http.Request) (string, bool) {
			user, password, ok := r.BasicAuth()
			return user, ok && password == "secret"
		},
		Realm: "policy",
	}, `
msys.httpsrv.register("GET", "/p", function(s) s:response_printf("%s is here", s:request_username_get()) end)
msys.httpsrv.register("GET", "/flush", function(s) s:response_append("some") s:response_flush(0) s:response_append(" more") end)
`)
	h.check(t, "GET /p?a=1\nAuthorization: Basic YW5uOnNlY3JldA==", "200 ann is here", "GET /p", "401 Unauthorized", "GET /nothing\nAuthorization: Basic YW5uOnNlY3JldA==", "404 Not Found",
		"GET /flush\nAuthorization: Basic YW5uOnNlY3JldA==", "200 some more")
	if _, header := h.do(t, "GET /p"); header.Get("WWW-Authenticate") != `Basic realm="policy"` {
		t.Error(header)
	}
	h.web.Close() // records are made after the response
	mu.Lock()
	defer mu.Unlock()
	for _, r := range records {
		if r.Time.IsZero() || r.Duration <= 0 || r.Peer.Host() != "127.0.0.1" || r.Local.Port() == 0 {
			t.Errorf("%+v", r)
		}
	}
	want := []httpsrv.Record{
		{User: "ann", Request: "GET /p?a=1 HTTP/1.1", Status: 200, Bytes: 11}, {Request: "GET /p HTTP/1.1", Status: 401, Bytes: 13},
		{User: "ann", Request: "GET /nothing HTTP/1.1", Status: 404, Bytes: 10}, {User: "ann", Request: "GET /flush HTTP/1.1", Status: 200, Bytes: 9},
		{Request: "GET /p HTTP/1.1", Status: 401, Bytes: 13},
	}
	if diff := cmp.Diff(want, records, cmpopts.IgnoreFields(httpsrv.Record{}, "Time", "Duration", "Peer", "Local"), cmpopts.IgnoreTypes(vctx.Addr{})); diff != "" {
		t.Error(diff)
	}
}

func TestReload(t *testing.T) {
	h := newHost(t, nil, `
msys.httpsrv.register("GET", "/p", function(s) count = (count or 0) + 1 s:response_append("call " .. count) end)
`)
	h.check(t, "GET /p", "200 call 1", "GET /p", "200 call 2")
	if err := h.Reload(); err != nil {
		t.Fatal(err)
	}
	h.check(t, "GET /p", "200 call 1")
	h.LoadString("more.lua", `msys.httpsrv.register("GET", "/q", function(s) s:response_append("q") end)`)
	h.check(t, "GET /q", "200 q", "GET /p", "200 call 2")
	if err := h.Runtime.Close(); err != nil {
		t.Fatal(err)
	}
	h.check(t, "GET /p", "404 Not Found")
}

// TestFailedReload has scripts that fail after they registered: the old ones
// go on, and the next good ones replace them.
func TestFailedReload(t *testing.T) {
	const endpoint = `msys.httpsrv.register("GET", "/p", function(s) calls = (calls or 0) + 1 s:response_append("%s " .. calls) end)`
	files := fstest.MapFS{}
	write := func(text string) { files["p.lua"] = &fstest.MapFile{Data: []byte(text)} }
	write(fmt.Sprintf(endpoint, "old"))
	h := newHostOf(t, nil, msys.Config{Path: []fs.FS{files}}, "")
	h.Load("p")
	h.check(t, "GET /p", "200 old 1")
	write(fmt.Sprintf(endpoint, "bad") + ` error("no")`)
	if err := h.Reload(); err == nil {
		t.Error("the bad script loads")
	}
	h.check(t, "GET /p", "200 old 2")
	write(fmt.Sprintf(endpoint, "new"))
	if err := h.Reload(); err != nil {
		t.Fatal(err)
	}
	h.check(t, "GET /p", "200 new 1")
}

func TestSecondaryLoops(t *testing.T) {
	h := newHostOf(t, nil, msys.Config{Loops: 3}, `
assert(msys.httpsrv.register("GET", "/p", function(s) count = (count or 0) + 1 s:response_append("call " .. count) end) == 0)
`)
	for i := range 5 {
		h.check(t, "GET /p", fmt.Sprintf("200 call %d", i+1))
	}
}

func TestTimeout(t *testing.T) {
	h := newHost(t, &httpsrv.Options{Timeout: 30 * time.Millisecond}, `
msys.httpsrv.register("GET", "/sleep", function(s) msys.sleep(60) end)
msys.httpsrv.register("GET", "/loop", function(s) while true do end end)
msys.httpsrv.register("GET", "/suspend", function(s) s:session_suspend() return msys.httpsrv.ASYNC end)
msys.httpsrv.register("GET", "/flush", function(s) s:response_append("part") s:response_flush(0) msys.sleep(60) end)
msys.httpsrv.register("POST", "/slow", function(s) s:response_append(s:request_data_get_string()) end)
msys.httpsrv.register("GET", "/fine", function(s) s:response_append("fine") end)
`)
	h.check(t, "GET /sleep", "503 Service Unavailable", "GET /loop", "503 Service Unavailable", "GET /suspend", "503 Service Unavailable",
		"GET /flush", "200 unexpected EOF", "GET /fine", "200 fine")

	// A client that does not send what it announced.
	body, send := io.Pipe()
	defer send.Close()
	go send.Write([]byte("part"))
	r, err := http.NewRequestWithContext(t.Context(), "POST", h.web.URL+"/slow", body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := h.web.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 503 {
		t.Error(resp.Status)
	}
}

// TestClientGone has a client give up while the script waits.
func TestClientGone(t *testing.T) {
	begun := make(chan struct{})
	var mu sync.Mutex
	var statuses []int
	h := newHostOf(t, &httpsrv.Options{Log: func(r httpsrv.Record) {
		mu.Lock()
		defer mu.Unlock()
		statuses = append(statuses, r.Status)
	}}, msys.Config{Print: func(string) { close(begun) }}, `
msys.httpsrv.register("GET", "/sleep", function(s) print("begun") msys.sleep(60) end)`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-begun; cancel() }()
	r, err := http.NewRequestWithContext(ctx, "GET", h.web.URL+"/sleep", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := h.web.Client().Do(r); err == nil {
		resp.Body.Close()
		t.Error(resp.Status)
	}
	h.web.Close()
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]int{0}, statuses); diff != "" || len(h.Errors()) > 0 {
		t.Error(diff, h.Errors())
	}
}

// TestConcurrent has requests of one loop wait for each other.
func TestConcurrent(t *testing.T) {
	h := newHost(t, nil, `
waiting = 0
msys.httpsrv.register("GET", "/meet", function(s)
  waiting = waiting + 1
  while waiting < 20 do msys.sleep(0.001) end
  s:response_append("met")
end)`)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { h.check(t, "GET /meet", "200 met") })
	}
	wg.Wait()
}

// TestRecorder serves without a connection, as handlers are often tested.
func TestRecorder(t *testing.T) {
	h := newHost(t, nil, `msys.httpsrv.register("POST", "/p", function(s)
  local rc, body = s:request_data_get_string()
  s:response_append(body .. " from " .. tostring(s:request_peer_address()))
  s:response_flush(1)
end)`)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/p", strings.NewReader("hello")))
	if got := w.Body.String(); w.Code != 200 || got != "hello from 192.0.2.1:1234" || !w.Flushed {
		t.Error(w.Code, got)
	}
}
