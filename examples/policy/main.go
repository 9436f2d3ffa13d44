// Policy runs Momentum policy scripts on messages, without a mail server: it
// plays an SMTP session for each to the scripts and prints what they decided.
//
// Without arguments it runs a bundled policy on a bundled message. See -h.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit statuses.
const (
	exitAccepted = 0
	exitRefused  = 1 // rejected, deferred or discarded by policy
	exitError    = 2 // usage, script or configuration error
)

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stderr)
	if err != nil {
		if !errPrinted(err) {
			fmt.Fprintln(stderr, "policy:", err)
		}
		return exitStatusFor(err)
	}
	d, err := newDryRun(o, stderr)
	if err != nil {
		d.close()
		return d.fail(err, stdout, stderr)
	}
	defer d.close()
	switch {
	case o.api:
		if err := d.printAPI(stdout); err != nil {
			fmt.Fprintln(stderr, "policy:", err)
			return exitError
		}
		return exitAccepted
	case o.loadOnly:
		if err := d.close(); err != nil {
			return d.fail(err, stdout, stderr)
		}
		d.report.Verdict = verdictJSON{Action: "accept", Code: 250}
		code := d.finish(stdout)
		d.printTimes(stdout, stderr)
		return code
	}
	return d.mails(ctx, stdin, stdout, stderr)
}
