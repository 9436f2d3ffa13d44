package audit

import (
	"context"
	"maps"
	"net/netip"
	"sync/atomic"

	"github.com/gomsys/gomsys/audit/addrkey"
	"github.com/gomsys/gomsys/audit/internal/tally"
	"github.com/gomsys/gomsys/vctx"
)

// Names of services with a meaning of their own.
const (
	// SMTP is the service whose sessions count as connections.
	SMTP = "SMTP"
	// InboundCIDR stands for the SMTP sessions of all hosts of a cluster.
	InboundCIDR = "inbound_cidr"
)

// maxServices bounds the number of services with sessions.
const maxServices = 1000

// registry counts the open sessions of one service.
type registry struct {
	v4, v6 *tally.Trie
}

func (r *registry) trie(p netip.Prefix) *tally.Trie {
	if p.Addr().Is4() {
		return r.v4
	}
	return r.v6
}

// count gives the open sessions from a block, or from everywhere.
func (r *registry) count(k Key) int64 {
	if !k.prefix.IsValid() {
		return r.v4.Count(all4, 0, 0, 0) + r.v6.Count(all6, 0, 0, 0)
	}
	return r.trie(k.prefix).Count(k.prefix, 0, 0, 0)
}

// Session is an open session in the registry.
type Session struct {
	a        *Audit
	r        *registry
	smtp     bool
	prefix   netip.Prefix
	listener string
	closed   atomic.Bool
}

// Listener gives the name of the listener that the session came in by.
func (s *Session) Listener() string { return s.listener }

var _ vctx.Accounting = (*Audit)(nil)

// OpenSession is [Audit.SessionOpened] in the form of vctx.Accounting.
func (a *Audit) OpenSession(service, listener string, peer netip.Addr) (end func()) {
	return a.SessionOpened(service, listener, peer).Close
}

// SessionOpened registers a session of a service (such as "SMTP", "ECStream",
// "Control") from peer; listener is a label. A session of "SMTP" also counts
// as a connection. Call it before policy runs, so that counts include the
// session, and Close at its end. A runtime of package msys that has the module
// msys.audit calls it itself.
func (a *Audit) SessionOpened(service, listener string, peer netip.Addr) *Session {
	s := &Session{a: a, smtp: service == SMTP, prefix: addrkey.Host(peer), listener: listener}
	if !s.prefix.IsValid() {
		return s // as a peer of a local socket
	}
	s.r = a.service(service)
	s.r.trie(s.prefix).AddAbsent(s.prefix, 1, 0)
	if s.smtp {
		a.record(Connections, peer, 1)
		if a.sessions != nil {
			a.sessions.changed(s.prefix)
		}
	}
	return s
}

// Close removes the session from the registry. Further calls do nothing.
func (s *Session) Close() {
	if s.closed.Swap(true) || s.r == nil {
		return
	}
	s.r.trie(s.prefix).AddAbsent(s.prefix, -1, 0)
	if s.smtp && s.a.sessions != nil {
		s.a.sessions.changed(s.prefix)
	}
}

// service gives the registry of a service, made if need be.
func (a *Audit) service(name string) *registry {
	if r := (*a.services.Load())[name]; r != nil {
		return r
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	all := *a.services.Load()
	if r := all[name]; r != nil {
		return r
	}
	r := &registry{v4: tally.New(false, 1, 0, 0), v6: tally.New(true, 1, 0, 0)}
	if len(all) < maxServices {
		all = maps.Clone(all)
		all[name] = r
		a.services.Store(&all)
	}
	return r
}

// Sessions gives the number of sessions of a service that are open now from a
// block of addresses. The zero Prefix, and any of length 0, stands for all
// addresses of both families. Service names are case-sensitive; one without
// sessions gives 0. "inbound_cidr" gives the SMTP sessions of the whole
// cluster. There is no error today.
func (a *Audit) Sessions(ctx context.Context, service string, p netip.Prefix) (int64, error) {
	k := everywhere(p)
	if service == InboundCIDR {
		if a.sessions == nil {
			a.warnOnce("sessions are not shared: inbound_cidr gives those of this host")
		}
		service = SMTP
		if n, ok := a.sessions.others(ctx, k); ok {
			return n + a.localSessions(service, k), nil
		}
	}
	return a.localSessions(service, k), nil
}

func (a *Audit) localSessions(service string, k Key) int64 {
	if r := (*a.services.Load())[service]; r != nil {
		return r.count(k)
	}
	return 0
}
