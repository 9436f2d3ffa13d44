package pbp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"

	"github.com/gomsys/gomsys/vctx"
)

// Resolver answers DNS questions as [net.Resolver] does.
type Resolver interface {
	// LookupAddr gives the names of an address.
	LookupAddr(ctx context.Context, addr string) ([]string, error)
	// LookupHost gives the addresses of a name.
	LookupHost(ctx context.Context, host string) ([]string, error)
}

var _ Resolver = (*net.Resolver)(nil)

// maxNames bounds how many names of an address are looked up, as RFC 7208
// section 4.6.4 does.
const maxNames = 10

// Mismatch is the ForwardErr of names that have other addresses.
const Mismatch = "MISMATCH"

// Result is the outcome of [FCDNS]. With neither error nor OK the address has
// no name.
type Result struct {
	// OK says that Name has the address.
	OK bool
	// Name is the name that was confirmed, otherwise the first name of the
	// address, without a dot at its end. It comes from the client's DNS: only
	// that it has no control bytes and no blanks is certain.
	Name string
	// ReverseErr tells how finding the names failed, in a word: NXDOMAIN,
	// SERVFAIL, or the mnemonic of another DNS response code.
	ReverseErr string
	// ForwardErr tells in a word why none of the names was confirmed: as
	// ReverseErr, or Mismatch.
	ForwardErr string
}

// Store sets the connection variables reverse_dns and fcdns_status.
func (r Result) Store(v *vctx.Context) {
	status := "false"
	if r.OK {
		status = "true"
	}
	v.Set(vctx.ConnScope, vctx.KeyReverseDNS, r.Name)
	v.Set(vctx.ConnScope, vctx.KeyFCDNSStatus, status)
}

// FCDNS looks up the names of an address, and the addresses of at most 10 of
// them, until one confirms it: forward-confirmed reverse DNS, the "iprev"
// method of RFC 8601. DNS failures are part of the result; the error is that
// of a context that ended.
func FCDNS(ctx context.Context, r Resolver, ip netip.Addr) (Result, error) {
	names, err := reverse(ctx, r, ip)
	if err != nil {
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		return Result{ReverseErr: word(err)}, nil
	}
	if len(names) == 0 {
		return Result{}, nil
	}
	res := Result{Name: names[0]}
	temporary, answered := "", false
	for _, name := range names {
		ok, err := has(ctx, r, name, ip)
		switch {
		case ctx.Err() != nil:
			return Result{}, ctx.Err()
		case ok:
			return Result{OK: true, Name: name}, nil
		case err == nil:
			answered = true
		case temporary == "" || temporary == nxdomain:
			temporary = word(err)
		}
	}
	// A name that does not exist is a mismatch among others; a server that
	// fails leaves the question open.
	res.ForwardErr = temporary
	if answered && (temporary == "" || temporary == nxdomain) {
		res.ForwardErr = Mismatch
	}
	return res, nil
}

// reverse gives at most maxNames names of an address.
func reverse(ctx context.Context, r Resolver, ip netip.Addr) ([]string, error) {
	if !ip.IsValid() {
		return nil, nil
	}
	all, err := r.LookupAddr(ctx, ip.Unmap().WithZone("").String())
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range all {
		name = strings.TrimSuffix(name, ".")
		if name != "" && printable(name) && len(names) < maxNames {
			names = append(names, name)
		}
	}
	return names, nil
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// has reports whether ip is among the addresses of name.
func has(ctx context.Context, r Resolver, name string, ip netip.Addr) (bool, error) {
	addrs, err := r.LookupHost(ctx, name)
	if err != nil {
		return false, err
	}
	ip = ip.Unmap().WithZone("")
	for _, a := range addrs {
		if have, err := netip.ParseAddr(a); err == nil && have.Unmap().WithZone("") == ip {
			return true, nil
		}
	}
	return false, nil
}

const (
	nxdomain = "NXDOMAIN"
	servfail = "SERVFAIL"
)

// word names a DNS failure as scripts know it.
func word(err error) string {
	var code interface{ Mnemonic() string }
	if errors.As(err, &code) {
		return code.Mnemonic()
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return nxdomain
	}
	return servfail
}
