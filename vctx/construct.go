package vctx

import "sync"

// MessageConstruct is the state of the ESMTP transaction of a session, mc in
// Lua. It is safe for concurrent use.
type MessageConstruct struct {
	v *Context

	mu      sync.Mutex
	message any
	canAuth bool
	user    string
	line    string
}

// NewMessageConstruct makes the state that belongs to a context.
func NewMessageConstruct(v *Context) *MessageConstruct {
	return &MessageConstruct{v: v, canAuth: v.conn.CanAuth}
}

// Context gives the validation context.
func (m *MessageConstruct) Context() *Context { return m.v }

// Conn gives the connection.
func (m *MessageConstruct) Conn() *Conn { return m.v.conn }

// PeerAddress gives the client's address without the port.
func (m *MessageConstruct) PeerAddress() string { return m.v.conn.RemoteAddr().Host() }

// Counts gives how many transactions were begun on the connection, how many
// RCPT TOs there were on it, and how many since MAIL FROM. The recipient being
// checked and refused ones are included. The counts are variables of the
// connection, too.
func (m *MessageConstruct) Counts() (messages, rcpts, messageRcpts int) {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	c := m.v.counts
	return c.messages, c.rcpts, c.messageRcpts
}

// SetMessage sets the message of the running transaction, nil at its end.
func (m *MessageConstruct) SetMessage(msg any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.message = msg
}

// Message gives the message from MAIL FROM on, nil outside of transactions.
func (m *MessageConstruct) Message() any {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.message
}

// State gives where the SMTP receiver stands.
func (m *MessageConstruct) State() State {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	return m.v.state
}

// SetState sets where the SMTP receiver stands. The methods of the context
// that take a command or the data do that for them.
func (m *MessageConstruct) SetState(s State) {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	m.v.state = s
}

// Relayable reports whether the session may relay, as [Context.CanRelay] does.
func (m *MessageConstruct) Relayable() bool { return m.v.CanRelay() }

// SetRelayable says whether the session may relay.
func (m *MessageConstruct) SetRelayable(on bool) { m.v.SetCanRelay(on) }

// CanAuth reports whether authentication is offered: what the host said, until
// policy says something else.
func (m *MessageConstruct) CanAuth() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.canAuth
}

// SetCanAuth says whether authentication is offered.
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

// SetUser records who authenticated.
func (m *MessageConstruct) SetUser(user string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.user = user
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
