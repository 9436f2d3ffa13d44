package vctx

import "net/netip"

// Accounting takes note of the inbound sessions of a server and of what
// became of their mail, and counts open sessions for policy. *audit.Audit
// does so for msys.audit.
//
// Its methods are called from sessions' goroutines and must not wait.
type Accounting interface {
	SessionCounter
	// OpenSession is told of a session before its first callout; end is
	// called once at its end.
	OpenSession(service, listener string, peer netip.Addr) (end func())
	// Reception is told of n messages that were accepted, whatever the number
	// of their recipients.
	Reception(peer netip.Addr, n int)
	// Rejection is told of n refusals: replies from 400 on.
	Rejection(peer netip.Addr, n int)
}
