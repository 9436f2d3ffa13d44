package iowrap

import (
	"context"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"

	"github.com/gomsys/gomsys/msys/luaio"
)

// bufferCost is what a named buffer counts beside its bytes.
const bufferCost = 256

// memory holds the buffers of memory: URIs by name.
type memory struct {
	mu      sync.Mutex
	buffers map[string]*stored
	left    int64 // bytes that may still be used
}

// stored is the content of one buffer; the memory's lock guards it.
type stored struct{ b []byte }

// buffer is an open memory: URI.
type buffer struct {
	m     *memory
	s     *stored
	flags int

	mu  sync.Mutex
	pos int64
}

// openMemory opens the buffer of a name, with the flags of a file.
func (f *FS) openMemory(_ context.Context, uri string, flags int, _ fs.FileMode) (Object, error) {
	return f.memory.open(afterScheme(uri), flags)
}

func (m *memory) open(name string, flags int) (Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.buffers[name]
	switch {
	case s == nil && flags&os.O_CREATE == 0:
		return nil, fs.ErrNotExist
	case s != nil && flags&(os.O_CREATE|os.O_EXCL) == os.O_CREATE|os.O_EXCL:
		return nil, fs.ErrExist
	case s == nil:
		if cost := int64(bufferCost + len(name)); !m.take(cost) {
			return nil, ErrNoMemory
		}
		s = &stored{}
		if m.buffers == nil {
			m.buffers = map[string]*stored{}
		}
		m.buffers[name] = s
	}
	if flags&os.O_TRUNC != 0 && flags&(os.O_WRONLY|os.O_RDWR) != 0 {
		m.left += int64(len(s.b))
		s.b = nil
	}
	return &buffer{m: m, s: s, flags: flags}, nil
}

// take uses up n bytes if there are as many left.
func (m *memory) take(n int64) bool {
	if n > m.left {
		return false
	}
	m.left -= n
	return true
}

func (m *memory) clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.buffers, m.left = nil, 0
}

// Read implements [io.Reader].
func (b *buffer) Read(p []byte) (int, error) {
	if b.flags&os.O_WRONLY != 0 {
		return 0, luaio.ErrNotReadable
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	if b.pos >= int64(len(b.s.b)) {
		return 0, io.EOF
	}
	n := copy(p, b.s.b[b.pos:])
	b.pos += int64(n)
	return n, nil
}

// Write implements [io.Writer]: p is written as a whole or not at all.
func (b *buffer) Write(p []byte) (int, error) {
	if b.flags&(os.O_WRONLY|os.O_RDWR) == 0 {
		return 0, luaio.ErrNotWritable
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	size := int64(len(b.s.b))
	if b.flags&os.O_APPEND != 0 {
		b.pos = size
	}
	end := b.pos + int64(len(p))
	if grow := end - size; grow > 0 {
		if !b.m.take(grow) {
			return 0, ErrNoMemory
		}
		b.s.b = slices.Grow(b.s.b, int(grow))[:end]
		clear(b.s.b[size:]) // what a seek beyond the end skipped
	}
	copy(b.s.b[b.pos:], p)
	b.pos = end
	return len(p), nil
}

// Seek implements [io.Seeker].
func (b *buffer) Seek(offset int64, whence int) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch whence {
	case io.SeekCurrent:
		offset += b.pos
	case io.SeekEnd:
		offset += b.Size()
	case io.SeekStart:
	default:
		return 0, fs.ErrInvalid
	}
	if offset < 0 {
		return 0, fs.ErrInvalid
	}
	b.pos = offset
	return offset, nil
}

// Size gives the length of the content.
func (b *buffer) Size() int64 {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	return int64(len(b.s.b))
}

// Close does nothing: the buffer stays.
func (b *buffer) Close() error { return nil }
