package message

import (
	"bytes"
	"sync/atomic"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// node is a part of a message. All but owner is guarded by the lock of the
// message that owns it.
type node struct {
	owner atomic.Pointer[Message]

	whole rope.Span // the bytes it was parsed from, good unless edited
	head  *block    // nil: not scanned yet
	sep   rope.Span // the empty line behind the header block
	body  rope.Span // good unless the box has changed

	edited      bool // something in it has changed
	bodyChanged bool
	made        bool // by a script, not by parsing
	stale       bool
}

// message gives the owner; the caller holds its lock.
func (n *node) message() *Message { return n.owner.Load() }

// enter locks the message that owns the node.
func (n *node) enter() error {
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
	return n.head
}

// setFields replaces the header fields. Nothing happens if they are the same
// bytes.
func (n *node) setFields(fields []Field) error {
	old := n.block()
	if sameFields(old.fields, fields) {
		return nil
	}
	n.head = old.with(fields)
	n.touch()
	return nil
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
	n.edited = true
	n.message().changed()
}

// setBody replaces the body. Nothing happens if it is the same bytes.
func (n *node) setBody(s rope.Span) error {
	same, err := rope.Equal(n.bodySpan(), s)
	if err != nil || same {
		return err
	}
	n.body = s
	n.bodyChanged = true
	n.touch()
	return nil
}

// bodySpan gives the bytes of the body as they are now.
func (n *node) bodySpan() rope.Span { return n.body }

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
	body := n.bodySpan()
	switch {
	case !n.sep.Empty():
		if !k.terminated() {
			b.AddBytes(crlf)
		}
		b.Add(n.sep)
	case len(k.fields) > 0 && (n.made || !body.Empty()):
		if !k.terminated() {
			b.AddBytes(crlf)
		}
		b.AddBytes(crlf)
	case len(k.fields) == 0 && !body.Empty() && (n.bodyChanged || k.edited):
		b.AddBytes(crlf)
	}
}

func (n *node) emitBody(b *rope.Builder) { b.Add(n.bodySpan()) }

// span gives the bytes of the node.
func (n *node) span() rope.Span {
	var b rope.Builder
	n.emit(&b)
	return b.Span()
}

// copyOf gives an unowned node with the same content, whose bytes are s.
func (n *node) copyOf(s rope.Span) *node {
	var head rope.Builder
	k := n.block()
	k.emit(&head)
	bodyStart := s.Len() - n.bodySpan().Len()
	sep := head.Len()
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
