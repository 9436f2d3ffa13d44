package apn_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/apn"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLuaFunctions(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, apn.Library(), delivery.Library())
	bind.OpenPreloaded(l)
	m, err := message.ParseBytes([]byte(mcmt(sample)), message.Envelope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	req, err := apn.NewRequest(m, 4294967295, time.Unix(1000, 0))
	if err != nil {
		t.Fatal(err)
	}
	resp := &apn.Response{ID: 9}
	resp.SetStatus(apn.InvalidToken)
	bind.PushObject(l, req)
	l.SetGlobal("req")
	bind.PushObject(l, resp)
	l.SetGlobal("resp")
	if err := lua.DoString(l, `
		local a, d = require("msys.apn"), require("msys.delivery")
		assert(a == msys.apn)
		for name, want in pairs({ NO_ERROR = 0, PROCESSING_ERROR = 1, MISSING_DEVICE_TOKEN = 2, MISSING_TOPIC = 3, MISSING_PAYLOAD = 4,
			INVALID_TOKEN_SIZE = 5, INVALID_TOPIC_SIZE = 6, INVALID_PAYLOAD_SIZE = 7, INVALID_TOKEN = 8, SHUTDOWN = 10, UNKNOWN = 255 }) do
			assert(a["APNS_" .. name] == want, name)
		end
		local c = a.apn_status_classifier
		assert(c("8") == d.DELIVERY_PERMFAILED and c(8) == d.DELIVERY_PERMFAILED and c(1) == d.DELIVERY_TEMPFAILED)
		assert(c(nil) == d.DELIVERY_SUCCESS and c("") == d.DELIVERY_SUCCESS and c() == d.DELIVERY_SUCCESS and c(0) == d.DELIVERY_SUCCESS)
		assert(c(77) == d.DELIVERY_TEMPFAILED and c("x") == d.DELIVERY_TEMPFAILED)
		assert(not pcall(c, {}))

		assert(req.command == 1 and req.id == 4294967295 and req.expiry == 1000 and #req.token == 36)
		assert(req.json.aps.alert == "You have mail") -- a table, without the module json
		req.expiry, req.token = 5.7, "cd"
		assert(req.expiry == 5 and req.token == "cd")
		req.expiry = -1
		assert(req.expiry == 0)
		assert(not pcall(function() req.json = {} end) and not pcall(function() req.id = 1 end))

		assert(resp.command == 8 and resp.status == a.APNS_INVALID_TOKEN and resp.id == 9)
		resp.status = a.APNS_SHUTDOWN
		assert(resp.status == 10)
		for _, bad in ipairs({ -1, 256, "x", {} }) do
			assert(not pcall(function() resp.status = bad end))
		end
	`); err != nil {
		t.Error(err)
	}
}

// service is a push service with one answer.
type service struct {
	*httptest.Server
	mu       sync.Mutex
	status   int
	answer   string
	requests []string
	header   []http.Header
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{status: http.StatusOK}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests = append(s.requests, r.Proto+" "+r.Method+" "+r.URL.Path+" "+string(body))
		s.header = append(s.header, r.Header)
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.answer)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// reply sets the answer and forgets the requests.
func (s *service) reply(status int, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.answer, s.requests, s.header = status, answer, nil, nil
}

// got gives the requests and their headers.
func (s *service) got() ([]string, []http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.header
}

func (s *service) options() apn.Options {
	roots := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return apn.Options{
		URL: s.URL, Topic: "com.example.app", Now: func() time.Time { return time.Unix(1000, 0) },
		Token: func(context.Context) (string, error) { return "jwt", nil },
		HTTP:  httpclnt.Options{TLS: &tls.Config{RootCAs: roots}, Logger: slog.New(slog.DiscardHandler)},
	}
}

type host struct {
	*policykit.Kit
	service *service
	driver  *httpclnt.Driver
	policy  *delivery.Policy
}

func newHost(t *testing.T, script string, change func(*apn.Options)) *host {
	t.Helper()
	h := &host{service: newService(t)}
	libs := append(httpclnt.Libraries(httpclnt.NewMethods(nil)), delivery.Library(), json.Library(), apn.Library())
	h.Kit = policykit.New(t, &policykit.Options{Modules: libs})
	if script != "" {
		h.LoadString("policy.lua", script)
	}
	o := h.service.options()
	if change != nil {
		change(&o)
	}
	var err error
	if h.driver, err = apn.NewDriver(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.driver.Close() })
	h.policy = &delivery.Policy{Hooks: outbound.Hooks(h.Runtime)}
	return h
}

