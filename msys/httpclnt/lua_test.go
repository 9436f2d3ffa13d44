package httpclnt_test

import (
	"context"
	encodingjson "encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

// host is a runtime with the modules of deliveries, and the methods that its
// scripts define, whose requests go to addr.
type host struct {
	*policykit.Kit
	methods *httpclnt.Methods
	policy  *delivery.Policy
}

func newHost(t *testing.T, addr, script string, cfg msys.Config) *host {
	t.Helper()
	h := &host{methods: httpclnt.NewMethods(func(string) httpclnt.Options { return httpclnt.Options{Host: addr, URI: "/in"} })}
	libs := append(httpclnt.Libraries(h.methods), delivery.Library(), json.Library())
	h.Kit = policykit.New(t, &policykit.Options{Modules: libs, Config: cfg})
	t.Cleanup(func() { h.methods.Close() })
	h.policy = &delivery.Policy{Hooks: outbound.Hooks(h.Runtime)}
	if script != "" {
		h.LoadString("policy.lua", script)
	}
	return h
}

// received gives a message that came in over the runtime.
func (h *host) received(t *testing.T) *message.Message {
	t.Helper()
	s := h.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@sender.example", policykit.Mail, "bob@rcpt.example"); got != "250" {
		t.Fatalf("message not received: %s", got)
	}
	return s.Result.Messages[0].Message
}

