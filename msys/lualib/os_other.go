//go:build !unix

package lualib

import "os"

// waitStatus returns the exit code.
func waitStatus(state *os.ProcessState) (status int, how string, code int) {
	return state.ExitCode(), "exit", state.ExitCode()
}
