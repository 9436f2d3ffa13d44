package docstest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/smpp"
)

// drivers make the functions run that no session of ours calls.
var drivers = map[string]func(t *testing.T, s *stage){
	"control": func(t *testing.T, s *stage) {
		out, _, err := s.kit.Control(t.Context(), msys.ControlRequest{Args: []string{"snippet", "-v", "reload"}})
		check(t, err)
		s.printed += out
	},
	"endpoint": func(t *testing.T, s *stage) {
		body := `{ "user": "ann" }`
		r := httptest.NewRequest(http.MethodPost, "/policy/users?page=2", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		r.Header.Set("X-Key", "secret")
		local := &net.TCPAddr{IP: net.IPv4(198, 51, 100, 1), Port: 80}
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(local)))
		w := httptest.NewRecorder()
		s.set.Server.ServeHTTP(w, r)
		s.response = fmt.Sprintf("%d %s", w.Code, w.Body)
	},
	"http_request_eval":  deliver,
	"http_response_eval": deliver,
	"generic_delivery_msg_dispose": func(t *testing.T, s *stage) {
		_, err := s.kit.Dispose(t.Context(), outgoing(t, s), "200")
		check(t, err)
	},
	"core_get_outbound_tls_parameters": func(t *testing.T, s *stage) {
		_, err := s.kit.OutboundTLS(t.Context(), outgoing(t, s), msys.TLSParams{})
		check(t, err)
	},
	"smpp_MT_pdu_eval": pdu("smpp_MT_pdu_eval", func() *smpp.PDU {
		p := smpp.NewShortMessage(smpp.SubmitSM)
		p.Short.ShortMessage.Set("hello")
		p.Short.DataCoding = 8
		return p
	}),
	"smpp_MO_pdu_eval": pdu("smpp_MO_pdu_eval", func() *smpp.PDU {
		p := smpp.NewShortMessage(smpp.DeliverSM)
		p.Short.SourceAddr.Set("15551234")
		p.Short.ShortMessage.Set("Hi")
		return p
	}),
	"smpp_DR_pdu_eval": pdu("smpp_DR_pdu_eval", func() *smpp.PDU {
		p := smpp.NewShortMessage(smpp.DeliverSM)
		p.Short.ESMClass = 4
		p.Short.ShortMessage.Set("id:7 sub:001 dlvrd:001 submit date:2506011200 done date:2506011201 stat:DELIVRD err:000 text:Hello")
		return p
	}),
	"smpp_submit_response": func(t *testing.T, s *stage) {
		_, err := s.kit.CallHook(t.Context(), "smpp_submit_response", outgoing(t, s), smpp.NewResponse(smpp.SubmitSM, 0, "7"))
		check(t, err)
	},
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// outgoing is the mail on its way out.
func outgoing(t *testing.T, s *stage) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte(s.mail), message.Envelope{From: "ann@example.org", To: "bob@example.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// deliver sends the mail over HTTP to a server that takes it.
func deliver(t *testing.T, s *stage) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	defer srv.Close()
	d := httpclnt.NewDriver(httpclnt.Options{Host: srv.Listener.Addr().String(), URI: "/send"})
	defer d.Close()
	policy := &delivery.Policy{Hooks: outbound.Hooks(s.kit.Runtime)}
	_, err := policy.Deliver(t.Context(), &delivery.Attempt{Message: outgoing(t, s), Method: "http"}, d)
	check(t, err)
}

// pdu drives a hook that takes a PDU.
func pdu(hook string, fill func() *smpp.PDU) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		_, err := s.kit.CallHook(t.Context(), hook, fill())
		check(t, err)
	}
}

// responses are what endpoints answer, with the status before the body.
var responses = map[string]string{
	"session:response_status_set_std":   "201 created\n",
	"session:response_status_set":       "204 ",
	"session:response_status_ok":        "200 ann;1\n",
	"session:response_status_denied":    "403 ",
	"session:response_status_not_found": "404 ",
	"session:response_status_error":     "500 ",
	"session:response_append":           "200 one line\ntwo",
	"session:response_printf":           "200 ann 7\n",
	"session:response_string":           "200 this instead",
	"session:response_json":             `200 { "user": "ann" }`,
	"session:response_io":               "200 from a stream",
	"session:response_flush":            "200 first piece\nsecond piece\n",
	"session:session_suspend":           "200 here it is\n",
	"session:session_resume":            "200 here it is\n",
}