// deliver makes an attempt by a delivery method of the scripts; "http" is a
// driver without a handler.
func (h *host) deliver(t *testing.T, m *message.Message, method, addr string) delivery.Outcome {
	t.Helper()
	var d delivery.Driver
	if method == "http" {
		d = newDriver(t, httpclnt.Options{Host: addr, URI: "/in"})
	} else {
		found, ok := h.methods.Driver(method)
		if !ok {
			t.Fatalf("there is no method %q", method)
		}
		d = found
	}
	m.SetDeliveryMethod(method)
	out, err := h.policy.Deliver(context.Background(), &delivery.Attempt{Message: m}, d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (h *host) noErrors(t *testing.T) {
	t.Helper()
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}
	if strings.Contains(h.Log(), "level=WARN") {
		t.Errorf("warnings: %s", h.Log())
	}
}

// TestLuaRewriteRequest is the reference's own example: it replaces header and
// body of the request.
func TestLuaRewriteRequest(t *testing.T) {
	srv := newServer(t, nil)
	h := newHost(t, "", `
require("msys.core")
require("msys.delivery")
require("msys.httpclnt")
require("json")
require("msys.extended.message")
local mod = {}

function mod:http_request_eval(sess)
  local msg = msys.delivery.ob_get_current_message(sess.connh)
  if msg == nil then
    print("message missing")
    return msys.delivery.DELIVERY_FAIL
  end
  print(sess.request.method, sess.request.uri, sess.request.version, #sess.request.data, sess.ipaddr)
  local request = "{ \"id\": [ \"x1\" ], \"dry_run\": true }"
  sess:request_add_header("Accept", "text/plain", 1)
  sess:request_add_header("Accept", "application/json", 0)
  sess:request_add_header("Connection", "Keep-Alive", 1)
  sess:request_add_header("Authorization", "key=" .. "secret", 1)
  sess:request_add_header("Content-Length", #request, 1)
  sess:request_delete_header("content-type")
  sess:request_set_body(request)
  sess:request_finalize(1);
  msg:context_set(msys.core.ECMESS_CTX_MESS, "DLV_Dest_ID", "x1")
  msg:context_set(msys.core.ECMESS_CTX_MESS, "DLV_Msg_Length", #sess.request.data)
  return msys.delivery.DELIVERY_CONTINUE;
end

function mod:http_response_eval(sess)
  local msg = msys.delivery.ob_get_current_message(sess)
  local r = sess.response
  print(msg:get_delivery_method(), r.status_code.buffer, "<" .. r.status_reason .. ">", r.version, r.body, r.content_length,
    r.headers["content-TYPE"], sess.ipaddr)
  return msys.delivery.DELIVERY_CONTINUE
end
msys.registerModule("rewrite", mod)
`, msys.Config{})
	m := h.received(t)
	if out := h.deliver(t, m, "http", srv.host()); out.Final != delivery.Delivered {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
	got := srv.take()
	if len(got) != 1 {
		t.Fatalf("%d requests", len(got))
	}
	want := http.Header{"Accept": {"text/plain", "application/json"}, "Connection": {"Keep-Alive"}, "Authorization": {"key=secret"}, "Content-Length": {"35"}}
	if d := cmp.Diff(want, got[0].header); d != "" {
		t.Errorf("header (-want +got)\n%s", d)
	}
	if got[0].body != `{ "id": [ "x1" ], "dry_run": true }` || got[0].method != "POST" || got[0].uri != "/in" {
		t.Errorf("%+v", got[0])
	}
	lines := strings.Split(h.Printed(), "\n")
	if d := cmp.Diff([]string{
		"POST\t/in\t1.1\t" + strconv.Itoa(len(policykit.Mail)+len("POST /in HTTP/1.1\r\nHost: \r\nContent-Type: message/rfc822\r\nContent-Length: 176\r\n\r\n")+len(srv.host())) + "\tnil",
		"http\t200\t<OK>\tHTTP/1.1\tok\t2\ttext/plain; charset=utf-8\t127.0.0.1",
	}, lines); d != "" {
		t.Errorf("printed (-want +got)\n%s", d)
	}
	if variable(m, delivery.KeyDestID) != "x1" {
		t.Error("DLV_Dest_ID is not set")
	}
	h.noErrors(t)
}

// TestLuaSession runs assertions in http_request_eval.
func TestLuaSession(t *testing.T) {
	addr, got := rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	h := newHost(t, "", `
local kept
local function raises(text, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and tostring(err):find(text, 1, true), tostring(err))
end
local mod = {}
function mod:http_request_eval(sess)
  local httpclnt = require("msys.httpclnt")
  kept = sess
  assert(msys.type(sess) == "http_session")
  assert(sess:request_add_header("X-A", "1", 0) == 0)
  assert(sess:request_add_header("X-A", "1", false) == 0)
  assert(sess:request_add_header("x-a", 2, 1) == 1)
  assert(sess:request_add_header("X-New", "n", true) == 0)
  raises("line end or NUL in header value", sess.request_add_header, sess, "X-B", "a\r\nC: d", 0)
  raises("line end or NUL in header value", sess.request_add_header, sess, "X-B", "a\0", 0)
  raises("invalid header name", sess.request_add_header, sess, "X B", "a", 0)
  raises("invalid header name", sess.request_add_header, sess, "", "a", 0)
  raises("bad argument #1 to 'request_add_header'", sess.request_add_header, sess)
  raises("bad argument #2 to 'request_add_header' (string expected, got nil)", sess.request_add_header, sess, "X-B")
  assert(sess:request_add_header("X-Gone", "1", 0) == 0 and sess:request_add_header("x-gone", "2", 0) == 0)
  assert(sess:request_delete_header("X-GONE") == 1)
  assert(sess:request__delete_header("X-Gone") == 0)
  assert(sess:request_delete_header("Content-Type") == 1)

  -- as functions
  assert(httpclnt.http_request_add_header(sess, "X-F", "f", 0) == 0)
  assert(httpclnt.http_request_delete_header(sess, "x-f") == 1)
  assert(httpclnt.http_request__delete_header(sess, "x-f") == 0)
  httpclnt.http_request_set_body(sess, "function")
  raises("bad argument #1 to 'http_request_add_header' (http_session expected, got nil)", httpclnt.http_request_add_header)

  sess:request_set_body(nil)
  assert(sess.request.body == nil)
  sess:request_set_body("body \0 and more")
  assert(#sess.request.body == 15)
  local before = #sess.request.data
  assert(sess:request_finalize(0) == before and sess:request_finalize() == before and #sess.request.data == before)
  assert(sess:request_finalize(1) == httpclnt.HTTP_INTERNAL_OK)
  assert(httpclnt.http_request_finalize(sess, true) == 0)
  assert(sess.request.data:sub(-15) == sess.request.body)

  sess.request.method, sess.request.uri, sess.request.version = "PUT", "/put", "1.0"
  assert(sess.request.version == "1.0")
  raises("invalid request line", function() sess.request.method = "A B" end)
  raises("invalid request line", function() sess.request.uri = "/a b" end)
  raises("invalid request line", function() sess.request.uri = "" end)
  raises("invalid request line", function() sess.request.version = "2" end)
  raises("cannot be assigned", function() sess.request.body = "x" end)
  raises("cannot be assigned", function() sess.connh = nil end)

  local h = sess.request.headers
  assert(#h == 3 and h["X-a"] == "2" and h["x-new"] == "n" and h.none == nil)
  local names = {}
  for name, value in pairs(h) do names[#names + 1] = name .. "=" .. value end
  assert(table.concat(names, ",") == "Host=" .. h.host .. ",X-A=2,X-New=n", table.concat(names, ","))
  assert(tostring(h) == "http_headers: 3")

  local r = sess.response
  assert(r.body == nil and r.data == nil and r.status_code.buffer == "" and tostring(r.status_reason) == "" and r.content_length == 0)
  assert(#r.headers == 0 and r.version == "")
  raises("cannot be assigned", function() r.body = "x" end)
  print("request done")
end
function mod:http_response_eval(sess)
  local text = "the request is read-only outside of http_request_eval and build_request"
  raises("request_add_header: " .. text, sess.request_add_header, sess, "X-B", "1", 0)
  raises("request_delete_header: " .. text, kept.request_delete_header, kept, "X-B")
  raises("request_set_body: " .. text, sess.request_set_body, sess, "x")
  raises("request_finalize: " .. text, sess.request_finalize, sess, 1)
  raises("request.uri: " .. text, function() sess.request.uri = "/" end)
  raises("request.data: " .. text, function() sess.request.data = "x" end)
  assert(kept == sess and sess.request.data:sub(1, 4) == "PUT ")
  print("response done")
end
msys.registerModule("checks", mod)
`, msys.Config{})
	if out := h.deliver(t, h.received(t), "http", addr); out.Final != delivery.Delivered {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
	if got := h.Printed(); got != "request done\nresponse done" {
		t.Errorf("printed %q", got)
	}
	want := "PUT /put HTTP/1.0\r\nHost: " + addr + "\r\nX-A: 2\r\nX-New: n\r\nContent-Length: 15\r\n\r\nbody \x00 and more"
	if d := cmp.Diff(want, <-got); d != "" {
		t.Errorf("request (-want +got)\n%s", d)
	}
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}
}

func TestLuaClassifier(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, httpclnt.Libraries(httpclnt.NewMethods(nil))...)
	bind.Preload(l, delivery.Library())
	if err := lua.DoString(l, `
		local h, d = require("msys.httpclnt"), require("msys.delivery")
		assert(h == msys.httpclnt)
		local c = h.http_status_classifier
		assert(c("204") == d.DELIVERY_SUCCESS and c(204) == d.DELIVERY_SUCCESS and c("") == d.DELIVERY_SUCCESS and c(nil) == d.DELIVERY_SUCCESS)
		assert(c() == d.DELIVERY_SUCCESS)
		assert(c("404") == d.DELIVERY_PERMFAILED and c(503) == d.DELIVERY_PERMFAILED and c("abc") == d.DELIVERY_TEMPFAILED)
		assert(h.HTTP_INTERNAL_CONT == 0 and h.HTTP_INTERNAL_OK == 0 and h.HTTP_INTERNAL_DONE == 1 and h.HTTP_INTERNAL_FAIL == -1)
		assert(h.MAX_HTTP_RESPONSE_LENGTH == 2048)
		local ok, err = pcall(c, {})
		assert(not ok and err:find("bad argument #1 to 'http_status_classifier'", 1, true))
		ok, err = pcall(require("msys.http_lua").registerModule, "m", { build_request = print })
		assert(not ok and err:find("there is no event loop", 1, true), err)
	`); err != nil {
		t.Error(err)
	}
}

// TestLuaRequestEvalDecides has what http_request_eval can return.
func TestLuaRequestEvalDecides(t *testing.T) {
	srv := newServer(t, nil)
	const second = ` msys.registerModule("second", { http_request_eval = function() print("second") end })`
	tests := []struct {
		name, body string
		final      delivery.Disposition
		reply      string
		requests   int
		printed    string
	}{
		{"nil", ``, delivery.Delivered, "250 2.0.0 HTTP 200 OK", 1, "second"},
		{"continue", `return msys.delivery.DELIVERY_CONTINUE`, delivery.Delivered, "250 2.0.0 HTTP 200 OK", 1, "second"},
		{"done", `return msys.delivery.DELIVERY_DONE`, delivery.Delivered, "250 2.0.0 HTTP 200 OK", 1, ""},
		{"fail", `return msys.delivery.DELIVERY_FAIL`, delivery.Failed, "554 5.7.0 [internal] rejected by policy", 0, ""},
		{"internal fail", `return msys.httpclnt.HTTP_INTERNAL_FAIL`, delivery.Deferred, "451 4.3.0 [internal] transaction failed", 0, ""},
		{"tempfail", `return msys.delivery.DELIVERY_TEMPFAILED`, delivery.Deferred, "451 4.3.0 [internal] transaction failed", 0, ""},
		{"fail with a status", `
			msys.delivery.ob_get_current_message(sess.connh):context_set(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status", "quota")
			return msys.delivery.DELIVERY_FAIL`, delivery.Deferred, "450 4.0.0 request not sent, status quota", 0, ""},
		{"discard", `msys.delivery.ob_get_current_message(sess.connh):discard("550 5.7.1 opted out")`,
			delivery.Dropped, "550 5.7.1 opted out", 0, "second"},
		{"raise", `error("no")`, delivery.Delivered, "250 2.0.0 HTTP 200 OK", 1, "second"},
		{"nonsense", `return {}`, delivery.Delivered, "250 2.0.0 HTTP 200 OK", 1, "second"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, "", `require("msys.extended.message") msys.registerModule("first", { http_request_eval = function(self, sess) `+tt.body+` end })`+second, msys.Config{})
			out := h.deliver(t, h.received(t), "http", srv.host())
			if out.Final != tt.final || out.Reply.String() != tt.reply {
				t.Errorf("%s %q, want %s %q", out.Final, out.Reply, tt.final, tt.reply)
			}
			if got := len(srv.take()); got != tt.requests {
				t.Errorf("%d requests", got)
			}
			if got := h.Printed(); got != tt.printed {
				t.Errorf("printed %q", got)
			}
			if e := h.Errors(); (len(e) > 0) != (tt.name == "raise") {
				t.Errorf("errors: %q", e)
			}
		})
	}
}

