// Package scan passes mail to content scanners: virus scanners, spam filters
// and the commercial engines whose Lua functions the packages below this one
// provide.
//
// An [Engine] is one scanner. Packages clamd, spamd, icap, ctasd and rspamd
// below this one talk to what is in use; a host adds its own by writing one
// method. A [Set] holds the engines of a server under the names by which
// scripts and configuration call them, and gives each its limits: time,
// concurrency, and a pause for an engine that keeps failing.
//
//	set, err := scan.NewSet(
//		scan.Slot{Name: "clamav", Kind: scan.Antivirus, Engine: clamd.New("127.0.0.1:3310", nil)},
//		scan.Slot{Name: "spamassassin", Engine: spamd.New(nil)},
//	)
//	res, err := set.Scan(ctx, "clamav", scan.NewRequest(msg, vctx))
//	if err == nil && res.Verdict == scan.Infected {
//		fmt.Println("found", res.Name)
//	}
//
// # Slots
//
// The bindings look for engines by name: spamassassin (msys.spamc),
// brightmail, cloudmark, commtouch, eleven (msys.expurgate), symantec_beik;
// msys.av works with every engine of kind [Antivirus]. Any engine may stand in
// any slot: each binding says how a [Result] becomes the answer that scripts
// expect.
//
// # Bytes and memory
//
// Engines read the content from [Request.Open] as it is stored: CRLF text
// without dot-stuffing, nothing converted. They stream it, so that memory does
// not grow with the mail.
//
// # Failures
//
// What goes wrong is an [*Error] that names the engine and what it was doing.
// An engine that failed several times in a row is left alone for a while:
// scans then fail at once with [ErrDown]. [Set.Status] tells how each engine
// is.
//
// # Concurrency
//
// Sets, engines and requests may be used by any number of goroutines.
package scan
