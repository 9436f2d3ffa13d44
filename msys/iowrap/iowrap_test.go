package iowrap_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/iowrap/journal"
	"github.com/gomsys/gomsys/msys/iowrap/luaio"
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

func TestConfinement(t *testing.T) {
	dir := t.TempDir()
	root, outside := filepath.Join(dir, "root"), filepath.Join(dir, "outside")
	write(t, filepath.Join(outside, "secret"), "secret")
	write(t, filepath.Join(dir, "rootless"), "beside")
	write(t, filepath.Join(root, "sub", "ok"), "fine")
	write(t, filepath.Join(root, "inner", "deep", "x"), "deep")
	for link, to := range map[string]string{
		"absolute": filepath.Join(outside, "secret"), "relative": "../outside/secret", "dir": outside, "good": "sub/ok", "loop": "loop",
	} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	f := newFS(t, &iowrap.Options{
		Roots:   []string{root, filepath.Join(root, "inner")},
		PathMap: []iowrap.Mapping{{"/opt/msys/ecelerity/", root}, {"/opt/msys/ecelerity/etc", filepath.Join(root, "sub")}, {"/opt/bad", outside}},
	})
	for _, tt := range []struct {
		name, want string
		err        error
	}{
		{root + "/sub/ok", "fine", nil},
		{root + "/sub/../sub//ok", "fine", nil},
		{"file://" + root + "/s%75b/ok", "fine", nil},
		{"file://localhost" + root + "/good", "fine", nil},
		{root + "/good", "fine", nil},
		{root + "/inner/deep/x", "deep", nil},
		{"/opt/msys/ecelerity/sub/ok", "fine", nil},
		{"/opt/msys/ecelerity/etc/ok", "fine", nil},
		{"/opt/msys/ecelerity/etcetera", "", fs.ErrNotExist},
		{"/opt/msys/ecelerity/etc/../../../../etc/passwd", "", iowrap.ErrOutside},
		{"/opt/bad/secret", "", iowrap.ErrOutside},
		{root + "/absolute", "", iowrap.ErrOutside},
		{root + "/relative", "", iowrap.ErrOutside},
		{root + "/dir/secret", "", iowrap.ErrOutside},
		{root + "/loop", "", fs.ErrInvalid},
		{root + "less", "", iowrap.ErrOutside},
		{root + "/../outside/secret", "", iowrap.ErrOutside},
		{"/etc/passwd", "", iowrap.ErrOutside},
		{"relative/path", "", iowrap.ErrOutside},
		{"", "", fs.ErrNotExist},
		{root + "/sub/ok\x00x", "", fs.ErrInvalid},
		{"file:///%zz", "", iowrap.ErrInvalidURI},
		{root, "", syscall.EISDIR},
	} {
		b, err := f.ReadFile(ctx, tt.name)
		var path *fs.PathError
		switch {
		case tt.name == root+"/loop" && err != nil:
		case !errors.Is(err, tt.err) || string(b) != tt.want:
			t.Errorf("%s: %q %v", tt.name, b, err)
		case err != nil && (!errors.As(err, &path) || path.Path != tt.name):
			t.Errorf("%s: %#v", tt.name, err)
		}
		if tt.err == iowrap.ErrOutside && !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: not an ErrPermission", tt.name)
		}
	}

	put(t, open(t, f, root+"/new", os.O_CREATE|os.O_WRONLY), "x")
	if err := f.Rename(root+"/new", root+"/sub/newer"); err != nil {
		t.Error(err)
	}
	if err := f.MkdirAll(root+"/a/b/file", 0o755); err != nil {
		t.Error(err)
	}
	if err := f.MkdirAll(root+"/file", 0o755); err != nil {
		t.Error(err)
	}
	if err := f.Remove("file:///x"); !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
	for _, name := range []string{root + "/sub/newer", root + "/a/b"} {
		if err := f.Remove(name); err != nil {
			t.Error(err)
		}
	}
	for _, err := range []error{
		f.Remove(root + "/dir/secret"), f.Remove(outside + "/secret"), f.Rename(root+"/sub/ok", outside+"/x"),
		f.Rename(outside+"/secret", root+"/x"), f.Rename(root+"/sub/ok", root+"/inner/ok"), f.MkdirAll(outside+"/x/y", 0o755),
		f.MkdirAll(root+"/dir/x/y", 0o755), opened(f.Open(ctx, root+"/dir/new", os.O_CREATE|os.O_WRONLY, 0o600)),
		opened(f.Open(ctx, "jlog://"+outside+"/j", os.O_WRONLY, 0)), opened(f.Open(ctx, "jlog://"+root+"/dir/j", os.O_WRONLY, 0)),
	} {
		if !errors.Is(err, iowrap.ErrOutside) {
			t.Error(err)
		}
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 {
		t.Error(entries, err)
	}
}

