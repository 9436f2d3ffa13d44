package gcm_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/gcm"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

func TestLuaFunctions(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, gcm.Library(), delivery.Library())
	bind.OpenPreloaded(l)
	bind.PushObject(l, &gcm.Response{})
	l.SetGlobal("empty")
	m, err := message.ParseBytes([]byte(mcmt("X-Registration-ID: r1\n\n{\"a\": \"b\"}")), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	req, err := gcm.NewRequest(m, "", false)
	if err != nil {
		t.Fatal(err)
	}
	bind.PushObject(l, req)
	l.SetGlobal("req")
	if err := lua.DoString(l, `
		local g, d = require("msys.gcm"), require("msys.delivery")
		assert(g == msys.gcm)
		for name, want in pairs({ NO_ERROR = 0, UNAVAILABLE = 1, MISSING_REGISTRATION = 2, INVALID_REGISTRATION = 3, MISMATCH_SENDER_ID = 4,
			NOT_REGISTERED = 5, MESSAGE_TOO_BIG = 6, INVALID_DATA_KEY = 7, INVALID_TTL = 8, INTERNAL_SERVER_ERROR = 9,
			INVALID_PACKAGE_NAME = 10, UNKNOWN = 255, UNKNOW = 255 }) do
			assert(g["GCM_" .. name] == want, name)
		end
		assert(g.gcm_classify_error(4) == d.DELIVERY_PERMFAILED and g.gcm_classify_error("1") == d.DELIVERY_TEMPFAILED)
		assert(g.gcm_classify_error(nil) == d.DELIVERY_SUCCESS and g.gcm_classify_error("") == d.DELIVERY_SUCCESS)
		assert(g.gcm_classify_error() == d.DELIVERY_SUCCESS and g.gcm_classify_error(77) == d.DELIVERY_TEMPFAILED)
		assert(g.gcm_classify_error("x") == d.DELIVERY_TEMPFAILED)
		assert(g.gcm_get_result_error_code("NotRegistered") == g.GCM_NOT_REGISTERED)
		assert(g.gcm_get_result_error_code("x") == g.GCM_UNKNOWN and g.gcm_get_result_error_code("notregistered") == g.GCM_UNKNOW)
		assert(g.gcm_get_result_error_code("") == g.GCM_NO_ERROR and g.gcm_get_result_error_code(nil) == g.GCM_NO_ERROR)
		assert(not pcall(g.gcm_classify_error, {}) and not pcall(g.gcm_get_result_error_code, {}))
		assert(empty.results.error == nil and empty.results.error_code == 0 and #empty.results == 0 and empty.results[1] == nil)
		assert(req.json.data.a == "b" and req.json.registration_ids[1] == "r1") -- tables, without the module json
		assert(not pcall(function() req.json = {} end))
	`); err != nil {
		t.Error(err)
	}
}

// service is a push service with one answer.
type service struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	answer string
	bodies []string
	header []http.Header
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{status: http.StatusOK}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/gcm/send" {
			t.Errorf("%s %v", r.URL, err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.bodies, s.header = append(s.bodies, string(body)), append(s.header, r.Header)
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.answer)
	}))
	t.Cleanup(s.Close)
	return s
}

// reply sets the answer and forgets the requests.
func (s *service) reply(status int, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.answer, s.bodies, s.header = status, answer, nil, nil
}

// got gives the bodies of the requests and their headers.
func (s *service) got() ([]string, []http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bodies, s.header
}

type host struct {
	*policykit.Kit
	service *service
	driver  *httpclnt.Driver
	policy  *delivery.Policy
}

func newHost(t *testing.T, script string) *host {
	t.Helper()
	h := &host{service: newService(t)}
	libs := append(httpclnt.Libraries(httpclnt.NewMethods(nil)), delivery.Library(), json.Library(), gcm.Library())
	h.Kit = policykit.New(t, &policykit.Options{Modules: libs})
	if script != "" {
		h.LoadString("policy.lua", script)
	}
	var err error
	if h.driver, err = gcm.NewDriver(gcm.Options{URL: h.service.URL + "/gcm/send", AuthorizationToken: "token"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.driver.Close() })
	h.policy = &delivery.Policy{Hooks: outbound.Hooks(h.Runtime)}
	return h
}

