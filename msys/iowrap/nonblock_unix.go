//go:build unix

package iowrap

import "syscall"

// nonblocking keeps an open of a named pipe from waiting for its other end.
const nonblocking = syscall.O_NONBLOCK
