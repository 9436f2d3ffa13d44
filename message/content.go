package message

import (
	"context"
	"io"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// WriteTo writes the content as it is stored, without dot-stuffing and
// terminator.
func (m *Message) WriteTo(w io.Writer) (int64, error) {
	s, err := m.content()
	if err != nil {
		return 0, err
	}
	return s.WriteTo(w)
}

// Size gives the number of bytes that WriteTo writes, 0 after Close.
func (m *Message) Size() int64 {
	s, _ := m.content()
	return s.Len()
}

// Content gives the content as it is now. Later changes of the message do not
// show; reading fails after Close if the content was in a temporary file.
func (m *Message) Content() *io.SectionReader {
	s, _ := m.content()
	return s.Reader()
}

// SetContent replaces everything by what r has and parses it. A terminator
// (a line with a single dot) at its end is left out.
func (m *Message) SetContent(ctx context.Context, r io.Reader) error {
	return m.replace(ctx, r, func(s rope.Span) error {
		same, err := rope.Equal(m.span(), s)
		if err != nil || same {
			return err
		}
		return m.load(s)
	})
}

// Body gives the bytes behind the header block and the empty line, in their
// transfer encoding, as they are now; see [Message.Content].
func (m *Message) Body() *io.SectionReader {
	var s rope.Span
	if m.enter() == nil {
		s = m.top.bodySpan()
		m.mu.Unlock()
	}
	return s.Reader()
}

// SetBody replaces the bytes behind the header block by what r has; the
// header stays. A terminator at the end of r is left out.
func (m *Message) SetBody(ctx context.Context, r io.Reader) error {
	return m.replace(ctx, r, func(s rope.Span) error { return m.top.setBody(s) })
}

// replace reads r and calls set with the message locked.
func (m *Message) replace(ctx context.Context, r io.Reader, set func(rope.Span) error) error {
	if err := m.enterEdit(); err != nil {
		return err
	}
	m.mu.Unlock() // reading may take its time
	s, err := m.o.read(ctx, r, readTerminated)
	if err != nil {
		return err
	}
	if err := m.enterEdit(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.retain(s)
	return set(s)
}
