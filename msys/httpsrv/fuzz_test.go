package httpsrv_test

import (
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func reader(s string) io.Reader { return strings.NewReader(s) }

// FuzzQuery asks with any query: the parameters agree with net/url's as far as
// that accepts them.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"b=2&a=x%20y", "a&b=", "&&=", "%zz=%", "a=1&a=2", "a=b=c", "a+b=%26", ";a=1;b"} {
		f.Add(seed)
	}
	h := newHost(f, nil, `
msys.httpsrv.register(nil, "/", function(s)
  local attrs = s:request_url_get().attrs
  for k, v in pairs(attrs or {}) do s:response_append(curl_escape(k) .. "=" .. curl_escape(v) .. "&") end
end)
function curl_escape(s) return (s:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end)) end
`)
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Fatal(w.Code, h.Errors())
		}
		got, err := url.ParseQuery(strings.TrimSuffix(w.Body.String(), "&"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		for key, values := range want {
			if got.Get(key) != values[len(values)-1] {
				t.Fatalf("%q: %q, want %q", key, got.Get(key), values)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}
