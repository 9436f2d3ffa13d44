package message

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Inject sends a copy of the message as new mail through the [Injector]; the
// message itself stays as it is. Recipients may have angle brackets, empty
// ones are left out. The errors are [ErrNoRecipients], [ErrNoInjector],
// [ErrInjectDepth], [ErrInvalidAddress] and those of the injector.
//
// A message made by [New] gets Date, Message-ID and MIME-Version if it lacks
// them; one that was received is sent as it is.
func (m *Message) Inject(ctx context.Context, from string, to []string) error {
	from, err := bareAddress(from)
	if err != nil {
		return err
	}
	to, err = recipients(to)
	if err != nil {
		return err
	}
	if m.o.Injector == nil {
		return ErrNoInjector
	}
	c, err := m.forInjection(from, to)
	if err != nil {
		return err
	}
	if err := m.o.Injector.Inject(ctx, c, from, to); err != nil {
		return fmt.Errorf("message: injecting: %w", err)
	}
	return nil
}

// forInjection gives the copy that is injected.
func (m *Message) forInjection(from string, to []string) (*Message, error) {
	c, err := m.Copy()
	if err != nil {
		return nil, err
	}
	if c.depth++; c.depth > c.o.MaxInjectDepth {
		return nil, ErrInjectDepth
	}
	c.env = Envelope{From: from, NullFrom: from == "", To: to[0]}
	c.batch = false
	c.code, c.discard, c.route.binding = "", Disposition{}, ""
	c.status = Status{Created: c.o.Clock.Now()}
	c.identity = identity{method: ProtocolInternal, generated: m.identity.generated}
	setSenderKeys(c.context, from)
	setRecipientKeys(c.context, to[0])
	if c.identity.generated {
		err = c.complete()
	}
	return c, err
}

// complete adds the header fields that new mail needs.
func (m *Message) complete() error {
	h := m.Header()
	if m.o.DateHeader == AddHeaderIfNeeded && !h.Has("Date") {
		if err := h.Append("Date", m.o.Clock.Now().Format(time.RFC1123Z)); err != nil {
			return err
		}
	}
	if m.o.MessageIDHeader == AddHeaderIfNeeded && !h.Has("Message-ID") {
		if err := h.Append("Message-ID", m.newMessageID()); err != nil {
			return err
		}
	}
	if h.Has("MIME-Version") {
		return nil
	}
	for _, f := range h.Fields() {
		if strings.HasPrefix(strings.ToLower(f.Name()), "content-") {
			return h.Append("MIME-Version", "1.0")
		}
	}
	return nil
}

func (m *Message) newMessageID() string {
	host := m.o.Hostname
	if host == "" {
		if _, host = splitAddress(m.Sender()); host == "" {
			host = "localhost"
		}
	}
	id := strings.NewReplacer("/", ".", "-", ".").Replace(m.o.IDs.NewID())
	return "<" + id + "@" + host + ">"
}

// Depth gives how many messages led to this one by injection.
func (m *Message) Depth() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.depth
}

// SplitRecipients parts a list at its unquoted commas.
func SplitRecipients(list string) []string {
	var out []string
	quoted, start := false, 0
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			out = append(out, list[start:i])
			start = i + 1
		}
	}
	return append(out, list[start:])
}

// recipients gives the addresses bare and without empty ones.
func recipients(list []string) ([]string, error) {
	var out []string
	for _, r := range list {
		r, err := bareAddress(strings.TrimSpace(r))
		if err != nil {
			return nil, err
		}
		if r != "" {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, ErrNoRecipients
	}
	return out, nil
}