func (h *host) deliver(t *testing.T, part string, vars ...string) (*message.Message, delivery.Outcome) {
	t.Helper()
	s := h.Session("192.0.2.7:4321")
	if got := s.Deliver("ann@sender.example", mcmt(part), "bob@apn.example"); got != "250" {
		t.Fatalf("message not received: %s", got)
	}
	m := s.Result.Messages[0].Message
	for i := 0; i < len(vars); i += 2 {
		m.ContextSet(message.ContextMess, vars[i], vars[i+1])
	}
	m.SetDeliveryMethod("apn")
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

const plain = "X-Device-Token: abcd\n\n{\"aps\": {\"alert\": \"hi\"}}"

func TestDriver(t *testing.T) {
	h := newHost(t, "", nil)
	for _, tt := range []struct {
		name, part  string
		status      int
		answer      string
		final       delivery.Disposition
		dlv, detail string
	}{
		{"sent", plain, 200, ``, delivery.Delivered, "", ""},
		{"gone", plain, 410, `{"reason":"Unregistered","timestamp":1}`, delivery.Failed, "8", "HTTP 410 Unregistered"},
		{"busy", plain, 503, `{"reason":"ServiceUnavailable"}`, delivery.Deferred, "1", "HTTP 503 ServiceUnavailable"},
		{"shutdown", plain, 503, `{"reason":"Shutdown"}`, delivery.Deferred, "10", "HTTP 503 Shutdown"},
		{"no JSON", plain, 403, `<html>`, delivery.Deferred, "255", "HTTP 403"},
		{"no token", "{}", 200, ``, delivery.Failed, "2", "notification has no device token"},
		{"no payload", "X-Device-Token: ab\n\n", 200, ``, delivery.Failed, "4", "message has no part message/vnd.msys.apn with a payload"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.service.reply(tt.status, tt.answer)
			m, out := h.deliver(t, tt.part)
			if out.Final != tt.final {
				t.Errorf("%s %q, want %s", out.Final, out.Reply, tt.final)
			}
			if s, d := variable(m, delivery.KeyResponseStatus), variable(m, delivery.KeyResponseDetail); s != tt.dlv || d != tt.detail {
				t.Errorf("status %q %q, want %q %q", s, d, tt.dlv, tt.detail)
			}
			requests, header := h.service.got()
			if tt.part != plain {
				if len(requests) != 0 {
					t.Errorf("requests %q", requests)
				}
				return
			}
			if d := cmp.Diff([]string{`HTTP/2.0 POST /3/device/abcd {"aps":{"alert":"hi"}}`}, requests); d != "" {
				t.Fatalf("requests (-want +got)\n%s", d)
			}
			want := http.Header{"Apns-Expiration": {"605800"}, "Apns-Topic": {"com.example.app"}, "Authorization": {"bearer jwt"},
				"Content-Type": {"application/json"}, "Content-Length": {"22"}}
			got := header[0]
			got.Del("Accept-Encoding")
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("header (-want +got)\n%s", d)
			}
			if variable(m, delivery.KeyDestID) != "abcd" || variable(m, delivery.KeyTransactionID) == "" {
				t.Error("DLV_ variables are not set")
			}
		})
	}
}

func TestExpiry(t *testing.T) {
	for _, tt := range []struct {
		expiry   time.Duration
		variable string
		want     string
	}{{0, "", "605800"}, {time.Hour, "", "4600"}, {-1, "", "0"}, {time.Hour, "60", "1060"}, {time.Hour, "0", "0"}, {time.Hour, "soon", "4600"}} {
		h := newHost(t, "", func(o *apn.Options) { o.Expiry = tt.expiry })
		if _, out := h.deliver(t, plain, "apn_expiry", tt.variable); out.Final != delivery.Delivered {
			t.Errorf("%s %q", out.Final, out.Reply)
		}
		if _, header := h.service.got(); header[0].Get("apns-expiration") != tt.want {
			t.Errorf("%v %q: expiration %s, want %s", tt.expiry, tt.variable, header[0].Get("apns-expiration"), tt.want)
		}
	}
}

