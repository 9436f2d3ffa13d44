package vctx

import (
	"fmt"
	"slices"
)

// recipients is the recipient list of a transaction.
type recipients struct {
	list  []string
	open  bool // from MAIL FROM on
	final bool // fixed: no changes

	current        string // the copy whose callouts run, "" before the split
	inCopy         bool
	added          []string // by the running copy
	currentRemoved bool
}

// normalRecipient strips brackets and the command from an address and checks
// it.
func normalRecipient(addr string) (string, error) {
	a := PathOf(addr)
	if a == "" || !ValidAddress(a) {
		return "", fmt.Errorf("invalid recipient address %q", addr)
	}
	return a, nil
}

func (r *recipients) index(addr string) int {
	return slices.IndexFunc(r.list, func(have string) bool { return SameAddress(have, addr) })
}

func (r *recipients) changeable() error {
	if !r.open || r.final {
		return ErrRecipientsFinal
	}
	return nil
}

// AcceptRecipient adds the recipient of an accepted RCPT TO.
func (v *Context) AcceptRecipient(addr string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.addRecipient(addr)
}

// AddRecipient adds recipients; one that is on the list is ignored. While the
// callouts of one recipient's copy run, it makes one more copy each. The
// error says that an address is invalid or the list is final.
func (v *Context) AddRecipient(addrs ...string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.rcpts.changeable(); err != nil {
		return err
	}
	for _, a := range addrs {
		if err := v.addRecipient(a); err != nil {
			return err
		}
	}
	return nil
}

func (v *Context) addRecipient(addr string) error {
	a, err := normalRecipient(addr)
	if err != nil {
		return err
	}
	if v.rcpts.index(a) >= 0 {
		return nil
	}
	v.rcpts.list = append(v.rcpts.list, a)
	if v.rcpts.inCopy {
		v.rcpts.added = append(v.rcpts.added, a)
	}
	return nil
}

// RemoveRecipient takes recipients off the list; an absent one is ignored.
// Removing the recipient whose copy's callouts run drops this copy.
func (v *Context) RemoveRecipient(addrs ...string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.rcpts.changeable(); err != nil {
		return err
	}
	for _, a := range addrs {
		v.removeRecipient(PathOf(a))
	}
	return nil
}

// removeRecipient gives the position that addr had, or -1.
func (v *Context) removeRecipient(addr string) int {
	i := v.rcpts.index(addr)
	if i < 0 {
		return -1
	}
	v.rcpts.list = slices.Delete(v.rcpts.list, i, i+1)
	if v.rcpts.inCopy {
		if SameAddress(addr, v.rcpts.current) {
			v.rcpts.currentRemoved = true
		}
		v.rcpts.added = slices.DeleteFunc(v.rcpts.added, func(a string) bool { return SameAddress(a, addr) })
	}
	return i
}

// Recipients lists the recipients in the order of their RCPT TO.
func (v *Context) Recipients() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.rcpts.list)
}

// SetRecipients replaces the list.
func (v *Context) SetRecipients(addrs []string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.rcpts.changeable(); err != nil {
		return err
	}
	old := v.rcpts
	v.rcpts.list = nil
	for _, a := range addrs {
		if err := v.addRecipient(a); err != nil {
			v.rcpts = old
			return err
		}
	}
	return nil
}

// CanModifyRecipients reports whether the list may be changed.
func (v *Context) CanModifyRecipients() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.rcpts.changeable() == nil
}

// AddRcpt adds a recipient and gives its position from 0, -1 if it cannot be
// added, or is there already and unique is set.
func (v *Context) AddRcpt(addr string, unique bool) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	a, err := normalRecipient(addr)
	if err != nil || v.rcpts.changeable() != nil {
		return -1
	}
	if i := v.rcpts.index(a); i >= 0 && unique {
		return -1
	}
	v.rcpts.list = append(v.rcpts.list, a)
	return len(v.rcpts.list) - 1
}

// RemoveRcpt removes a recipient and gives the position it had, or -1.
func (v *Context) RemoveRcpt(addr string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.rcpts.changeable() != nil {
		return -1
	}
	return v.removeRecipient(PathOf(addr))
}

// RemoveAllRcpts empties the list and reports whether it could.
func (v *Context) RemoveAllRcpts() bool { return v.SetRecipients(nil) == nil }

// IterateRcpt gives the recipient at a position from 0 and the next position,
// -1 at the end.
func (v *Context) IterateRcpt(pos int) (next int, addr string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if pos < 0 || pos >= len(v.rcpts.list) {
		return -1, ""
	}
	return pos + 1, v.rcpts.list[pos]
}

// FreezeRecipients fixes the list, or opens it again for the callouts of the
// single copies.
func (v *Context) FreezeRecipients(final bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rcpts.final = final
}

// BeginRecipient makes addr the recipient whose copy the next callouts are
// about; the list may be changed again.
func (v *Context) BeginRecipient(addr string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rcpts.final, v.rcpts.inCopy, v.rcpts.current = false, true, addr
	v.rcpts.added, v.rcpts.currentRemoved = nil, false
	v.setRcptTo(RcptToLine(addr))
}

// EndRecipient ends BeginRecipient: what was added meanwhile, and whether the
// copy's own recipient was removed.
func (v *Context) EndRecipient() (added []string, removed bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rcpts.inCopy, v.rcpts.final = false, true
	return v.rcpts.added, v.rcpts.currentRemoved
}

// ResumeRecipient sets the recipient's variables for the callouts after the
// list was fixed for good.
func (v *Context) ResumeRecipient(addr string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.setRcptTo(RcptToLine(addr))
}
