package spf_test

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/miekg/dns"
)

// zone answers from records under "name TYPE".
type zone map[string][]string

func (z zone) add(name, typ, value string) {
	key := strings.ToLower(name) + " " + typ
	z[key] = append(z[key], value)
}

func (z zone) lookup(ctx context.Context, name, typ string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("asking for %s: %w", name, err)
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, fault := range []string{"TIMEOUT", "TIMEOUT/" + typ} {
		if z[name+" "+fault] != nil {
			// hosts may wrap errors, and may know nothing of net.DNSError
			return nil, fmt.Errorf("asking for %s: no answer", name)
		}
	}
	if values := z[name+" "+typ]; values != nil {
		return values, nil
	}
	return nil, fmt.Errorf("asking: %w", &net.DNSError{Err: "no such host", Name: name, IsNotFound: true})
}

func (z zone) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return z.lookup(ctx, name, "TXT")
}

func (z zone) LookupMX(ctx context.Context, name string) (list []*net.MX, err error) {
	hosts, err := z.lookup(ctx, name, "MX")
	for _, h := range hosts {
		list = append(list, &net.MX{Host: h + "."})
	}
	return list, err
}

func (z zone) LookupIPAddr(ctx context.Context, name string) (list []net.IPAddr, err error) {
	v4, err := z.lookup(ctx, name, "A")
	v6, err6 := z.lookup(ctx, name, "AAAA")
	for _, ip := range append(append([]string(nil), v4...), v6...) {
		list = append(list, net.IPAddr{IP: net.ParseIP(ip)})
	}
	if len(list) > 0 {
		return list, nil
	}
	if err == nil {
		err = err6
	}
	return nil, err
}

func (z zone) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	name, err := dns.ReverseAddr(addr)
	if err != nil {
		return nil, err
	}
	return z.lookup(ctx, name, "PTR")
}
