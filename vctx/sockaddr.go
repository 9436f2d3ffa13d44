package vctx

import (
	"net"
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
// the path of a UNIX socket. An IPv4 address mapped into IPv6 counts as IPv4,
// and the zone of an IPv6 address is not shown. The zero value is a UNIX
// socket without a name.
type Addr struct {
	// AddrPort is the IP address and port.
	AddrPort netip.AddrPort
	// Path is the path of a UNIX socket, if AddrPort is not valid.
	Path string
}

// AddrOf makes an Addr of a netip.AddrPort.
func AddrOf(ap netip.AddrPort) Addr { return Addr{AddrPort: ap} }

// AddrFrom makes an Addr of a net.Addr such as net.Conn's RemoteAddr. What is
// no IP address counts as the path of a socket; nil gives the zero Addr.
func AddrFrom(a net.Addr) Addr {
	switch a := a.(type) {
	case nil:
		return Addr{}
	case *net.TCPAddr:
		return AddrOf(a.AddrPort())
	case *net.UDPAddr:
		return AddrOf(a.AddrPort())
	case *net.IPAddr:
		if a == nil {
			return Addr{}
		}
		ip, _ := netip.AddrFromSlice(a.IP)
		return AddrOf(netip.AddrPortFrom(ip, 0))
	}
	if ap, err := netip.ParseAddrPort(a.String()); err == nil {
		return AddrOf(ap)
	}
	return Addr{Path: a.String()}
}

// IP gives the address without a mapping into IPv6 and without a zone; it is
// not valid for a UNIX socket.
func (a Addr) IP() netip.Addr { return a.AddrPort.Addr().Unmap().WithZone("") }

// Port gives the port, 0 for a UNIX socket.
func (a Addr) Port() int { return int(a.AddrPort.Port()) }

// IsValid reports whether a holds an address.
func (a Addr) IsValid() bool { return a.AddrPort.IsValid() || a.Path != "" }

// String gives "192.0.2.1:4321", "2001:db8::1.4321" (a dot before the port of
// an IPv6 address) or the path.
func (a Addr) String() string {
	ip := a.IP()
	if !ip.IsValid() {
		return a.Path
	}
	b := ip.AppendTo(make([]byte, 0, 48))
	if ip.Is4() {
		b = append(b, ':')
	} else {
		b = append(b, '.')
	}
	return string(strconv.AppendUint(b, uint64(a.AddrPort.Port()), 10))
}

// Host gives the address without the port, or the path.
func (a Addr) Host() string {
	if ip := a.IP(); ip.IsValid() {
		return ip.String()
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
