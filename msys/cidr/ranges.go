package cidr

import (
	"net/netip"
	"strings"

	"github.com/gomsys/gomsys/audit/addrkey"
)

// range4 is a range of IPv4 addresses; length is that of its prefix, or -1 if
// it was written as from-to.
type range4 struct {
	from, to uint32
	length   int
}

// octets reads up to four decimal octets separated by dots and gives them in
// the lowest bytes of v, their number, and what follows; n is 0 if there are
// none.
func octets(b []byte) (v uint32, n int, rest []byte) {
	for n < 4 {
		o, digits := uint32(0), 0
		for digits < len(b) && digits < 4 && b[digits]-'0' <= 9 {
			o = o*10 + uint32(b[digits]-'0')
			digits++
		}
		if digits == 0 || digits > 3 || o > 255 {
			return 0, 0, b
		}
		v, b, n = v<<8|o, b[digits:], n+1
		if len(b) == 0 || b[0] != '.' {
			break
		}
		b = b[1:]
		if len(b) == 0 || n == 4 {
			return 0, 0, b
		}
	}
	return v, n, b
}

// ones gives a number of n one bits, n up to 32.
func ones(n int) uint32 { return uint32(1<<n - 1) }

// parseRange4 reads an address, leading octets, a prefix with its length, or
// a range written as from-to.
func parseRange4(b []byte) (range4, bool) {
	v, n, rest := octets(b)
	if n == 0 {
		return range4{}, false
	}
	missing := 32 - 8*n
	from := uint32(uint64(v) << missing)
	if len(rest) == 0 {
		return range4{from, from | ones(missing), 8 * n}, n > 1
	}
	b = rest[1:]
	switch rest[0] {
	case '/':
		length := 0
		for _, c := range b {
			if c < '0' || c > '9' || length > 32 {
				return range4{}, false
			}
			length = length*10 + int(c-'0')
		}
		if len(b) == 0 || length > 32 {
			return range4{}, false
		}
		from &= ^ones(32 - length)
		return range4{from, from | ones(32-length), length}, true
	case '-':
		w, m, rest := octets(b)
		switch {
		case m == 0 || len(rest) > 0:
			return range4{}, false
		case m == n:
		case m == 1:
			w |= v &^ 0xff
		default:
			return range4{}, false
		}
		to := uint32(uint64(w)<<missing) | ones(missing)
		return range4{from, to, -1}, from <= to
	}
	return range4{}, false
}

// parseRange6 reads an IPv6 address or its leading words, with or without a
// length.
func parseRange6(b []byte) (netip.Prefix, bool) {
	s := string(b)
	host, mask, masked := strings.Cut(s, "/")
	words := 1 + strings.Count(host, ":")
	length := 128
	if words < 8 && !strings.Contains(host, "::") {
		if !masked && words == 1 {
			return netip.Prefix{}, false // a bare number
		}
		host += "::"
		length = 16 * words
	}
	if masked {
		var ok bool
		if length, ok = decimal(mask, 128); !ok {
			return netip.Prefix{}, false
		}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || !addr.Is6() || addr.Zone() != "" {
		return netip.Prefix{}, false
	}
	return addrkey.Unmap(netip.PrefixFrom(addr, length)), true
}

// decimal reads a number from 0 to limit.
func decimal(s string, limit int) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n = n*10 + int(s[i]-'0'); n > limit {
			return 0, false
		}
	}
	return n, s != ""
}
