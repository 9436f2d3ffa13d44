//go:build unix

package smtpbench

import (
	"os/exec"
	"syscall"
)

// ownGroup has a process begin a group, to which those that it starts belong.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends a process and its group, at once or after their last words.
func endGroup(cmd *exec.Cmd, atOnce bool) {
	sig := syscall.SIGTERM
	if atOnce {
		sig = syscall.SIGKILL
	}
	syscall.Kill(-cmd.Process.Pid, sig)
}
