// Package dns asks DNS for a mail server: mail exchangers, addresses, texts,
// names of addresses. Its Lua face is the function msys.dnsLookup.
//
//	r, err := dns.New(nil) // the servers of /etc/resolv.conf
//	records, err := r.Lookup(ctx, "example.com", dns.MX, nil)
//
// A [Resolver] is a stub resolver: it asks recursive servers by UDP with
// EDNS0, and again by TCP when an answer was truncated (RFC 1035, 6891, 7766).
// Answers are taken only with the id and the question that were sent. Aliases
// are followed. What servers answered is remembered for its time to live, that
// a name or type does not exist as RFC 2308 says, and failures for 5 seconds;
// equal questions that are asked at one time are sent once.
//
// # Answers and errors
//
// A name that has no records of the type gives no records and no error. All
// other outcomes are a [*RCodeError], whose Mnemonic is the word that scripts
// compare with: NXDOMAIN, SERVFAIL and so on. Whatever prevents an answer, a
// timeout for one, is SERVFAIL. errors.As finds a [*net.DNSError] in it too, with
// IsNotFound for NXDOMAIN and IsTemporary for failures that may pass.
//
// Names are absolute: there is no search list and no hosts file. A name with
// letters outside of ASCII is converted to A-labels (RFC 5891, UTS #46) first.
//
// The methods LookupHost, LookupAddr, LookupTXT, LookupMX and LookupIPAddr have
// the form of those of [net.Resolver], so that a Resolver stands in for one.
//
// # Without network
//
// Options.Exchange replaces the network: a [Zone], read from a zone file,
// answers every question in tests and dry runs.
//
// # Concurrency
//
// All methods may be called from any number of goroutines; what waits takes a
// context and returns when it ends. A Resolver has no background work and
// needs no closing: the sockets of a question close with its answer.
package dns
