package rfc3464

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/gomsys/gomsys/message"
)

const (
	maxReport     = 1 << 20 // bytes of a report that are read
	maxRecipients = 10_000
)

// Parse reads the report of a delivery status notification: of the first part
// message/delivery-status or message/global-delivery-status, wherever it is. A
// message without one gives [ErrNoReport].
func Parse(m *message.Message) (*Report, error) {
	top, err := m.MIME(message.ReadOnly)
	if err != nil {
		return nil, fmt.Errorf("rfc3464: reading notification: %w", err)
	}
	for p := top; p != nil; p = p.Thread() {
		switch p.Type().MIMEType {
		case "message/delivery-status", "message/global-delivery-status":
			data, err := io.ReadAll(io.LimitReader(p.Decoded(), maxReport))
			if err != nil {
				return nil, fmt.Errorf("rfc3464: reading notification: %w", err)
			}
			return ParseReport(data), nil
		}
	}
	return nil, fmt.Errorf("rfc3464: reading notification: %w", ErrNoReport)
}

// ParseReport reads the content of a message/delivery-status part. Names that
// RFC 3464 knows get its spelling. What is no field is skipped, and a missing
// empty line before the first recipient is made up for.
func ParseReport(data []byte) *Report {
	r := &Report{}
	group := &r.Message
	begin := func() {
		r.Recipients = append(r.Recipients, nil)
		group = &r.Recipients[len(r.Recipients)-1]
	}
	ended := false // an empty line was seen since the last field
	for _, line := range unfolded(data) {
		if line == "" {
			ended = true
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name = strings.TrimRight(name, " \t")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			continue
		}
		name, aboutRecipient := canonical(name)
		switch {
		case len(r.Recipients) >= maxRecipients && ended:
			return r
		case ended && (len(r.Message) > 0 || len(r.Recipients) > 0), aboutRecipient && group == &r.Message:
			begin()
		}
		ended = false
		group.add(name, strings.TrimSpace(value))
	}
	return r
}

// unfolded gives the lines with continuations joined.
func unfolded(data []byte) []string {
	var lines []string
	var line strings.Builder
	flush := func() {
		if line.Len() > 0 {
			lines = append(lines, line.String())
			line.Reset()
		}
	}
	for raw := range bytes.Lines(data) {
		raw = bytes.TrimRight(raw, " \t\r\n")
		switch {
		case len(raw) == 0:
			flush()
			lines = append(lines, "")
		case (raw[0] == ' ' || raw[0] == '\t') && line.Len() > 0:
			line.WriteByte(' ')
			line.Write(bytes.TrimLeft(raw, " \t"))
		default:
			flush()
			line.Write(raw)
		}
	}
	flush()
	return lines
}

// canonical gives the spelling of RFC 3464 for a name that it knows, and
// whether the field is about a recipient.
func canonical(name string) (string, bool) {
	for _, known := range [...]string{"Original-Envelope-Id", "Reporting-MTA", "DSN-Gateway", "Received-From-MTA", "Arrival-Date"} {
		if strings.EqualFold(name, known) {
			return known, false
		}
	}
	for _, known := range [...]string{"Original-Recipient", "Final-Recipient", "Action", "Status", "Remote-MTA", "Diagnostic-Code",
		"Last-Attempt-Date", "Final-Log-ID", "Will-Retry-Until", "Localized-Diagnostic"} {
		if strings.EqualFold(name, known) {
			return known, true
		}
	}
	return name, false
}
