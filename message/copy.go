package message

// Copy gives an independent copy: content, envelope, context variables,
// decisions and how it was received, under a new id. The content is shared
// until one of the two changes.
func (m *Message) Copy() (*Message, error) {
	c, err := m.clone()
	if err != nil {
		return nil, err
	}
	c.identity.id = ""
	return c, nil
}

// Snapshot gives a view of the message as it is now, under the same id, that
// later changes do not reach. Its own setters give [ErrSnapshot].
func (m *Message) Snapshot() (*Message, error) {
	m.ID()
	c, err := m.clone()
	if err != nil {
		return nil, err
	}
	c.snapshot = true
	return c, nil
}

// ForRecipient gives the copy of a transaction's message that one recipient
// gets: its own id, the same batch, context variables of its own, in which
// those of the recipient are set.
func (m *Message) ForRecipient(to string) (*Message, error) {
	m.BatchID()
	c, err := m.Copy()
	if err != nil {
		return nil, err
	}
	c.batch = false
	c.env.To = to
	setRecipientKeys(c.context, to)
	return c, nil
}

// clone gives a copy of everything.
func (m *Message) clone() (*Message, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	c := newMessage(m.o, m.env)
	c.identity, c.status, c.code, c.discard, c.route = m.identity, m.status, m.code, m.discard, m.route
	c.batch, c.depth = m.batch, m.depth
	c.context = copyContext(m.contextStore())
	c.setTop(m.top.copyOf(m.span()))
	c.retain(m.span())
	return c, nil
}

func setSenderKeys(c ContextStore, from string) {
	local, domain := splitAddress(from)
	c.Set(ContextMess, "mailfrom_string", "MAIL FROM:<"+from+">")
	c.Set(ContextMess, "mailfrom_localpart", local)
	c.Set(ContextMess, "mailfrom_domain", domain)
}

func setRecipientKeys(c ContextStore, to string) {
	local, domain := splitAddress(to)
	c.Set(ContextMess, "rcptto_string", "RCPT TO:<"+to+">")
	c.Set(ContextMess, "rcptto_localpart", local)
	c.Set(ContextMess, "rcptto_domain", domain)
}