// TestLuaResponseEvalDecides has what http_response_eval can return for a
// response 500.
func TestLuaResponseEvalDecides(t *testing.T) {
	srv := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	const set = `msys.delivery.ob_get_current_message(sess.connh):context_set(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status", "busy") `
	for _, tt := range []struct {
		name, body string
		final      delivery.Disposition
		reply      string
	}{
		{"nil", ``, delivery.Failed, "550 5.0.0 HTTP 500 Internal Server Error"},
		{"done", `return msys.delivery.DELIVERY_DONE`, delivery.Delivered, "250 2.0.0 HTTP 500"},
		{"done with a status", set + `return msys.delivery.DELIVERY_DONE`, delivery.Deferred, "450 4.0.0 status busy"},
		{"fail", `return msys.delivery.DELIVERY_FAIL`, delivery.Failed, "550 5.0.0 HTTP 500 Internal Server Error"},
		{"fail with a status", set + `return msys.delivery.DELIVERY_FAIL`, delivery.Deferred, "450 4.0.0 status busy"},
		{"raise", set + `error("no")`, delivery.Failed, "550 5.0.0 HTTP 500 Internal Server Error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, "", `msys.registerModule("first", { http_response_eval = function(self, sess) `+tt.body+` end })`, msys.Config{})
			out := h.deliver(t, h.received(t), "http", srv.host())
			if out.Final != tt.final || out.Reply.String() != tt.reply {
				t.Errorf("%s %q, want %s %q", out.Final, out.Reply, tt.final, tt.reply)
			}
		})
	}
}

