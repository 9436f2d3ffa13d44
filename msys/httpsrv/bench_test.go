package httpsrv_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkRequest compares a script's answer with that of a Go handler.
func BenchmarkRequest(b *testing.B) {
	h := newHost(b, nil, `msys.httpsrv.register("GET", "/p", function(s) s:response_status_set_std(200, "fine", "text/plain") end)`)
	for name, handler := range map[string]http.Handler{
		"lua": h.Server,
		"go": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, "fine")
		}),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest("GET", "/p?a=1", nil))
				if w.Code != 200 || w.Body.Len() != 4 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
