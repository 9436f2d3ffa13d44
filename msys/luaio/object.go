package luaio

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"
)

// Info is what an object tells about itself.
type Info struct {
	// Path and Scheme say what was opened.
	Path, Scheme string
	// Mode are the permissions that a new file would get.
	Mode fs.FileMode
	// Options are the msys.core.O_* that it was opened with.
	Options int
	// Waits says that operations may take time, so that other sessions go on
	// meanwhile. If false, they are done at once.
	Waits bool
	// MaxRead is the most bytes that one read gives; above it the error is
	// ErrTooLarge. If zero, 64 MiB.
	MaxRead int64
}

const defaultMaxRead = 64 << 20

// Object is an open stream as scripts hold it. Several objects may share one
// stream and its position; see [Object.Clone]. Make one with [New].
type Object struct {
	info Info
	ref  *reference
}

// reference is one object's share of a stream. It does not know the object,
// which can be collected while the reference waits for that.
type reference struct {
	s      *shared
	closed atomic.Bool
}

// shared is a stream and what is read ahead of it.
type shared struct {
	refs atomic.Int32

	mu     sync.Mutex // held during operations of the stream
	stream any
	ahead  *bufio.Reader
}

// New makes an object of a stream: an [io.Reader], [io.Writer] or both, and
// perhaps an [io.Seeker] and [io.Closer]. A method Size() int64 tells how long
// the content is. The object owns the stream.
func New(stream any, info Info) *Object {
	if info.MaxRead <= 0 {
		info.MaxRead = defaultMaxRead
	}
	return share(&shared{stream: stream}, info)
}

func share(s *shared, info Info) *Object {
	s.refs.Add(1)
	o := &Object{info: info, ref: &reference{s: s}}
	runtime.AddCleanup(o, func(r *reference) {
		go r.close() // it may take time; nobody is left to be told of errors
	}, o.ref)
	return o
}

// Info tells how the object was opened.
func (o *Object) Info() Info { return o.info }

// Clone gives another object for the same stream and position, as dup(2) does.
// The stream is closed when all its objects are. A closed object gives
// [fs.ErrClosed].
func (o *Object) Clone() (*Object, error) {
	if o.Closed() {
		return nil, fs.ErrClosed
	}
	return share(o.ref.s, o.info), nil
}

// Close ends the object; the error is the stream's. Twice is fine.
func (o *Object) Close() error { return o.ref.close() }

// Closed reports whether Close was called.
func (o *Object) Closed() bool { return o.ref.closed.Load() }

func (r *reference) close() error {
	if r.closed.Swap(true) || r.s.refs.Add(-1) > 0 {
		return nil
	}
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if c, ok := r.s.stream.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// enter locks the stream for one operation; the caller unlocks s.mu.
func (o *Object) enter() (*shared, error) {
	s := o.ref.s
	s.mu.Lock()
	if o.Closed() {
		s.mu.Unlock()
		return nil, fs.ErrClosed
	}
	return s, nil
}

// Read implements [io.Reader].
func (o *Object) Read(p []byte) (int, error) {
	r, s, err := o.reader()
	if err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	return r.Read(p)
}

// reader locks the stream for a read; the caller unlocks s.mu.
func (o *Object) reader() (*bufio.Reader, *shared, error) {
	s, err := o.enter()
	if err != nil {
		return nil, nil, err
	}
	if s.ahead == nil {
		src, ok := s.stream.(io.Reader)
		if !ok {
			s.mu.Unlock()
			return nil, nil, ErrNotReadable
		}
		s.ahead = bufio.NewReader(src)
	}
	return s.ahead, s, nil
}

// Write implements [io.Writer]: p reaches the stream as a whole.
func (o *Object) Write(p []byte) (int, error) { return o.WriteContext(context.Background(), p) }

// WriteContext is Write that ends with ctx, if the stream has a method
// WriteContext too.
func (o *Object) WriteContext(ctx context.Context, p []byte) (int, error) {
	s, err := o.enter()
	if err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	w, ok := s.stream.(io.Writer)
	if !ok {
		return 0, ErrNotWritable
	}
	if err := s.forget(); err != nil {
		return 0, err
	}
	n, err := writeContext(ctx, w, p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

func writeContext(ctx context.Context, w io.Writer, p []byte) (int, error) {
	if c, ok := w.(interface {
		WriteContext(context.Context, []byte) (int, error)
	}); ok {
		return c.WriteContext(ctx, p)
	}
	return w.Write(p)
}

// forget gives up what was read ahead, so that the stream's position is the
// one that the object's user knows.
func (s *shared) forget() error {
	if s.ahead == nil || s.ahead.Buffered() == 0 {
		return nil
	}
	seeker, ok := s.stream.(io.Seeker)
	if !ok || !s.canSeek() {
		return nil // a stream without position keeps it for the next read
	}
	if _, err := seeker.Seek(-int64(s.ahead.Buffered()), io.SeekCurrent); err != nil {
		return err
	}
	s.ahead.Reset(s.stream.(io.Reader))
	return nil
}

// Seek implements [io.Seeker]; a stream without position gives
// [ErrNotSeekable].
func (o *Object) Seek(offset int64, whence int) (int64, error) {
	s, err := o.enter()
	if err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	seeker, ok := s.stream.(io.Seeker)
	if !ok {
		return 0, ErrNotSeekable
	}
	if err := s.forget(); err != nil {
		return 0, err
	}
	return seeker.Seek(offset, whence)
}

// CanSeek reports whether the stream has a position to change.
func (o *Object) CanSeek() bool { return o.ref.s.canSeek() }

func (s *shared) canSeek() bool {
	if c, ok := s.stream.(interface{ CanSeek() bool }); ok {
		return c.CanSeek()
	}
	_, ok := s.stream.(io.Seeker)
	return ok
}

// Flush makes written data safe as far as the stream has a way to; a method
// Flush() error of the stream is called.
func (o *Object) Flush() error {
	s, err := o.enter()
	if err != nil {
		return err
	}
	defer s.mu.Unlock()
	if f, ok := s.stream.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}

// Size gives the length of the content in bytes, 0 if the stream does not
// know.
func (o *Object) Size() int64 {
	if s, ok := o.ref.s.stream.(interface{ Size() int64 }); ok {
		return s.Size()
	}
	return 0
}

var _ io.ReadWriteSeeker = (*Object)(nil)

// eof makes the end of the stream no error.
func eof(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