// jsonMethod delivers messages as JSON documents.
const jsonMethod = `
require("msys.core")
require("msys.delivery")
require("msys.httpclnt")
require("msys.http_lua")
require("msys.extended.message")
require("json")

local method = {}
function method:init_session(sess) print("init") end
function method:reset_session(sess) print("reset") end
function method:destroy_session(sess) print("destroy", sess.response.status_code) end
function method:build_request(sess)
  local msg = msys.delivery.ob_get_current_message(sess.connh)
  local doc = json.new()
  doc.type = "msg"
  doc.to = msg:rcptto()
  doc.subject = msg:header("Subject")[1]
  local body = tostring(doc)
  sess.request.uri = "/json"
  sess:request_add_header("Content-Type", "application/json", 1)
  sess:request_set_body(body)
  assert(sess.request.data == nil)
  assert(sess:request_finalize(0) == msys.httpclnt.HTTP_INTERNAL_OK)
  assert(sess:request_finalize(0) == #sess.request.data)
end
function method:handle_response(sess)
  if sess.response.body == "handled" then return msys.httpclnt.HTTP_INTERNAL_DONE end
end
function method:status_classifier(status)
  if status == 503 then return msys.delivery.DELIVERY_TEMPFAILED end
  return msys.httpclnt.http_status_classifier(status)
end
function method:dispose_delivery(msg) print("delivered", msg:rcptto()) end
function method:dispose_tempfail(msg) print("tempfail", msg:get_code()) end
function method:dispose_permfail(msg) print("permfail", msg:get_code()) end
msys.http_lua.registerModule("Json", method)
`

