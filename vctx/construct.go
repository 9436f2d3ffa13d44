package vctx

import "sync"

// MessageConstruct is the state of the ESMTP transaction, mc in Lua.
type MessageConstruct struct {
	v *Context

	mu      sync.Mutex
	message any
	relay   bool
	canAuth bool
	user    string
	line    string
}

// NewMessageConstruct makes the state that belongs to a context.
func NewMessageConstruct(v *Context) *MessageConstruct { return &MessageConstruct{v: v} }

// Context gives the validation context.
func (m *MessageConstruct) Context() *Context { return m.v }

// SetMessage sets the message of the running transaction, nil at its end.
func (m *MessageConstruct) SetMessage(msg any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.message = msg
}

// Message gives the message from MAIL FROM on, nil before.
func (m *MessageConstruct) Message() any {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.message
}

// Relayable and CanAuth are switches that policy may set.
func (m *MessageConstruct) Relayable() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.relay
}

// SetRelayable sets whether the session may relay.
func (m *MessageConstruct) SetRelayable(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.relay = on
}

// CanAuth reports whether policy offers authentication.
func (m *MessageConstruct) CanAuth() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.canAuth
}

// SetCanAuth sets whether the session may authenticate.
func (m *MessageConstruct) SetCanAuth(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.canAuth = on
}

// User gives who authenticated, "" if nobody.
func (m *MessageConstruct) User() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.user
}

// SetUser notes who authenticated.
func (m *MessageConstruct) SetUser(user string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.user = user
}

// Counts gives the messages and recipients of the connection and the
// recipients of the message so far.
func (m *MessageConstruct) Counts() (messages, rcpts, messageRcpts int) {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	return m.v.messages, m.v.rcptsInTotal, m.v.rcptsInMessage
}

// Line gives the last command line, as the host reported it.
func (m *MessageConstruct) Line() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.line
}

// SetLine reports the last command line.
func (m *MessageConstruct) SetLine(line string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.line = line
}
