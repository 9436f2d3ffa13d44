package message

import (
	"context"
	"log/slog"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// shape is what decides into which parts a body falls.
type shape struct {
	boundary            string
	container, digest   bool
	multipart, embedded bool
}

// shape gives what the header says of the body.
func (n *node) shape() shape {
	if f, ok := n.block().first("Content-Type"); !n.inDigest && (!ok || !mayContain(f.raw[f.valueStart():])) {
		return shape{}
	}
	v := n.mediaType()
	switch {
	case isMultipart(v.Word):
		b := boundaryOf(v)
		return shape{boundary: b, multipart: true, container: b != "" && len(b) <= maxBoundary, digest: v.Word == "multipart/digest"}
	case isEmbedded(v.Word) && n.message().o.DescendEmbedded && !encodesBytes([]byte(n.encodingName())):
		return shape{container: true, embedded: true}
	}
	return shape{}
}

// index finds the parts of the body, if that has not been done yet.
func (n *node) index() {
	if n.indexed {
		return
	}
	n.indexed = true
	m := n.message()
	s := n.shape()
	depth := n.depth()
	switch {
	case !s.container:
		if s.multipart {
			m.noteFault(MIMEInvalid)
		}
		return
	case depth > m.o.MaxMIMEDepth:
		m.noteFault(MIMETooLarge)
		return
	}
	root := entry{parent: -1, container: true, embedded: s.embedded, isDigest: s.digest, boundary: s.boundary}
	x := m.o.indexer()
	defer m.o.indexers.Put(x)
	entries, fault, err := x.index(n.body, root, depth, n.partsAround())
	if err != nil {
		m.o.Logger.LogAttrs(context.Background(), slog.LevelError, "reading the parts", slog.Any("error", err))
	}
	m.noteFault(fault)
	n.attach(entries)
}

// depth gives how deep the node lies; the top is at 1.
func (n *node) depth() int {
	d := 0
	for p := n; p != nil; p = p.parent {
		d++
	}
	return d
}

// partsAround gives how many parts there are besides n.
func (n *node) partsAround() int {
	root := n
	for root.parent != nil {
		root = root.parent
	}
	if root == n {
		return 0
	}
	parts := -1
	root.walk(func(*node) bool { parts++; return true })
	return parts
}

// attach makes nodes of the parts that the index has found in the body.
func (n *node) attach(entries []entry) {
	body := n.body
	n.box = newBox(body, entries, 0)
	nodes := make([]node, len(entries)-1)
	for i := range nodes {
		e := &entries[i+1]
		c := &nodes[i]
		c.init(n.message())
		c.whole = body.Slice(e.start, e.end)
		c.sep = body.Slice(e.headEnd, e.bodyStart)
		c.body = body.Slice(e.bodyStart, e.end)
		c.delim = body.Slice(e.delim, e.start)
		c.inDigest, c.indexed = e.inDigest, true
		if e.container {
			c.box = newBox(body, entries, i+1)
		}
		if e.parent == 0 {
			n.link(c)
		} else {
			nodes[e.parent-1].link(c)
		}
	}
}

func newBox(body rope.Span, entries []entry, i int) *box {
	e := &entries[i]
	b := &box{boundary: e.boundary, embedded: e.embedded}
	end := e.end
	if e.closed > 0 {
		end = e.closing
		b.closing = body.Slice(e.closing, e.closed)
		b.epilogue = body.Slice(e.closed, e.end)
	}
	if i+1 < len(entries) && entries[i+1].parent == int32(i) {
		end = entries[i+1].delim
	}
	b.preamble = body.Slice(e.bodyStart, end)
	return b
}

// init makes the node one of m.
func (n *node) init(m *Message) {
	n.owner.Store(m)
	n.writable = Part{Header{n: n}}
	n.readOnly = Part{Header{n: n, readOnly: true}}
}

// link adds c as the last child, without noting a change.
func (n *node) link(c *node) {
	c.parent, c.prev, c.next = n, n.last, nil
	if n.last != nil {
		n.last.next = c
	} else {
		n.first = c
	}
	n.last = c
}

// emitParts appends the body of a container whose parts have changed.
func (n *node) emitParts(b *rope.Builder) {
	x := n.box
	if x.embedded {
		for c := n.first; c != nil; c = c.next {
			c.emit(b)
		}
		return
	}
	b.Add(x.preamble)
	before := b.Len() - x.preamble.Len()
	if n.first == nil {
		n.emitDelimiter(b, rope.Span{}, "", b.Len() == before)
	}
	for c := n.first; c != nil; c = c.next {
		n.emitDelimiter(b, c.delim, "", b.Len() == before)
		if (c.edited || x.rearranged) && !c.delim.Empty() && !lastIs(c.delim, '\n') {
			b.AddBytes(crlf) // it was cut off at the end of the content
		}
		before = b.Len()
		c.emit(b)
	}
	if !x.closing.Empty() || x.rearranged {
		n.emitDelimiter(b, x.closing, "--", n.first != nil && b.Len() == before)
	}
	b.Add(x.epilogue)
}

// emitDelimiter appends a delimiter as it was, or a new one. It needs a line
// end in front unless it stands at the start of a line anyway, which is so if
// nothing precedes it since the last one.
func (n *node) emitDelimiter(b *rope.Builder, old rope.Span, tail string, atLineStart bool) {
	if old.Empty() {
		text := "--" + n.box.boundary + tail + "\r\n"
		if !atLineStart {
			text = "\r\n" + text
		}
		b.AddBytes([]byte(text))
		return
	}
	if first := old.Slice(0, 1); !atLineStart && lastIs(first, '-') {
		b.AddBytes(crlf)
	}
	b.Add(old)
}

// lastIs reports whether s ends with c.
func lastIs(s rope.Span, c byte) bool {
	b, err := s.Slice(s.Len()-1, s.Len()).Bytes()
	return err == nil && len(b) == 1 && b[0] == c
}

// noteFault records that the MIME structure is not sound.
func (m *Message) noteFault(f MIMEFault) { m.fault = max(m.fault, f) }
