package domainkeys

import (
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// sender is who is responsible for a message: the first address of Sender,
// else of From.
type sender struct {
	field         string // Sender or From
	local, domain string
	total         int // fields of that name in the message
}

// senderOf gives the sender of a message, nil if there is none.
func senderOf(m *message.Message, h dkimsig.Header) *sender {
	for _, name := range []string{"Sender", "From"} {
		if list := m.Header().Addresses(name); len(list) > 0 && list[0].Domain != "" {
			return &sender{name, list[0].Local, strings.ToLower(list[0].Domain), h.Count(name)}
		}
	}
	return nil
}

// above tells whether a field with the sender is not among those below a
// signature, but above it.
func (s *sender) above(below dkimsig.Header) bool { return below.Count(s.field) != s.total }

// ResponsibleDomain gives the domain of the sender in lower case, "" if there
// is none.
func ResponsibleDomain(m *message.Message) string { return dkim.ResponsibleDomain(m) }
