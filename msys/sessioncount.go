package msys

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"github.com/gomsys/gomsys/vctx"
)

// sessionCounts knows the open sessions by service and address; it answers
// ac:inbound_session_count.
type sessionCounts struct {
	mu   sync.Mutex
	open map[string]map[netip.Addr]int
}

func newSessionCounts() *sessionCounts {
	return &sessionCounts{open: map[string]map[netip.Addr]int{}}
}

func (s *sessionCounts) add(service string, ip netip.Addr, n int) {
	service = strings.ToLower(service)
	s.mu.Lock()
	defer s.mu.Unlock()
	byAddr := s.open[service]
	if byAddr == nil {
		byAddr = map[netip.Addr]int{}
		s.open[service] = byAddr
	}
	if byAddr[ip] += n; byAddr[ip] <= 0 {
		delete(byAddr, ip)
	}
}

// CountSessions implements vctx.SessionCounter.
func (s *sessionCounts) CountSessions(_ context.Context, service, cidr string, peer vctx.Addr) (int, error) {
	match, err := blockOf(cidr, peer.IP())
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for ip, count := range s.open[strings.ToLower(service)] {
		if match(ip) {
			n += count
		}
	}
	return n, nil
}

// blockOf reads a block of addresses: "" is exactly the peer, "/n" the peer's
// block, where "/0" means everybody and "/32" exactly the peer in both
// families; else an address or a block.
func blockOf(cidr string, peer netip.Addr) (match func(netip.Addr) bool, err error) {
	bad := fmt.Errorf("invalid CIDR '%s'", cidr)
	exactly := func(a netip.Addr) func(netip.Addr) bool {
		return func(ip netip.Addr) bool { return ip == a }
	}
	addr, bits, hasBits := strings.Cut(cidr, "/")
	ip := peer
	if addr != "" {
		addr = strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]")
		if strings.EqualFold(addr, "localhost") {
			addr = "127.0.0.1"
		}
		if ip, err = netip.ParseAddr(addr); err != nil {
			return nil, bad
		}
		ip = ip.Unmap()
	}
	if !hasBits {
		return exactly(ip), nil
	}
	n, err := strconv.Atoi(bits)
	switch {
	case err != nil || n < 0:
		return nil, bad
	case n == 0:
		return func(netip.Addr) bool { return true }, nil
	case n == 32:
		return exactly(ip), nil
	}
	p, err := ip.Prefix(n)
	if err != nil {
		return nil, bad
	}
	return p.Contains, nil
}
