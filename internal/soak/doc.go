// Package soak is an endurance test: random policies, random mail and random
// faults, in many sessions at once, for as long as asked for.
//
//	go test -race -tags soak -timeout 0 ./internal/soak -soak 10m -seed 1
//
// Without the build tag soak there is only a quick check of what it is made
// of. The faults are slow and failing DNS, a Redis that is killed and started
// again (if redis-server is installed), SQL errors, a full spool, a queue that
// takes no mail, a clock that jumps, scripts that are loaded anew every second
// and clients that vanish.
//
// What must hold: every mail gets exactly one verdict; accepted mail is
// complete, byte for byte where policy did not touch it; no session waits for
// a fault of another one; and between rounds, when nobody is connected, there
// are no more goroutines, open files and bytes of heap than after the first.
package soak
