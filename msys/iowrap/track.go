package iowrap

import (
	"context"
	"io"
	"io/fs"
	"time"

	"github.com/gomsys/gomsys/msys/luaio"
)

// tracked is an open object that the FS closes in the end.
type tracked struct {
	Object
	fs *FS
}

// track notes that o is open. What it gives has o's further abilities.
func (f *FS) track(o Object) (Object, error) {
	if passive(o) {
		return o, nil
	}
	t := &tracked{o, f}
	f.mu.Lock()
	closed := f.closed
	if !closed {
		f.open[t] = struct{}{}
	}
	f.mu.Unlock()
	if closed {
		_ = o.Close() // nothing was done with it
		return nil, ErrClosed
	}
	return t, nil
}

// passive reports whether an object holds nothing that must be closed.
func passive(o Object) bool {
	switch o.(type) {
	case *tracked, *content, *buffer, *journalWriter:
		return true
	}
	return false
}

// Close closes the object and forgets it.
func (t *tracked) Close() error {
	t.fs.mu.Lock()
	_, open := t.fs.open[t]
	delete(t.fs.open, t)
	t.fs.mu.Unlock()
	if !open {
		return nil
	}
	return t.Object.Close()
}

// Seek implements [io.Seeker] as far as the object does.
func (t *tracked) Seek(offset int64, whence int) (int64, error) {
	s, ok := t.Object.(io.Seeker)
	if !ok {
		return 0, luaio.ErrNotSeekable
	}
	return s.Seek(offset, whence)
}

// CanSeek reports whether the object has a position to change.
func (t *tracked) CanSeek() bool {
	s, ok := t.Object.(io.Seeker)
	if !ok {
		return false
	}
	_, err := s.Seek(0, io.SeekCurrent)
	return err == nil
}

// Size gives the length of the content, 0 if it is not known.
func (t *tracked) Size() int64 {
	switch o := t.Object.(type) {
	case interface{ Size() int64 }:
		return o.Size()
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := o.Stat(); err == nil {
			return info.Size()
		}
	}
	return 0
}

// SetDeadline ends reads and writes at a time, if the object can.
func (t *tracked) SetDeadline(at time.Time) error {
	if d, ok := t.Object.(interface{ SetDeadline(time.Time) error }); ok {
		return d.SetDeadline(at)
	}
	return fs.ErrInvalid
}

// interrupt ends the reads of r when ctx ends, if r can. The function that it
// gives must be called when the reads are over.
func interrupt(ctx context.Context, r any) (stop func()) {
	d, ok := r.(interface{ SetDeadline(time.Time) error })
	if !ok {
		return func() {}
	}
	done := context.AfterFunc(ctx, func() { _ = d.SetDeadline(time.Unix(1, 0)) }) // files without deadlines do not block for long
	return func() { done() }
}
