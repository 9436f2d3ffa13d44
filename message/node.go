package message

import (
	"bytes"
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// node is a part of a message. All but owner is guarded by the lock of the
// message that owns it.
type node struct {
	owner atomic.Pointer[Message]

	parent, first, last, prev, next *node
	after                           *node // what followed it when it was unlinked

	whole rope.Span // the bytes it was parsed from, good unless edited
	head  *block    // nil: not scanned yet
	sep   rope.Span // the empty line behind the header block
	body  rope.Span // good unless box.edited
	box   *box      // nil: a leaf, or not indexed yet
	delim rope.Span // the delimiter in front, with the line end before it

	source   rope.Span // of a made part: what body is a range of
	inDigest bool      // of type message/rfc822 if it does not say
	edits    uint32    // how often it has changed
	indexed  bool      // box is right
	edited   bool      // something in it has changed
	changed  bool      // the body has been replaced
	made     bool      // by a script, not by parsing
	stale    bool

	writable, readOnly Part // the handles
}

// box is what containers have.
type box struct {
	boundary   string
	embedded   bool // holds one message, without delimiters
	preamble   rope.Span
	closing    rope.Span // the closing delimiter, with the line end before it
	epilogue   rope.Span
	edited     bool // the parts are not as they were in the body
	rearranged bool // parts have come or gone
}

// message gives the owner; the caller holds its lock.
func (n *node) message() *Message { return n.owner.Load() }

// enter locks the message that owns the node.
func (n *node) enter() error {
	if n == nil {
		return ErrStale
	}
	for {
		m := n.owner.Load()
		if err := m.enter(); err != nil {
			return err
		}
		if n.owner.Load() != m {
			m.mu.Unlock()
			continue
		}
		if n.stale {
			m.mu.Unlock()
			return ErrStale
		}
		return nil
	}
}

func (n *node) leave() { n.owner.Load().mu.Unlock() }

// parseNode makes a node of s, whose header block may have limit bytes.
func parseNode(s rope.Span, o *settings) (*node, error) {
	head, scan, err := splitBlock(s, o.MaxHeaderBytes)
	if err != nil {
		return nil, err
	}
	if scan.bodyStart == 0 && !s.Empty() && o.MissingHeaders == MissingHeadersReject {
		return nil, ErrNoHeader
	}
	return &node{
		whole: s,
		head:  head,
		sep:   s.Slice(int64(scan.end), int64(scan.bodyStart)),
		body:  s.Slice(int64(scan.bodyStart), s.Len()),
	}, nil
}

// block gives the header block.
func (n *node) block() *block {
	if n.head == nil {
		n.head = n.scanHead()
	}
	return n.head
}

// scanHead reads the header block of a part that the index has found.
func (n *node) scanHead() *block {
	s := n.whole.Slice(0, n.sep.Offset()-n.whole.Offset())
	b, err := s.Bytes()
	if err != nil {
		n.message().o.Logger.LogAttrs(context.Background(), slog.LevelError, "reading a part's header", slog.Any("error", err))
		return &block{span: s, err: err}
	}
	return &block{fields: scanBlock(b).fields, span: s}
}

// setFields replaces the header fields. Nothing happens if they are the same
// bytes. If it makes another container of the part, the body is parsed anew.
func (n *node) setFields(fields []Field) error {
	old := n.block()
	if old.err != nil {
		return old.err
	}
	fields = fieldFirst(fields)
	if sameFields(old.fields, fields) {
		return nil
	}
	if !n.indexed {
		n.head = old.with(fields)
		n.touch()
		return nil
	}
	was := n.shape()
	n.head = old.with(fields)
	if n.shape() != was {
		n.body = n.bodySpan()
		n.changed = n.changed || n.box != nil && n.box.edited
		n.forgetParts()
	}
	n.touch()
	return nil
}

// fieldFirst makes sure that a block begins with a field, without which it
// would be taken for the body: malformed lines in front of the first field move
// behind it. Without a field they go.
func fieldFirst(fields []Field) []Field {
	first := 0
	for first < len(fields) && !startsWithField(fields[first].raw) {
		first++
	}
	switch first {
	case 0:
		return fields
	case len(fields):
		return nil
	}
	out := append(make([]Field, 0, len(fields)), fields[first])
	out = append(out, fields[:first]...)
	return append(out, fields[first+1:]...)
}

func sameFields(a, b []Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i].raw, b[i].raw) {
			return false
		}
	}
	return true
}

