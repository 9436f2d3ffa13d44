package spf

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Resolver asks DNS; *net.Resolver is one. That there is no such record is
// told by a *net.DNSError with IsNotFound, or by an empty answer; other errors
// are temporary.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

var _ Resolver = (*net.Resolver)(nil)

// evaluation is the resolver of one check. It shows the evaluation the
// records of the scope as version 1, and the default rule for the domain
// itself.
type evaluation struct {
	Resolver
	scope    Scope
	domain   string // the one that is checked
	rule     string // what to serve if it has no record; "" for nothing
	nxdomain bool   // it does not exist
	fault    string // the term that made a record void

	// for the macros that are expanded here
	ip           netip.Addr
	sender, helo string
	names        []string // of the address
	namesKnown   bool
}

// void is served for a record that breaks the grammar: an unknown mechanism.
const void = "v=spf1 void"

// syntax is compiled when it is first needed.
var syntax = sync.OnceValue(newGrammar)

// dnsError makes an error what the evaluation understands: any that is not
// about a missing record is temporary.
func dnsError(name string, err error) error {
	if err == nil {
		return nil
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return dns
	}
	return &net.DNSError{UnwrapErr: err, Err: err.Error(), Name: name, IsTemporary: true}
}

func notFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

func (e *evaluation) LookupTXT(ctx context.Context, name string) ([]string, error) {
	name = fromLibrary(name)
	if !lookable(name) {
		return nil, errNoName(name)
	}
	texts, err := e.Resolver.LookupTXT(ctx, name)
	if err != nil && !notFound(err) {
		return nil, dnsError(name, err)
	}
	records := e.scope.records(texts)
	if len(records) == 1 {
		if term, ok := syntax().fault(records[0]); !ok {
			e.fault = term
			return []string{void}, nil
		}
		records[0] = e.forEvaluation(ctx, records[0], name)
	}
	if len(records) > 0 || !strings.EqualFold(strings.TrimSuffix(name, "."), e.domain) {
		return records, dnsError(name, err)
	}
	if err != nil {
		if e.nxdomain, err = e.missing(ctx, name, err); err != nil {
			return nil, dnsError(name, err)
		}
	}
	if e.rule != "" {
		return []string{e.forEvaluation(ctx, "v=spf1 "+e.rule, name)}, nil
	}
	return nil, nil
}

// missing reports whether a name without TXT records does not exist: whether
// it has no mail exchangers and addresses either. The error is notFound then.
func (e *evaluation) missing(ctx context.Context, name string, notFoundErr error) (bool, error) {
	mx, err := e.Resolver.LookupMX(ctx, name)
	if len(mx) > 0 || err != nil && !notFound(err) {
		return false, nil
	}
	ips, err := e.Resolver.LookupIPAddr(ctx, name)
	if len(ips) > 0 || err != nil && !notFound(err) {
		return false, nil
	}
	return true, notFoundErr
}

func (e *evaluation) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	name = fromLibrary(name)
	if !lookable(name) {
		return nil, errNoName(name)
	}
	mx, err := e.Resolver.LookupMX(ctx, name)
	return mx, dnsError(name, err)
}

func (e *evaluation) LookupIPAddr(ctx context.Context, name string) ([]net.IPAddr, error) {
	name = fromLibrary(name)
	if !lookable(name) {
		return nil, errNoName(name)
	}
	ips, err := e.Resolver.LookupIPAddr(ctx, name)
	return ips, dnsError(name, err)
}

func (e *evaluation) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	names, err := e.Resolver.LookupAddr(ctx, addr)
	names = slices.Clone(names)
	for i := range names {
		names[i] = strings.ReplaceAll(names[i], "/", slash)
	}
	return names, dnsError(addr, err)
}

// lookable reports whether a name from a record can be asked for. Those that
// cannot have no records (RFC 7208 section 4.3); asking could fail in ways
// that look temporary, or be read as a host file's entry or an address.
func lookable(name string) bool {
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > maxName || net.ParseIP(name) != nil {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel {
			return false
		}
	}
	return true
}

func errNoName(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// Scope says which records count.
type Scope int

// The scopes.
const (
	SPF   Scope = iota // v=spf1
	MFrom              // spf2.0/mfrom, else v=spf1
	PRA                // spf2.0/pra, else v=spf1
)

// records gives the texts that are records of the scope, with version 1.
func (s Scope) records(texts []string) []string {
	if s == SPF {
		return only(texts, isVersion1)
	}
	var found []string
	for _, text := range texts {
		if rest, ok := s.cut(text); ok {
			found = append(found, "v=spf1"+rest)
		}
	}
	if found == nil {
		return only(texts, isVersion1)
	}
	return found
}

func only(texts []string, is func(string) bool) []string {
	var found []string
	for _, text := range texts {
		if is(text) {
			found = append(found, text)
		}
	}
	return found
}

func isVersion1(text string) bool {
	version, _, _ := strings.Cut(text, " ")
	return strings.EqualFold(version, "v=spf1")
}

// cut takes the version off a record of Sender ID (RFC 4406 section 3.1) that
// is for the scope. What is left begins with a space or is empty.
func (s Scope) cut(text string) (rest string, ok bool) {
	version, _, _ := strings.Cut(text, " ")
	const prefix = "spf2."
	if len(version) <= len(prefix) || !strings.EqualFold(version[:len(prefix)], prefix) {
		return "", false
	}
	minor, scopes, _ := strings.Cut(strings.ToLower(version[len(prefix):]), "/")
	if minor == "" || strings.Trim(minor, "0123456789") != "" {
		return "", false
	}
	want := "mfrom"
	if s == PRA {
		want = "pra"
	}
	for scope := range strings.SplitSeq(scopes, ",") {
		if scope == want {
			return text[len(version):], true
		}
	}
	return "", false
}
