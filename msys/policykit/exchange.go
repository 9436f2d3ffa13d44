package policykit

import (
	"context"

	"github.com/miekg/dns"

	resolver "github.com/gomsys/gomsys/msys/dns"
)

// Exchange answers a DNS question, for the option Exchange of package dns:
// with it msys.dnsLookup and what else uses a resolver of that package ask
// the zone.
//
//	r, err := dns.New(&dns.Options{Exchange: zone.Exchange})
//	kit := policykit.New(t, &policykit.Options{Modules: modules.All(modules.Options{DNS: r})})
//
// Names that are broken get SERVFAIL.
func (z *Zone) Exchange(_ context.Context, q *dns.Msg, _, _ string) (*dns.Msg, error) {
	answer := new(dns.Msg)
	if len(q.Question) != 1 {
		return answer.SetRcode(q, dns.RcodeFormatError), nil
	}
	answer.SetReply(q)
	question := q.Question[0]
	z.mu.Lock()
	defer z.mu.Unlock()
	at := canonical(question.Name)
	for range maxAliases {
		if z.broken[at] {
			return answer.SetRcode(q, dns.RcodeServerFailure), nil
		}
		records, exists := z.records[at]
		if !exists {
			answer.Rcode = dns.RcodeNameError
			return answer, nil
		}
		var alias *dns.CNAME
		found := false
		for _, rr := range records {
			if rr.Header().Rrtype == question.Qtype {
				answer.Answer = append(answer.Answer, rr)
				found = true
			} else if c, ok := rr.(*dns.CNAME); ok {
				alias = c
			}
		}
		if found || alias == nil {
			return answer, nil
		}
		answer.Answer = append(answer.Answer, alias)
		at = canonical(alias.Target)
	}
	return answer.SetRcode(q, dns.RcodeServerFailure), nil
}

// Package dns takes it.
var _ resolver.Exchange = (*Zone)(nil).Exchange
