package dns

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	wire "github.com/miekg/dns"
)

// Exchange sends a question to a server by the network "udp" or "tcp", and
// gives its answer. The server is "host:port", or "" where no servers are
// configured. It returns when ctx ends. It is called concurrently.
type Exchange func(ctx context.Context, question *wire.Msg, network, server string) (*wire.Msg, error)

// Options are the options of a [Resolver].
type Options struct {
	// Servers are the recursive servers in the order in which they are asked:
	// "ip", "ip:port" or "[v6]:port". If nil, those of ResolvConf.
	Servers []string
	// ResolvConf is a file in the form of resolv.conf(5). Its nameserver lines
	// and its options timeout, attempts, retrans and retry are used, all else
	// is ignored. If empty, /etc/resolv.conf; a server on this host is asked
	// if that cannot be read. It is read only if Servers or Timeout or Attempts
	// is not set, and never with an Exchange.
	ResolvConf string
	// Timeout is how long one server may take. If zero, what ResolvConf says,
	// or else 5 seconds.
	Timeout time.Duration
	// Attempts is how often all servers are tried. If zero, what ResolvConf
	// says, or else 2.
	Attempts int
	// NoTCPFallback makes do with what is in a truncated answer.
	NoTCPFallback bool
	// UDPReadBuffer and UDPWriteBuffer are the sizes of sockets' buffers. If
	// zero, the system's.
	UDPReadBuffer, UDPWriteBuffer int
	// MaxInFlight is how many questions may be on their way at one time;
	// further ones wait. If zero, 1000.
	MaxInFlight int

	// MinTTL and MaxTTL are the least and most time for which an answer holds.
	// If zero, 0 and no limit.
	MinTTL, MaxTTL time.Duration
	// NegTTL is the most time for which it holds that there is no such name or
	// record. If zero, 15 minutes; if negative, that is not remembered.
	NegTTL time.Duration
	// CacheSize is the most answers that are remembered. If zero, 50,000; if
	// negative, none.
	CacheSize int

	// ExtraTypes are names of types that scripts may ask for besides A, AAAA,
	// TXT, MX, PTR and NS, such as "SRV".
	ExtraTypes []string

	// Exchange takes the place of the network. If nil, the network.
	Exchange Exchange
	// Clock tells the time for the cache. If nil, the system's.
	Clock Clock
}

// Clock tells the time.
type Clock interface{ Now() time.Time }

const (
	defaultTimeout  = 5 * time.Second
	defaultAttempts = 2
	defaultFile     = "/etc/resolv.conf"
	// failTTL is how long a failure is remembered (RFC 2308 section 7).
	failTTL = 5 * time.Second
)

func (o *Options) withDefaults() (Options, error) {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Exchange == nil && (d.Servers == nil || d.Timeout == 0 || d.Attempts == 0) {
		if err := d.fromResolvConf(); err != nil {
			return d, err
		}
	}
	servers := make([]string, len(d.Servers))
	for i, s := range d.Servers {
		var err error
		if servers[i], err = serverAddress(s); err != nil {
			return d, fmt.Errorf("dns: %w", err)
		}
		if !isAddress(servers[i]) && d.Exchange == nil {
			return d, fmt.Errorf("dns: server %q: not an address", s)
		}
	}
	if d.Servers = servers; len(servers) == 0 {
		d.Servers = []string{""}
	}
	or(&d.Timeout, defaultTimeout)
	or(&d.Attempts, defaultAttempts)
	or(&d.MaxInFlight, 1000)
	or(&d.NegTTL, 15*time.Minute)
	or(&d.CacheSize, 50_000)
	return d, nil
}

func or[T int | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}

// serverAddress gives "host:port" for the name of a server.
func serverAddress(s string) (string, error) {
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")); err == nil {
		return net.JoinHostPort(a.String(), "53"), nil
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return a.String(), nil
	}
	host, port, found := strings.Cut(s, ":")
	if !found {
		port = "53"
	}
	if _, err := net.LookupPort("udp", port); err != nil || strings.Trim(port, "0123456789") != "" {
		return "", fmt.Errorf("server %q: bad port", s)
	}
	if _, err := questionName(fold(host), A); err != nil {
		return "", fmt.Errorf("server %q: %w", s, err)
	}
	return net.JoinHostPort(host, port), nil
}

// isAddress tells an address with its port from a name with one.
func isAddress(server string) bool {
	_, err := netip.ParseAddrPort(server)
	return err == nil
}
