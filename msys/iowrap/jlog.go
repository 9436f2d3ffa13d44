package iowrap

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gomsys/gomsys/msys/iowrap/journal"
	"github.com/gomsys/gomsys/msys/luaio"
)

// Journal takes the records that are written to jlog: URIs. The path is
// absolute and mapped; subscribers are those that the URI names.
type Journal interface {
	Append(ctx context.Context, path string, subscribers []string, rec []byte) error
}

// defaultSubscriber is that of a jlog: URI which names none.
const defaultSubscriber = "master"

// ParseJournalURI takes a jlog: or cluster: URI apart: path=>subscriber, or
// path?subscribers=a,b, or both. The path is absolute, even after two slashes
// only. Without subscribers there is one, "master".
func ParseJournalURI(uri string) (path string, subscribers []string, err error) {
	path, query, _ := strings.Cut(afterScheme(uri), "?")
	path, name, _ := strings.Cut(path, "=>")
	if name != "" {
		subscribers = append(subscribers, name)
	}
	v, err := parameters(query)
	if err != nil {
		return "", nil, err
	}
	for _, list := range v["subscribers"] {
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); name != "" {
				subscribers = append(subscribers, name)
			}
		}
	}
	if len(subscribers) == 0 {
		subscribers = []string{defaultSubscriber}
	}
	if strings.Trim(path, "/") == "" || strings.IndexByte(path, 0) >= 0 {
		return "", nil, ErrInvalidURI
	}
	return filepath.Clean("/" + path), subscribers, nil
}

// openJournal opens a journal for writing.
func (f *FS) openJournal(ctx context.Context, uri string, flags int, _ fs.FileMode) (Object, error) {
	if err := writeOnly(flags); err != nil {
		return nil, err
	}
	if f.o.ReadOnly {
		return nil, ErrReadOnly
	}
	path, subscribers, err := ParseJournalURI(uri)
	if err != nil {
		return nil, err
	}
	if f.o.Journal != nil {
		return &journalWriter{f.o.Journal, f.MapPath(path), subscribers}, nil
	}
	j, err := f.journals.get(path)
	if err != nil {
		return nil, err
	}
	for _, name := range subscribers {
		if err := j.Subscribe(name); err != nil {
			return nil, err
		}
	}
	return &journalWriter{&f.journals, path, subscribers}, nil
}

// Journal gives the journal that scripts write to under a path, to be read. It
// is shared: the FS closes it.
func (f *FS) Journal(path string) (*journal.Journal, error) {
	j, err := f.journals.get(filepath.Clean(path))
	if err != nil {
		return nil, pathError("open", path, err)
	}
	return j, nil
}

// journals are the open journals by the paths that scripts use.
type journals struct {
	fs *FS

	mu     sync.Mutex
	closed bool
	open   map[place]*journal.Journal
}

func (js *journals) get(path string) (*journal.Journal, error) {
	at, err := js.fs.locate(path)
	if err != nil {
		return nil, err
	}
	js.mu.Lock()
	defer js.mu.Unlock()
	if js.closed {
		return nil, ErrClosed
	}
	if j := js.open[at]; j != nil {
		return j, nil
	}
	dir, err := at.openDir()
	if err != nil {
		return nil, err
	}
	j := journal.OpenRoot(dir, js.fs.o.JournalOptions)
	if js.open == nil {
		js.open = map[place]*journal.Journal{}
	}
	js.open[at] = j
	return j, nil
}

// Append implements [Journal].
func (js *journals) Append(_ context.Context, path string, _ []string, rec []byte) error {
	j, err := js.get(path)
	if err != nil {
		return err
	}
	return j.Append(rec)
}

func (js *journals) close() error {
	js.mu.Lock()
	defer js.mu.Unlock()
	js.closed = true
	var errs []error
	for _, j := range js.open {
		errs = append(errs, j.Close())
	}
	js.open = nil
	return errors.Join(errs...)
}

// journalWriter is an open jlog: URI.
type journalWriter struct {
	to          Journal
	path        string
	subscribers []string
}

// Write appends p as one record.
func (w *journalWriter) Write(p []byte) (int, error) { return w.WriteContext(context.Background(), p) }

// WriteContext is Write that ends with ctx, if the journal does.
func (w *journalWriter) WriteContext(ctx context.Context, p []byte) (int, error) {
	if err := w.to.Append(ctx, w.path, w.subscribers, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Read refuses: subscribers read journals.
func (*journalWriter) Read([]byte) (int, error) { return 0, luaio.ErrNotReadable }

// Close does nothing: the journal stays open for others.
func (*journalWriter) Close() error { return nil }
