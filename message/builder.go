package message

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// Builder is a writer of the content of a message in the wire form of SMTP.
// When it is closed, or the message is used, the terminator at the end and the
// dots of dot-stuffing go, and the rest is parsed. It is safe for concurrent
// use.
type Builder struct {
	m      *Message
	w      *rope.Writer
	held   []byte // the start of a line whose meaning is open
	inLine bool   // the next byte does not begin a line
	closed bool
	err    error
}

// Builder gives a writer of the content. The message must be empty, else the
// error is [ErrNotEmpty]. size is how much is expected; 0 if that is unknown.
func (m *Message) Builder(size int64) (*Builder, error) {
	if err := m.enterEdit(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	if !m.span().Empty() {
		return nil, ErrNotEmpty
	}
	b := &Builder{m: m, w: m.o.writer()}
	b.w.Grow(max(size, 0))
	m.builder = b
	return b, nil
}

// Write takes a piece of the content. After the end it gives [fs.ErrClosed].
func (b *Builder) Write(p []byte) (int, error) {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	if b.closed {
		return 0, fs.ErrClosed
	}
	rest := p
	for len(rest) > 0 {
		n, err := b.take(rest)
		if err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// take takes some of p: bytes within a line, or one at its start.
func (b *Builder) take(p []byte) (int, error) {
	if b.inLine {
		n := bytes.IndexByte(p, '\n') + 1
		b.inLine = n == 0
		if n == 0 {
			n = len(p)
		}
		_, err := b.w.Write(p[:n])
		return n, err
	}
	b.held = append(b.held, p[0])
	switch string(b.held) {
	case ".", ".\r", ".\r\n":
		return 1, nil
	case "..":
		b.held = b.held[1:]
	}
	held := b.held
	b.held = nil
	if bytes.HasPrefix(held, []byte(lineTerminator)) { // a line with a dot, not the last
		if _, err := b.w.Write(held[:len(held)-1]); err != nil {
			return 0, err
		}
		return 0, nil
	}
	b.inLine = held[len(held)-1] != '\n'
	_, err := b.w.Write(held)
	return 1, err
}

// Size gives the number of bytes that have become content.
func (b *Builder) Size() int64 {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	return b.w.Len()
}

// Close makes what was written the content. Closing again does nothing.
func (b *Builder) Close() error {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	b.finish()
	err := b.err
	b.err = nil
	return err
}

// finish parses what was written; the caller holds the lock of the message.
func (b *Builder) finish() {
	if b.closed {
		return
	}
	b.closed = true
	if b.m.builder == b {
		b.m.builder = nil
	}
	if b.m.freed {
		b.w.Abandon()
		b.err = ErrFreed
		return
	}
	if string(b.held) != lineTerminator {
		_, b.err = b.w.Write(b.held)
	}
	if b.err == nil {
		b.err = b.m.load(b.w.Span())
	}
	if b.err != nil {
		b.w.Abandon()
		b.m.o.Logger.LogAttrs(context.Background(), slog.LevelError, "parsing built content", slog.Any("error", b.err))
	}
}
