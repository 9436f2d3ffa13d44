package curl

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// Easy is a handle: settings, and what is known of the last transfer. It is
// made by [Service.Easy].
type Easy struct {
	s *Service

	mu      sync.Mutex
	set     settings
	info    info
	cookies *cookies // nil without the cookie engine
	fetch   *fetch   // where the next transfer's body goes
	running bool
	closed  bool
}

// ErrClosed is given by the methods of a closed handle.
var ErrClosed = errors.New("attempt to use closed curl object")

// SetOpt sets an option: text options to a string, numeric ones to an int or
// int64, flags to a bool, lists to a []string, callbacks to a function of one
// of this package's types. nil brings the default back. A wrong value gives an
// [*Error] with [CodeBadFunctionArgument]. A transfer that runs goes on with
// what was set when it began.
func (e *Easy) SetOpt(o Option, value any) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	return e.set.put(o, value)
}

// Reset brings all options to their defaults and forgets what
// [Easy.FetchIntoFile] began. Cookies stay.
func (e *Easy) Reset() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	e.set = settings{}
	e.dropFetch()
	return nil
}

// FetchIntoFile has the next transfer's body go into a file, in place of the
// write callback. The file appears under its name when the whole body is
// there and the status was 200; with another status Perform gives a
// [*FetchError]. The error is that of creating a file beside it.
func (e *Easy) FetchIntoFile(path string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return ErrClosed
	}
	e.dropFetch()
	temporary := path + "." + rand.Text()[:10]
	w, err := e.s.o.Files.Create(temporary)
	if err != nil {
		return fmt.Errorf("curl: fetching into %s: %w", path, err)
	}
	e.fetch = &fetch{files: e.s.o.Files, path: path, temporary: temporary, w: w}
	return nil
}

// usesFiles reports whether Reset and Close have to do with files.
func (e *Easy) usesFiles() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fetch != nil || e.cookies != nil
}

// isClosed reports whether Close was called.
func (e *Easy) isClosed() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closed
}

// dropFetch removes a file that no transfer has filled.
func (e *Easy) dropFetch() {
	if e.fetch != nil {
		e.fetch.drop()
		e.fetch = nil
	}
}

// Close ends the handle: its cookies are written to [OptCookieJar]. Further
// calls do nothing; other methods give [ErrClosed] then.
func (e *Easy) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	e.dropFetch()
	return e.saveCookies(e.set.str(OptCookieJar))
}

// saveCookies writes the cookies to a file if there is one and they have
// changed; the lock is held.
func (e *Easy) saveCookies(path string) error {
	if path == "" || e.cookies == nil {
		return nil
	}
	return e.cookies.save(e.s.o.Files, path)
}

// Perform does the transfer. It returns when that has ended, with an
// [*Error], with the error of a callback, or with a [*FetchError].
func (e *Easy) Perform(ctx context.Context) error {
	return e.perform(ctx, e.s.o.Logger, func(settings) {})
}

// perform is Perform with settings that prepare adds for this transfer only.
func (e *Easy) perform(ctx context.Context, log *slog.Logger, prepare func(settings)) error {
	t, err := e.begin(log)
	if err != nil {
		return err
	}
	prepare(t.set)
	err = errPanicked // unless run returns
	defer func() { e.end(t, err) }()
	err = t.run(ctx)
	if t.fetch != nil {
		err = t.fetch.finish(err, t.info.status)
	}
	return err
}

var errPanicked = errors.New("curl: the transfer has panicked")

// end makes the handle ready for the next transfer.
func (e *Easy) end(t *transfer, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running = false
	e.info = t.info
	if err == errPanicked && t.fetch != nil {
		t.fetch.drop()
	}
	if saveErr := e.saveCookies(t.set.str(OptCookieJar)); saveErr != nil {
		t.log.Warn("curl: cookies not written", "error", saveErr)
	}
}

// begin makes the transfer with the settings as they are now.
func (e *Easy) begin(log *slog.Logger) (*transfer, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return nil, ErrClosed
	case e.running:
		return nil, fail(CodeBadCallingOrder, errors.New("curl: a transfer is running"))
	}
	if e.cookies == nil && (e.set.has(OptCookieFile) || e.set.has(OptCookieJar)) {
		e.cookies = newCookies()
		if path := e.set.str(OptCookieFile); path != "" {
			if err := e.cookies.load(e.s.o.Files, path, e.set.flag(OptCookieSession)); err != nil {
				log.Warn("curl: cookies not read", "error", err) // as libcurl: no file is no cookies
			}
		}
	}
	t := &transfer{s: e.s, set: e.set.clone(), cookies: e.cookies, fetch: e.fetch, log: log}
	e.fetch = nil
	e.running = true
	return t, nil
}

// fetch is a file that a body goes into.
type fetch struct {
	files           Files
	path, temporary string
	w               io.WriteCloser
}

// FetchError is given when a document for [Easy.FetchIntoFile] came with
// another status than 200.
type FetchError struct{ Status int }

// Error gives the text that scripts get.
func (e *FetchError) Error() string { return "CURL_OK, but http status NOT 200" }

func (f *fetch) drop() error {
	return errors.Join(f.w.Close(), f.files.Remove(f.temporary))
}

// finish gives the file its name, or removes it, after a transfer that ended
// with err.
func (f *fetch) finish(err error, status int) error {
	if err == nil && status != 200 {
		err = &FetchError{status}
	}
	if err != nil {
		f.drop() // the transfer's own error says more
		return err
	}
	if err = f.w.Close(); err == nil {
		err = f.files.Rename(f.temporary, f.path)
	}
	if err != nil {
		f.files.Remove(f.temporary)
		return fail(CodeWriteError, fmt.Errorf("curl: fetching into %s: %w", f.path, err))
	}
	return nil
}
