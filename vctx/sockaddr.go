package vctx

import (
	"net/netip"
	"strconv"
)

// Address families as msys.core names them; the numbers are the same on all
// systems.
const (
	FamilyUnix  = 1  // AF_UNIX
	FamilyInet  = 2  // AF_INET
	FamilyInet6 = 10 // AF_INET6
)

// Addr is the address of one end of a connection: an IP address and port, or
// the path of a UNIX socket. An IPv4 address mapped into IPv6 counts as IPv4.
type Addr struct {
	// AddrPort is the IP address and port.
	AddrPort netip.AddrPort
	// Path is the path of a UNIX socket, if AddrPort is not valid.
	Path string
}

// AddrOf makes an Addr of a netip.AddrPort.
func AddrOf(ap netip.AddrPort) Addr { return Addr{AddrPort: ap} }

// IP gives the address without a mapping into IPv6; invalid for a UNIX socket.
func (a Addr) IP() netip.Addr { return a.AddrPort.Addr().Unmap() }

// Port gives the port, 0 for a UNIX socket.
func (a Addr) Port() int { return int(a.AddrPort.Port()) }

// IsValid reports whether a holds an address.
func (a Addr) IsValid() bool { return a.AddrPort.IsValid() || a.Path != "" }

// String gives "192.0.2.1:4321", "2001:db8::1.4321" (IPv6 has a dot before the
// port) or the path.
func (a Addr) String() string {
	ip := a.IP()
	switch {
	case !ip.IsValid():
		return a.Path
	case ip.Is4():
		return ip.String() + ":" + strconv.Itoa(a.Port())
	}
	return ip.WithZone("").String() + "." + strconv.Itoa(a.Port())
}

// Host gives the address without the port, or the path.
func (a Addr) Host() string {
	if ip := a.IP(); ip.IsValid() {
		return ip.WithZone("").String()
	}
	return a.Path
}

// Family gives FamilyInet, FamilyInet6 or FamilyUnix.
func (a Addr) Family() int {
	ip := a.IP()
	switch {
	case !ip.IsValid():
		return FamilyUnix
	case ip.Is4():
		return FamilyInet
	}
	return FamilyInet6
}
