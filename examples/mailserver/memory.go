package main

import "os"

// ballast is memory that is never touched, and so never taken from the system,
// but counted by the garbage collector: it runs when garbage and what is in
// use have grown to twice of both. Policies and sessions are in use for long
// and take a few megabytes, mails make garbage; without it there were several
// collections a second, a tenth of the server's time. It is left out if the
// environment says when to collect.
func ballast() []byte {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	return make([]byte, 64<<20)
}
