//go:build !unix

package scantest

import (
	"os/exec"
	"testing"
)

func inGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended
}

func terminate(cmd *exec.Cmd) { killGroup(cmd) }

func suspendGroup(t testing.TB, _ *exec.Cmd) {
	t.Skip("there is no signal here that suspends a daemon")
}

func resumeGroup(*exec.Cmd) {}
