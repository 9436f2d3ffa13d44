//go:build !unix

package lualib

import (
	"os"
	"time"
)

// started stands for the start of the process.
var started = time.Now()

// cpuTime returns the time since the program started, where the CPU time of
// the process cannot be had.
func cpuTime() time.Duration { return time.Since(started) }

// waitStatus returns the exit code.
func waitStatus(state *os.ProcessState) (status int, how string, code int) {
	return state.ExitCode(), "exit", state.ExitCode()
}
