package message

import (
	gomessage "github.com/emersion/go-message"
)

// Entity gives the content as an entity of github.com/emersion/go-message. As
// with its Read, an unknown charset or transfer encoding gives an entity and
// an error.
func (m *Message) Entity() (*gomessage.Entity, error) {
	if err := m.Err(); err != nil {
		return nil, err
	}
	return gomessage.Read(m.Content())
}
