package dns

import (
	"errors"
	"math"
	"strings"
	"time"

	wire "github.com/miekg/dns"
)

// maxAliases bounds chains of CNAME records.
const maxAliases = 16

var errAliases = errors.New("too many aliases")

// reply is what one answer of a server says about a name and type.
type reply struct {
	records []Record
	code    RCode // 0 for none
	// alias is the name to ask for next, if the answer ends with an alias.
	alias string
	// links are the aliases that were followed.
	links int
	ttl   time.Duration
}

// readReply reads an answer; links is how many aliases were followed before.
func readReply(m *wire.Msg, name string, t Type, links int) (reply, error) {
	r := reply{links: links, ttl: math.MaxInt64}
	for {
		alias := ""
		for _, rr := range m.Answer {
			h := rr.Header()
			if h.Class != wire.ClassINET || !strings.EqualFold(h.Name, name) {
				continue
			}
			if Type(h.Rrtype) == t {
				if rec, ok := record(rr); ok {
					r.records = append(r.records, rec)
					r.limit(h.Ttl)
				}
			} else if cname, ok := rr.(*wire.CNAME); ok && alias == "" {
				alias = cname.Target
				r.limit(h.Ttl)
			}
		}
		if len(r.records) > 0 {
			if t == MX {
				byPreference(r.records)
			}
			return r, nil
		}
		if alias == "" {
			break
		}
		if r.links++; r.links > maxAliases {
			return r, errAliases
		}
		name, r.alias = alias, alias
	}
	r.readNegative(m)
	return r, nil
}

// readNegative reads an answer without the records: the name or the type does
// not exist, or the alias at its end must be asked for.
func (r *reply) readNegative(m *wire.Msg) {
	if m.Rcode == wire.RcodeNameError {
		r.code, r.alias = NXDOMAIN, ""
	}
	for _, rr := range m.Ns {
		if soa, ok := rr.(*wire.SOA); ok {
			r.alias = ""
			r.limit(min(soa.Hdr.Ttl, soa.Minttl))
			return
		}
	}
	if r.alias == "" {
		r.ttl = 0 // RFC 2308 section 5: without SOA there is nothing to go by
	}
}

// limit makes the answer hold no longer than ttl seconds. A number with the
// highest bit set is zero (RFC 2181 section 8).
func (r *reply) limit(ttl uint32) {
	if ttl > math.MaxInt32 {
		ttl = 0
	}
	r.ttl = min(r.ttl, time.Duration(ttl)*time.Second)
}
