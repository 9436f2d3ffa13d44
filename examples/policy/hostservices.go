package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/modules"
)

// services is what a mail server would give to the modules.
type services struct {
	resolver msys.Resolver
	modules  modules.Options
	closers  []io.Closer
}

// Close releases what the services hold.
func (s *services) Close() error {
	var first error
	for _, c := range s.closers {
		if err := c.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (o *options) services() (*services, error) {
	s := &services{}
	if o.zone != "" {
		z, err := readZone(o.zone)
		if err != nil {
			return nil, err
		}
		s.resolver = z
		s.modules.DKIM = &dkim.Options{Verifier: &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: z}}}
	}
	return s, nil
}

// zone answers DNS questions from a zone file; other names do not exist.
type zone struct{ records map[string][]dns.RR }

func readZone(file string) (*zone, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("-dns: %w", err)
	}
	defer f.Close()
	z := &zone{records: map[string][]dns.RR{}}
	p := dns.NewZoneParser(f, ".", file)
	p.SetDefaultTTL(300)
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		name := strings.ToLower(rr.Header().Name)
		z.records[name] = append(z.records[name], rr)
	}
	if err := p.Err(); err != nil {
		return nil, fmt.Errorf("-dns: %w", err)
	}
	return z, nil
}

func notFound(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// LookupAddr implements msys.Resolver.
func (z *zone) LookupAddr(_ context.Context, addr string) ([]string, error) {
	name, err := dns.ReverseAddr(addr)
	if err != nil {
		return nil, notFound(addr)
	}
	var names []string
	for _, rr := range z.records[name] {
		if ptr, ok := rr.(*dns.PTR); ok {
			names = append(names, ptr.Ptr)
		}
	}
	if len(names) == 0 {
		return nil, notFound(addr)
	}
	return names, nil
}

// LookupHost implements msys.Resolver.
func (z *zone) LookupHost(ctx context.Context, host string) ([]string, error) {
	return z.host(ctx, host, 0)
}

// LookupTXT answers for the keys of DKIM.
func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	var texts []string
	for _, rr := range z.records[strings.ToLower(dns.Fqdn(name))] {
		if txt, ok := rr.(*dns.TXT); ok {
			texts = append(texts, strings.Join(txt.Txt, ""))
		}
	}
	if len(texts) == 0 {
		return nil, notFound(name)
	}
	return texts, nil
}

func (z *zone) host(ctx context.Context, host string, depth int) ([]string, error) {
	var addrs []string
	for _, rr := range z.records[strings.ToLower(dns.Fqdn(host))] {
		switch rr := rr.(type) {
		case *dns.A:
			addrs = append(addrs, rr.A.String())
		case *dns.AAAA:
			addrs = append(addrs, rr.AAAA.String())
		case *dns.CNAME:
			if depth < 8 {
				return z.host(ctx, rr.Target, depth+1)
			}
		}
	}
	if len(addrs) == 0 {
		return nil, notFound(host)
	}
	return addrs, nil
}

// bindingList is the registry of the bindings that -binding names; each is a
// group of its own, so that binding_group finds it too.
type bindingList []string

func (b bindingList) ID(name string) (int, bool) {
	if name == message.DefaultBinding {
		return 0, true
	}
	i := slices.Index(b, name)
	return i + 1, i >= 0
}

func (b bindingList) Name(id int) (string, bool) {
	switch {
	case id == 0:
		return message.DefaultBinding, true
	case id > 0 && id <= len(b):
		return b[id-1], true
	}
	return "", false
}

func (b bindingList) GroupSize(group string) int {
	if slices.Contains(b, group) {
		return 1
	}
	return 0
}

func (b bindingList) GroupOf(binding string) string {
	if slices.Contains(b, binding) {
		return binding
	}
	return ""
}

func (b bindingList) Select(_ context.Context, _ *message.Message, group string) (string, bool) {
	return group, slices.Contains(b, group)
}