func (h *host) deliver(t *testing.T, part string) (*message.Message, delivery.Outcome) {
	t.Helper()
	s := h.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@sender.example", mcmt(part), "bob@gcm.example"); got != "250" {
		t.Fatalf("message not received: %s", got)
	}
	m := s.Result.Messages[0].Message
	m.SetDeliveryMethod("gcm")
	out, err := h.policy.Deliver(context.Background(), &delivery.Attempt{Message: m}, h.driver)
	if err != nil {
		t.Fatal(err)
	}
	return m, out
}

func variable(m *message.Message, key string) string {
	v, _ := m.ContextGet(message.ContextMess, key)
	return v
}

const plain = "X-Registration-ID: r1\n\n{\"message\": \"hi\"}"

func TestDriver(t *testing.T) {
	tests := []struct {
		name, part  string
		status      int
		answer      string
		final       delivery.Disposition
		dlv, detail string
		reply       string
		requests    int
	}{
		{"sent", plain, 200, `{"success":1,"failure":0,"canonical_ids":0,"results":[{"message_id":"1"}]}`, delivery.Delivered, "", "", "250 2.0.0 HTTP 200", 1},
		{"gone", plain, 200, `{"success":0,"failure":1,"results":[{"error":"NotRegistered"}]}`, delivery.Failed, "5", "NotRegistered", "550 5.0.0 status 5 NotRegistered", 1},
		{"busy", plain, 200, `{"success":0,"failure":1,"results":[{"error":"Unavailable"}]}`, delivery.Deferred, "1", "Unavailable", "450 4.0.0 status 1 Unavailable", 1},
		{"new error", plain, 200, `{"results":[{"error":"New"}]}`, delivery.Deferred, "255", "New", "450 4.0.0 status 255 New", 1},
		{"no JSON", plain, 200, `Error=x`, delivery.Deferred, "255", "response without a result", "450 4.0.0 status 255 response without a result", 1},
		{"400", plain, 400, ``, delivery.Failed, "7", "HTTP 400 Bad Request", "550 5.0.0 status 7 HTTP 400 Bad Request", 1},
		{"401", plain, 401, ``, delivery.Deferred, "255", "HTTP 401 Unauthorized", "450 4.0.0 status 255 HTTP 401 Unauthorized", 1},
		{"413", plain, 413, ``, delivery.Failed, "6", "HTTP 413 Request Entity Too Large", "550 5.0.0 status 6 HTTP 413 Request Entity Too Large", 1},
		{"503", plain, 503, ``, delivery.Deferred, "1", "HTTP 503 Service Unavailable", "450 4.0.0 status 1 HTTP 503 Service Unavailable", 1},
		{"500", plain, 500, ``, delivery.Deferred, "9", "HTTP 500 Internal Server Error", "450 4.0.0 status 9 HTTP 500 Internal Server Error", 1},
		{"no recipient", "\n{}", 200, ``, delivery.Failed, "2", "notification has no registration id",
			"550 5.0.0 request not sent, status 2 notification has no registration id", 0},
		{"no text", "X-Registration-ID: r1\n\n", 200, ``, delivery.Failed, "7", "notification is no JSON object",
			"550 5.0.0 request not sent, status 7 notification is no JSON object", 0},
	}
	h := newHost(t, "")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.service.reply(tt.status, tt.answer)
			m, out := h.deliver(t, tt.part)
			if out.Final != tt.final || out.Reply.String() != tt.reply {
				t.Errorf("%s %q, want %s %q", out.Final, out.Reply, tt.final, tt.reply)
			}
			if s, d := variable(m, delivery.KeyResponseStatus), variable(m, delivery.KeyResponseDetail); s != tt.dlv || d != tt.detail {
				t.Errorf("status %q %q, want %q %q", s, d, tt.dlv, tt.detail)
			}
			bodies, header := h.service.got()
			if len(bodies) != tt.requests {
				t.Fatalf("%d requests", len(bodies))
			}
			if tt.requests == 0 {
				return
			}
			if d := cmp.Diff(`{"registration_ids":["r1"],"data":{"message":"hi"}}`, bodies[0]); d != "" {
				t.Errorf("request (-want +got)\n%s", d)
			}
			want := http.Header{"Authorization": {"key=token"}, "Content-Type": {"application/json"}, "Content-Length": {"51"}}
			if d := cmp.Diff(want, header[0]); d != "" {
				t.Errorf("header (-want +got)\n%s", d)
			}
			if variable(m, delivery.KeyDestID) != "r1" {
				t.Error("DLV_Dest_ID is not set")
			}
		})
	}
}

