package main

import (
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// relayRule says whose mail is taken for which domains, so that the server is
// no open relay: that of clients of the relay hosts and of authenticated users
// for any domain, that of others for the relay domains. Policies may decide
// otherwise about a domain (core_pre_ec_can_relay_to,
// core_config_get_domain_relay) or let a session relay (mc.relayable).
type relayRule struct {
	domains, hosts list // as given

	patterns []string // lower case, in ASCII
	trusted  []netip.Prefix
}

func (r *relayRule) flags(fs *flag.FlagSet) {
	fs.Var(&r.domains, "relay-domains", "`DOMAINS` that mail is taken for from any client, such as example.com,*.example.com (repeatable; default: all without -relay, none with it)")
	fs.Var(&r.hosts, "relay-hosts", "`NETWORKS` whose clients may send to any domain, such as 10.0.0.0/8,::1 (repeatable; default: none without -relay, this host with it)")
}

// words splits the values of a flag at commas and blanks.
func words(values list) []string {
	return strings.FieldsFunc(strings.Join(values, ","), func(r rune) bool { return r == ',' || r == ' ' })
}

// prepare reads the lists. sendsOn says that mail goes on to other servers;
// where it does not, a server without a rule keeps mail for all domains.
func (r *relayRule) prepare(sendsOn bool) error {
	domains, hosts := words(r.domains), words(r.hosts)
	switch {
	case len(domains)+len(hosts) > 0:
	case sendsOn:
		hosts = []string{"127.0.0.0/8", "::1"}
	default:
		domains = []string{"*"}
	}
	for _, d := range domains {
		if strings.LastIndexByte(d, '*') > 0 {
			return fmt.Errorf("relay-domains: %q: * may only stand in front", d)
		}
		r.patterns = append(r.patterns, asciiDomain(d))
	}
	for _, h := range hosts {
		p, err := network(h)
		if err != nil {
			return fmt.Errorf("relay-hosts: %w", err)
		}
		r.trusted = append(r.trusted, p)
	}
	return nil
}

// network reads an address with or without a prefix length.
func network(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(s)
	return netip.PrefixFrom(a, a.BitLen()), err
}

// asciiDomain gives a domain as DNS has it; of a pattern the * stays in front.
func asciiDomain(d string) string {
	star := strings.HasPrefix(d, "*.")
	name := strings.TrimSuffix(strings.TrimPrefix(d, "*."), ".")
	if ascii, err := idna.Lookup.ToASCII(name); err == nil {
		name = ascii
	}
	if star {
		name = "*." + name
	}
	return strings.ToLower(name)
}

// trusts reports whether a client may relay by its address.
func (r *relayRule) trusts(client netip.Addr) bool {
	for _, p := range r.trusted {
		if p.Contains(client.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// relaysTo reports whether mail for a domain is taken from any client. "*" and
// what follows it stands for all domains that end so: *.example.com for those
// below example.com.
func (r *relayRule) relaysTo(_ *vctx.Conn, domain string) bool {
	if slices.Contains(r.patterns, "*") {
		return true
	}
	domain = asciiDomain(domain)
	for _, p := range r.patterns {
		if ending, ok := strings.CutPrefix(p, "*"); domain == p || ok && strings.HasSuffix(domain, ending) {
			return true
		}
	}
	return false
}

// config shows the lists to msys.config, where the default policy looks for
// relay_domains.
func (r *relayRule) config() msys.ConfigSource {
	hosts := make([]string, len(r.trusted))
	for i, p := range r.trusted {
		hosts[i] = p.String()
	}
	return relayConfig{msys.NewConfigMap(map[string]any{"Relay_Domains": r.patterns, "Relay_Hosts": hosts})}
}

// relayConfig is a configuration whose relay rule cannot be changed.
type relayConfig struct{ *msys.ConfigMap }

var errFixed = errors.New("relay_domains and relay_hosts are fixed while the server runs")

// Set implements msys.ConfigWriter.
func (c relayConfig) Set(scope []string, option string, value any) error {
	if o := strings.ToLower(option); o == "relay_domains" || o == "relay_hosts" {
		return errFixed
	}
	return c.ConfigMap.Set(scope, option, value)
}
