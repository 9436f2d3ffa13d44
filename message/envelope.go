package message

import (
	"context"
	"strings"
)

// Envelope is the SMTP envelope of a message for one recipient. Addresses are
// bare, without angle brackets.
type Envelope struct {
	From, To string
	NullFrom bool // the sender is <>, whatever From says
}

func (e Envelope) sender() string {
	if e.NullFrom {
		return ""
	}
	return e.From
}

// Envelope gives the envelope.
func (m *Message) Envelope() Envelope {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.env
	e.From = e.sender()
	e.NullFrom = e.From == ""
	return e
}

// SetEnvelope replaces the envelope. Unlike [Message.SetRecipient] it works at
// any time: it is for the host.
func (m *Message) SetEnvelope(e Envelope) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.env = e
}

// SetBatch says that the message stands for all recipients of a transaction
// (on), or for one (off, as in the beginning).
func (m *Message) SetBatch(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batch = on
}

// Sender gives the address of the sender, "" for the null sender.
func (m *Message) Sender() string { return m.Envelope().From }

// SetSender changes the sender. Angle brackets are taken away; "" and "<>" are
// the null sender. A line end, a NUL or an unquoted space gives
// [ErrInvalidAddress].
func (m *Message) SetSender(addr string) error {
	addr, err := bareAddress(addr)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.env.From, m.env.NullFrom = addr, addr == ""
	return nil
}

// Recipient gives the address of the recipient: the one being processed, as
// long as the message stands for several.
func (m *Message) Recipient() string { return m.Envelope().To }

// SetRecipient changes the recipient; see [Message.SetSender] for its form.
// While the message stands for all recipients of a transaction (see
// [Message.SetBatch]), nothing changes and a warning is logged.
func (m *Message) SetRecipient(addr string) error {
	addr, err := bareAddress(addr)
	if err != nil {
		return err
	}
	m.mu.Lock()
	batch := m.batch
	if !batch {
		m.env.To = addr
	}
	m.mu.Unlock()
	if batch {
		m.o.Logger.LogAttrs(context.Background(), warn, "recipient not changed: the message still stands for all recipients")
	}
	return nil
}

// bareAddress takes the angle brackets off and refuses what cannot be part of
// an SMTP command.
func bareAddress(s string) (string, error) {
	s = strings.Trim(s, " \t")
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		s = s[1 : len(s)-1]
	}
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\r' || c == '\n' || c == 0:
			return "", ErrInvalidAddress
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\' && i+1 < len(s) && s[i+1] != '\r' && s[i+1] != '\n' && s[i+1] != 0:
			i++
		case !quoted && (c == ' ' || c == '\t' || c == '<' || c == '>'):
			return "", ErrInvalidAddress
		}
	}
	return s, nil
}

// splitAddress parts an address at its last unquoted @. Without one, all is
// the local part.
func splitAddress(s string) (local, domain string) {
	at, quoted := -1, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == '@' && !quoted:
			at = i
		}
	}
	if at < 0 {
		return s, ""
	}
	return s[:at], s[at+1:]
}

// EnvelopeFlags says what [Message.EnvelopePart] gives.
type EnvelopeFlags uint32

const (
	EnvelopeFrom     EnvelopeFlags = 1 << iota // of the sender
	EnvelopeTo                                 // of the recipient
	EnvelopeComplete                           // the whole address for the local part
)

// EnvelopePart gives local part and domain of the sender or the recipient,
// and whether it is empty. Flags must have exactly one of [EnvelopeFrom] and
// [EnvelopeTo], else the error is [ErrInvalidFlags].
func (m *Message) EnvelopePart(f EnvelopeFlags) (local, domain string, null bool, err error) {
	e := m.Envelope()
	var addr string
	switch f &^ EnvelopeComplete {
	case EnvelopeFrom:
		addr = e.From
	case EnvelopeTo:
		addr = e.To
	default:
		return "", "", false, ErrInvalidFlags
	}
	local, domain = splitAddress(addr)
	if f&EnvelopeComplete != 0 {
		local = addr
	}
	return local, domain, addr == "", nil
}