func opened(o iowrap.Object, err error) error {
	if o != nil {
		_ = o.Close()
	}
	return err
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	name := write(t, filepath.Join(dir, "x"), "content")
	f := newFS(t, &iowrap.Options{ReadOnly: true})
	if got := get(t, f, name); got != "content" {
		t.Error(got)
	}
	for _, err := range []error{
		opened(f.Open(ctx, name, os.O_WRONLY, 0)), opened(f.Open(ctx, name, os.O_RDONLY|os.O_TRUNC, 0)), opened(f.Open(ctx, name+"2", os.O_CREATE, 0)),
		f.Remove(name), f.Rename(name, name+"2"), f.MkdirAll(dir+"/a/b", 0o755), opened(f.Open(ctx, "jlog://"+dir+"/j", os.O_WRONLY, 0)),
	} {
		if !errors.Is(err, syscall.EROFS) {
			t.Error(err)
		}
	}
}

func TestOpenMode(t *testing.T) {
	dir := t.TempDir()
	f := newFS(t, &iowrap.Options{PathMap: []iowrap.Mapping{{"/var/log/ecelerity", dir}}})
	for _, mode := range []string{"w", "a", "r+", "w+", "a+"} {
		o, err := f.OpenMode("/var/log/ecelerity/x", mode)
		if err != nil {
			t.Fatal(mode, err)
		}
		if _, err := io.WriteString(o, mode); err != nil {
			t.Error(mode, err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}
	o, err := f.OpenMode("/var/log/ecelerity/x", "r")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if b, err := io.ReadAll(o); string(b) != "w+a+" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	if _, err := f.OpenMode("x", "z"); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
}

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

func TestMemory(t *testing.T) {
	f := newFS(t, &iowrap.Options{MaxMemory: 2000})
	if err := opened(f.Open(ctx, "memory:a", os.O_RDWR, 0)); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	a := open(t, f, "memory:a", os.O_CREATE|os.O_RDWR)
	put(t, a, "hello ", "world")
	if got := get(t, f, "memory://a"); got != "hello world" {
		t.Error(got)
	}
	s := a.(io.Seeker)
	for _, tt := range []struct {
		offset int64
		whence int
		want   int64
	}{{-5, io.SeekEnd, 6}, {2, io.SeekCurrent, 8}, {13, io.SeekStart, 13}} {
		if at, err := s.Seek(tt.offset, tt.whence); at != tt.want || err != nil {
			t.Error(tt, at, err)
		}
	}
	put(t, a, "!")
	if got := get(t, f, "memory:a"); got != "hello world\x00\x00!" {
		t.Errorf("%q", got)
	}
	for _, bad := range []int{-1, 3} {
		if _, err := s.Seek(-100, bad); err == nil {
			t.Error("no error")
		}
	}
	if _, err := s.Seek(-1, io.SeekStart); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
	put(t, open(t, f, "memory:a", os.O_APPEND|os.O_WRONLY), "+")
	if err := opened(f.Open(ctx, "memory:a", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0)); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	w := open(t, f, "memory:a", os.O_WRONLY|os.O_TRUNC)
	if _, err := w.Read(make([]byte, 1)); !errors.Is(err, luaio.ErrNotReadable) {
		t.Error(err)
	}
	if _, err := open(t, f, "memory:a", os.O_RDONLY).Write(nil); !errors.Is(err, luaio.ErrNotWritable) {
		t.Error(err)
	}
	if got := get(t, f, "memory:a"); got != "" {
		t.Errorf("%q", got)
	}
	put(t, w, strings.Repeat("x", 1000))
	if _, err := w.Write(make([]byte, 1000)); !errors.Is(err, iowrap.ErrNoMemory) {
		t.Error(err)
	}
	if got := len(get(t, f, "memory:a")); got != 1000 {
		t.Error(got)
	}
	var err error
	for i := 0; err == nil; i++ {
		err = opened(f.Open(ctx, "memory:"+strings.Repeat("n", i), os.O_CREATE|os.O_RDWR, 0))
	}
	if !errors.Is(err, iowrap.ErrNoMemory) {
		t.Error(err)
	}
}

func TestPersist(t *testing.T) {
	dir := t.TempDir()
	source := write(t, filepath.Join(dir, "source"), "one")
	quiet := slog.New(slog.DiscardHandler)
	f := newFS(t, &iowrap.Options{PersistDir: filepath.Join(dir, "copies"), MaxReadFile: 100, Logger: quiet})
	uri := "persist:file://" + source
	for _, step := range []struct{ source, want string }{{"one", "one"}, {"two", "two"}, {"", "two"}, {strings.Repeat("x", 101), "two"}, {"three", "three"}} {
		if step.source == "" {
			if err := os.Remove(source); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, source, step.source)
		}
		if got := get(t, f, uri); got != step.want {
			t.Errorf("%q, want %q", got, step.want)
		}
	}
	if copies, err := os.ReadDir(filepath.Join(dir, "copies")); err != nil || len(copies) != 1 {
		t.Error(copies, err)
	}
	if _, err := f.ReadFile(ctx, "persist:/no/such"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := f.ReadFile(ctx, "persist:persist:/x"); !errors.Is(err, iowrap.ErrInvalidURI) {
		t.Error(err)
	}
	if err := opened(f.Open(ctx, uri, os.O_RDWR, 0)); !errors.Is(err, iowrap.ErrReadOnly) {
		t.Error(err)
	}
	none := newFS(t, nil)
	if got := get(t, none, uri); got != "three" {
		t.Error(got)
	}
	unwritable := newFS(t, &iowrap.Options{PersistDir: source, Logger: quiet})
	if got := get(t, unwritable, uri); got != "three" {
		t.Error(got)
	}
}

func TestParseJournalURI(t *testing.T) {
	for _, tt := range []struct {
		uri, path string
		subs      []string
	}{
		{"jlog:///var/log/x", "/var/log/x", []string{"master"}},
		{"jlog://var/log/x=>m", "/var/log/x", []string{"m"}},
		{"cluster:///var/log/../x/=>master", "/var/x", []string{"master"}},
		{"jlog:///x?subscribers=a,%62,", "/x", []string{"a", "b"}},
		{"jlog:///x=>m?subscribers=a&subscribers=b", "/x", []string{"m", "a", "b"}},
		{"jlog:///", "", nil}, {"jlog://=>m", "", nil}, {"jlog:///x?%zz", "", nil}, {"jlog:///x\x00", "", nil},
	} {
		path, subs, err := iowrap.ParseJournalURI(tt.uri)
		if path != tt.path || (err == nil) != (tt.path != "") {
			t.Errorf("%s: %q %v", tt.uri, path, err)
		}
		if diff := cmp.Diff(tt.subs, subs); diff != "" && err == nil {
			t.Errorf("%s: %s", tt.uri, diff)
		}
	}
}

func TestJournal(t *testing.T) {
	dir := t.TempDir()
	f := newFS(t, &iowrap.Options{Roots: []string{dir}, PathMap: []iowrap.Mapping{{"/var/log/ecelerity", dir}}})
	if err := opened(f.Open(ctx, "jlog:///var/log/ecelerity/j", os.O_RDONLY, 0)); !errors.Is(err, iowrap.ErrWriteOnly) {
		t.Error(err)
	}
	if err := opened(f.Open(ctx, "jlog:///var/log/ecelerity/j=>../x", os.O_WRONLY, 0)); !errors.Is(err, journal.ErrName) {
		t.Error(err)
	}
	a := open(t, f, "jlog://var/log/ecelerity/j=>m?subscribers=n", os.O_WRONLY|os.O_CREATE|os.O_APPEND)
	b := open(t, f, "cluster:///var/log/ecelerity/j=>m", os.O_WRONLY)
	put(t, a, "one")
	put(t, b, "two\n")
	if _, err := a.Read(nil); !errors.Is(err, luaio.ErrNotReadable) {
		t.Error(err)
	}
	shared, err := f.Journal("/var/log/ecelerity/j")
	if err != nil {
		t.Fatal(err)
	}
	own, err := journal.Open(filepath.Join(dir, "j"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	for _, j := range []*journal.Journal{shared, own} {
		r, err := j.Reader("m")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for _, want := range []string{"one", "two\n"} {
			if rec, err := r.Read(); err != nil || string(rec.Data) != want {
				t.Error(rec, err)
			}
		}
		if _, err := r.Read(); err != io.EOF {
			t.Error(err)
		}
	}
	names, err := shared.Subscribers()
	if diff := cmp.Diff([]string{"m", "n"}, names); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := a.Write([]byte("late")); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
}

// appended is a host's own journal.
type appended struct {
	path string
	subs []string
	recs []string
}

func (a *appended) Append(_ context.Context, path string, subs []string, rec []byte) error {
	a.path, a.subs, a.recs = path, subs, append(a.recs, string(rec))
	return nil
}

func TestHostJournal(t *testing.T) {
	var host appended
	f := newFS(t, &iowrap.Options{Journal: &host, PathMap: []iowrap.Mapping{{"/var/log", "/logs"}}})
	put(t, open(t, f, "jlog:///var/log/j=>m", os.O_WRONLY), "one", "two")
	want := appended{"/logs/j", []string{"m"}, []string{"one", "two"}}
	if diff := cmp.Diff(want, host, cmp.AllowUnexported(appended{})); diff != "" {
		t.Error(diff)
	}
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
