//go:build unix

package lualib

import (
	"os"
	"syscall"
	"time"
)

// cpuTime returns the CPU time that the process has used.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// waitStatus returns the status that wait gave, and what it means.
func waitStatus(state *os.ProcessState) (status int, how string, code int) {
	if s, ok := state.Sys().(syscall.WaitStatus); ok {
		if s.Signaled() {
			return int(s), "signal", int(s.Signal())
		}
		return int(s), "exit", s.ExitStatus()
	}
	return state.ExitCode(), "exit", state.ExitCode()
}
