package curl_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/lualib"
)

// BenchmarkTransfer compares a transfer, from Go and from Lua with a write
// callback, with the same by net/http.
func BenchmarkTransfer(b *testing.B) {
	page := strings.Repeat("0123456789abcdef", 4096)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page) }))
	defer srv.Close()
	b.Run("nethttp", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			resp, err := srv.Client().Get(srv.URL)
			if err != nil {
				b.Fatal(err)
			}
			n, err := io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if err != nil || n != int64(len(page)) {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("go", func(b *testing.B) {
		e := newService(b, nil).Easy()
		n := 0
		setAll(b, e, map[curl.Option]any{curl.OptURL: srv.URL, curl.OptWriteFunction: curl.WriteFunc(func(p []byte) (int, error) { n += len(p); return len(p), nil })})
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			n = 0
			if err := e.Perform(b.Context()); err != nil || n != len(page) {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("lua", func(b *testing.B) {
		l := lua.NewState()
		lualib.Open(l)
		bind.Preload(l, curl.Library(newService(b, nil)))
		l.PushString(srv.URL)
		l.SetGlobal("url")
		if err := lua.DoString(l, `local c, n = require("curl").new(), 0
c:setopt(curl.OPT_URL, url)
c:setopt(curl.OPT_WRITEFUNCTION, function(_, chunk) n = n + #chunk return #chunk end)
function fetch() n = 0 assert(c:perform()) assert(n == 65536) end`); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			l.Global("fetch")
			if err := l.ProtectedCall(0, 0, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
