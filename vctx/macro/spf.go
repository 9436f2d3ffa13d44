package macro

import (
	"context"
	"net/netip"
	"strconv"

	"github.com/gomsys/gomsys/internal/spfmacro"
	"github.com/gomsys/gomsys/vctx"
)

// ErrZeroParts is given for an SPF macro that asks for 0 parts.
var ErrZeroParts = spfmacro.ErrZeroParts

// spfValue gives the value of an SPF macro.
func (e *Expander) spfValue(ctx context.Context, sub *Subject, s string) (value string, known bool, err error) {
	m, known, err := spfmacro.Parse(s)
	if !known || err != nil {
		return "", false, err
	}
	return m.Expand(e.spfLetter(ctx, sub, m.Letter)), true, nil
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
		return spfmacro.DottedIP(ip)
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
