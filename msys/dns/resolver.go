package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	wire "github.com/miekg/dns"

	"github.com/gomsys/gomsys/internal/memo"
)

// Resolver asks DNS and remembers the answers. It is safe for concurrent use.
type Resolver struct {
	o        Options
	network  bool // no Exchange of the host's
	cache    *memo.Cache[question, answer]
	inFlight chan struct{}
	types    map[string]Type // what scripts may ask for, by name in upper case
}

// question is the key of a cached answer.
type question struct {
	name   string // in lower case, without the dot at the end
	t      Type
	server string // "ip:port", or "" for the resolver's own
}

// answer is a cached answer: records, or a failure.
type answer struct {
	records []Record
	err     *RCodeError
}

// New makes a resolver; o may be nil. The error is about the options: a server
// without sense, a type that there is not, a ResolvConf that cannot be read.
func New(o *Options) (*Resolver, error) {
	opts, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	r := &Resolver{
		o:        opts,
		inFlight: make(chan struct{}, max(opts.MaxInFlight, 1)),
		types:    map[string]Type{"A": A, "AAAA": AAAA, "TXT": TXT, "MX": MX, "PTR": PTR, "NS": NS},
	}
	for _, name := range opts.ExtraTypes {
		t, err := ParseType(name)
		if err != nil {
			return nil, fmt.Errorf("dns: %w", err)
		}
		r.types[t.String()] = t
	}
	now := time.Now
	if opts.Clock != nil {
		now = opts.Clock.Now
	}
	r.cache = memo.New[question, answer](opts.CacheSize, now)
	if r.o.Exchange == nil {
		r.o.Exchange, r.network = r.exchange, true
	}
	return r, nil
}

// LookupOptions are the options of one lookup.
type LookupOptions struct {
	// Server is asked instead of the resolver's own servers: "ip", "ip:port",
	// "[v6]:port", "host" or "host:port", with port 53 if there is none.
	Server string
}

// Lookup gives the records of a name and type, as they were answered; mail
// exchangers by ascending preference. For PTR the name may be an address. A
// name without records of the type gives none. The error is a *RCodeError.
// o may be nil; the records are the caller's.
func (r *Resolver) Lookup(ctx context.Context, name string, t Type, o *LookupOptions) ([]Record, error) {
	server := ""
	if o != nil {
		server = o.Server
	}
	a := r.lookup(ctx, name, t, server)
	if a.err != nil {
		return nil, a.err
	}
	return slices.Clone(a.records), nil
}

// lookup is Lookup with the records that the cache has, which must not be
// changed.
func (r *Resolver) lookup(ctx context.Context, name string, t Type, server string) answer {
	if server != "" {
		var err error
		if server, err = serverAddress(server); err != nil {
			return answer{err: failure(name, err)}
		}
	}
	q := question{fold(name), t, server}
	if a, ok := r.cache.Get(q); ok {
		return a
	}
	asked, err := questionName(q.name, t)
	if err != nil {
		return answer{err: &RCodeError{Code: FORMERR, Name: name, Err: err}}
	}
	a, err := r.cache.Do(ctx, q, func(ctx context.Context) (answer, time.Duration, error) {
		return r.resolve(ctx, q, asked)
	})
	if err != nil { // ctx ended
		a.err = failure(name, err)
	}
	return a
}

// cached gives the answer that is remembered for a question to the resolver's
// own servers.
func (r *Resolver) cached(name string, t Type) (answer, bool) {
	return r.cache.Get(question{fold(name), t, ""})
}

// Flush forgets all answers and tells how many there were.
func (r *Resolver) Flush() int { return r.cache.Flush() }

// Stats tells what the cache has done.
func (r *Resolver) Stats() memo.Stats { return r.cache.Stats() }

// resolve asks for name, through aliases, and says how long the answer holds.
// An error means that ctx has ended.
func (r *Resolver) resolve(ctx context.Context, q question, name string) (answer, time.Duration, error) {
	servers, err := r.servers(ctx, q.server)
	ttl := time.Duration(1<<63 - 1)
	links := 0
	for err == nil {
		var m *wire.Msg
		if m, err = r.ask(ctx, name, q.t, servers); err != nil {
			break
		}
		if code := RCode(m.Rcode); code != wire.RcodeSuccess && code != NXDOMAIN {
			e := &RCodeError{Code: code, Name: q.name}
			if code.mnemonic() == "" {
				e.Code, e.Err = SERVFAIL, errors.New(code.String())
			}
			return answer{err: e}, failTTL, nil
		}
		var rep reply
		if rep, err = readReply(m, name, q.t, links); err != nil {
			break
		}
		ttl = min(ttl, rep.ttl)
		switch {
		case rep.alias != "" && len(rep.records) == 0:
			name, links = rep.alias, rep.links
			continue
		case rep.code != 0:
			return answer{err: &RCodeError{Code: rep.code, Name: q.name}}, r.negative(ttl), nil
		case len(rep.records) == 0:
			return answer{}, r.negative(ttl), nil
		}
		if ttl = r.clamp(ttl); size(rep.records) > maxRemembered {
			ttl = 0
		}
		return answer{records: rep.records}, ttl, nil
	}
	if ctx.Err() != nil {
		return answer{}, 0, ctx.Err()
	}
	return answer{err: failure(q.name, err)}, failTTL, nil
}

// maxRemembered is the size of the largest answer that is remembered, so that
// nobody fills the memory with names of his own.
const maxRemembered = 16 << 10

func size(records []Record) (n int) {
	for i := range records {
		n += 24 + len(records[i].Value)
	}
	return n
}

// clamp keeps a time to live within the options.
func (r *Resolver) clamp(ttl time.Duration) time.Duration {
	if r.o.MaxTTL > 0 {
		ttl = min(ttl, r.o.MaxTTL)
	}
	const forever = 100 * 365 * 24 * time.Hour // far from overflow of times
	return min(max(ttl, r.o.MinTTL), forever)
}

// negative is clamp for an answer without records.
func (r *Resolver) negative(ttl time.Duration) time.Duration {
	if r.o.NegTTL < 0 {
		return 0
	}
	return min(r.clamp(ttl), r.o.NegTTL)
}

// servers gives the addresses to ask. A server that goes by name is looked up
// first, unless the host exchanges questions itself.
func (r *Resolver) servers(ctx context.Context, server string) ([]string, error) {
	if server == "" {
		return r.o.Servers, nil
	}
	if !r.network || isAddress(server) {
		return []string{server}, nil
	}
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		return nil, err
	}
	addrs, err := r.LookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	for i, a := range addrs {
		addrs[i] = net.JoinHostPort(a, port)
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("server %s has no address", host)
	}
	return addrs, nil
}
