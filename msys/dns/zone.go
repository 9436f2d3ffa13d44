package dns

import (
	"context"
	"fmt"
	"io"
	"strings"

	wire "github.com/miekg/dns"
)

// Zone answers questions from the records of a zone file, for tests and for
// dry runs without network. Names that the file does not have do not exist.
// Wildcards (RFC 4592) and aliases work. It is read-only and safe for
// concurrent use.
type Zone struct {
	names map[string][]wire.RR // by name in lower case; nil for a name above others
}

// zoneTTL is the time to live of records where the file has none.
const zoneTTL = 3600

// NewZone reads a zone file (RFC 1035 section 5). Names without a dot at the
// end are below the root, unless $ORIGIN says otherwise; $INCLUDE is refused.
// The error names the line.
func NewZone(r io.Reader) (*Zone, error) {
	z := &Zone{names: map[string][]wire.RR{}}
	p := wire.NewZoneParser(r, ".", "zone")
	p.SetDefaultTTL(zoneTTL)
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		name := strings.ToLower(rr.Header().Name)
		z.names[name] = append(z.names[name], rr)
		for name != "." {
			if name = parent(name); z.names[name] == nil {
				z.names[name] = nil
			}
		}
	}
	if err := p.Err(); err != nil {
		return nil, fmt.Errorf("dns: reading zone: %w", err)
	}
	return z, nil
}

// parent gives the name above another one.
func parent(name string) string {
	next, end := wire.NextLabel(name, 0)
	if end {
		return "."
	}
	return name[next:]
}

// Exchange answers a question; it is for Options.Exchange. The answer is
// authoritative and never truncated.
func (z *Zone) Exchange(ctx context.Context, q *wire.Msg, _, _ string) (*wire.Msg, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := new(wire.Msg)
	m.SetReply(q)
	m.Authoritative = true
	if len(q.Question) != 1 {
		m.Rcode = wire.RcodeFormatError
		return m, nil
	}
	name, t := q.Question[0].Name, q.Question[0].Qtype
	for range maxAliases + 1 {
		records, exists := z.find(name)
		if !exists {
			m.Rcode = wire.RcodeNameError
			break
		}
		found, alias := false, ""
		for _, rr := range records {
			switch h := rr.Header(); h.Rrtype {
			case t:
				found = true
				m.Answer = append(m.Answer, rr)
			case wire.TypeCNAME:
				alias = rr.(*wire.CNAME).Target
				m.Answer = append(m.Answer, rr)
			}
		}
		if found {
			return m, nil
		}
		if alias == "" {
			break
		}
		name = alias
	}
	m.Ns = z.authority(name)
	return m, nil
}

// find gives the records of a name, or those of the wildcard that covers it.
func (z *Zone) find(name string) (records []wire.RR, exists bool) {
	lower := strings.ToLower(name)
	if records, exists = z.names[lower]; exists || lower == "." {
		return records, exists
	}
	for lower != "." {
		lower = parent(lower)
		if _, ok := z.names[lower]; !ok {
			continue
		}
		wild, ok := z.names["*."+strings.TrimPrefix(lower, ".")]
		for _, rr := range wild {
			rr = wire.Copy(rr)
			rr.Header().Name = name
			records = append(records, rr)
		}
		return records, ok
	}
	return nil, false
}

// authority gives the SOA record of the zone that a name is in, if there is
// one.
func (z *Zone) authority(name string) []wire.RR {
	for name = strings.ToLower(name); ; name = parent(name) {
		for _, rr := range z.names[name] {
			if rr.Header().Rrtype == wire.TypeSOA {
				return []wire.RR{rr}
			}
		}
		if name == "." {
			return nil
		}
	}
}