func TestDriverTrouble(t *testing.T) {
	h := newHost(t, "", func(o *apn.Options) {
		o.Token = func(context.Context) (string, error) { return "", errors.New("no key") }
	})
	m, out := h.deliver(t, plain)
	if requests, _ := h.service.got(); out.Final != delivery.Deferred || variable(m, delivery.KeyResponseStatus) != "1" || len(requests) != 0 {
		t.Errorf("without a provider token: %s %q", out.Final, out.Reply)
	}
	h = newHost(t, "", nil)
	h.service.Close()
	if m, out := h.deliver(t, plain); out.Reply.String() != "451 4.4.1 [internal] No valid hosts" || variable(m, delivery.KeyResponseStatus) != "1" {
		t.Errorf("unreachable: %s %q", out.Final, out.Reply)
	}
}

// TestLuaEval has the callouts of the reference's examples.
func TestLuaEval(t *testing.T) {
	h := newHost(t, `
require("msys.core")
require("msys.delivery")
require("msys.apn")
require("json")
require("msys.extended.message")
local mod = {}
function mod:apn_request_eval(req, msg)
  print("REQ command: ", req.command)
  print("REQ id: ", tostring(req.id) == msg:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Transaction_ID") or req.id)
  print("REQ expiry: ", req.expiry)
  print("REQ token: ", req.token)
  print("REQ payload: ", tostring(req.json))
  print("Alert was: ", req.json.aps.alert)
  req.json.aps.alert = "Message Changed!"
  req.expiry = 77
  req.token = "EF01"
end
function mod:apn_response_eval(resp)
  print("RESP command: ", resp.command)
  print("RESP status: ", resp.status)
  resp.status = msys.apn.APNS_PROCESSING_ERROR
  return 0
end
msys.registerModule("apn_hooks", mod)
`, nil)
	h.service.reply(400, `{"reason":"BadDeviceToken"}`)
	m, out := h.deliver(t, plain)
	if out.Final != delivery.Deferred || variable(m, delivery.KeyResponseStatus) != "1" {
		t.Errorf("%s %q", out.Final, out.Reply)
	}
	if d := cmp.Diff(strings.Join([]string{
		"REQ command: \t1", "REQ id: \ttrue", "REQ expiry: \t605800", "REQ token: \tabcd", "REQ payload: \t{ \"aps\": { \"alert\": \"hi\" } }",
		"Alert was: \thi", "RESP command: \t8", "RESP status: \t8",
	}, "\n"), h.Printed()); d != "" {
		t.Errorf("printed (-want +got)\n%s", d)
	}
	requests, header := h.service.got()
	if d := cmp.Diff([]string{`HTTP/2.0 POST /3/device/EF01 {"aps":{"alert":"Message Changed!"}}`}, requests); d != "" {
		t.Errorf("requests (-want +got)\n%s", d)
	}
	if got := header[0].Get("apns-expiration"); got != "77" || variable(m, delivery.KeyDestID) != "EF01" {
		t.Errorf("expiration %s", got)
	}
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}
}

// TestLuaEvalDecides has what the callouts can do beside that.
func TestLuaEvalDecides(t *testing.T) {
	for _, tt := range []struct {
		name, part, script string
		status             int
		final              delivery.Disposition
		requests           int
	}{
		{"error forgiven", plain, `apn_response_eval = function(self, resp) resp.status = 0 end`, 410, delivery.Delivered, 1},
		{"token by the variable", "{}", `apn_request_eval = function(self, req, msg) msg:context_set(msys.core.ECMESS_CTX_MESS, "DLV_Dest_ID", "ab") end`, 200, delivery.Delivered, 1},
		{"another payload", plain, `apn_request_eval = function(self, req, msg) req.json = json.decode("{}") end`, 200, delivery.Delivered, 1},
		{"token broken", plain, `apn_request_eval = function(self, req, msg) req.token = "a/b?" end`, 200, delivery.Failed, 0},
		{"fail", plain, `apn_request_eval = function(self, req, msg) return msys.delivery.DELIVERY_FAIL end`, 200, delivery.Deferred, 0},
		{"raise", plain, `apn_request_eval = function(self, req, msg) error("no") end, apn_response_eval = function() error("no") end`, 410, delivery.Failed, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHost(t, `require("msys.extended.message") require("json") msys.registerModule("m", { `+tt.script+` })`, nil)
			h.service.reply(tt.status, `{"reason":"Unregistered"}`)
			_, out := h.deliver(t, tt.part)
			if requests, _ := h.service.got(); out.Final != tt.final || len(requests) != tt.requests {
				t.Errorf("%s %q, requests %q", out.Final, out.Reply, requests)
			}
		})
	}
}
