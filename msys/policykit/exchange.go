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
	records, aliases, end := z.walk(question.Name, func(rr dns.RR) bool { return rr.Header().Rrtype == question.Qtype })
	answer.Answer = append(aliases, records...)
	switch end {
	case noName:
		answer.Rcode = dns.RcodeNameError
	case broken, tooLong:
		answer.Rcode = dns.RcodeServerFailure
	}
	return answer, nil
}

// Package dns takes it.
var _ resolver.Exchange = (*Zone)(nil).Exchange
