package dns

import (
	"context"
	"errors"
	"slices"

	wire "github.com/miekg/dns"
)

// ask asks the servers in order, as often as Attempts says, until one gives an
// answer that counts. A server that answered with a failure is not asked
// again; the first such answer is the result if no server does better.
func (r *Resolver) ask(ctx context.Context, name string, t Type, servers []string) (*wire.Msg, error) {
	var refusal *wire.Msg
	failed := errors.New("no servers")
	left := slices.Clone(servers)
	for range r.o.Attempts {
		still := left[:0]
		for _, server := range left {
			m, err := r.askServer(ctx, name, t, server)
			switch {
			case ctx.Err() != nil:
				return nil, ctx.Err()
			case err != nil:
				failed = err
				still = append(still, server)
			case m.Rcode == wire.RcodeSuccess || m.Rcode == wire.RcodeNameError:
				return m, nil
			case refusal == nil:
				refusal = m
			}
		}
		left = still
	}
	if refusal != nil {
		return refusal, nil
	}
	return nil, failed
}

// askServer asks one server: without EDNS0 if it does not know that, by TCP if
// its answer does not fit.
func (r *Resolver) askServer(ctx context.Context, name string, t Type, server string) (*wire.Msg, error) {
	q := newQuestion(name, t, true)
	m, err := r.send(ctx, q, "udp", server)
	if err == nil && (m.Rcode == wire.RcodeFormatError || m.Rcode == wire.RcodeNotImplemented || m.Rcode == wire.RcodeBadVers) {
		q = newQuestion(name, t, false)
		m, err = r.send(ctx, q, "udp", server)
	}
	if err == nil && m.Truncated && !r.o.NoTCPFallback {
		q = q.Copy()
		q.Id = wire.Id()
		m, err = r.send(ctx, q, "tcp", server)
	}
	return m, err
}

// send sends one question and checks that the answer is for it.
func (r *Resolver) send(ctx context.Context, q *wire.Msg, network, server string) (*wire.Msg, error) {
	select {
	case r.inFlight <- struct{}{}:
		defer func() { <-r.inFlight }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	m, err := r.o.Exchange(ctx, q, network, server)
	if err == nil && !answers(q, m) {
		err = errMismatch
	}
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err() // says more than the socket's error
		}
		return nil, err
	}
	return m, nil
}
