//go:build !unix

package cputime

import "time"

// began stands for the start of the process.
var began = time.Now()

// Used gives the time since the program started, where the CPU time of the
// process cannot be had.
func Used() time.Duration { return time.Since(began) }
