//go:build !unix

package scantest

import "os/exec"

func inGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended
}

func terminate(cmd *exec.Cmd) { killGroup(cmd) }
