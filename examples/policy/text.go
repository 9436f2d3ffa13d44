package main

import (
	"strings"
	"unicode/utf8"

	"github.com/gomsys/gomsys/message"
)

// text is bytes in a JSON string. Bytes that are no UTF-8 are written as the
// lone surrogates U+DC80 to U+DCFF, from which a reader can get them back.
type text string

// MarshalJSON implements json.Marshaler.
func (t text) MarshalJSON() ([]byte, error) {
	const hex = "0123456789abcdef"
	b := []byte{'"'}
	for i := 0; i < len(t); {
		r, n := utf8.DecodeRuneInString(string(t[i:min(i+utf8.UTFMax, len(t))]))
		c := t[i]
		switch {
		case r == utf8.RuneError && n <= 1:
			b = append(b, `\udc`...)
			b = append(b, hex[c>>4], hex[c&15])
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, t[i:i+n]...)
		}
		i += max(n, 1)
	}
	return append(b, '"'), nil
}

// addresses gives the bare addresses of a header field, as far as a simple
// reading finds them.
func addresses(m *message.Message, field string) []string {
	var out []string
	for _, value := range m.Header().Values(field) {
		for _, a := range message.SplitRecipients(value) {
			if i := strings.LastIndexByte(a, '<'); i >= 0 {
				a, _, _ = strings.Cut(a[i+1:], ">")
			}
			if a = strings.TrimSpace(a); strings.Contains(a, "@") {
				out = append(out, a)
			}
		}
	}
	return out
}
