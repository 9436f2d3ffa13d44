package vctx

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Conditions of a recipient list.
var (
	// ErrRecipientsFinal is given for changes of a list that is fixed.
	ErrRecipientsFinal = errors.New("recipient list is final")
	// ErrNoTransaction is given for changes before MAIL FROM.
	ErrNoTransaction = errors.New("recipient list is not open before MAIL FROM")
	// ErrTooManyCopies is given when recipients that are added in each_rcpt
	// would make more copies of the message than are allowed.
	ErrTooManyCopies = errors.New("too many recipients added")
)

// recipients is the recipient list of a transaction.
type recipients struct {
	list  []recipient
	open  bool // from MAIL FROM on
	final bool // fixed
	copy  copyRecipient
	extra int // recipients added by copies
}

type recipient struct {
	addr string
	line string // its RCPT TO as received, "" if policy added it
}

// copyRecipient is the state while the callouts of one recipient's copy run.
type copyRecipient struct {
	active  bool
	addr    string
	added   []string
	removed bool
}

func (r *recipients) index(addr string) int {
	return slices.IndexFunc(r.list, func(have recipient) bool { return SameAddress(have.addr, addr) })
}

func (v *Context) recipientsChangeable() error {
	switch {
	case v.ended:
		return ErrInvalid
	case v.rcpts.final:
		return ErrRecipientsFinal
	case !v.rcpts.open:
		return ErrNoTransaction
	}
	return nil
}

// addedAddress gives the address that policy means: brackets and RCPT TO are
// stripped. A bare local part may only be postmaster (RFC 5321 section
// 4.1.1.3).
func addedAddress(s string) (string, error) {
	p, err := ParsePath(s)
	switch {
	case err != nil:
		return "", err
	case p.Address == "":
		return "", pathError(s, "no address")
	case p.Domain == "" && !strings.EqualFold(p.Local, "postmaster"):
		return "", pathError(s, "no domain")
	}
	return p.Address, nil
}

// AcceptRecipient adds the recipient of an RCPT TO that was accepted; one that
// is on the list is ignored. The error is [ErrNoTransaction], or wraps
// [ErrPath].
func (v *Context) AcceptRecipient(addr string) error {
	p, err := ParsePath(addr)
	if err == nil && p.Address == "" {
		err = pathError(addr, "no address")
	}
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.rcpts.open {
		return ErrNoTransaction
	}
	if v.rcpts.index(p.Address) >= 0 {
		return nil
	}
	r := recipient{addr: p.Address}
	if v.current == p.Address {
		r.line, _ = v.dicts[MessScope].Lookup(KeyRcpttoString)
	}
	v.rcpts.list = append(v.rcpts.list, r)
	return nil
}

// AddRecipient adds recipients, after all others; one that is on the list is
// ignored. Between [Context.BeginRecipient] and EndRecipient each makes one
// more copy of the message. The error says that the list cannot be changed
// now, or wraps [ErrPath]; nothing is added then.
func (v *Context) AddRecipient(addrs ...string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.changeRecipients(func() error { return v.addRecipients(addrs) })
}

// changeRecipients runs a change of the list; if it fails the list stays as it
// was.
func (v *Context) changeRecipients(change func() error) error {
	if err := v.recipientsChangeable(); err != nil {
		return err
	}
	old := v.rcpts
	old.list, old.copy.added = slices.Clone(old.list), slices.Clone(old.copy.added)
	if err := change(); err != nil {
		v.rcpts = old
		return err
	}
	return nil
}

func (v *Context) addRecipients(addrs []string) error {
	for _, s := range addrs {
		addr, err := addedAddress(s)
		if err != nil {
			return err
		}
		if v.rcpts.index(addr) >= 0 {
			continue
		}
		if err := v.appendRecipient(addr); err != nil {
			return err
		}
	}
	return nil
}

func (v *Context) appendRecipient(addr string) error {
	r := &v.rcpts
	if r.copy.active {
		if r.extra >= v.opts.MaxAddedCopies {
			return fmt.Errorf("%w: at most %d", ErrTooManyCopies, v.opts.MaxAddedCopies)
		}
		r.extra++
		r.copy.added = append(r.copy.added, addr)
	}
	r.list = append(r.list, recipient{addr: addr})
	return nil
}

// RemoveRecipient takes recipients off the list; absent ones are ignored.
// Between [Context.BeginRecipient] and EndRecipient the copy's own recipient
// can be removed, which drops the copy, and those that were added meanwhile:
// the others have copies of their own already.
func (v *Context) RemoveRecipient(addrs ...string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.recipientsChangeable(); err != nil {
		return err
	}
	for _, s := range addrs {
		v.removeRecipient(PathOf(s))
	}
	return nil
}

// removeRecipient gives the position that addr had, or -1.
func (v *Context) removeRecipient(addr string) int {
	r := &v.rcpts
	i := r.index(addr)
	if i < 0 {
		return -1
	}
	if r.copy.active {
		same := func(a string) bool { return SameAddress(a, addr) }
		switch j := slices.IndexFunc(r.copy.added, same); {
		case j >= 0:
			r.copy.added = slices.Delete(r.copy.added, j, j+1)
			r.extra--
		case same(r.copy.addr):
			r.copy.removed = true
		default:
			return -1
		}
	}
	r.list = slices.Delete(r.list, i, i+1)
	return i
}

// SetRecipients replaces the list. If an address is wrong, or the list cannot
// be changed now, it stays as it was.
func (v *Context) SetRecipients(addrs []string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.changeRecipients(func() error {
		if !v.rcpts.copy.active {
			v.rcpts.list = nil
			return v.addRecipients(addrs)
		}
		v.removeAll(addrs)
		return v.addRecipients(addrs)
	})
}

// removeAll removes all recipients but those to keep.
func (v *Context) removeAll(keep []string) {
	for _, r := range slices.Clone(v.rcpts.list) {
		if !slices.ContainsFunc(keep, func(k string) bool { return SameAddress(PathOf(k), r.addr) }) {
			v.removeRecipient(r.addr)
		}
	}
}

// Recipients lists the recipients in the order of their RCPT TO.
func (v *Context) Recipients() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	list := make([]string, len(v.rcpts.list))
	for i, r := range v.rcpts.list {
		list[i] = r.addr
	}
	return list
}

// FirstRecipient gives the first of the list, "" if there is none.
func (v *Context) FirstRecipient() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.rcpts.list) == 0 {
		return ""
	}
	return v.rcpts.list[0].addr
}
