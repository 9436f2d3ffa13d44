package vctx

import (
	"net"
	"net/netip"
)

// NetAddr gives a as a net.Addr, nil if it holds no address.
func (a Addr) NetAddr() net.Addr {
	switch {
	case a.AddrPort.IsValid():
		return net.TCPAddrFromAddrPort(netip.AddrPortFrom(a.IP(), a.AddrPort.Port()))
	case a.Path != "":
		return &net.UnixAddr{Name: a.Path, Net: "unix"}
	}
	return nil
}
