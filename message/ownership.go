package message

// IsBatch reports whether the message stands for all recipients of its
// transaction; see [Message.SetBatch].
func (m *Message) IsBatch() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.batch
}

// HostOwned reports whether the message belongs to the host, so that scripts
// cannot release it.
func (m *Message) HostOwned() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.hosted
}

// SetHostOwned says whether the message belongs to the host.
func (m *Message) SetHostOwned(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hosted = on
}
