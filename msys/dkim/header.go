package dkim

import (
	"bytes"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// HeaderOf gives the header of a message; lines that are no fields are left
// out.
func HeaderOf(m *message.Message) dkimsig.Header {
	fields := m.Header().Fields()
	h := make(dkimsig.Header, 0, len(fields))
	for i := range fields {
		raw := fields[i].Raw()
		name := frequent(raw[:max(bytes.IndexByte(raw, ':'), 0)])
		if name == "" {
			name = fields[i].Name()
		}
		if name != "" {
			h = append(h, dkimsig.HeaderField{Name: name, Raw: raw})
		}
	}
	return h
}

// frequent gives the name of a field that many messages have, "" for others.
func frequent(name []byte) string {
	switch string(name) {
	case "From":
		return "From"
	case "To":
		return "To"
	case "Cc":
		return "Cc"
	case "Subject":
		return "Subject"
	case "Date":
		return "Date"
	case "Received":
		return "Received"
	case "Return-Path":
		return "Return-Path"
	case "Message-ID":
		return "Message-ID"
	case "Message-Id":
		return "Message-Id"
	case "MIME-Version":
		return "MIME-Version"
	case "Content-Type":
		return "Content-Type"
	case "Content-Transfer-Encoding":
		return "Content-Transfer-Encoding"
	case "Reply-To":
		return "Reply-To"
	case "DKIM-Signature":
		return "DKIM-Signature"
	case "Authentication-Results":
		return "Authentication-Results"
	case "Received-SPF":
		return "Received-SPF"
	case "List-Unsubscribe":
		return "List-Unsubscribe"
	}
	return ""
}