func TestDriverUnreachable(t *testing.T) {
	h := newHost(t, "")
	h.service.Close()
	m, out := h.deliver(t, plain)
	if out.Final != delivery.Deferred || out.Reply.String() != "451 4.4.1 [internal] No valid hosts" || variable(m, delivery.KeyResponseStatus) != "1" {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
}

// TestLuaEval has both callouts, and those of HTTP around them.
func TestLuaEval(t *testing.T) {
	h := newHost(t, `
require("msys.core")
require("msys.delivery")
require("msys.gcm")
require("msys.httpclnt")
require("json")
require("msys.extended.message")
local mod = {}

function mod:gcm_request_eval(req, msg)
  print("registration id =", req.json.registration_ids[1])
  print("package = ", req.json.restricted_package_name)
  print("time to live = ", req.json.time_to_live)
  print("message = ", req.json.data.message)
  req.json.registration_ids[1] = "r2"
  req.json.data.message = "We are changing the message to this!"
end

function mod:http_request_eval(sess)
  local msg = msys.delivery.ob_get_current_message(sess.connh)
  print(msg:get_delivery_method(), msg:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Dest_ID"))
  sess:request_add_header("Authorization", "key=of the message", 1)
  sess:request_finalize(1)
end

function mod:http_response_eval(sess)
  local doc = json.decode(sess.response.body)
  print(sess.response.status_code.buffer, doc.canonical_ids, doc.results[1].registration_id)
  return msys.delivery.DELIVERY_CONTINUE
end

function mod:gcm_response_eval(response, msg)
  print(msg:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Dest_ID"), response.success, response.failure, response.canonical_ids)
  if response.results.registration_id then
    print("new", response.results.registration_id, response.results[1].registration_id, response.results[1].message_id)
  end
  print(response.results.error, response.results.error_code == msys.gcm.GCM_NO_ERROR, #response.results, response.results[2].error,
    response.results[2].error_code, response.results[3], response.results[0])
end
msys.registerModule("gcm_hooks", mod)
`)
	h.service.reply(200, `{"success":1,"failure":1,"canonical_ids":1,"results":[{"message_id":"m1","registration_id":"r3"},{"error":"NotRegistered"}]}`)
	_, out := h.deliver(t, "X-Registration-ID: r1\nX-Time-To-Live: 60\n\n{\"message\": \"hi\"}")
	if out.Final != delivery.Delivered {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
	if d := cmp.Diff(strings.Join([]string{
		"registration id =\tr1", "package = \tnil", "time to live = \t60", "message = \thi",
		"gcm\tr2", "200\t1\tr3", "r2\t1\t1\t1", "new\tr3\tr3\tm1", "nil\ttrue\t2\tNotRegistered\t5\tnil\tnil",
	}, "\n"), h.Printed()); d != "" {
		t.Errorf("printed (-want +got)\n%s", d)
	}
	bodies, header := h.service.got()
	if d := cmp.Diff([]string{`{"registration_ids":["r2"],"time_to_live":60,"data":{"message":"We are changing the message to this!"}}`}, bodies); d != "" {
		t.Errorf("request (-want +got)\n%s", d)
	}
	if got := header[0].Get("Authorization"); got != "key=of the message" {
		t.Errorf("Authorization %q", got)
	}
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}
}

// TestLuaRequestEvalDecides has what gcm_request_eval can do beside that.
func TestLuaRequestEvalDecides(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		final      delivery.Disposition
		requests   []string
	}{
		{"another document", `req.json = json.decode('{"to":"x","registration_ids":["r9"]}')`, delivery.Delivered, []string{`{"to":"x","registration_ids":["r9"]}`}},
		{"recipient by the variable", `req.json.registration_ids = nil msg:context_set(msys.core.ECMESS_CTX_MESS, "DLV_Dest_ID", "r7")`,
			delivery.Delivered, []string{`{"data":{},"registration_ids":["r7"]}`}},
		{"fail", `return msys.delivery.DELIVERY_FAIL`, delivery.Deferred, nil},
		{"raise", `error("no")`, delivery.Delivered, []string{`{"registration_ids":["r1"],"data":{}}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, `msys.registerModule("m", { gcm_request_eval = function(self, req, msg) `+tt.body+` end })`)
			h.service.reply(200, `{"results":[{"message_id":"1"}]}`)
			_, out := h.deliver(t, "X-Registration-ID: r1\n\n{}")
			if out.Final != tt.final {
				t.Errorf("%s %q", out.Final, out.Reply)
			}
			bodies, _ := h.service.got()
			if d := cmp.Diff(tt.requests, bodies); d != "" {
				t.Errorf("requests (-want +got)\n%s", d)
			}
		})
	}
}

// convert is the reference's own example: what cannot be pushed goes out by
// another channel.
const convert = `
require("strict")
require("msys.delivery")
require("msys.gcm")
require("msys.extended.message")

local mod = {}

function mod:generic_delivery_msg_dispose(msg)
  local status = msg:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")
  if status == "" then
    return msys.delivery.DELIVERY_CONTINUE
  elseif (msys.gcm.gcm_classify_error(tonumber(status))==msys.delivery.DELIVERY_PERMFAILED) or
      (msys.gcm.gcm_classify_error(tonumber(status))==msys.delivery.DELIVERY_TEMPFAILED) then
    msg:context_delete(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")
    msg:inject(msg:mailfrom(), "fallback@mail.example")
    return msys.delivery.DELIVERY_DONE
  else
    print(status, " unknown disposition!\n")
  end
end

msys.registerModule("convert", mod);
`

// TestPushBecomesMail: a policy that turns a failed push into an e-mail.
func TestPushBecomesMail(t *testing.T) {
	h := newHost(t, convert+`
		msys.registerModule("log", {
			core_log_delivery_v1 = function(self, msg, dr, now, note) print("delivery", note) end,
			core_log_permanent_failure_v1 = function(self, msg, dr, now, note) print("permanent", note) end,
		})`)
	h.service.reply(200, `{"results":[{"error":"MismatchSenderId"}]}`)
	m, out := h.deliver(t, plain)
	if out.Final != delivery.Delivered || variable(m, delivery.KeyResponseStatus) != "" {
		t.Errorf("%s %q, status %q", out.Final, out.Reply, variable(m, delivery.KeyResponseStatus))
	}
	sent := h.Queue.Take()
	if len(sent) != 1 || sent[0].Recipient() != "fallback@mail.example" || sent[0].Sender() != "ann@sender.example" {
		t.Fatalf("sent %v", sent)
	}
	content, err := io.ReadAll(sent[0].Content())
	if err != nil || !strings.Contains(string(content), "Hi Bob") {
		t.Errorf("%q %v", content, err)
	}
	if got := h.Printed(); got != "delivery\t250 2.0.0 [internal] taken care of by policy" {
		t.Errorf("printed %q", got)
	}
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}

	h.service.reply(200, `{"results":[{"message_id":"1"}]}`)
	if _, out := h.deliver(t, plain); out.Final != delivery.Delivered || len(h.Queue.Take()) != 0 {
		t.Errorf("a push that went well: %s", out.Final)
	}
}

// TestDisposeRaises: the failure stands as it was classified.
func TestDisposeRaises(t *testing.T) {
	h := newHost(t, `msys.registerModule("bad", { generic_delivery_msg_dispose = function(self, msg) msg:no_such_method() end })`)
	h.service.reply(200, `{"results":[{"error":"MismatchSenderId"}]}`)
	m, out := h.deliver(t, plain)
	if out.Final != delivery.Failed || variable(m, delivery.KeyResponseStatus) != "4" || len(h.Queue.Take()) != 0 {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
	if e := h.Errors(); len(e) != 1 {
		t.Errorf("errors: %q", e)
	}
}
