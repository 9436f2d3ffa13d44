package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
)

// Mail that came by SMTP and goes on by HTTP meets the callouts about requests
// and responses.
func TestHTTPCallouts(t *testing.T) {
	const sess, msg = "sess", "msg(a@b.example>one@d.example)"
	type want struct {
		request string // "" is none
		queued  int    // in the end
	}
	for _, tt := range []struct {
		name, hook, code string
		status           int
		calls            string
		want             want
	}{
		{"changes the request", "http_request_eval", `a1:request_add_header("X-To", msys.delivery.ob_get_current_message(a1.connh):rcptto(), 1) return msys.delivery.DELIVERY_CONTINUE`, 200,
			sess, want{"one@d.example", 0}},
		{"fails the attempt", "http_request_eval", `return msys.delivery.DELIVERY_FAIL`, 200, sess, want{"", 1}},
		{"sees the response", "http_response_eval", `record(a1.response.status_code)`, 200, sess + "|str(200)", want{"-", 0}},
		{"fails without a status", "http_response_eval", `return msys.delivery.DELIVERY_FAIL`, 200, sess, want{"-", 0}},
		{"fails the attempt", "http_response_eval", `msys.delivery.ob_get_current_message(a1.connh):context_set(M, "DLV_Response_Status", "busy") return msys.delivery.DELIVERY_FAIL`, 200,
			sess, want{"-", 1}},
		{"counts as delivered", "generic_delivery_msg_dispose", `a1:context_set(M, "DLV_Response_Status", "")`, 503, msg, want{"-", 0}},
		{"has no opinion", "generic_delivery_msg_dispose", `record(a1:context_get(M, "DLV_Response_Status") ~= "")`, 503, msg + "|true", want{"-", 1}},
	} {
		t.Run(tt.hook+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var request string
			endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				mu.Lock()
				defer mu.Unlock()
				if request = r.Header.Get("X-To"); request == "" {
					request = "-"
				}
				w.WriteHeader(tt.status)
			}))
			defer endpoint.Close()
			policy := recorder + `
require("msys.delivery") require("msys.httpclnt")
local init = mod.init
function mod:init()
  msys.registerControl("over", function() print(msys.shareGet("over")) end)
  return init(self)
end
function mod:core_log_attempt_v1() msys.shareSet("over", "yes") end
function mod:` + tt.hook + `(a1)
  forms[msys.type(a1)] = forms[msys.type(a1)] or function() return "sess" end
  record(a1)
  ` + tt.code + `
end
msys.registerModule("p", mod)`
			r := start(t, options{relayOptions: relayOptions{relay: endpoint.URL, queue: filepath.Join(t.TempDir(), "queue.db")}}, map[string]string{"p.lua": policy})
			c := r.dial()
			c.expect(received...)
			control := func(line string) string {
				out, _, err := r.rt.Control(context.Background(), msys.ControlRequest{Line: line})
				if err != nil {
					t.Fatal(err)
				}
				return out
			}
			eventually(t, "the attempt", func() bool { return control("over") == "yes\n" })
			if diff := cmp.Diff(strings.ReplaceAll(tt.calls, "|", "\n")+"\n", control("calls")); diff != "" {
				t.Errorf("arguments: %s", diff)
			}
			var got want
			eventuallyOr(t, func() bool {
				mu.Lock()
				defer mu.Unlock()
				got = want{request, r.queued()}
				return got == tt.want
			}, func() { t.Errorf("got %+v, want %+v", got, tt.want) })
		})
	}
}
