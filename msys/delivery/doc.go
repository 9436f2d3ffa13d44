// Package delivery is the way out of a mail server as policy sees it: what
// happens around an attempt to deliver a message, whatever the method (SMTP,
// HTTP, push). Its Lua module is msys.delivery.
//
// A host that delivers mail makes an [Attempt] for each message and recipient
// and asks a [Policy] before it connects and after the attempt has ended:
//
//	plan, err := policy.Route(ctx, a) // send, wait or drop
//	…
//	out, err := policy.Result(ctx, a, delivery.ParseReply("250 2.0.0 ok"))
//
// Result runs the adaptive rules and the logging callouts and says whether the
// message is delivered, waits or has failed. A method other than SMTP is a
// [Driver]; [Policy.Deliver] does all of the above with one. Package httpclnt
// has the driver for HTTP, packages gcm and apn those for push services.
//
// Scripts are reached through [Hooks], adaptive rules through [Advisor]; both
// may be left out. This package knows neither the runtime nor the rules.
//
// # Concurrency
//
// A Policy is safe for concurrent use. An Attempt and a [Conn] belong to the
// goroutine that makes the attempt; the attempts of one message follow each
// other.
package delivery