func TestLuaMethod(t *testing.T) {
	var code int
	var answer string
	srv := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, answer)
	})
	h := newHost(t, srv.host(), jsonMethod, msys.Config{})
	if d := cmp.Diff([]string{"json"}, h.methods.Names()); d != "" {
		t.Error(d)
	}
	for _, tt := range []struct {
		code    int
		answer  string
		final   delivery.Disposition
		printed string
	}{
		{200, "", delivery.Delivered, "init\nreset\ndestroy\t200\ndelivered\tbob@rcpt.example"},
		{500, "handled", delivery.Delivered, "init\nreset\ndestroy\t500\ndelivered\tbob@rcpt.example"},
		{500, "", delivery.Failed, "init\nreset\ndestroy\t500\npermfail\t550 5.0.0 HTTP 500 Internal Server Error"},
		{503, "", delivery.Deferred, "init\nreset\ndestroy\t503\ntempfail\t450 4.0.0 HTTP 503 Service Unavailable"},
	} {
		code, answer = tt.code, tt.answer
		out := h.deliver(t, h.received(t), "json", "")
		if out.Final != tt.final {
			t.Errorf("%d: %s %q", tt.code, out.Final, out.Reply)
		}
		if d := cmp.Diff(tt.printed, h.Printed()); d != "" {
			t.Errorf("%d: printed (-want +got)\n%s", tt.code, d)
		}
		got := srv.take()
		if len(got) != 1 || got[0].uri != "/json" || got[0].header.Get("Content-Length") != strconv.Itoa(len(got[0].body)) {
			t.Fatalf("%+v", got)
		}
		var doc map[string]string
		if err := encodingjson.Unmarshal([]byte(got[0].body), &doc); err != nil {
			t.Errorf("body %s: %v", got[0].body, err)
		}
		if d := cmp.Diff(map[string]string{"type": "msg", "to": "bob@rcpt.example", "subject": "hello"}, doc); d != "" {
			t.Errorf("body (-want +got)\n%s", d)
		}
	}
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}
}

// TestLuaMethodFails has methods that break or refuse.
func TestLuaMethodFails(t *testing.T) {
	srv := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	for _, tt := range []struct {
		name, method string
		final        delivery.Disposition
		requests     int
		log          string
	}{
		{"build raises", `build_request = function() error("no") end`, delivery.Deferred, 0, "policy.lua"},
		{"build refuses", `build_request = function(self, sess)
			msys.delivery.ob_get_current_message(sess):context_set(1, "DLV_Response_Status", "quota")
			return msys.httpclnt.HTTP_INTERNAL_FAIL end, status_classifier = function(self, status) assert(status == "quota") end`, delivery.Deferred, 0, ""},
		{"build refuses without a status", `build_request = function() return msys.httpclnt.HTTP_INTERNAL_FAIL end`, delivery.Delivered, 0, "counts as delivered"},
		{"handler raises", `handle_response = function() error("no") end`, delivery.Failed, 1, "policy.lua"},
		{"observer raises", `init_session = function() error("no") end`, delivery.Failed, 1, "init_session failed"},
		{"classifier raises", `status_classifier = function() error("no") end`, delivery.Failed, 1, "status_classifier failed"},
		{"classifier has no opinion", `status_classifier = function() return "x" end`, delivery.Failed, 1, ""},
		{"nothing special", `dispose_permfail = function() end`, delivery.Failed, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := &strings.Builder{}
			h := newHost(t, srv.host(), "", msys.Config{})
			h.methods = nil
			ms := httpclnt.NewMethods(func(string) httpclnt.Options { return httpclnt.Options{Host: srv.host(), Logger: logTo(log)} })
			defer ms.Close()
			kit := policykit.New(t, &policykit.Options{
				Modules: append(httpclnt.Libraries(ms), delivery.Library()), Config: msys.Config{Logger: logTo(log)},
			})
			kit.LoadString("policy.lua", `msys.http_lua.registerModule("m", { `+tt.method+` })`)
			h.Kit, h.methods, h.policy = kit, ms, &delivery.Policy{Hooks: outbound.Hooks(kit.Runtime)}
			out := h.deliver(t, h.received(t), "m", "")
			if out.Final != tt.final {
				t.Errorf("%s %q", out.Final, out.Reply)
			}
			if got := len(srv.take()); got != tt.requests {
				t.Errorf("%d requests", got)
			}
			if !strings.Contains(log.String(), tt.log) {
				t.Errorf("log: %s", log)
			}
		})
	}
}

