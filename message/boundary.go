package message

import "strings"

// Bounded is what has boundaries that a new one must not be confused with: a
// [*Message] or a [*Part].
type Bounded interface{ boundaries() ([]string, error) }

func (m *Message) boundaries() ([]string, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	m.top.index()
	return m.top.boundaries(), nil
}

func (p *Part) boundaries() ([]string, error) {
	n, err := p.enter()
	if err != nil {
		return nil, err
	}
	defer n.leave()
	return n.boundaries(), nil
}

func (n *node) boundaries() []string {
	var out []string
	n.walk(func(c *node) bool {
		if c.box != nil && c.box.boundary != "" {
			out = append(out, c.box.boundary)
		}
		return true
	})
	return out
}

// maxBoundaryTries bounds the search for a boundary with a poor [Boundaries].
const maxBoundaryTries = 100

// NewBoundary makes a boundary that is neither contained in one of the message
// or of others nor contains one.
func (m *Message) NewBoundary(others ...Bounded) (string, error) {
	taken, err := m.boundaries()
	if err != nil {
		return "", err
	}
	for _, o := range others {
		if o == nil {
			continue
		}
		more, err := o.boundaries()
		if err != nil {
			return "", err
		}
		taken = append(taken, more...)
	}
	for range maxBoundaryTries {
		if b := m.o.Boundaries.NewBoundary(); validBoundary(b) && !confusable(b, taken) {
			return b, nil
		}
	}
	return "", ErrInvalidBoundary
}

func confusable(b string, taken []string) bool {
	for _, t := range taken {
		if strings.Contains(t, b) || strings.Contains(b, t) {
			return true
		}
	}
	return false
}

// validBoundary reports whether b is a boundary by RFC 2046 section 5.1.1.
func validBoundary(b string) bool {
	if b == "" || len(b) > 70 || b[len(b)-1] == ' ' {
		return false
	}
	for i := 0; i < len(b); i++ {
		c := b[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("'()+_,-./:=? ", c) >= 0) {
			return false
		}
	}
	return true
}
