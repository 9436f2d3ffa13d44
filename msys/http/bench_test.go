package httpclient_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/lualib"
)

// BenchmarkRequest compares a request of a client, from Go and from Lua, with
// the same by net/http.
func BenchmarkRequest(b *testing.B) {
	page := strings.Repeat("0123456789abcdef", 256)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page) }))
	defer srv.Close()
	b.Run("nethttp", func(b *testing.B) {
		client := srv.Client()
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			resp, err := client.Get(srv.URL)
			if err != nil {
				b.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || len(body) != len(page) {
				b.Fatal(len(body), err)
			}
		}
	})
	b.Run("go", func(b *testing.B) {
		c := newService(b, nil).Client()
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			if err := c.Do(b.Context(), "GET", srv.URL, nil); err != nil || len(c.Body()) != len(page) {
				b.Fatal(err)
			}
		}
	})
	b.Run("lua", func(b *testing.B) {
		l := lua.NewState()
		lualib.Open(l)
		bind.Preload(l, httpclient.Library(newService(b, nil)))
		l.PushString(srv.URL)
		l.SetGlobal("url")
		if err := lua.DoString(l, `local c = require("msys.http.client").new()
function ask() assert(c:do_request("GET", url)) assert(#c:get_body() == 4096) end`); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			l.Global("ask")
			if err := l.ProtectedCall(0, 0, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
