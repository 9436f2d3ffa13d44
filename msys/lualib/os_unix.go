//go:build unix

package lualib

import (
	"os"
	"syscall"
)

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
