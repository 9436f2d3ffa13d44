package iowrap_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/iowrap"
)

func TestHTTP(t *testing.T) {
	slow := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			_, _ = w.Write([]byte("b\x00dy")) // the client may be gone
		case "/moved":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/large":
			_, _ = w.Write(make([]byte, 2000))
		case "/slow":
			<-slow
		default:
			http.Error(w, "no", http.StatusNotFound)
		}
	}))
	defer server.Close()
	defer close(slow)
	f := newFS(t, &iowrap.Options{MaxReadFile: 1000})
	if got := get(t, f, server.URL+"/ok"); got != "b\x00dy" {
		t.Errorf("%q", got)
	}
	for path, want := range map[string]string{"/no": "HTTP status 404", "/moved": "HTTP status 302", "/large": "larger than the limit"} {
		if _, err := f.ReadFile(ctx, server.URL+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	var status *iowrap.StatusError
	if _, err := f.ReadFile(ctx, server.URL+"/no"); !errors.As(err, &status) || status.Code != 404 {
		t.Error(err)
	}
	if err := opened(f.Open(ctx, server.URL+"/ok", os.O_WRONLY, 0)); !errors.Is(err, iowrap.ErrReadOnly) {
		t.Error(err)
	}
	for _, uri := range []string{"http://user:secret@127.0.0.1:1/", "http://[::1", "https://" + server.Listener.Addr().String()} {
		if _, err := f.ReadFile(ctx, uri); err == nil {
			t.Errorf("%s: no error", uri)
		}
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := f.ReadFile(short, server.URL+"/slow"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
