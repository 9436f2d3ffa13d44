package vctx

// The methods in this file are called by what runs the phases of a session,
// when the transaction is split into one copy of the message per recipient.

// FreezeRecipients fixes the list, or opens it again.
func (v *Context) FreezeRecipients(final bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rcpts.final = final
}

// BeginRecipient makes addr the recipient whose copy the next callouts are
// about: the variables of the recipient are its own, and the list can be
// changed as [Context.AddRecipient] and [Context.RemoveRecipient] say.
func (v *Context) BeginRecipient(addr string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return
	}
	v.rcpts.final = false
	v.rcpts.copy = copyRecipient{active: true, addr: addr}
	v.setRcptTo(v.rcptLine(addr))
}

// EndRecipient ends BeginRecipient and fixes the list. It gives the recipients
// that were added meanwhile, and whether the copy's own was removed.
func (v *Context) EndRecipient() (added []string, removed bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	added, removed = v.rcpts.copy.added, v.rcpts.copy.removed
	v.rcpts.copy = copyRecipient{}
	v.rcpts.final = true
	return added, removed
}

// ResumeRecipient sets the variables of the recipient for the callouts about
// its copy after the list was fixed for good.
func (v *Context) ResumeRecipient(addr string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.ended {
		v.setRcptTo(v.rcptLine(addr))
	}
}

// rcptLine gives the RCPT TO of a recipient as it was received, or one that is
// made for it.
func (v *Context) rcptLine(addr string) string {
	if i := v.rcpts.index(addr); i >= 0 && v.rcpts.list[i].line != "" {
		return v.rcpts.list[i].line
	}
	return RcptToLine(addr)
}
