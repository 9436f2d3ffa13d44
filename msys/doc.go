// Package msys is the runtime for Momentum's Lua policy scripts: it loads
// them, gives each inbound session's steps to their callouts, and tells the
// host what they decided.
//
// A [Runtime] has one or more event loops. A loop is one Lua universe with
// its globals and one lock: callouts of different sessions take turns, and a
// callout that waits (DNS, SQL, sleep) lets others run meanwhile, so that
// script globals are shared and consistent without any care in scripts. A
// [Session] stays on its loop.
//
// The host calls a session's methods as SMTP goes on and acts on each
// [Verdict]. An error of a method is the host's own (an ended context, a
// failed read, a closed runtime); what a script does wrong is a verdict, by
// default 421, with a log record that names file, line, module and callout.
//
// A host that has a queue and delivers mail asks policy there, too:
// [Runtime.OutboundTLS] and [Runtime.OutboundAuth] before a delivery,
// [Runtime.Requeue] and [Runtime.Expiration] after one that failed,
// [Runtime.GenerateBounces] and its like for notifications, and [Runtime.Log]
// tells logging hooks what happened. Each takes what the host has configured
// and gives what policy made of it. Without a module that has the hook that is
// the same, at next to no cost.
//
// Package policykit tests policies in Go.
//
// Every call into Lua is limited ([Limits]); exceeding a limit ends the call,
// whatever the script catches.
package msys
