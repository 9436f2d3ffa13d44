package iowrap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"sync"

	"github.com/gomsys/gomsys/msys/iowrap/journal"
)

// Options are the settings of an [FS]. A nil *Options is all defaults.
type Options struct {
	// PathMap rewrites the beginnings of paths: scripts name files where they
	// were on another machine. The longest From that fits counts.
	PathMap []Mapping
	// Roots are the directories to which files and journals are confined,
	// after PathMap. If empty, there is no confinement.
	Roots []string
	// ReadOnly refuses whatever would change files.
	ReadOnly bool
	// MaxReadFile is the most bytes that ReadFile gives, and that a web
	// resource may have. If zero, 64 MiB.
	MaxReadFile int64
	// Schemes are schemes of the host, by name in lower case; "" is that of
	// plain paths. One of a name that this package knows replaces that; nil
	// takes it away.
	Schemes map[string]Scheme
	// HTTP reads http and https URIs. If nil, a client that follows no
	// redirects and takes its proxy from the environment.
	HTTP *http.Client
	// AllowPipe lets scripts start any program by pipe: URIs.
	AllowPipe bool
	// MaxMemory is the most bytes in all memory: buffers together. If zero,
	// 64 MiB.
	MaxMemory int64
	// PersistDir is where persist: keeps its copies. If empty, it keeps none.
	PersistDir string
	// Syslog says where syslog: writes to. If zero, the local system log.
	Syslog Syslog
	// Journal takes the records of jlog: URIs. If nil, a directory for each
	// path, as package journal keeps it.
	Journal Journal
	// JournalOptions are for the latter.
	JournalOptions *journal.Options
	// Logger takes warnings. If nil, slog.Default.
	Logger *slog.Logger
}

// Object is an open resource. One that can be moved in is an [io.Seeker], one
// that knows its length has a method Size() int64. Operations that it is not
// for give errors.
type Object interface {
	io.Reader
	io.Writer
	io.Closer
}

// Scheme opens the resources that URIs of a scheme name. flags are os.O_*. The
// context is that of the opening; the object lives on.
type Scheme interface {
	Open(ctx context.Context, uri string, flags int, mode fs.FileMode) (Object, error)
}

// SchemeFunc is a function that is a [Scheme].
type SchemeFunc func(ctx context.Context, uri string, flags int, mode fs.FileMode) (Object, error)

// Open calls f.
func (f SchemeFunc) Open(ctx context.Context, uri string, flags int, mode fs.FileMode) (Object, error) {
	return f(ctx, uri, flags, mode)
}

// FS opens resources.
type FS struct {
	o        Options
	roots    []string
	schemes  map[string]Scheme
	memory   memory
	journals journals

	mu     sync.Mutex
	closed bool
	open   map[*tracked]struct{}
}

// New makes an FS. The error is about roots that have no absolute form.
func New(o *Options) (*FS, error) {
	f := &FS{open: map[*tracked]struct{}{}}
	if o != nil {
		f.o = *o
	}
	if f.o.MaxReadFile <= 0 {
		f.o.MaxReadFile = 64 << 20
	}
	if f.o.MaxMemory <= 0 {
		f.o.MaxMemory = 64 << 20
	}
	if f.o.Logger == nil {
		f.o.Logger = slog.Default()
	}
	if f.o.HTTP == nil {
		f.o.HTTP = &http.Client{
			Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       httpTimeout,
		}
	}
	var err error
	if f.roots, err = absolute(f.o.Roots); err != nil {
		return nil, err
	}
	f.memory.left = f.o.MaxMemory
	f.journals.fs = f
	f.schemes = f.builtin()
	for name, s := range f.o.Schemes {
		f.schemes[name] = s
	}
	return f, nil
}

func (f *FS) builtin() map[string]Scheme {
	return map[string]Scheme{
		"": SchemeFunc(func(_ context.Context, path string, flags int, mode fs.FileMode) (Object, error) {
			return f.openFile(path, flags, mode)
		}),
		"file":    SchemeFunc(f.openFileURI),
		"http":    SchemeFunc(f.openHTTP),
		"https":   SchemeFunc(f.openHTTP),
		"memory":  SchemeFunc(f.openMemory),
		"jlog":    SchemeFunc(f.openJournal),
		"cluster": SchemeFunc(f.openJournal),
		"persist": SchemeFunc(f.openPersist),
		"syslog":  SchemeFunc(f.openSyslog),
		"pipe":    SchemeFunc(f.openPipe),
	}
}

// Open opens what a path or URI names; flags are os.O_*, mode the permissions
// of a file that is made. The caller closes the object; Close of the FS does
// it too. Errors are of type [*fs.PathError].
func (f *FS) Open(ctx context.Context, uri string, flags int, mode fs.FileMode) (Object, error) {
	o, err := f.openURI(ctx, uri, flags, mode)
	if err != nil {
		return nil, pathError("open", uri, err)
	}
	return o, nil
}

func (f *FS) openURI(ctx context.Context, uri string, flags int, mode fs.FileMode) (Object, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	name := SchemeOf(uri)
	s := f.schemes[name]
	if s == nil {
		return nil, &UnknownSchemeError{name}
	}
	o, err := s.Open(ctx, uri, flags, mode)
	if err != nil {
		return nil, err
	}
	return f.track(o)
}

// ReadFile gives the whole content of what a path or URI names. Errors are of
// type [*fs.PathError]; more than Options.MaxReadFile is [ErrTooLarge].
func (f *FS) ReadFile(ctx context.Context, uri string) ([]byte, error) {
	o, err := f.Open(ctx, uri, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	b, err := f.readAll(ctx, o)
	if err != nil {
		return nil, pathError("read", uri, err)
	}
	return b, nil
}

func (f *FS) readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	stop := interrupt(ctx, r)
	var buf bytes.Buffer
	if s, ok := r.(interface{ Size() int64 }); ok {
		buf.Grow(int(min(s.Size(), f.o.MaxReadFile)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(io.LimitReader(contextReader{ctx, r}, f.o.MaxReadFile+1))
	stop()
	b := buf.Bytes()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err == nil && int64(len(b)) > f.o.MaxReadFile:
		return nil, ErrTooLarge
	}
	return b, err
}

// contextReader ends between two reads when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// Close closes all objects that are still open, and the journals. Twice is
// fine.
func (f *FS) Close() error {
	f.mu.Lock()
	f.closed = true
	open := f.open
	f.open = nil
	f.mu.Unlock()
	var errs []error
	for t := range open {
		errs = append(errs, t.Object.Close())
	}
	f.memory.clear()
	return errors.Join(append(errs, f.journals.close())...)
}
