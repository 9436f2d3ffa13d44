package vctx

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

var (
	// ErrNotSMTP is given for what only an SMTP session can do.
	ErrNotSMTP = errors.New("session is not attached to an SMTP listener")
	// ErrCapability is given for a capability that cannot stand in a reply.
	ErrCapability = errors.New("invalid ESMTP capability")
)

// AddCapability adds a line to the EHLO reply, verbatim. A line with the same
// first word, without regard to case, is replaced. The error is [ErrNotSMTP],
// or [ErrCapability] for an empty line and one with control bytes.
func (c *Conn) AddCapability(line string) error {
	if !c.IsSMTP() {
		return ErrNotSMTP
	}
	if hasControl(line) || firstWord(line) == "" {
		return fmt.Errorf("%w %q", ErrCapability, line)
	}
	l := c.state()
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.capability(line); i >= 0 {
		l.capabilities[i] = line
	} else {
		l.capabilities = append(l.capabilities, line)
	}
	return nil
}

// RemoveCapability takes a line out of the EHLO reply, found by its first word
// without regard to case; an absent one is ignored. The error is [ErrNotSMTP].
// The host decides whether it refuses what is not offered any more.
func (c *Conn) RemoveCapability(name string) error {
	if !c.IsSMTP() {
		return ErrNotSMTP
	}
	l := c.state()
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.capability(name); i >= 0 {
		l.capabilities = slices.Delete(l.capabilities, i, i+1)
	}
	return nil
}

// EHLO lists the lines of the EHLO reply after the host's name, as policy left
// them.
func (c *Conn) EHLO() []string {
	l := c.state()
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.capabilities)
}

func (l *liveConn) capability(line string) int {
	word := firstWord(line)
	return slices.IndexFunc(l.capabilities, func(have string) bool {
		return strings.EqualFold(firstWord(have), word)
	})
}

func firstWord(line string) string {
	line = strings.TrimLeft(line, " ")
	word, _, _ := strings.Cut(line, " ")
	return word
}
