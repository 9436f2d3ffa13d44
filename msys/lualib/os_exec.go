package lualib

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"

	lua "github.com/Shopify/go-lua"
)

// shell returns the command that runs a line in the system's shell.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	if runtime.GOOS == "windows" {
		cmd = exec.CommandContext(ctx, "cmd", "/C", line)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd
}

// execute gives the status as system of C does, as 5.1 has it: exit codes
// are multiplied by 256 on Unix. What 5.2 gives for it follows: "exit" or
// "signal", and the plain number.
func (lib *osLibrary) execute(l *lua.State) int {
	a := args{l, "os.execute"}
	if a.missing(1) {
		l.PushNumber(1)
		return 1
	}
	line := a.str(1)
	status, how, code := exitStatus(lib.options.block(l, func(ctx context.Context) error {
		return shell(ctx, line).Run()
	}))
	l.PushNumber(float64(status))
	l.PushString(how)
	l.PushNumber(float64(code))
	return 3
}

// exitStatus tells how a command ended.
func exitStatus(err error) (status int, how string, code int) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, "exit", 0
	case errors.As(err, &exit):
		return waitStatus(exit.ProcessState)
	}
	return -1, "exit", -1
}

func osExit(l *lua.State) int {
	a := args{l, "os.exit"}
	code := 0
	if l.TypeOf(1) == lua.TypeBoolean {
		if !l.ToBoolean(1) {
			code = 1
		}
	} else {
		code = a.optInteger(1, 0)
	}
	os.Exit(code)
	return 0
}
