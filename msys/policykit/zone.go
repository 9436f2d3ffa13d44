package policykit

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"github.com/gomsys/gomsys/msys"
)

// Zone answers DNS questions from the records of a zone file. Names without
// records do not exist. Its methods have the form of those of *net.Resolver.
type Zone struct {
	mu      sync.Mutex
	records map[string][]dns.RR
	broken  map[string]bool
}

var _ msys.Resolver = (*Zone)(nil)

// maxAliases bounds chains of CNAME records.
const maxAliases = 8

// ParseZone reads the text of a zone file (RFC 1035). Names without a dot at
// the end are below the root, unless $ORIGIN says otherwise.
func ParseZone(text string) (*Zone, error) {
	z := &Zone{records: map[string][]dns.RR{}, broken: map[string]bool{}}
	p := dns.NewZoneParser(strings.NewReader(text), ".", "zone")
	p.SetDefaultTTL(3600)
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		name := strings.ToLower(rr.Header().Name)
		z.records[name] = append(z.records[name], rr)
	}
	if err := p.Err(); err != nil {
		return nil, fmt.Errorf("policykit: reading zone: %w", err)
	}
	return z, nil
}

// Break makes all questions about a name fail for now, as a server that is
// down does.
func (z *Zone) Break(name string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.broken[canonical(name)] = true
}

func canonical(name string) string { return strings.ToLower(dns.Fqdn(name)) }

// outcome is how a walk through the zone ends.
type outcome int

const (
	found   outcome = iota
	noData          // the name has no such records
	noName          // there is no such name
	broken          // a name on the way is broken
	tooLong         // there are too many aliases
)

// walk gives the records of a name that match, through aliases, which it gives
// too.
func (z *Zone) walk(name string, match func(dns.RR) bool) (records, aliases []dns.RR, end outcome) {
	z.mu.Lock()
	defer z.mu.Unlock()
	at := canonical(name)
	for range maxAliases {
		if z.broken[at] {
			return nil, aliases, broken
		}
		here, exists := z.records[at]
		if !exists {
			return nil, aliases, noName
		}
		var alias *dns.CNAME
		for _, rr := range here {
			if match(rr) {
				records = append(records, rr)
			} else if c, ok := rr.(*dns.CNAME); ok {
				alias = c
			}
		}
		switch {
		case len(records) > 0:
			return records, aliases, found
		case alias == nil:
			return nil, aliases, noData
		}
		aliases = append(aliases, alias)
		at = canonical(alias.Target)
	}
	return nil, aliases, tooLong
}

// lookup gives the records of one type, through aliases.
func lookup[RR dns.RR](ctx context.Context, z *Zone, name string) (list []RR, err error) {
	if err := ctx.Err(); err != nil {
		return nil, &net.DNSError{Err: err.Error(), Name: name, IsTimeout: true}
	}
	records, _, end := z.walk(name, func(rr dns.RR) bool { _, ok := rr.(RR); return ok })
	switch end {
	case found:
		for _, rr := range records {
			list = append(list, rr.(RR))
		}
		return list, nil
	case broken:
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// LookupAddr gives the names of an IP address, from PTR records.
func (z *Zone) LookupAddr(ctx context.Context, addr string) (names []string, err error) {
	reverse, err := dns.ReverseAddr(addr)
	if err != nil {
		return nil, &net.DNSError{Err: "unrecognized address", Name: addr}
	}
	records, err := lookup[*dns.PTR](ctx, z, reverse)
	for _, rr := range records {
		names = append(names, rr.Ptr)
	}
	return names, err
}

// LookupHost gives the IPv4 and IPv6 addresses of a name.
func (z *Zone) LookupHost(ctx context.Context, host string) (addrs []string, err error) {
	a, err := lookup[*dns.A](ctx, z, host)
	for _, rr := range a {
		addrs = append(addrs, rr.A.String())
	}
	aaaa, err6 := lookup[*dns.AAAA](ctx, z, host)
	for _, rr := range aaaa {
		addrs = append(addrs, rr.AAAA.String())
	}
	if len(addrs) > 0 {
		return addrs, nil
	}
	if err == nil {
		err = err6
	}
	return nil, err
}

// LookupIPAddr gives the addresses of a name.
func (z *Zone) LookupIPAddr(ctx context.Context, host string) (ips []net.IPAddr, err error) {
	addrs, err := z.LookupHost(ctx, host)
	for _, a := range addrs {
		ips = append(ips, net.IPAddr{IP: net.ParseIP(a)})
	}
	return ips, err
}

// LookupTXT gives the texts of a name, the strings of a record joined.
func (z *Zone) LookupTXT(ctx context.Context, name string) (texts []string, err error) {
	records, err := lookup[*dns.TXT](ctx, z, name)
	for _, rr := range records {
		texts = append(texts, strings.Join(rr.Txt, ""))
	}
	return texts, err
}

// LookupMX gives the mail exchangers of a name, best first.
func (z *Zone) LookupMX(ctx context.Context, name string) (hosts []*net.MX, err error) {
	records, err := lookup[*dns.MX](ctx, z, name)
	for _, rr := range records {
		hosts = append(hosts, &net.MX{Host: rr.Mx, Pref: rr.Preference})
	}
	slices.SortStableFunc(hosts, func(a, b *net.MX) int { return int(a.Pref) - int(b.Pref) })
	return hosts, err
}
