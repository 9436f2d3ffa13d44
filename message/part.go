package message

import (
	"io"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// Part is a part of a message's MIME tree, by which it can be changed or, if
// it is a read-only handle, just read. For the same part and access the handle
// is the same pointer. It is safe for concurrent use.
//
// Once the bytes of a part have been replaced as a whole, its methods give
// [ErrStale], or nothing if they give no error.
type Part struct{ h Header }

// Access says what the parts that are reached from [Message.MIME] are for.
type Access int

const (
	Writable Access = iota // reading and changing
	ReadOnly               // reading; changes give [ErrNotWritable]
)

// MIME gives the top part. If the message has no content, the error is
// [ErrNoContent].
func (m *Message) MIME(a Access) (*Part, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	if m.span().Empty() {
		return nil, ErrNoContent
	}
	m.top.index()
	return m.top.handle(a), nil
}

// Fault tells how sound the MIME structure is.
func (m *Message) Fault() MIMEFault {
	if m.enter() != nil {
		return MIMEOK
	}
	defer m.mu.Unlock()
	m.top.index()
	return m.fault
}

func (n *node) handle(a Access) *Part {
	if n == nil {
		return nil
	}
	if a == ReadOnly {
		return &n.readOnly
	}
	return &n.writable
}

func (p *Part) access() Access {
	if p.h.readOnly {
		return ReadOnly
	}
	return Writable
}

// enter locks the message with the part indexed.
func (p *Part) enter() (*node, error) {
	n := p.h.n
	if err := n.enter(); err != nil {
		return nil, err
	}
	n.index()
	return n, nil
}

// edit is enter for a change.
func (p *Part) edit() (*node, error) {
	n, err := p.h.edit()
	if err != nil {
		return nil, err
	}
	n.index()
	return n, nil
}

// to gives the handle of the part that step leads to, nil if to none.
func (p *Part) to(step func(*node) *node) *Part {
	n, err := p.enter()
	if err != nil {
		return nil
	}
	defer n.leave()
	return step(n).handle(p.access())
}

// Err gives [ErrStale] or [ErrFreed] if the part cannot be used any more.
func (p *Part) Err() error {
	n, err := p.enter()
	if err != nil {
		return err
	}
	n.leave()
	return nil
}

// Message gives the message that the part belongs to.
func (p *Part) Message() *Message { return p.h.n.owner.Load() }

// Writable reports whether the part can be changed by this handle.
func (p *Part) Writable() bool { return !p.h.readOnly }

// Header gives the header fields.
func (p *Part) Header() *Header { return &p.h }

// Type gives what the Content-* fields say.
func (p *Part) Type() ContentType {
	n, err := p.enter()
	if err != nil {
		return ContentType{}
	}
	defer n.leave()
	return n.contentType()
}

// Encoding gives the transfer encoding of the body; that of a container is
// [Encoding7Bit].
func (p *Part) Encoding() Encoding {
	n, err := p.enter()
	if err != nil {
		return Encoding7Bit
	}
	defer n.leave()
	return n.transferEncoding()
}

// IsContainer reports whether the part may have children.
func (p *Part) IsContainer() bool {
	n, err := p.enter()
	if err != nil {
		return false
	}
	defer n.leave()
	return n.box != nil
}

// Boundary gives the boundary of a container, "" for a leaf.
func (p *Part) Boundary() string {
	n, err := p.enter()
	if err != nil {
		return ""
	}
	defer n.leave()
	if n.box == nil {
		return ""
	}
	return n.box.boundary
}

// First gives the first child, nil if there is none.
func (p *Part) First() *Part { return p.to(func(n *node) *node { return n.first }) }

// Next gives the next part in the same container, nil if there is none.
func (p *Part) Next() *Part { return p.to(func(n *node) *node { return n.next }) }

// Parent gives the container, nil for the top and for unlinked parts.
func (p *Part) Parent() *Part { return p.to(func(n *node) *node { return n.parent }) }

// Thread gives the next part in document order, nil at the end. From an
// unlinked part it leads to what followed it before.
func (p *Part) Thread() *Part { return p.to((*node).thread) }

func (n *node) thread() *node {
	if n.first != nil {
		return n.first
	}
	for ; n != nil; n = n.parent {
		switch {
		case n.next != nil:
			return n.next
		case n.parent == nil && n.after != nil && !n.after.stale:
			return n.after
		}
	}
	return nil
}

// Changed reports whether the part or one in it has been changed.
func (p *Part) Changed() bool {
	n, err := p.enter()
	if err != nil {
		return false
	}
	defer n.leave()
	return n.edited
}

// Raw gives the bytes of the part, header and body, as they are now.
func (p *Part) Raw() *io.SectionReader { return p.reader((*node).span) }

// Body gives the bytes of the body in their transfer encoding, as they are
// now.
func (p *Part) Body() *io.SectionReader { return p.reader((*node).bodySpan) }

func (p *Part) reader(what func(*node) rope.Span) *io.SectionReader {
	n, err := p.enter()
	if err != nil {
		return rope.Span{}.Reader()
	}
	defer n.leave()
	return what(n).Reader()
}

// Offsets tells where the pieces of a part were in the content when it was
// parsed. Those of parts made by scripts count from their own start.
type Offsets struct {
	Header      int64 // start of the header block
	Preamble    int64 // start of what precedes the first child
	PreambleLen int64
	Body        int64 // start of the body
	BodyEnd     int64 // of a leaf: its end; of a container: behind the closing delimiter
	EpilogueEnd int64 // end of the part
}

// Offsets gives the offsets of the part.
func (p *Part) Offsets() Offsets {
	n, err := p.enter()
	if err != nil {
		return Offsets{}
	}
	defer n.leave()
	o := Offsets{Header: n.whole.Offset()}
	if n.made {
		o.Body, o.BodyEnd = n.body.Offset()-n.source.Offset(), n.body.Offset()-n.source.Offset()+n.body.Len()
		o.EpilogueEnd = o.BodyEnd
		return o
	}
	o.EpilogueEnd = o.Header + n.whole.Len()
	o.Body = n.sep.Offset() + n.sep.Len()
	o.Preamble, o.BodyEnd = o.Body, o.EpilogueEnd
	if x := n.box; x != nil {
		o.PreambleLen = x.preamble.Len()
		if !x.closing.Empty() {
			o.BodyEnd -= x.epilogue.Len()
		}
	}
	return o
}
