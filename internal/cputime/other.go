//go:build !unix

package cputime

import "time"

var began = time.Now()

func used() time.Duration { return time.Since(began) }
