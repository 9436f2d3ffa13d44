package pbp

import (
	"context"
	"net/netip"
	"strings"
)

// UnknownName is what [ValidatedName] gives if there is no validated name.
const UnknownName = "unknown"

// ValidatedName gives the name for the SPF macro letter p (RFC 7208 section
// 7.3): of the names of an address that have the address, the one that is
// domain, otherwise one below domain, otherwise any; [UnknownName] if there is
// none or the context ends.
func ValidatedName(ctx context.Context, r Resolver, ip netip.Addr, domain string) string {
	names, err := reverse(ctx, r, ip)
	if err != nil {
		return UnknownName
	}
	best, bestRank := UnknownName, 0
	for _, name := range names {
		rank := rankName(name, domain)
		if rank <= bestRank {
			continue
		}
		if ok, err := has(ctx, r, name, ip); err == nil && ok {
			best, bestRank = name, rank
		}
	}
	return best
}

// rankName tells how good a name is for a domain: 3 the domain itself, 2 a
// name below it, 1 another.
func rankName(name, domain string) int {
	switch {
	case strings.EqualFold(name, domain):
		return 3
	case len(name) > len(domain)+1 && domain != "" && strings.EqualFold(name[len(name)-len(domain)-1:], "."+domain):
		return 2
	}
	return 1
}