// touch notes that the node has changed.
func (n *node) touch() {
	n.edits++
	for p := n; p != nil; p = p.parent {
		p.edited = true
		if p.parent != nil {
			p.parent.box.edited = true
		}
	}
	n.message().changed()
}

// setBody replaces the body. Nothing happens if it is the same bytes.
func (n *node) setBody(s rope.Span) error {
	same, err := rope.Equal(n.bodySpan(), s)
	if err != nil || same {
		return err
	}
	n.forgetParts()
	n.body, n.source = s, rope.Span{}
	n.changed = true
	n.touch()
	return nil
}

// forgetParts makes the parts below stale; what the body is shows when it is
// indexed again.
func (n *node) forgetParts() {
	for c := n.first; c != nil; c = c.next {
		c.makeStale()
	}
	n.first, n.last, n.box, n.indexed = nil, nil, nil, false
}

// makeStale makes the handles of n and all below useless.
func (n *node) makeStale() {
	n.walk(func(c *node) bool {
		c.stale = true
		return true
	})
}

// walk calls f with n and all below in document order until f gives false. It
// does not index.
func (n *node) walk(f func(*node) bool) {
	for c := n; c != nil; {
		if !f(c) {
			return
		}
		if c.first != nil {
			c = c.first
			continue
		}
		for c != n && c.next == nil {
			c = c.parent
		}
		if c == n {
			return
		}
		c = c.next
	}
}

// bodySpan gives the bytes of the body as they are now.
func (n *node) bodySpan() rope.Span {
	if n.box == nil || !n.box.edited {
		return n.body
	}
	var b rope.Builder
	n.emitParts(&b)
	return b.Span()
}

// emit appends the bytes of the node to b.
func (n *node) emit(b *rope.Builder) {
	if !n.edited {
		b.Add(n.whole)
		return
	}
	n.emitHead(b)
	n.emitBody(b)
}

// emitHead appends the header block and the empty line. An empty line that
// was not there is made if the body could not be told from the header without.
func (n *node) emitHead(b *rope.Builder) {
	k := n.block()
	k.emit(b)
	switch {
	case !n.sep.Empty():
		if !k.terminated() {
			b.AddBytes(crlf)
		}
		b.Add(n.sep)
	case len(k.fields) > 0 && (n.made || !n.bodyEmpty()):
		if !k.terminated() {
			b.AddBytes(crlf)
		}
		b.AddBytes(crlf)
	case len(k.fields) == 0 && !n.bodyEmpty() && (n.changed || k.edited):
		b.AddBytes(crlf)
	}
}

func (n *node) bodyEmpty() bool {
	if n.box != nil && n.box.edited {
		return false
	}
	return n.body.Empty()
}

func (n *node) emitBody(b *rope.Builder) {
	if n.box == nil || !n.box.edited {
		b.Add(n.body)
		return
	}
	n.emitParts(b)
}

// span gives the bytes of the node.
func (n *node) span() rope.Span {
	if !n.edited {
		return n.whole
	}
	var b rope.Builder
	n.emit(&b)
	return b.Span()
}

// copyOf gives an unowned node with the same content, whose bytes are s.
func (n *node) copyOf(s rope.Span) *node {
	k := n.block()
	bodyStart := s.Len() - n.bodySpan().Len()
	sep := k.size()
	if sep < bodyStart && !k.terminated() {
		sep += int64(len(crlf))
	}
	return &node{
		whole: s,
		head:  k,
		sep:   s.Slice(sep, bodyStart),
		body:  s.Slice(bodyStart, s.Len()),
		made:  n.made,
	}
}
