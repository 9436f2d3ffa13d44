// Package addrkey reads the texts by which policy names an address or a block
// of addresses: "192.0.2.1", "2001:db8::/32", "/24" for the block of the
// connected peer, and the forms with a port that logs and sessions print.
//
//	p, err := addrkey.Parse("/24", peer)
//
// The accepted forms are
//
//	192.0.2.1  2001:db8::1  [2001:db8::1]               that host
//	192.0.2.0/24  192.0.2.0/255.255.255.0  2001:db8::/32    the block
//	/24                                                 the peer's block
//	192.0.2.1:25  2001:db8::1.25  [2001:db8::1]:25      that host, port dropped
//	localhost  localhost/8                              127.0.0.1
//
// Host bits are cleared, IPv6 zones are dropped, and IPv4 addresses mapped
// into IPv6 become IPv4. No name is ever looked up.
//
// The functions have no state and may be called concurrently.
package addrkey

import (
	"errors"
	"fmt"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// ErrSyntax is in the error for a text that is not of an accepted form.
var ErrSyntax = errors.New("invalid CIDR")

// ErrNoPeer is in the error for "/len" where there is no peer.
var ErrNoPeer = errors.New("no current connection")

// Parse reads s. peer is the address that "/len" refers to; if it is not
// valid, "/len" is an error. Errors: [ErrSyntax], [ErrNoPeer].
func Parse(s string, peer netip.Addr) (netip.Prefix, error) {
	if len(s) > 0 && s[0] == '/' {
		n, ok := length(s[1:])
		if !ok || n > 128 {
			return netip.Prefix{}, syntaxError(s)
		}
		return peerBlock(s, peer, n)
	}
	host, mask, masked := strings.Cut(s, "/")
	addr, ok := parseHost(host, !masked)
	if !ok {
		return netip.Prefix{}, syntaxError(s)
	}
	addr = addr.WithZone("")
	if !masked {
		return Host(addr), nil
	}
	n, ok := length(mask)
	if !ok {
		n, ok = netmask(mask)
		ok = ok && addr.Unmap().Is4()
		if ok && addr.Is4In6() {
			n += 96
		}
	}
	p, err := addr.Prefix(n)
	if !ok || err != nil {
		return netip.Prefix{}, syntaxError(s)
	}
	return Unmap(p), nil
}

// ParseBoth reads s for uses that serve both address families: there "/32"
// means exactly the peer for an IPv6 peer too, and "/0" everything, which the
// zero Prefix stands for. All else is as in [Parse].
func ParseBoth(s string, peer netip.Addr) (netip.Prefix, error) {
	p, err := Parse(s, peer)
	if err != nil || s[0] != '/' {
		return p, err
	}
	switch {
	case p.Bits() == 0:
		return netip.Prefix{}, nil
	case p.Bits() == 32 && p.Addr().Is6():
		return Host(peer), nil
	}
	return p, nil
}

// Host gives the block that holds exactly addr, mapped and zoned addresses
// simplified; the zero Prefix if addr is not valid.
func Host(addr netip.Addr) netip.Prefix {
	if addr.Is4() {
		return netip.PrefixFrom(addr, 32)
	}
	if !addr.IsValid() {
		return netip.Prefix{}
	}
	addr = addr.Unmap().WithZone("")
	return netip.PrefixFrom(addr, addr.BitLen())
}

// Unmap gives p with its host bits cleared, and as IPv4 if it is a block of
// mapped IPv4 addresses.
func Unmap(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96).Masked()
	}
	return p.Masked()
}

func peerBlock(s string, peer netip.Addr, n int) (netip.Prefix, error) {
	if !peer.IsValid() {
		return netip.Prefix{}, fmt.Errorf("addrkey: %q: %w", s, ErrNoPeer)
	}
	p, err := peer.Unmap().WithZone("").Prefix(n)
	if err != nil {
		return netip.Prefix{}, syntaxError(s)
	}
	return p, nil
}

func syntaxError(s string) error {
	if len(s) > 64 {
		s = s[:64] + "…"
	}
	return fmt.Errorf("%w '%s'", ErrSyntax, s)
}

// parseHost reads an address, with a port where that is allowed.
func parseHost(s string, port bool) (netip.Addr, bool) {
	if s == "localhost" {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), true
	}
	if len(s) > 0 && s[0] == '[' {
		inner, after, ok := strings.Cut(s[1:], "]")
		addr, err := netip.ParseAddr(inner)
		ok = ok && err == nil && addr.Is6() && (after == "" || port && after[0] == ':' && isPort(after[1:]))
		return addr, ok
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr, true
	}
	sep := strings.LastIndexByte(s, ':')
	if strings.IndexByte(s, ':') != sep {
		sep = strings.LastIndexByte(s, '.')
	}
	if !port || sep < 0 || !isPort(s[sep+1:]) {
		return netip.Addr{}, false
	}
	addr, err := netip.ParseAddr(s[:sep])
	return addr, err == nil && addr.Is4() == (s[sep] == ':')
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n <= 65535 && s[0] != '+'
}

// length reads a prefix length in decimal.
func length(s string) (int, bool) {
	if len(s) == 0 || len(s) > 3 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// netmask reads a mask such as 255.255.255.0.
func netmask(s string) (int, bool) {
	mask, err := netip.ParseAddr(s)
	if err != nil || !mask.Is4() {
		return 0, false
	}
	b := mask.As4()
	m := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	n := bits.LeadingZeros32(^m)
	return n, m<<n == 0
}
