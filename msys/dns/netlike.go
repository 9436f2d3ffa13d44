package dns

import (
	"context"
	"net"
	"net/netip"
)

// values gives the records of a lookup as texts, with end after each.
func (r *Resolver) values(ctx context.Context, name string, t Type, end string) ([]string, error) {
	a := r.lookup(ctx, name, t, "")
	if a.err != nil {
		return nil, a.err
	}
	list := make([]string, len(a.records))
	for i, rec := range a.records {
		list[i] = absolute(rec.Value, end)
	}
	return list, nil
}

// absolute puts the dot at the end of a name, which the root has already.
func absolute(name, end string) string {
	if name == "." {
		return name
	}
	return name + end
}

// LookupTXT gives the texts of a name, the strings of each record joined. A
// name without texts gives none.
func (r *Resolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return r.values(ctx, name, TXT, "")
}

// LookupAddr gives the names of an address, from its PTR records, each with a
// dot at its end. An address without names gives none, or NXDOMAIN.
func (r *Resolver) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	if _, err := netip.ParseAddr(addr); err != nil {
		return nil, &RCodeError{Code: FORMERR, Name: addr, Err: err}
	}
	return r.values(ctx, addr, PTR, ".")
}

// LookupMX gives the mail exchangers of a name, by ascending preference, each
// host with a dot at its end. One "." alone means that the name takes no mail
// (RFC 7505).
func (r *Resolver) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	a := r.lookup(ctx, name, MX, "")
	if a.err != nil {
		return nil, a.err
	}
	list := make([]*net.MX, len(a.records))
	for i, rec := range a.records {
		list[i] = &net.MX{Host: absolute(rec.Value, "."), Pref: rec.Preference}
	}
	return list, nil
}

// LookupHost gives the addresses of a name, IPv4 first; an address stands for
// itself. The error is given only if there is no address at all.
func (r *Resolver) LookupHost(ctx context.Context, host string) ([]string, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []string{a.String()}, nil
	}
	six := make(chan answer, 1)
	go func() { six <- r.lookup(ctx, host, AAAA, "") }()
	a4, a6 := r.lookup(ctx, host, A, ""), <-six
	var list []string
	for _, rec := range a4.records {
		list = append(list, rec.Value)
	}
	for _, rec := range a6.records {
		list = append(list, rec.Value)
	}
	switch {
	case len(list) > 0:
	case a4.err != nil:
		return nil, a4.err
	case a6.err != nil:
		return nil, a6.err
	}
	return list, nil
}

// LookupIPAddr is LookupHost with the addresses in another form.
func (r *Resolver) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	addrs, err := r.LookupHost(ctx, host)
	list := make([]net.IPAddr, len(addrs))
	for i, text := range addrs {
		a, _ := netip.ParseAddr(text) // of an address by definition
		list[i] = net.IPAddr{IP: net.IP(a.AsSlice()), Zone: a.Zone()}
	}
	return list, err
}
