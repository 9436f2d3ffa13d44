package message

import "runtime"

// AppendChild puts c behind the children of p. It reports false if p is not a
// container, c has a place in a tree already, or c contains p.
func (p *Part) AppendChild(c *Part) (bool, error) {
	return place(p, c, func(n, c *node) bool {
		return n.isMultipart() && n.insert(c, n.last, nil)
	})
}

// PrependChild puts c before the children of p; see [Part.AppendChild].
func (p *Part) PrependChild(c *Part) (bool, error) {
	return place(p, c, func(n, c *node) bool {
		return n.isMultipart() && n.insert(c, nil, n.first)
	})
}

// InsertBefore puts p before the part other in its container. It reports false
// if other is a top part or unlinked, p has a place in a tree already, or p
// contains other.
func (p *Part) InsertBefore(other *Part) (bool, error) {
	return place(other, p, func(n, c *node) bool {
		return n.parent != nil && n.parent.isMultipart() && n.parent.insert(c, n.prev, n)
	})
}

// InsertAfter puts p behind the part other in its container; see
// [Part.InsertBefore].
func (p *Part) InsertAfter(other *Part) (bool, error) {
	return place(other, p, func(n, c *node) bool {
		return n.parent != nil && n.parent.isMultipart() && n.parent.insert(c, n, n.next)
	})
}

func (n *node) isMultipart() bool { return n.box != nil && !n.box.embedded }

// place locks the messages of both parts and calls put with the node that is
// in a tree and the one that is to come into it.
func place(in, c *Part, put func(n, c *node) bool) (bool, error) {
	if in == nil || c == nil {
		return false, ErrNoPart
	}
	n, child, unlock, err := lockBoth(in, c)
	if err != nil {
		return false, err
	}
	defer unlock()
	m, from := n.message(), child.message()
	for _, err := range []error{m.writable(), from.writable(), in.mayEdit(), c.mayEdit()} {
		if err != nil {
			return false, err
		}
	}
	n.index()
	child.index()
	if child.parent != nil || child == from.top || child.contains(n) {
		return false, nil
	}
	if !put(n, child) {
		return false, nil
	}
	if from != m {
		m.adopt(child)
	}
	return true, nil
}

func (p *Part) mayEdit() error {
	if p.h.readOnly {
		return ErrNotWritable
	}
	return nil
}

// lockBoth locks the messages that own two parts, which may be the same.
func lockBoth(a, b *Part) (x, y *node, unlock func(), err error) {
	if x, y = a.h.n, b.h.n; y == nil {
		return nil, nil, nil, ErrStale
	}
	for {
		if err := x.enter(); err != nil {
			return nil, nil, nil, err
		}
		m, other := x.message(), y.owner.Load()
		switch {
		case other == m:
			if y.stale {
				m.mu.Unlock()
				return nil, nil, nil, ErrStale
			}
			return x, y, m.mu.Unlock, nil
		case !other.mu.TryLock(): // someone may hold it and wait for m
			m.mu.Unlock()
			runtime.Gosched()
			continue
		case y.owner.Load() != other:
			err = nil
		case other.freed:
			err = ErrFreed
		case y.stale:
			err = ErrStale
		default:
			return x, y, func() { other.mu.Unlock(); m.mu.Unlock() }, nil
		}
		other.mu.Unlock()
		m.mu.Unlock()
		if err != nil {
			return nil, nil, nil, err
		}
	}
}

// contains reports whether other is n or below it.
func (n *node) contains(other *node) bool {
	for ; other != nil; other = other.parent {
		if other == n {
			return true
		}
	}
	return false
}

// insert puts c between two children.
func (n *node) insert(c, prev, next *node) bool {
	c.parent, c.prev, c.next, c.after = n, prev, next, nil
	if prev != nil {
		prev.next = c
	} else {
		n.first = c
	}
	if next != nil {
		next.prev = c
	} else {
		n.last = c
	}
	n.rearranged()
	return true
}

// rearranged notes that children have come or gone.
func (n *node) rearranged() {
	n.box.edited, n.box.rearranged = true, true
	n.touch()
}

// adopt makes m the owner of all nodes from n down.
func (m *Message) adopt(n *node) {
	m.retain(n.span())
	n.walk(func(c *node) bool {
		c.owner.Store(m)
		return true
	})
}

// Unlink takes the part with all below it out of the tree; it can be put into
// a tree again. The top part gives [ErrTopPart]; an unlinked part stays as it
// is.
func (p *Part) Unlink() error {
	n, err := p.edit()
	if err != nil {
		return err
	}
	defer n.leave()
	if n == n.message().top {
		return ErrTopPart
	}
	if n.parent == nil {
		return nil
	}
	n.unlink()
	return nil
}

func (n *node) unlink() {
	parent := n.parent
	n.after = n.following()
	if n.prev != nil {
		n.prev.next = n.next
	} else {
		parent.first = n.next
	}
	if n.next != nil {
		n.next.prev = n.prev
	} else {
		parent.last = n.prev
	}
	n.parent, n.prev, n.next = nil, nil, nil
	n.delim = n.delim.Slice(0, 0)
	parent.rearranged()
}

// following gives what comes behind n and all below it in document order.
func (n *node) following() *node {
	for ; n != nil; n = n.parent {
		if n.next != nil {
			return n.next
		}
	}
	return nil
}

// SetTop makes the unlinked part p the top of the message. The header fields of
// the old top that are not of MIME move over, unless p has fields of that
// name; MIME-Version is added if it is missing. It reports false if p has a
// place in a tree already.
func (m *Message) SetTop(p *Part) (bool, error) {
	if err := m.enterEdit(); err != nil {
		return false, err
	}
	top := m.top
	m.mu.Unlock()
	return place(&top.writable, p, func(old, c *node) bool {
		fields := movable(old.block().fields, c.block())
		m.adopt(c)
		m.top, m.fault = c, MIMEOK
		old.makeStale()
		fields = append(fields, c.block().fields...)
		if c.setFields(fields) != nil {
			return false
		}
		c.after, c.inDigest = nil, false
		c.touch()
		return c.ensureVersion() == nil
	})
}

// movable gives the fields that a new top takes over.
func movable(fields []Field, to *block) []Field {
	var out []Field
	for _, f := range fields {
		name := f.Name()
		if isMIMEField(name) || to.has(name) && name != "" {
			continue
		}
		f.off = -1
		out = append(out, f)
	}
	return out
}

func isMIMEField(name string) bool {
	const prefix = "content-"
	return equalFoldASCII([]byte(name), "mime-version") ||
		len(name) > len(prefix) && equalFoldASCII([]byte(name[:len(prefix)]), prefix)
}

// ensureVersion adds a MIME-Version field to a top part without one.
func (n *node) ensureVersion() error {
	const name = "MIME-Version"
	if n.block().has(name) {
		return nil
	}
	f, err := n.message().o.newField(name, "1.0", false)
	if err != nil {
		return err
	}
	return n.addFields(name, []Field{f}, Append)
}
