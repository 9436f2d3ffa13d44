package spf

import (
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/message/addr"
)

// ResponsibleAddress gives the purported responsible address of a message (RFC
// 4407 section 2) and the name of the field that has it, in lower case; ok is
// false if the header does not tell it.
func ResponsibleAddress(h *message.Header) (mailbox, field string, ok bool) {
	fields := h.Fields()
	if f, found := resentSender(fields); found {
		return single(f, "resent-sender")
	}
	for _, name := range []string{"resent-from", "sender", "from"} {
		found := named(fields, name)
		switch {
		case len(found) == 0 && name != "from":
			continue
		case len(found) == 0, len(found) > 1 && name != "resent-from":
			return "", "", false
		}
		return single(found[0], name)
	}
	return "", "", false
}

// resentSender gives the first Resent-Sender, unless a Resent-From above it
// belongs to a later resending: one that trace fields part it from.
func resentSender(fields []message.Field) (message.Field, bool) {
	from, traced := false, false
	for _, f := range fields {
		switch strings.ToLower(f.Name()) {
		case "resent-from":
			from = from || !empty(f)
		case "received", "return-path":
			traced = traced || from
		case "resent-sender":
			if !empty(f) {
				return f, !traced
			}
		}
	}
	return message.Field{}, false
}

// named gives the fields of a name that have a value.
func named(fields []message.Field, name string) []message.Field {
	var found []message.Field
	for _, f := range fields {
		if strings.EqualFold(f.Name(), name) && !empty(f) {
			found = append(found, f)
		}
	}
	return found
}

func empty(f message.Field) bool { return strings.TrimSpace(f.RawValue()) == "" }

// single gives the mailbox of a field that has exactly one with a domain.
func single(f message.Field, name string) (mailbox, field string, ok bool) {
	list := addr.Parse(f.RawValue())
	if len(list) != 1 || list[0].Domain == "" {
		return "", "", false
	}
	return list[0].Local + "@" + list[0].Domain, name, true
}