func TestLuaRegisterMethodRefuses(t *testing.T) {
	newHost(t, "", `
		local reg = require("msys.http_lua").registerModule
		local function raises(text, ...)
			local ok, err = pcall(reg, ...)
			assert(not ok and err:find(text, 1, true), err)
		end
		raises("no usable methods found for delivery method a", "a", {})
		raises("no usable methods found for delivery method a", "a", { build = print, build_request = 1 })
		raises("bad argument #1", "", { build_request = print })
		raises("bad argument #1", nil, { build_request = print })
		raises("bad argument #2 to 'registerModule' (table expected, got nil)", "a")
		reg("a", { build_request = print })
		raises("delivery method is registered already: a", "A", { build_request = print })
		reg("b", setmetatable({}, { __index = { build_request = print } }))
	`, msys.Config{})
}

// TestLuaMethodReload: scripts that are loaded anew take over the methods;
// those that fail to load do not.
func TestLuaMethodReload(t *testing.T) {
	srv := newServer(t, nil)
	files := newScripts("policy", `msys.http_lua.registerModule("m", { build_request = function(self, sess) sess:request_set_body("one") end })`)
	h := newHost(t, srv.host(), "", msys.Config{Path: files.path(), Loops: 2})
	h.Load("policy")
	body := func() string {
		t.Helper()
		out := h.deliver(t, h.received(t), "m", "")
		got := srv.take()
		if out.Final != delivery.Delivered || len(got) != 1 {
			t.Fatalf("%s %q, %d requests", out.Final, out.Reply, len(got))
		}
		return got[0].body
	}
	if got := body(); got != "one" {
		t.Errorf("body %q", got)
	}
	files.set("policy", `msys.http_lua.registerModule("m", { build_request = function(self, sess) sess:request_set_body("two") end }) error("no")`)
	if err := h.Reload(); err == nil {
		t.Fatal("scripts that raise were loaded")
	}
	if got := body(); got != "one" {
		t.Errorf("after a failed reload: body %q", got)
	}
	files.set("policy", `msys.http_lua.registerModule("m", { build_request = function(self, sess) sess:request_set_body("three") end })`)
	if err := h.Reload(); err != nil {
		t.Fatal(err)
	}
	if got := body(); got != "three" {
		t.Errorf("after a reload: body %q", got)
	}
	files.set("policy", `local none`)
	if err := h.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, ok := h.methods.Driver("m"); ok {
		t.Error("the method outlives its scripts")
	}
}

// TestLuaMethodUnreachable: the method is not asked what the words of an
// internal reply mean.
func TestLuaMethodUnreachable(t *testing.T) {
	srv := newServer(t, nil)
	srv.Close()
	h := newHost(t, srv.host(), `msys.http_lua.registerModule("m", { status_classifier = function(self, status) return status >= 500 and 4 or 2 end })`, msys.Config{})
	m := h.received(t)
	out := h.deliver(t, m, "m", "")
	if out.Final != delivery.Deferred || out.Reply.String() != "451 4.4.1 [internal] No valid hosts" {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
	if got := variable(m, delivery.KeyResponseStatus); got != "4.4.1 [internal] No valid hosts" {
		t.Errorf("status %q", got)
	}
	h.noErrors(t)
}
