package rfc3464

import (
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
)

// Compute gives the report about what became of a message: everything that the
// message and the options know. A field is never empty; what is not known is
// left out.
func Compute(m *message.Message, a Action, o *Options) *Report {
	opts := o.withDefaults()
	return opts.compute(m, a)
}

func (o *Options) compute(m *message.Message, a Action) *Report {
	attempt := o.Attempt(m)
	params := parametersOf(m)
	state := m.Status()
	reply, _ := m.Code()
	if attempt.Last.IsZero() {
		attempt.Last = state.Final
	}
	if attempt.Last.IsZero() {
		attempt.Last = o.Now()
	}

	r := &Report{Recipients: make([]Fields, 1)}
	r.Message.add("Original-Envelope-Id", params.envelopeID)
	r.Message.add("Reporting-MTA", typed("dns", o.Hostname))
	r.Message.add("Received-From-MTA", typed("dns", params.ehlo))
	r.Message.add("Arrival-Date", date(state.Created))

	f := &r.Recipients[0]
	f.add("Original-Recipient", params.originalRecipient)
	f.add("Final-Recipient", typedAddress(m.Recipient()))
	f.add("Action", a.String())
	f.add("Status", statusOf(reply, a))
	f.add("Remote-MTA", typed("dns", attempt.RemoteMTA))
	f.add("Diagnostic-Code", typed("smtp", oneLine(reply)))
	f.add("Last-Attempt-Date", date(attempt.Last))
	if a == Delayed {
		f.add("Will-Retry-Until", date(attempt.RetryUntil))
	}
	return r
}

// ComputeText gives the report that a server's reply alone allows. The reply
// code says what the action was.
func ComputeText(reply string, o *Options) *Report {
	opts := o.withDefaults()
	a := Failed
	switch reply = strings.TrimSpace(reply); {
	case strings.HasPrefix(reply, "2"):
		a = Delivered
	case strings.HasPrefix(reply, "4"):
		a = Delayed
	}
	r := &Report{Recipients: make([]Fields, 1)}
	r.Message.add("Reporting-MTA", typed("dns", opts.Hostname))
	f := &r.Recipients[0]
	f.add("Action", a.String())
	f.add("Status", statusOf(reply, a))
	f.add("Diagnostic-Code", typed("smtp", oneLine(reply)))
	f.add("Last-Attempt-Date", date(opts.Now()))
	return r
}

// typed puts a type in front of a value.
func typed(kind, value string) string {
	if value == "" {
		return ""
	}
	return kind + "; " + value
}

// typedAddress puts the type of address in front of a mail address (RFC 6533).
func typedAddress(address string) string {
	if isASCII(address) {
		return typed("rfc822", address)
	}
	return typed("utf-8", address)
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC1123Z)
}

// oneLine gives a reply without line breaks and other control characters, in
// valid UTF-8.
func oneLine(reply string) string {
	reply = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(reply, "?"))
	return strings.Join(strings.Fields(reply), " ")
}

// statusOf gives the status code of a reply: the enhanced one that stands in
// it, else one of the class of the reply code or of the action.
func statusOf(reply string, a Action) string {
	for word := range strings.FieldsSeq(oneLine(reply)) {
		word = strings.Trim(word, "#()[]<>,;:")
		if len(word) > 4 && word[3] == '-' {
			word = word[4:] // "550-5.1.1"
		}
		if isStatus(word) {
			return word
		}
	}
	if len(reply) >= 3 && isClass(reply[0]) && isDigit(reply[1]) && isDigit(reply[2]) {
		return string(reply[0]) + ".0.0"
	}
	return string(a.class()) + ".0.0"
}

// isStatus reports whether word is an enhanced status code (RFC 3463).
func isStatus(word string) bool {
	parts := strings.Split(word, ".")
	if len(parts) != 3 || len(parts[0]) != 1 || !isClass(word[0]) {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) < 1 || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}

func isClass(b byte) bool { return b == '2' || b == '4' || b == '5' }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }
