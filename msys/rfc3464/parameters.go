package rfc3464

import (
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/message"
)

// parameters are what the sender said beside the addresses (RFC 3461), as the
// context variables of the message keep the commands.
type parameters struct {
	envelopeID        string
	originalRecipient string
	notify            string
	ehlo              string
}

func parametersOf(m *message.Message) parameters {
	var p parameters
	command, _ := m.ContextGet(message.ContextMess, "mailfrom_string")
	if id, ok := parameter(command, "ENVID"); ok {
		p.envelopeID = oneLine(decodeXtext(id))
	}
	command, _ = m.ContextGet(message.ContextMess, "rcptto_string")
	if orcpt, ok := parameter(command, "ORCPT"); ok {
		kind, address, _ := strings.Cut(orcpt, ";")
		p.originalRecipient = typed(strings.ToLower(kind), oneLine(decodeXtext(address)))
	}
	p.notify, _ = parameter(command, "NOTIFY")
	p.ehlo, _ = m.ContextGet(message.ContextConn, "ehlo_domain")
	p.ehlo = oneLine(p.ehlo)
	return p
}

// wants reports whether the sender wants to know about the action.
func (p parameters) wants(a Action) bool {
	if p.notify == "" {
		return true
	}
	for keyword := range strings.SplitSeq(p.notify, ",") {
		if strings.EqualFold(keyword, a.notifyKeyword()) {
			return true
		}
	}
	return false
}

// parameter gives the value of a parameter that follows the address of a MAIL
// or RCPT command.
func parameter(command, name string) (string, bool) {
	end := strings.LastIndexByte(command, '>')
	for word := range strings.FieldsSeq(command[end+1:]) {
		key, value, ok := strings.Cut(word, "=")
		if ok && strings.EqualFold(key, name) {
			return value, true
		}
	}
	return "", false
}

// decodeXtext replaces the +XX of RFC 3461 by the bytes that they stand for,
// and the \x{XX} of RFC 6533 by the characters.
func decodeXtext(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		switch {
		case text[i] == '+' && i+2 < len(text):
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		case strings.HasPrefix(text[i:], `\x{`):
			if end := strings.IndexByte(text[i:], '}'); end > 3 {
				if n, err := strconv.ParseUint(text[i+3:i+end], 16, 21); err == nil {
					b.WriteRune(rune(n))
					i += end + 1
					continue
				}
			}
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}
