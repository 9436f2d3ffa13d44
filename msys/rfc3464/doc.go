// Package rfc3464 makes and reads delivery status notifications (RFC 3464 in
// the form of RFC 6522, with the extensions of RFC 3461 and RFC 6533): the
// mails that tell a sender what became of a message.
//
//	dsn, err := rfc3464.Create(ctx, msg, rfc3464.Failed, &rfc3464.Options{Hostname: "mx.example.com"})
//	report, err := rfc3464.Parse(dsn)
//	fmt.Println(report.Recipients[0].Get("Status")) // 5.1.1
//
// Its Lua face is the module msys.rfc3464, with the constants FAILED, DELAYED,
// DELIVERED, RELAYED and EXPANDED of msys.core.
//
// No notification is made about a message of the null sender, unless there is
// somebody who wants to know ([Options.FailuresNotify]), nor where the sender
// asked for none (NOTIFY of RFC 3461), so that notifications never answer one
// another.
//
// The functions may be called from any number of goroutines.
package rfc3464
