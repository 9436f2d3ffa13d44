package iowrap_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/iowrap/journal"
	"github.com/gomsys/gomsys/msys/luaio"
)

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
