package httpclnt_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
)

// BenchmarkDriver compares a delivery with the bare POST of net/http.
func BenchmarkDriver(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "ok")
	}))
	defer srv.Close()
	b.Run("nethttp", func(b *testing.B) {
		client := srv.Client()
		b.ReportAllocs()
		b.SetBytes(int64(len(mail)))
		for b.Loop() {
			resp, err := client.Post(srv.URL+"/in", "message/rfc822", strings.NewReader(mail))
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	})
	for name, client := range map[string]*http.Client{"wire": nil, "client": srv.Client()} {
		b.Run(name, func(b *testing.B) {
			d := newDriver(b, httpclnt.Options{Host: srv.Listener.Addr().String(), URI: "/in", Client: client})
			m := newMessage(b)
			p := &delivery.Policy{Logger: slog.New(slog.DiscardHandler)}
			b.ReportAllocs()
			b.SetBytes(int64(len(mail)))
			for b.Loop() {
				out, err := p.Deliver(context.Background(), &delivery.Attempt{Message: m, Method: "http"}, d)
				if err != nil || out.Final != delivery.Delivered {
					b.Fatal(out, err)
				}
			}
		})
	}
}

// TestConcurrent delivers by a method in Lua from many goroutines, while the
// scripts are loaded anew.
func TestConcurrent(t *testing.T) {
	srv := newServer(t, nil)
	const script = `
		local kept = {}
		msys.http_lua.registerModule("m", {
			build_request = function(self, sess)
				kept[#kept % 8 + 1] = sess
				sess:request_add_header("X-To", msys.delivery.ob_get_current_message(sess):rcptto(), 1)
				sess:request_set_body("x")
			end,
			handle_response = function(self, sess)
				for _, s in pairs(kept) do
					assert(s.request.method == "POST" and s.response.status_code ~= nil and #s.request.headers >= 1)
				end
			end,
		})
		msys.registerModule("hooks", {
			http_request_eval = function(self, sess) sess:request_add_header("X-Eval", "1", 1) sess:request_finalize(1) end,
			http_response_eval = function(self, sess) return #sess.response.body - 2 end,
		})`
	files := newScripts("policy", script)
	h := newHost(t, srv.host(), "", msys.Config{Path: files.path(), Loops: 3})
	h.Load("policy")
	var wg sync.WaitGroup
	for range 16 {
		m := h.received(t)
		m.SetDeliveryMethod("m")
		wg.Go(func() {
			for range 10 {
				d, ok := h.methods.Driver("m")
				if !ok {
					t.Error("the method is gone")
					return
				}
				out, err := h.policy.Deliver(context.Background(), &delivery.Attempt{Message: m}, d)
				if err != nil || out.Final != delivery.Delivered {
					t.Errorf("%s %q %v", out.Final, out.Reply, err)
				}
			}
		})
	}
	for range 3 {
		if err := h.Reload(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	got := srv.take()
	if len(got) != 160 {
		t.Errorf("%d requests", len(got))
	}
	for _, r := range got {
		if r.header.Get("X-To") != "bob@rcpt.example" || r.header.Get("X-Eval") != "1" {
			t.Fatalf("%+v", r)
		}
	}
	if e := h.Errors(); len(e) > 0 {
		t.Errorf("errors: %q", e)
	}
}
