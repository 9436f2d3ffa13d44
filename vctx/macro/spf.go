package macro

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/vctx"
)

// ErrZeroParts is given for an SPF macro that asks for 0 parts.
var ErrZeroParts = errors.New("macro: SPF macro asks for 0 parts")

// spfMacro is a macro-expand of RFC 7208 section 7.1.
type spfMacro struct {
	letter     byte // in lower case
	escape     bool // the letter was upper case
	parts      int  // how many parts at the right to keep, 0 for all
	reverse    bool
	delimiters string // "" for a dot
}

const (
	spfLetters    = "slodipvhcrt"
	spfDelimiters = ".-+,/_="
)

// parseSPF reads a macro-expand without its braces. A text that is none gives
// ok false.
func parseSPF(s string) (m spfMacro, ok bool, err error) {
	if s == "" {
		return m, false, nil
	}
	m.letter = s[0] | 0x20
	m.escape = s[0] != m.letter
	if strings.IndexByte(spfLetters, m.letter) < 0 {
		return m, false, nil
	}
	i := 1
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		m.parts = min(10*m.parts+int(s[i]-'0'), 1<<20)
	}
	zero := i > 1 && m.parts == 0
	if i < len(s) && s[i]|0x20 == 'r' {
		m.reverse = true
		i++
	}
	m.delimiters = s[i:]
	for ; i < len(s); i++ {
		if strings.IndexByte(spfDelimiters, s[i]) < 0 {
			return m, false, nil
		}
	}
	if zero {
		return m, false, ErrZeroParts
	}
	return m, true, nil
}

// transform splits a value, reverses and cuts the parts, joins them with dots
// and escapes the result.
func (m spfMacro) transform(value string) string {
	if m.parts > 0 || m.reverse || m.delimiters != "" {
		parts := m.split(value)
		if m.reverse {
			slices.Reverse(parts)
		}
		if m.parts > 0 && m.parts < len(parts) {
			parts = parts[len(parts)-m.parts:]
		}
		value = strings.Join(parts, ".")
	}
	if m.escape {
		value = escapeURL(value)
	}
	return value
}

func (m spfMacro) split(value string) []string {
	delimiters := m.delimiters
	if delimiters == "" {
		delimiters = "."
	}
	parts := make([]string, 0, 8)
	for {
		i := strings.IndexAny(value, delimiters)
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

// spfValue gives the value of an SPF macro.
func (e *Expander) spfValue(ctx context.Context, sub *Subject, s string) (value string, known bool, err error) {
	m, known, err := parseSPF(s)
	if !known || err != nil {
		return "", false, err
	}
	return m.transform(e.spfLetter(ctx, sub, m.letter)), true, nil
}

// spfLetter gives the value of a letter.
func (e *Expander) spfLetter(ctx context.Context, sub *Subject, letter byte) string {
	switch letter {
	case 't':
		return strconv.FormatInt(e.o.Now().Unix(), 10)
	case 'r':
		return orUnknown(e.o.Hostname)
	case 'h':
		return sub.get(vctx.ConnScope, vctx.KeyEhloDomain)
	case 's', 'l', 'o', 'd':
		return sub.senderPart(letter)
	}
	ip := sub.clientIP()
	if !ip.IsValid() {
		return ""
	}
	switch letter {
	case 'i':
		return dottedIP(ip)
	case 'c':
		return ip.String()
	case 'v':
		if ip.Is4() {
			return "in-addr"
		}
		return "ip6"
	}
	if e.o.PTR == nil { // p
		return "unknown"
	}
	return orUnknown(e.o.PTR(ctx, ip, sub.senderPart('d')))
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// clientIP gives the client's address; it is not valid outside of a session
// and for a UNIX socket.
func (s *Subject) clientIP() netip.Addr {
	if s.Context == nil {
		return netip.Addr{}
	}
	return s.Context.Conn().RemoteAddr().IP()
}

// senderPart gives the letters s, l, o and d: the sender and its parts,
// postmaster at the EHLO name for the null sender (RFC 7208 section 2.4).
func (s *Subject) senderPart(letter byte) string {
	local := s.get(vctx.MessScope, vctx.KeyMailfromLocalpart)
	domain := s.get(vctx.MessScope, vctx.KeyMailfromDomain)
	if domain == "" {
		domain = s.get(vctx.ConnScope, vctx.KeyEhloDomain)
	}
	if letter == 'o' || letter == 'd' {
		return domain
	}
	if local == "" && domain != "" {
		local = "postmaster"
	}
	if letter == 'l' || domain == "" {
		return local
	}
	return local + "@" + domain
}

// dottedIP gives an IPv4 address as usual, an IPv6 address as 32 nibbles.
func dottedIP(ip netip.Addr) string {
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
