package httpsrv_test

import (
	"io"
	"net/http/httptest"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/httpsrv"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/policykit"
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestHugeBody sends 100 MB to a script that wants them.
func TestHugeBody(t *testing.T) {
	h := newHost(t, nil, `msys.httpsrv.register("POST", "/p", function(s)
  local rc, body = s:request_data_get_string()
  s:response_append(rc .. " " .. tostring(body))
end)`)
	body := &io.LimitedReader{R: zeros{}, N: 100 << 20}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/p", body))
	if got := w.Body.String(); got != "27 nil" || body.N < 98<<20 {
		t.Error(got, body.N)
	}
}

// TestObjects uses the body with the functions of another package for io
// objects.
func TestObjects(t *testing.T) {
	files, err := iowrap.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	srv := httpsrv.New(nil)
	kit := policykit.New(t, &policykit.Options{Modules: append([]lua.RegistryFunction{httpsrv.Library(srv)}, iowrap.Libraries(files)...)})
	kit.LoadString("p.lua", `msys.httpsrv.register("POST", "/p", function(s)
  local rc, io = s:request_data_get()
  s:response_append(msys.core.io_wrapper_read(io, 5) .. "," .. msys.type(io))
  s:response_append(io:read("*a"))
  s:response_io(msys.core.io_wrapper_open_memory(" and more"), 1)
end)`)
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, httptest.NewRequest("POST", "/p", reader("hello world")))
	if got := w.Body.String(); got != "hello,msys.core:_io_object world and more" {
		t.Error(w.Code, got, kit.Errors())
	}
}
