// Package httpclient is the HTTP client of policy scripts, the Lua module
// "msys.http.client", and the same for Go:
//
//	s := httpclient.New(nil)
//	defer s.Close()
//	c := s.Client()
//	if err := c.SetHeader("Accept: text/plain"); err != nil { … }
//	if err := c.Do(ctx, "GET", "https://example.com/", nil); err != nil { … }
//	code, reason := c.Status()
//
// A [Service] shares its connections among the clients it makes. A [Client]
// has a list of headers, a time limit and the last response, which is held in
// memory. It differs from net/http's client in what policy authors expect of
// Momentum's: redirects are not followed, data without a Content-Type goes
// out as a form, and errors have the short texts that scripts compare, such
// as "connection refused" (see [Error]).
//
// # Limits
//
// A request ends after the client's time limit and after
// [Options].MaxTimeout at the latest; a body over [Options].MaxBody, counted
// after decoding, is an error. [Options].AllowURL can refuse addresses.
//
// # Concurrency
//
// Services and clients are safe for concurrent use. Requests of one client
// wait for each other.
package httpclient
