// Package spfmacro reads and expands the macros of SPF records (RFC 7208 section
// 7), for records and for texts that use their syntax. It knows no values: those
// of the letters come from the caller.
package spfmacro

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
)

// ErrZeroParts is given for a macro that asks for 0 parts.
var ErrZeroParts = errors.New("macro: SPF macro asks for 0 parts")

// Macro is a macro-expand of RFC 7208 section 7.1.
type Macro struct {
	Letter     byte   // in lower case
	Escape     bool   // the letter was upper case
	Parts      int    // how many parts at the right to keep, 0 for all
	Reverse    bool   // the order of the parts
	Delimiters string // "" for a dot
}

const (
	letters    = "slodipvhcrt"
	delimiters = ".-+,/_="
)

// Parse reads a macro-expand without its braces. A text that is none gives ok
// false, and one that asks for 0 parts [ErrZeroParts].
func Parse(s string) (m Macro, ok bool, err error) {
	if s == "" {
		return m, false, nil
	}
	m.Letter = s[0] | 0x20
	m.Escape = s[0] != m.Letter
	if strings.IndexByte(letters, m.Letter) < 0 {
		return m, false, nil
	}
	i := 1
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		m.Parts = min(10*m.Parts+int(s[i]-'0'), 1<<20)
	}
	zero := i > 1 && m.Parts == 0
	if i < len(s) && s[i]|0x20 == 'r' {
		m.Reverse = true
		i++
	}
	m.Delimiters = s[i:]
	for ; i < len(s); i++ {
		if strings.IndexByte(delimiters, s[i]) < 0 {
			return m, false, nil
		}
	}
	if zero {
		return m, false, ErrZeroParts
	}
	return m, true, nil
}

// Expand splits a value, reverses and cuts the parts, joins them with dots
// and escapes the result.
func (m Macro) Expand(value string) string {
	if m.Parts > 0 || m.Reverse || m.Delimiters != "" {
		parts := m.split(value)
		if m.Reverse {
			slices.Reverse(parts)
		}
		if m.Parts > 0 && m.Parts < len(parts) {
			parts = parts[len(parts)-m.Parts:]
		}
		value = strings.Join(parts, ".")
	}
	if m.Escape {
		value = escapeURL(value)
	}
	return value
}

func (m Macro) split(value string) []string {
	by := m.Delimiters
	if by == "" {
		by = "."
	}
	parts := make([]string, 0, 8)
	for {
		i := strings.IndexAny(value, by)
		if i < 0 {
			return append(parts, value)
		}
		parts = append(parts, value[:i])
		value = value[i+1:]
	}
}

// escapeURL escapes all but the unreserved characters of RFC 3986.
func escapeURL(s string) string {
	const hex = "0123456789ABCDEF"
	var b []byte
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if letter || c == '-' || c == '.' || c == '_' || c == '~' {
			if b != nil {
				b = append(b, c)
			}
			continue
		}
		if b == nil {
			b = append(make([]byte, 0, len(s)+16), s[:i]...)
		}
		b = append(b, '%', hex[c>>4], hex[c&15])
	}
	if b == nil {
		return s
	}
	return string(b)
}

// DottedIP gives an IPv4 address as usual, an IPv6 address as 32 nibbles.
func DottedIP(ip netip.Addr) string {
	if ip.Is4() {
		return ip.String()
	}
	const hex = "0123456789abcdef"
	a := ip.As16()
	b := make([]byte, 0, 63)
	for i, c := range a {
		if i > 0 {
			b = append(b, '.')
		}
		b = append(b, hex[c>>4], '.', hex[c&15])
	}
	return string(b)
}
