package iowrap_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/luaio"
)

var ctx = context.Background()

func newFS(t testing.TB, o *iowrap.Options) *iowrap.FS {
	t.Helper()
	f, err := iowrap.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, f *iowrap.FS, uri string, flags int) iowrap.Object {
	t.Helper()
	o, err := f.Open(ctx, uri, flags, 0o640)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() }) // perhaps again
	return o
}

func put(t testing.TB, o iowrap.Object, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if n, err := io.WriteString(o, text); err != nil || n != len(text) {
			t.Fatal(n, err)
		}
	}
}

func get(t testing.TB, f *iowrap.FS, uri string) string {
	t.Helper()
	b, err := f.ReadFile(ctx, uri)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSchemeOf(t *testing.T) {
	for uri, want := range map[string]string{
		"/a:b": "", "a": "", "": "", ":": "", "c:x": "", "file:///x": "file", "JLOG://x": "jlog", "a b://": "", "1a:": "", "a+b-c.1:x": "a+b-c.1", "é:x": "",
	} {
		if got := iowrap.SchemeOf(uri); got != want {
			t.Errorf("%q: %q, want %q", uri, got, want)
		}
	}
}

func opened(o iowrap.Object, err error) error {
	if o != nil {
		_ = o.Close()
	}
	return err
}

func TestSchemes(t *testing.T) {
	f := newFS(t, &iowrap.Options{Schemes: map[string]iowrap.Scheme{
		"memory": nil,
		"vault": iowrap.SchemeFunc(func(context.Context, string, int, fs.FileMode) (iowrap.Object, error) {
			return os.Open(os.DevNull)
		}),
	}})
	if got := get(t, f, "VAULT:"); got != "" {
		t.Error(got)
	}
	for _, uri := range []string{"memory:x", "gopher://x"} {
		var unknown *iowrap.UnknownSchemeError
		if _, err := f.ReadFile(ctx, uri); !errors.As(err, &unknown) {
			t.Error(err)
		}
	}
	for _, uri := range []string{"pipe:///bin/cat", "pipe:///bin/cat?arg1=x"} {
		if err := opened(f.Open(ctx, uri, os.O_RDONLY, 0)); !errors.Is(err, iowrap.ErrNotAllowed) {
			t.Error(err)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := f.ReadFile(ended, os.DevNull); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestClose(t *testing.T) {
	dir := t.TempDir()
	f := newFS(t, nil)
	o, err := f.Open(ctx, filepath.Join(dir, "x"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := o.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	if _, err := f.ReadFile(ctx, os.DevNull); !errors.Is(err, iowrap.ErrClosed) {
		t.Error(err)
	}
	if err := opened(f.Open(ctx, "jlog://"+dir+"/j", os.O_WRONLY, 0)); !errors.Is(err, iowrap.ErrClosed) {
		t.Error(err)
	}
}

// TestAtomicAppend has many goroutines write lines to one file.
func TestAtomicAppend(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	f := newFS(t, nil)
	var wg sync.WaitGroup
	for i := range 4 {
		line := strings.Repeat(string(rune('a'+i)), 5000) + "\n"
		o := open(t, f, name, os.O_CREATE|os.O_WRONLY|os.O_APPEND)
		for range 2 {
			wg.Go(func() {
				for range 20 {
					if _, err := io.WriteString(o, line); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	lines := strings.Split(strings.TrimSuffix(get(t, f, name), "\n"), "\n")
	if len(lines) != 160 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if len(line) != 5000 || strings.Trim(line, line[:1]) != "" {
			t.Fatalf("mixed line %.20q… of %d bytes", line, len(line))
		}
	}
}

// TestCollected closes a file whose object was forgotten.
func TestCollected(t *testing.T) {
	f := newFS(t, nil)
	raw := open(t, f, os.DevNull, os.O_RDONLY)
	o := luaio.New(raw, luaio.Info{})
	if _, err := o.ReadN(1); err != io.EOF {
		t.Error(err)
	}
	o = nil
	for range 1000 {
		runtime.GC()
		if _, err := raw.Read(make([]byte, 1)); errors.Is(err, fs.ErrClosed) {
			return
		}
		runtime.Gosched()
	}
	t.Error("not closed")
}
