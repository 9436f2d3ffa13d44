package curl_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/curl"
)

func TestCookies(t *testing.T) {
	srv := newServer(t)
	jar := filepath.Join(t.TempDir(), "jar")
	e := newService(t, nil).Easy()
	var body strings.Builder
	setAll(t, e, map[curl.Option]any{
		curl.OptURL: srv.URL + "/cookie", curl.OptCookieFile: "", curl.OptCookieJar: jar, curl.OptCookie: "own=0",
		curl.OptWriteFunction: curl.WriteFunc(func(p []byte) (int, error) { return body.Write(p) }),
	})
	for _, want := range []string{"own=0", "session=1; kept=2; own=0"} {
		body.Reset()
		if err := e.Perform(t.Context()); err != nil || body.String() != want {
			t.Errorf("%q %v, want %q", body.String(), err, want)
		}
	}
	list, err := e.GetInfo(curl.InfoCookieList)
	if err != nil {
		t.Fatal(err)
	}
	var short []string
	for _, line := range list.([]string) {
		f := strings.Split(line, "\t")
		short = append(short, strings.Join([]string{f[0], f[1], f[2], f[3], f[5], f[6]}, " "))
	}
	want := []string{"127.0.0.1 FALSE / FALSE session 1", "#HttpOnly_127.0.0.1 FALSE / FALSE kept 2", "127.0.0.1 FALSE /deep FALSE deep 3", "127.0.0.1 FALSE / TRUE safe 4"}
	if diff := cmp.Diff(want, short); diff != "" {
		t.Error(diff)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(jar)
	if err != nil || !strings.HasPrefix(string(file), "# Netscape HTTP Cookie File\n\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t1\n") {
		t.Errorf("%s %v", file, err)
	}

	got, _, err := fetch(t, nil, map[curl.Option]any{curl.OptURL: srv.URL + "/cookie", curl.OptCookieFile: jar})
	if err != nil || got != "session=1; kept=2" {
		t.Error(got, err)
	}
	got, _, err = fetch(t, nil, map[curl.Option]any{curl.OptURL: srv.URL + "/cookie", curl.OptCookieFile: jar, curl.OptCookieSession: true})
	if err != nil || got != "kept=2" {
		t.Error(got, err)
	}
	got, _, err = fetch(t, nil, map[curl.Option]any{curl.OptURL: srv.URL + "/cookie", curl.OptCookieFile: "/no/such/file"})
	if err != nil || got != "" {
		t.Error(got, err)
	}
}

// TestCookieScope asks servers of several names that are all the same one.
func TestCookieScope(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if line := r.FormValue("set"); line != "" {
			w.Header().Set("Set-Cookie", line)
		}
		w.Write([]byte(r.Header.Get("Cookie")))
	}))
	defer srv.Close()
	address := strings.TrimPrefix(srv.URL, "http://")
	for _, tt := range []struct {
		name     string
		set      string // by http://www.example.com/a/b
		at, want string
	}{
		{"host only", "k=v", "http://example.com/a/b", ""},
		{"same host", "k=v", "http://WWW.example.com/a/c", "k=v"},
		{"default path", "k=v", "http://www.example.com/", ""},
		{"path", "k=v; Path=/a", "http://www.example.com/a", "k=v"},
		{"path of a word", "k=v; Path=/a", "http://www.example.com/ab", ""},
		{"relative path", "k=v; Path=a", "http://www.example.com/a/x", "k=v"},
		{"domain", "k=v; Domain=.example.com", "http://mail.example.com/a/b", "k=v"},
		{"domain itself", "k=v; Domain=example.com", "http://example.com/a/b", "k=v"},
		{"another domain", "k=v; Domain=example.org", "http://example.org/a/b", ""},
		{"end of a word", "k=v; Domain=ample.com", "http://ample.com/a/b", ""},
		{"public suffix", "k=v; Domain=com", "http://other.com/a/b", ""},
		{"secure", "k=v; Secure", "http://www.example.com/a/b", ""},
		{"expired", "k=v; Max-Age=-1", "http://www.example.com/a/b", ""},
		{"expired long ago", "k=v; Expires=Thu, 01 Jan 1970 00:00:01 GMT", "http://www.example.com/a/b", ""},
		{"not expired", "k=v; Max-Age=100", "http://www.example.com/a/b", "k=v"},
		{"nonsense", "=", "http://www.example.com/a/b", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newService(t, nil).Easy()
			var body strings.Builder
			setAll(t, e, map[curl.Option]any{
				curl.OptProxy: address, curl.OptCookieFile: "", curl.OptURL: "http://www.example.com/a/b?set=" + curl.Escape(tt.set),
				curl.OptWriteFunction: curl.WriteFunc(func(p []byte) (int, error) { return body.Write(p) }),
			})
			if err := e.Perform(t.Context()); err != nil {
				t.Fatal(err)
			}
			body.Reset()
			setAll(t, e, map[curl.Option]any{curl.OptURL: tt.at})
			if err := e.Perform(t.Context()); err != nil || body.String() != tt.want {
				t.Errorf("%q %v", body.String(), err)
			}
		})
	}
}

// FuzzCookieFile reads a file of cookies and writes it again: no line breaks
// out of its cookie.
func FuzzCookieFile(f *testing.F) {
	for _, seed := range []string{
		"# Netscape HTTP Cookie File\n.example.com\tTRUE\t/\tFALSE\t0\tname\tvalue\n", "#HttpOnly_h\tFALSE\t/\tTRUE\t99999999999\tn\tv",
		"Set-Cookie: a=b; Domain=example.com; Max-Age=9", "\t\t\t\t\t\t", "h\tTRUE\t/\tFALSE\t-1\tn",
	} {
		f.Add(seed)
	}
	dir := f.TempDir()
	srv := newServer(f)
	s := newService(f, &curl.Options{Files: curl.Dir(dir)})
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(dir, "in"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		load := func(name string) any {
			e := s.Easy()
			setAll(t, e, map[curl.Option]any{curl.OptURL: "file:///in", curl.OptCookieFile: name, curl.OptCookieJar: "/out"})
			if err := e.Perform(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, err := e.GetInfo(curl.InfoCookieList)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		first, _ := load("/in").([]string)
		if err := os.WriteFile(filepath.Join(dir, "again"), []byte(strings.Join(first, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		second, _ := load("/again").([]string)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatal(diff)
		}
		e := s.Easy()
		setAll(t, e, map[curl.Option]any{curl.OptURL: srv.URL + "/text", curl.OptCookieFile: "/again"})
		if err := e.Perform(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
