package pbp

import (
	"net/netip"
	"strings"
)

// UnknownAddress is what [IPFromAddrAndPort] gives for a text without an
// address.
const UnknownAddress = "UNKNOWN"

// IPFromAddrAndPort gives the IP address in the text of a socket address:
// "192.0.2.1:25", "2001:db8::1.25" (as [vctx.Addr] writes it),
// "[2001:db8::1]:25", or an address alone, bracketed or not. The address is in
// its usual form, one mapped into IPv6 as IPv4. A text without an address,
// such as the path of a UNIX socket, gives [UnknownAddress].
func IPFromAddrAndPort(s string) string {
	s = strings.TrimSpace(s)
	if ip, ok := address(s); ok {
		return ip
	}
	i := strings.LastIndexAny(s, ":.")
	if i < 0 || !port(s[i+1:]) {
		return UnknownAddress
	}
	host := s[:i]
	// After a dot only an IPv6 address has its port; after a colon it must be
	// in brackets, or end like an IPv4 address.
	readable := strings.Contains(host, ":")
	if s[i] == ':' {
		readable = strings.HasSuffix(host, "]") || strings.Contains(host, ".")
	}
	if ip, ok := address(host); ok && readable {
		return ip
	}
	return UnknownAddress
}

func address(s string) (string, bool) {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = s[1 : len(s)-1]
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return "", false
	}
	return ip.Unmap().WithZone("").String(), true
}

func port(s string) bool {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		if n = 10*n + int(s[i]-'0'); n > 65535 {
			return false
		}
	}
	return s != ""
}
