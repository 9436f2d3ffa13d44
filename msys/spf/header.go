package spf

import (
	"fmt"
	"strings"
)

// Received gives the value of a Received-SPF field about the result (RFC 7208
// section 9.1), folded; hostname is the name of the server that checked.
func (r Result) Received(hostname string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s: %s)\r\n\tclient-ip=%s;", r.Value, comment(hostname), comment(r.explanation()), r.request.IP)
	if r.request.Scope == PRA {
		b.WriteString(" identity=pra;")
	}
	fmt.Fprintf(&b, "\r\n\tenvelope-from=%s; helo=%s;", quoted(short(r.envelopeFrom())), atomOrQuoted(short(r.request.Helo)))
	return b.String()
}

// maxShown is how much of a name from the network is shown, so that a line
// keeps to the 998 bytes of RFC 5322 even if all of it is escaped.
const maxShown = 200

func short(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "..."
}

// envelopeFrom gives the sender as the client gave it.
func (r Result) envelopeFrom() string {
	if r.request.Scope == PRA {
		return r.request.envelope
	}
	return r.request.MailFrom
}

func (r Result) explanation() string {
	sender := short(r.Sender)
	switch {
	case r.NXDomain:
		return "domain of " + sender + " does not exist"
	case r.Value == Pass:
		return fmt.Sprintf("domain of %s designates %s as permitted sender", sender, r.request.IP)
	case r.Value == Fail:
		return fmt.Sprintf("domain of %s does not designate %s as permitted sender", sender, r.request.IP)
	case r.Value == SoftFail:
		return fmt.Sprintf("domain of transitioning %s does not designate %s as permitted sender", sender, r.request.IP)
	case r.Value == Neutral:
		return fmt.Sprintf("%s is neither permitted nor denied by domain of %s", r.request.IP, sender)
	case r.Value == None:
		return "domain of " + sender + " does not designate permitted sender hosts"
	}
	return fmt.Sprintf("error in processing domain of %s: %s", sender, short(r.Mechanism))
}

// AuthResult gives the result as a clause of an Authentication-Results field
// (RFC 8601 section 2.7): "spf=pass smtp.mailfrom=example.org".
func (r Result) AuthResult() string {
	method, property := "spf", "smtp.mailfrom"
	if r.request.Scope != SPF {
		method = "sender-id"
	}
	switch {
	case r.request.Scope == PRA:
		property = "header." + or(r.request.field, "from")
	case r.request.MailFrom == "":
		property = "smtp.helo"
	}
	domain := r.Domain
	if domain == "" {
		domain = short(r.Sender[strings.LastIndexByte(r.Sender, '@')+1:])
	}
	if domain == "" {
		return fmt.Sprintf("%s=%s", method, r.Value)
	}
	return fmt.Sprintf("%s=%s %s=%s", method, r.Value, property, atomOrQuoted(domain))
}

// clean makes text from the network harmless in a header field.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}

// comment escapes text for a comment (RFC 5322 section 3.2.2).
func comment(s string) string {
	return strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(clean(s))
}

// quoted gives text as a quoted-string.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clean(s)) + `"`
}

// atomOrQuoted gives text as it is if it is a dot-atom, else as a
// quoted-string.
func atomOrQuoted(s string) string {
	for i := range len(s) {
		c := s[i]
		if c == '.' && (i == 0 || i == len(s)-1 || s[i-1] == '.') || c <= ' ' || c == 0x7f || strings.IndexByte(`()<>[]:;@\,"`, c) >= 0 {
			return quoted(s)
		}
	}
	if s == "" {
		return quoted(s)
	}
	return s
}
