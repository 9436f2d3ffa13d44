// Package cputime tells the CPU time of the process. With it tests can say that
// something does not take quadratic time, whatever else runs on the machine.
package cputime

import "time"

// Of runs f and returns the CPU time that the process used meanwhile: of all
// its threads, so that f may use others, and tests beside it count too. Where
// the system does not tell, it is the time that passed.
func Of(f func()) time.Duration {
	before := Used()
	f()
	return Used() - before
}
