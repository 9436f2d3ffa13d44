package iowrap_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/gomsys/gomsys/msys/iowrap"
)

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
