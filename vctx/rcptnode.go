package vctx

// The methods in this file are the recipient list as the C functions that
// scripts can also call have it: by position, without errors.

// AddRcpt adds a recipient and gives its position from 0. It gives -1 if the
// address is wrong, the list cannot be changed now, or unique is set and the
// recipient is on the list.
func (v *Context) AddRcpt(addr string, unique bool) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	a, err := addedAddress(addr)
	if err != nil || v.recipientsChangeable() != nil || unique && v.rcpts.index(a) >= 0 {
		return -1
	}
	if v.appendRecipient(a) != nil {
		return -1
	}
	return len(v.rcpts.list) - 1
}

// RemoveRcpt removes a recipient and gives the position that it had, or -1.
func (v *Context) RemoveRcpt(addr string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.recipientsChangeable() != nil {
		return -1
	}
	return v.removeRecipient(PathOf(addr))
}

// RemoveAllRcpts removes all recipients, as far as
// [Context.RemoveRecipient] could, and reports whether the list can be
// changed.
func (v *Context) RemoveAllRcpts() bool { return v.SetRecipients(nil) == nil }

// IterateRcpt gives the recipient at a position from 0 and the next position.
// At the end the position is -1.
func (v *Context) IterateRcpt(pos int) (next int, addr string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if pos < 0 || pos >= len(v.rcpts.list) {
		return -1, ""
	}
	return pos + 1, v.rcpts.list[pos].addr
}

// CanModifyRecipients reports whether the list can be changed now.
func (v *Context) CanModifyRecipients() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.recipientsChangeable() == nil
}
