package outbound_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/json"
	msysoutbound "github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/policykit"
)

// TestHTTP delivers by a method that a script defines: to a JSON endpoint, and
// where that refuses, as mail.
func TestHTTP(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		bodies = append(bodies, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+r.Header.Get("X-Push")+" "+string(b))
		mu.Unlock()
		if strings.Contains(string(b), "gone") {
			w.WriteHeader(http.StatusGone)
		}
	}))
	defer endpoint.Close()

	s, q := newSink(t), openQueue(t, "", nil)
	methods := httpclnt.NewMethods(func(string) httpclnt.Options {
		return httpclnt.Options{Host: strings.TrimPrefix(endpoint.URL, "http://"), URI: "/send"}
	})
	defer methods.Close()
	kit := policykit.New(t, &policykit.Options{
		Modules: append(httpclnt.Libraries(methods), delivery.Library(), json.Library()),
		Config:  msys.Config{Enqueuer: q},
	})
	kit.LoadString("push.lua", `
		require("msys.core"); require("msys.delivery"); require("msys.httpclnt"); require("msys.http_lua"); require("json")
		msys.http_lua.registerModule("push", {
			build_request = function(self, sess)
				local msg = msys.delivery.ob_get_current_message(sess.connh)
				sess:request_add_header("Content-Type", "application/json", 1)
				sess:request_set_body('{"to":"' .. msg:rcptto() .. '","subject":"' .. msg:header("Subject")[1] .. '"}')
				return msys.httpclnt.HTTP_INTERNAL_CONT
			end,
		})
		local mod = {}
		function mod:http_request_eval(sess) sess:request_add_header("X-Push", "yes", 1) return 0 end
		function mod:generic_delivery_msg_dispose(msg)
			local status = msg:context_get(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")
			if status and status ~= "" then
				msg:context_delete(msys.core.ECMESS_CTX_MESS, "DLV_Response_Status")
				msg:inject(msg:mailfrom(), { "fallback@mail.example" })
				return msys.delivery.DELIVERY_DONE
			end
		end
		msys.registerModule("push", mod)`)
	run(t, q, outbound.Options{
		Driver: relayTo(t, s.addr),
		Drivers: func(method string) delivery.Driver {
			if d, ok := methods.Driver(method); ok {
				return d
			}
			return nil
		},
		Policy:  &delivery.Policy{Hooks: msysoutbound.Hooks(kit.Runtime)},
		Message: message.Options{Injector: outbound.Injector(kit.Runtime, q)},
	})
	for _, to := range []string{"phone@push.example", "gone@push.example"} {
		m := newMail(t, "a@b.example", to, "x\r\n")
		m.SetDeliveryMethod("push")
		put(t, q, m)
	}
	eventually(t, "delivery", empty(t, q))
	mu.Lock()
	defer mu.Unlock()
	want := map[string]bool{
		`POST /send application/json yes {"to":"phone@push.example","subject":"test"}`: true,
		`POST /send application/json yes {"to":"gone@push.example","subject":"test"}`:  true,
	}
	got := map[string]bool{}
	for _, b := range bodies {
		got[b] = true
	}
	if diff := cmp.Diff(want, got); diff != "" || len(bodies) != 2 {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
	if mails := s.received(); len(mails) != 1 || mails[0].to != "fallback@mail.example" || mails[0].from != "a@b.example" {
		t.Errorf("mails %q", mails)
	}
	if e := kit.Errors(); len(e) > 0 {
		t.Errorf("errors %q", e)
	}
}

// TestAdaptiveStore has what rules did outlast the process.
func TestAdaptiveStore(t *testing.T) {
	path := t.TempDir() + "/queue.db"
	q := openQueue(t, path, nil)
	ctx := context.Background()
	engine := newEngine(t, q)
	k := delivery.Key{Binding: "b\xff", Domain: "d.example"}
	if _, err := engine.Respond(ctx, k, delivery.ParseReply("450 busy")); err != nil {
		t.Fatal(err)
	}
	engine.Warmup("", time.Hour)
	if err := engine.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	want := engine.State(k)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	engine = newEngine(t, openQueue(t, path, nil))
	if err := engine.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if got := engine.State(k); got.Standing != delivery.Suspended || !got.Until.Equal(want.Until) || got.Rule != want.Rule {
		t.Errorf("%+v, want %+v", got, want)
	}
	if age := engine.Age(""); age < time.Hour || age > 2*time.Hour {
		t.Errorf("age %v", age)
	}
}
